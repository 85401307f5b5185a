"""The own account: password, devices, sign-in codes."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from supplyhub.accounts import operations
from supplyhub.accounts.models import SignInSession
from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from tests.support.counting import counted_queries
from tests.support.factories import PASSWORD, make_person, send, sign_in, words
from tests.support.published_day import Day


@pytest.fixture
def person(db_session):
    day = Day(session=db_session)
    return make_person(db_session, (Role.DISTRICT_STAFF, day.district.path), phone="+8613812345678", name="周敏")


def open_elsewhere(session, person, agent="Mozilla/5.0 (Linux; Android 12) Chrome/99.0"):
    return operations.open_session(
        session, person_id=person.id, device=agent, now=clock.now(), lasts=timedelta(hours=1)
    )


class TestAccountPage:
    def test_shows_roles_in_their_places_and_the_phone_masked(self, app, client, db_session, person):
        sign_in(client, db_session, person)

        with counted_queries(app) as queries:
            page = client.get("/account")

        assert "District staff 天元区" in words(page)
        assert "138****5678" in page.text
        assert "12345678" not in words(page)
        assert len(queries) <= 12

    def test_names_the_devices(self, client, db_session, person):
        open_elsewhere(db_session, person)
        sign_in(client, db_session, person)

        assert "Chrome · Android" in words(client.get("/account"))

    def test_needs_somebody(self, client, app):
        assert client.get("/account").location == "/log-in?next=/account"


class TestEndSession:
    def test_signs_a_device_out(self, client, db_session, person):
        token = open_elsewhere(db_session, person)
        there = db_session.scalars(select(SignInSession)).one()
        sign_in(client, db_session, person)

        send(client, f"/account/sessions/{there.id}/end")

        other = client.application.test_client()
        with other.session_transaction() as cookie:
            cookie["_user_id"] = token
        assert other.get("/account").status_code == 302
        assert client.get("/account").status_code == 200

    def test_of_somebody_else_is_not_there(self, client, db_session, person):
        stranger = make_person(db_session, phone="+8613900000000")
        open_elsewhere(db_session, stranger)
        theirs = db_session.scalars(select(SignInSession)).one()
        sign_in(client, db_session, person)

        assert send(client, f"/account/sessions/{theirs.id}/end").status_code == 404

    def test_can_end_all_others_at_once(self, client, db_session, person):
        open_elsewhere(db_session, person)
        open_elsewhere(db_session, person)
        sign_in(client, db_session, person)

        send(client, "/account/sessions/end-others")

        db_session.rollback()
        assert len(db_session.scalars(select(SignInSession)).all()) == 1


class TestChangePassword:
    def test_changes_it(self, client, db_session, person):
        sign_in(client, db_session, person)

        answer = send(client, "/account/password", {"current": PASSWORD, "wanted": "another horse"})

        assert answer.location == "/account"
        send(client, "/log-out")
        entered = send(client, "/log-in", {"phone": "13812345678", "password": "another horse"})
        assert entered.status_code == 302

    @pytest.mark.parametrize(
        ("current", "wanted", "sentence"),
        [
            ("wrong", "another horse", "This is not your current password."),
            (PASSWORD, "short", "Choose a password of 8 to 128 characters."),
            ("", "another horse", "Enter your password."),
        ],
    )
    def test_says_what_is_wrong(self, client, db_session, person, current, wanted, sentence):
        sign_in(client, db_session, person)

        answer = send(client, "/account/password", {"current": current, "wanted": wanted})

        assert answer.status_code == 422
        assert sentence in words(answer)

    def test_cannot_be_used_to_guess_the_password(self, client, db_session, person):
        sign_in(client, db_session, person)

        statuses = [
            send(client, "/account/password", {"current": f"guess {number}", "wanted": "another horse"}).status_code
            for number in range(9)
        ]

        assert statuses == [422] * 8 + [429]


class TestSignInCodes:
    def test_are_set_up_used_and_removed(self, client, db_session, person):
        sign_in(client, db_session, person)

        assert send(client, "/account/codes").location == "/account/codes"
        page = client.get("/account/codes")
        assert 'src="data:image/svg+xml' in page.text
        db_session.refresh(person)
        code = pyotp.TOTP(person.totp_secret).now()
        assert send(client, "/account/codes/confirm", {"code": code}).location == "/account"
        assert "Signing in asks for a code of your authenticator." in words(client.get("/account"))
        # the secret is not shown again
        assert client.get("/account/codes").location == "/account"
        assert send(client, "/account/codes/remove", {"password": "wrong"}).status_code == 422
        assert send(client, "/account/codes/remove", {"password": PASSWORD}).location == "/account"
        db_session.refresh(person)
        assert not person.has_totp

    def test_show_the_wrong_first_code_at_its_field(self, client, db_session, person):
        sign_in(client, db_session, person)
        send(client, "/account/codes")

        answer = send(client, "/account/codes/confirm", {"code": "000000"})

        assert answer.status_code == 422
        assert "This code is wrong or was already used." in words(answer)
