"""Accounts, invitations and sessions; what two people do at once has one winner."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.accounts import operations, queries
from supplyhub.accounts.models import Invitation, Person, RoleGrant, SignInSession
from supplyhub.accounts.roles import Role
from supplyhub.accounts.scopes import ScopeChoice
from supplyhub.core.errors import DomainError, NotFound
from supplyhub.db.transaction import transaction
from tests.support.factories import PASSWORD, PASSWORD_HASH, actor, make_person

NOW = datetime(2022, 11, 24, tzinfo=UTC)
DISTRICT = "zhuzhou/tianyuan"
COMPOUND = f"{DISTRICT}/嵩山路街道/C001"
STAFF = actor((Role.DISTRICT_STAFF, DISTRICT))


def place(path=COMPOUND, *roles):
    return ScopeChoice(path=path, label="明月湖小区", roles=frozenset(roles or {Role.LEADER, Role.VOLUNTEER}))


def invite(session, *, role=Role.LEADER, scope=None, by=STAFF, lasts=timedelta(days=1)):
    return operations.invite_person(session, role=role, scope=scope or place(), note="", actor=by, now=NOW, lasts=lasts)


@pytest.fixture
def inviter(db_session):
    return actor((Role.DISTRICT_STAFF, DISTRICT), person_id=make_person(db_session, phone="+8613700000000").id)


def credentials(phone="+8613800000009"):
    return operations.Credentials(phone=phone, password_hash=PASSWORD_HASH, known_id=None)


def at_once(app, wish, count=4):
    """Let several threads wish for something at the same time, each in its own transaction; return what each got."""
    outcomes = []
    start = threading.Barrier(count)

    def try_it(number):
        with app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    outcomes.append(wish(session, number))
            except DomainError as refusal:
                outcomes.append(refusal)

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class TestCheckPassword:
    def test_tells_whose_it_is(self, db_session):
        person = make_person(db_session, phone="+8613800000001")

        found = operations.check_password(db_session, phone="138 0000 0001", password=PASSWORD)

        assert found.person_id == person.id

    @pytest.mark.parametrize(
        ("phone", "password"), [("13800000001", "wrong"), ("13899999999", PASSWORD), ("nonsense", PASSWORD), ("", "")]
    )
    def test_says_the_same_whatever_is_wrong(self, db_session, phone, password):
        make_person(db_session, phone="+8613800000001")

        with pytest.raises(operations.UnableToSignIn) as refusal:
            operations.check_password(db_session, phone=phone, password=password)

        assert refusal.value.field == "password"

    def test_refuses_somebody_who_was_switched_off(self, db_session):
        make_person(db_session, phone="+8613800000001", is_active=False)

        with pytest.raises(operations.UnableToSignIn):
            operations.check_password(db_session, phone="13800000001", password=PASSWORD)


class TestExamineCredentials:
    def test_takes_the_known_account_with_its_password(self, db_session):
        person = make_person(db_session, phone="+8613800000001")

        found = operations.examine_credentials(db_session, phone="13800000001", password=PASSWORD)

        assert found.known_id == person.id

    def test_refuses_the_known_account_with_another_password(self, db_session):
        make_person(db_session, phone="+8613800000001")

        with pytest.raises(operations.UnableToSignUp):
            operations.examine_credentials(db_session, phone="13800000001", password="something else")

    def test_is_no_way_around_the_second_factor(self, db_session):
        make_person(db_session, phone="+8613800000001", totp_secret="JBSWY3DP", totp_confirmed_at=NOW)

        with pytest.raises(operations.UnableToSignUp) as refusal:
            operations.examine_credentials(db_session, phone="13800000001", password=PASSWORD)

        assert refusal.value.field == "phone"

    @pytest.mark.parametrize(
        ("phone", "password", "field"),
        [("12", "long enough", "phone"), ("13800000001", "short", "password"), ("13800000001", "x" * 129, "password")],
    )
    def test_names_the_field_at_fault(self, db_session, phone, password, field):
        with pytest.raises(operations.UnableToSignUp) as refusal:
            operations.examine_credentials(db_session, phone=phone, password=password)

        assert refusal.value.field == field


class TestOpenAccount:
    def test_keeps_no_password(self, db_session):
        person = operations.create_person(db_session, phone="13800000001", password=PASSWORD, name="王芳", now=NOW)

        assert PASSWORD not in person.password_hash
        assert person.password_hash.startswith("$argon2id$")

    def test_makes_one_account_of_two_at_once_with_the_same_phone(self, app, db_session):
        outcomes = at_once(
            app,
            lambda session, number: operations.open_account(
                session, credentials=credentials(), name=f"王{number}", now=NOW
            ),
        )

        assert sum(isinstance(outcome, Person) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, operations.UnableToSignUp) for outcome in outcomes) == len(outcomes) - 1
        assert db_session.scalar(select(func.count()).select_from(Person)) == 1


class TestInvitePerson:
    def test_keeps_only_the_digest_of_the_code(self, db_session, inviter):
        code = invite(db_session, by=inviter)

        kept = db_session.scalars(select(Invitation)).one()

        assert code not in kept.code_digest
        assert len(code) == 10

    def test_refuses_a_place_that_does_not_go_with_the_role(self, db_session, inviter):
        # The district itself is the staff's own scope, and still no place for a gate keeper.
        with pytest.raises(operations.UnableToInvite):
            invite(db_session, role=Role.GATE_KEEPER, scope=place(DISTRICT, Role.DISTRICT_STAFF), by=inviter)

    def test_refuses_a_place_outside_the_own_scope(self, db_session):
        community = actor((Role.COMMUNITY_STAFF, COMPOUND))

        with pytest.raises(operations.UnableToInvite):
            invite(db_session, scope=place(f"{DISTRICT}/嵩山路街道/C002"), by=community)


class TestAcceptInvitation:
    def accept(self, session, code, *, phone="+8613800000009", now=NOW):
        return operations.accept_invitation(session, code=code, credentials=credentials(phone), name="王芳", now=now)

    def test_gives_the_role_in_its_place(self, db_session, inviter):
        code = invite(db_session, by=inviter)

        person = self.accept(db_session, f" {code[:5].lower()} {code[5:]}-")

        grant = db_session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
        assert (grant.role, grant.scope) == (Role.LEADER, COMPOUND)

    def test_works_once(self, db_session, inviter):
        code = invite(db_session, by=inviter)
        self.accept(db_session, code)

        with pytest.raises(operations.InvitationEnded):
            self.accept(db_session, code, phone="+8613800000008")

    def test_ends_with_its_time(self, db_session, inviter):
        code = invite(db_session, by=inviter, lasts=timedelta(days=1))

        with pytest.raises(operations.InvitationEnded):
            self.accept(db_session, code, now=NOW + timedelta(days=1))

    def test_has_one_winner_of_several_at_once(self, app, db_session, inviter):
        code = invite(db_session, by=inviter)
        db_session.commit()

        outcomes = at_once(app, lambda session, number: self.accept(session, code, phone=f"+861380000001{number}"))

        assert sum(isinstance(outcome, Person) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, operations.InvitationEnded) for outcome in outcomes) == len(outcomes) - 1
        # nobody who lost has an account left behind
        assert db_session.scalar(select(func.count()).select_from(RoleGrant)) == 1
        assert db_session.scalar(select(func.count()).select_from(Person)) == 1 + 1

    def test_adds_the_role_to_the_account_that_is_signed_in(self, db_session, inviter):
        code = invite(db_session, by=inviter)
        person = make_person(db_session, (Role.RIDER, f"{DISTRICT}/riders/R001"))

        operations.join_by_invitation(db_session, code=code, actor=actor(person_id=person.id), now=NOW)

        grants = queries.get_person(db_session, person_id=person.id).grants
        assert [grant.role for grant in grants] == [Role.RIDER, Role.LEADER]


class TestEndInvitation:
    def test_takes_the_code_away(self, db_session, inviter):
        code = invite(db_session, by=inviter)
        found = db_session.scalars(select(Invitation)).one()

        operations.end_invitation(db_session, invitation_id=found.id, actor=inviter, now=NOW)

        assert queries.find_open_invitation(db_session, code=code, now=NOW) is None

    def test_is_not_for_somebody_who_could_not_have_made_it(self, db_session, inviter):
        invite(db_session, by=inviter)
        found = db_session.scalars(select(Invitation)).one()
        neighbour = actor((Role.COMMUNITY_STAFF, f"{DISTRICT}/嵩山路街道/C002"))

        with pytest.raises(operations.InvitationEnded):
            operations.end_invitation(db_session, invitation_id=found.id, actor=neighbour, now=NOW)


class TestWithdrawRole:
    def test_takes_a_role_away(self, db_session):
        person = make_person(db_session, (Role.LEADER, COMPOUND))
        grant = db_session.scalars(select(RoleGrant)).one()

        operations.withdraw_role(db_session, grant_id=grant.id, actor=actor(*STAFF_GRANT, person_id=person.id + 1))

        assert db_session.scalars(select(RoleGrant)).all() == []

    @pytest.mark.parametrize("role", [Role.DISTRICT_STAFF, Role.ADMIN, Role.RESIDENT])
    def test_is_not_for_those_whom_one_could_not_invite(self, db_session, role):
        make_person(db_session, (role, DISTRICT))
        grant = db_session.scalars(select(RoleGrant)).one()

        with pytest.raises(operations.RoleNotHeld):
            operations.withdraw_role(db_session, grant_id=grant.id, actor=actor(*STAFF_GRANT, person_id=0))

    def test_leaves_the_own_roles_alone(self, db_session):
        person = make_person(db_session, (Role.LEADER, COMPOUND))
        grant = db_session.scalars(select(RoleGrant)).one()

        with pytest.raises(operations.RoleNotHeld):
            operations.withdraw_role(db_session, grant_id=grant.id, actor=actor(*STAFF_GRANT, person_id=person.id))


STAFF_GRANT = [(Role.DISTRICT_STAFF, DISTRICT)]


class TestSessions:
    def open(self, session, person, *, lasts=timedelta(hours=1)):
        return operations.open_session(session, person_id=person.id, device="test", now=NOW, lasts=lasts)

    def test_keep_only_the_digest_of_their_token(self, db_session):
        token = self.open(db_session, make_person(db_session))

        assert db_session.scalars(select(SignInSession.token_digest)).one() != token

    def test_end_with_their_time(self, db_session):
        token = self.open(db_session, make_person(db_session), lasts=timedelta(hours=1))

        assert queries.find_signed_in(db_session, token=token, now=NOW + timedelta(minutes=59)) is not None
        assert queries.find_signed_in(db_session, token=token, now=NOW + timedelta(hours=1)) is None

    def test_end_when_the_person_is_switched_off(self, db_session):
        person = make_person(db_session)
        token = self.open(db_session, person)

        person.is_active = False
        db_session.flush()

        assert queries.find_signed_in(db_session, token=token, now=NOW) is None

    def test_of_others_cannot_be_ended(self, db_session):
        other = make_person(db_session, phone="+8613800000002")
        self.open(db_session, other)
        opened = db_session.scalars(select(SignInSession)).one()

        with pytest.raises(NotFound):
            operations.close_session(db_session, session_id=opened.id, person_id=other.id + 1)

    def test_of_other_devices_end_with_a_new_password(self, db_session):
        person = make_person(db_session)
        here, there = self.open(db_session, person), self.open(db_session, person)
        mine = queries.find_signed_in(db_session, token=here, now=NOW)
        assert mine is not None

        operations.change_password(db_session, actor=mine, current=PASSWORD, wanted="something new")

        assert queries.find_signed_in(db_session, token=here, now=NOW) is not None
        assert queries.find_signed_in(db_session, token=there, now=NOW) is None

    def test_stay_when_the_current_password_was_wrong(self, db_session):
        person = make_person(db_session)

        with pytest.raises(operations.UnableToSignIn) as refusal:
            operations.change_password(
                db_session, actor=actor(person_id=person.id), current="wrong", wanted="something new"
            )

        assert refusal.value.field == "current"
