"""Residents signing up with their compound's code and flat, in two steps that need no script."""

import threading

import pytest
from sqlalchemy import func, select

from supplyhub.accounts.models import Person, RoleGrant
from supplyhub.accounts.operations import Credentials
from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.places import operations
from supplyhub.places.models import Building, Household, HouseholdMember
from tests.support.factories import PASSWORD, PASSWORD_HASH, make_person, send, words
from tests.support.published_day import Day

CODE = "MYH34679"


@pytest.fixture
def day(db_session):
    found = Day(session=db_session)
    compound = found.compound("C001", "明月湖小区")
    compound.invitation_code = CODE
    for name, units in (("3", ["1", "2", "3"]), ("9", [])):
        db_session.add(Building(compound_id=compound.id, name=name, units=units, floors=18, rooms_per_floor=4))
    db_session.commit()
    return found


def sign_up(client, **changes):
    entered = {
        "code": CODE,
        "building": "3",
        "unit": "2",
        "room": "501",
        "name": "王芳",
        "phone": "138 0000 0001",
        "password": "a long password",
    }
    return send(client, "/sign-up", {**entered, **changes})


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


class TestFirstStep:
    def test_asks_for_the_code_alone(self, client, day):
        page = client.get("/sign-up")

        assert page.status_code == 200
        assert 'name="code"' in page.text
        assert 'name="password"' not in page.text

    @pytest.mark.parametrize("typed", [CODE, "myh3 4679", " MYH3-4679 "])
    def test_leads_to_the_compound_however_the_code_is_written(self, client, day, typed):
        page = client.get("/sign-up", query_string={"code": typed})

        assert page.status_code == 200
        assert "明月湖小区" in page.text
        assert 'name="password"' in page.text

    @pytest.mark.parametrize(
        ("typed", "sentence"), [("NOTHING1", "No compound has this code."), (" ", "Enter the code")]
    )
    def test_says_when_no_compound_has_the_code(self, client, day, typed, sentence):
        page = client.get("/sign-up", query_string={"code": typed}, headers={"Accept-Language": "en"})

        assert page.status_code == 422
        assert sentence in words(page)
        assert "明月湖" not in page.text

    def test_cannot_be_used_to_try_codes(self, client, day):
        statuses = [client.get(f"/sign-up?code=GUESS{number}").status_code for number in range(41)]

        assert statuses == [422] * 40 + [429]  # sign_in_attempts (8) times 5

    def test_can_be_taken_by_a_whole_compound_behind_one_address(self, client, day):
        statuses = {client.get(f"/sign-up?code={CODE}").status_code for _ in range(45)}

        assert statuses == {200}


class TestSecondStep:
    def test_makes_account_household_and_role_and_signs_in(self, client, db_session, day):
        answer = sign_up(client)

        assert answer.location == "/"
        assert client.get("/").location == "/home"
        db_session.rollback()
        person = db_session.scalars(select(Person)).one()
        household = db_session.scalars(select(Household)).one()
        grant = db_session.scalars(select(RoleGrant)).one()
        member = db_session.scalars(select(HouseholdMember)).one()
        assert (person.phone, person.name) == ("+8613800000001", "王芳")
        assert (household.unit, household.room) == ("2", "501")
        assert (grant.role, grant.scope) == (Role.RESIDENT, day["C001"].path)
        assert (member.household_id, member.person_id) == (household.id, person.id)

    def test_works_for_a_building_without_units(self, client, db_session, day):
        assert sign_up(client, building="9", unit="-", room="1804").location == "/"

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"building": "4"}, "building", "This compound has no such building."),
            ({"building": ""}, "building", "Choose your building."),
            ({"unit": "5"}, "unit", "Building 3 has these units: 1, 2, 3."),
            ({"building": "9", "unit": "2"}, "unit", "Building 9 has no units. Leave this empty."),
            ({"room": "1901"}, "room", "Building 3 has 18 floors with rooms 01 to 04."),
            ({"room": ""}, "room", "Enter your room, such as 501."),
            ({"phone": "12"}, "phone", "Enter a phone number, such as 138 1234 5678."),
            ({"password": "short"}, "password", "Choose a password of 8 to 128 characters."),
            ({"name": " "}, "name", "Enter your name."),
        ],
    )
    def test_names_the_field_at_fault_and_keeps_the_rest(self, client, db_session, day, changes, field, sentence):
        page = sign_up(client, **changes)

        assert page.status_code == 422
        assert sentence in words(page)
        assert f'id="{field}-error"' in page.text
        if field != "name":
            assert 'value="王芳"' in page.text
        assert count(db_session, Person) == 0
        assert count(db_session, Household) == 0

    def test_needs_a_code(self, client, db_session, day):
        assert sign_up(client, code="NOTHING1").status_code == 422
        assert count(db_session, Person) == 0

    def test_puts_two_people_of_one_flat_into_one_household(self, app, client, db_session, day):
        sign_up(client)

        sign_up(app.test_client(), phone="13800000002", name="李伟")

        assert count(db_session, Household) == 1
        assert count(db_session, HouseholdMember) == 2

    def test_lets_a_known_account_move_in_with_its_password(self, client, db_session, day):
        make_person(db_session, (Role.RIDER, "zhuzhou/tianyuan/riders/R001"), phone="+8613800000001")
        db_session.commit()

        assert sign_up(client, password=PASSWORD).status_code == 302
        assert count(db_session, Person) == 1
        assert count(db_session, RoleGrant) == 2

    def test_does_not_let_a_stranger_into_a_known_account(self, client, db_session, day):
        make_person(db_session, phone="+8613800000001")
        db_session.commit()

        page = sign_up(client, password="not the password")

        assert page.status_code == 422
        assert "This phone number already has an account." in words(page)

    def test_done_twice_changes_nothing(self, app, client, db_session, day):
        sign_up(client)

        assert sign_up(app.test_client()).status_code == 302
        assert [count(db_session, model) for model in (Person, Household, HouseholdMember, RoleGrant)] == [1, 1, 1, 1]

    def test_cannot_be_used_to_guess_passwords(self, client, db_session, day):
        make_person(db_session, phone="+8613800000001")
        db_session.commit()

        statuses = [sign_up(client, password=f"guess number {number}").status_code for number in range(9)]

        assert statuses == [422] * 8 + [429]

    def test_needs_its_token(self, client, db_session, day):
        assert client.post("/sign-up", data={"code": CODE}).status_code == 403


class TestSignUpResident:
    def test_makes_one_household_of_neighbours_who_sign_up_at_once(self, app, db_session, day):
        start = threading.Barrier(4)
        failures = []

        def sign_up_one(number):
            with app.app_context():
                start.wait()
                try:
                    with transaction() as session:
                        operations.sign_up_resident(
                            session,
                            code=CODE,
                            building="3",
                            unit="2",
                            room="501",
                            name=f"王{number}",
                            credentials=Credentials(
                                phone=f"+861380000000{number}", password_hash=PASSWORD_HASH, known_id=None
                            ),
                            now=clock.now(),
                        )
                except Exception as failure:  # noqa: BLE001 (a thread has nobody else to tell)
                    failures.append(failure)

        threads = [threading.Thread(target=sign_up_one, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert count(db_session, Household) == 1
        assert count(db_session, HouseholdMember) == 4
