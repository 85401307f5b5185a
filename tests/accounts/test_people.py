"""Inviting people, and hand-made requests that want more than they may have."""

import re

import pytest
from sqlalchemy import func, select

from supplyhub.accounts.models import Invitation, RoleGrant
from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from tests.support.counting import counted_queries
from tests.support.factories import PASSWORD, PASSWORD_HASH, make_person, send, sign_in, staff_client, words
from tests.support.published_day import Day

STREET = "zhuzhou/tianyuan/嵩山路街道"


@pytest.fixture
def day(db_session):
    found = Day(session=db_session)
    found.compound("C001", "明月湖小区")
    found.compound("C002", "金帆小区", street="栗雨街道")
    found.gate("G0001", "C001", "南门")
    found.pickup("P09", "天虹")
    found.rider("R001", "易师傅")
    return found


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def invite(client, role, scope, note=""):
    return send(client, "/tianyuan/people/invite", {"role": role, "scope": scope, "note": note})


class TestInviting:
    def test_shows_the_code_once_and_gives_the_role_to_who_takes_it_up(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")

        answer = invite(client, "gate_keeper", f"{STREET}/C001/G0001", note="老李")
        page = client.get(answer.location)

        link = re.search(r'href="http://localhost(/invitations/\w+)"', page.text)[1]
        assert "Gate keeper · 明月湖小区 · 南门" in words(page)
        assert 'src="data:image/svg+xml' in page.text
        assert client.get("/tianyuan/people/invited").location == "/tianyuan/people"
        assert "老李" in words(client.get("/tianyuan/people"))

        keeper = client.application.test_client()
        assert "明月湖小区 · 南门" in words(keeper.get(link))
        entered = send(keeper, link, {"name": "李师傅", "phone": "13900000001", "password": "a long password"})
        assert entered.location == "/"
        assert keeper.get("/").location == "/gate"
        assert "Account" in words(keeper.get("/account"))
        assert (
            send(keeper, link, {"name": "x", "phone": "13900000002", "password": "a long password"}).status_code == 404
        )

    @pytest.mark.parametrize(
        ("role", "place"),
        [
            ("street_staff", "嵩山路街道"),
            ("community_staff", "明月湖小区"),
            ("leader", "金帆小区"),
            ("gate_keeper", "明月湖小区 · 南门"),
            ("supplier", "天虹"),
            ("rider", "R001 · 易师傅"),
            ("rider_company", "美团"),
        ],
    )
    def test_offers_the_places_of_the_role(self, client, db_session, day, role, place):
        staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")

        page = client.get(f"/tianyuan/people/invite?role={role}")

        assert re.search(rf"<option[^>]*>{place}</option>", page.text)

    def test_offers_street_staff_only_their_street(self, client, db_session, day):
        staff_client(client, db_session, Role.STREET_STAFF, STREET)

        page = client.get("/tianyuan/people/invite?role=leader").text

        assert "明月湖小区" in page
        assert "金帆小区" not in page
        assert "district_staff" not in page

    @pytest.mark.parametrize(
        ("role", "scope", "status"),
        [
            ("district_staff", "zhuzhou/tianyuan", 403),
            ("admin", "zhuzhou", 403),
            ("resident", f"{STREET}/C001", 403),
            ("nonsense", f"{STREET}/C001", 403),
            ("leader", "zhuzhou/tianyuan/栗雨街道/C002", 422),
            ("leader", "zhuzhou/tianyuan", 422),
            ("leader", STREET, 422),
            ("leader", "", 422),
            ("leader", f"{STREET}/C001/../C002", 422),
            ("leader", f"{STREET}/C001/G0001", 422),
            ("gate_keeper", f"{STREET}/C001", 422),
        ],
    )
    def test_refuses_a_hand_made_request_for_more(self, client, db_session, day, role, scope, status):
        staff_client(client, db_session, Role.STREET_STAFF, STREET)

        assert invite(client, role, scope).status_code == status
        assert count(db_session, Invitation) == 0

    @pytest.mark.parametrize("role", [Role.RESIDENT, Role.LEADER, Role.RIDER, Role.GATE_KEEPER, Role.RIDER_COMPANY])
    def test_is_for_staff_alone(self, client, db_session, day, role):
        staff_client(client, db_session, role, f"{STREET}/C001")

        assert client.get("/tianyuan/people").status_code == 404
        assert invite(client, "leader", f"{STREET}/C001").status_code == 404

    def test_reaches_no_other_district(self, client, db_session, day):
        Day(session=db_session, district_code="lusong").compound("C001", "别处小区")
        staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")

        assert client.get("/lusong/people").status_code == 404


class TestTakingUp:
    @pytest.fixture
    def link(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")
        page = client.get(invite(client, "volunteer", f"{STREET}/C001").location)
        return re.search(r'href="http://localhost(/invitations/\w+)"', page.text)[1]

    def test_adds_the_role_to_a_known_account_with_its_password(self, app, db_session, link):
        make_person(db_session, (Role.RESIDENT, f"{STREET}/C001"), phone="+8613900000001")
        db_session.commit()
        visitor = app.test_client()

        answer = send(visitor, link, {"name": "王芳", "phone": "13900000001", "password": PASSWORD})

        assert answer.status_code == 302
        assert count(db_session, RoleGrant) == 1 + 2

    def test_needs_the_known_account_s_password(self, app, db_session, link):
        make_person(db_session, phone="+8613900000001")
        db_session.commit()

        answer = send(app.test_client(), link, {"name": "x", "phone": "13900000001", "password": "not the one"})

        assert answer.status_code == 422
        assert "This phone number already has an account." in words(answer)
        assert count(db_session, RoleGrant) == 1

    def test_is_one_press_for_somebody_who_is_signed_in(self, app, db_session, link):
        person = make_person(db_session, phone="+8613900000001", name="王芳")
        visitor = sign_in(app.test_client(), db_session, person)

        assert "Take it up as 王芳" in words(visitor.get(link))
        assert send(visitor, f"{link}/join").location == "/"
        assert send(visitor, f"{link}/join").status_code == 404

    def test_is_no_longer_possible_once_withdrawn(self, app, client, db_session, link):
        invitation = db_session.scalars(select(Invitation)).one()

        send(client, f"/tianyuan/people/invitations/{invitation.id}/end")

        assert app.test_client().get(link).status_code == 404
        assert send(client, f"/tianyuan/people/invitations/{invitation.id}/end").status_code == 404

    def test_cannot_be_found_by_guessing(self, app):
        visitor = app.test_client()

        statuses = [visitor.get(f"/invitations/GUESS{number:05d}").status_code for number in range(41)]

        # 8 attempts (sign_in_attempts) times 5 for codes from one address
        assert statuses == [404] * 40 + [429]


class TestPeoplePage:
    def test_lists_who_works_here_with_masked_phones(self, app, client, db_session, day):
        make_person(db_session, (Role.LEADER, f"{STREET}/C001"), phone="+8613712345678", name="陈团长")
        make_person(db_session, (Role.RESIDENT, f"{STREET}/C001"), phone="+8613612345678", name="李居民")
        staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")

        with counted_queries(app) as queries:
            page = client.get("/tianyuan/people")

        assert "陈团长 Group-buy leader 明月湖小区 137****5678" in words(page)
        assert "12345678" not in page.text
        assert "李居民" not in page.text
        assert len(queries) <= 12

    def test_finds_by_the_last_digits(self, client, db_session, day):
        make_person(db_session, (Role.LEADER, f"{STREET}/C001"), phone="+8613712345678", name="陈团长")
        make_person(db_session, (Role.LEADER, f"{STREET}/C001"), phone="+8613712340000", name="刘团长")
        staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")

        page = words(client.get("/tianyuan/people?q=5678"))

        assert "陈团长" in page
        assert "刘团长" not in page

    def test_says_what_to_do_when_nobody_is_there(self, client, db_session, day):
        staff_client(client, db_session, Role.STREET_STAFF, STREET)

        assert "Nobody works with you yet" in words(client.get("/tianyuan/people"))
        assert "Nobody fits the filters" in words(client.get("/tianyuan/people?q=zzz"))

    def test_takes_a_role_away(self, client, db_session, day):
        leader = make_person(db_session, (Role.LEADER, f"{STREET}/C001"), phone="+8613712345678")
        staff_client(client, db_session, Role.STREET_STAFF, STREET)
        grant = db_session.scalars(select(RoleGrant).where(RoleGrant.person_id == leader.id)).one()

        assert send(client, f"/tianyuan/people/roles/{grant.id}/withdraw").location == "/tianyuan/people"
        assert send(client, f"/tianyuan/people/roles/{grant.id}/withdraw").status_code == 404

    def test_leaves_the_roles_of_others_streets_alone(self, client, db_session, day):
        leader = make_person(db_session, (Role.LEADER, "zhuzhou/tianyuan/栗雨街道/C002"), phone="+8613712345678")
        staff_client(client, db_session, Role.STREET_STAFF, STREET)
        grant = db_session.scalars(select(RoleGrant).where(RoleGrant.person_id == leader.id)).one()

        assert send(client, f"/tianyuan/people/roles/{grant.id}/withdraw").status_code == 404
        assert count(db_session, RoleGrant) == 1 + 1


class TestNewPassword:
    def let_in(self, client, person):
        return send(client, f"/tianyuan/people/{person.id}/let-in")

    def test_is_shown_once_and_lets_its_person_in(self, app, client, db_session, day):
        resident = make_person(db_session, (Role.RESIDENT, f"{STREET}/C001"), phone="+8613600000001")
        there = sign_in(app.test_client(), db_session, resident)
        staff_client(client, db_session, Role.COMMUNITY_STAFF, f"{STREET}/C001")

        page = client.get(self.let_in(client, resident).location)

        password = re.search(r'class="answer code">(\w+)<', page.text)[1]
        assert client.get("/tianyuan/people/new-password").location == "/tianyuan/people"
        assert there.get("/account").status_code == 302
        entered = send(app.test_client(), "/log-in", {"phone": "13600000001", "password": password})
        assert entered.status_code == 302
        before = send(app.test_client(), "/log-in", {"phone": "13600000001", "password": PASSWORD})
        assert before.status_code == 422

    def test_switches_lost_sign_in_codes_off(self, client, db_session, day):
        leader = make_person(
            db_session,
            (Role.LEADER, f"{STREET}/C001"),
            phone="+8613600000001",
            totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            totp_confirmed_at=clock.now(),
        )
        staff_client(client, db_session, Role.STREET_STAFF, STREET)

        self.let_in(client, leader)

        db_session.refresh(leader)
        assert not leader.has_totp

    @pytest.mark.parametrize(
        ("role", "scope"),
        [
            (Role.RESIDENT, "zhuzhou/tianyuan/栗雨街道/C002"),
            (Role.STREET_STAFF, STREET),
            (Role.DISTRICT_STAFF, "zhuzhou/tianyuan"),
            (Role.ADMIN, ""),
        ],
    )
    def test_is_not_given_to_those_beyond_one_s_reach(self, client, db_session, day, role, scope):
        other = make_person(db_session, (role, scope), phone="+8613600000001")
        staff_client(client, db_session, Role.STREET_STAFF, STREET)

        assert self.let_in(client, other).status_code == 404
        db_session.refresh(other)
        assert other.password_hash == PASSWORD_HASH
