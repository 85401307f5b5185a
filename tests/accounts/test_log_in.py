"""Signing in and out, as somebody who means well and as somebody who does not."""

import html
import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from supplyhub.accounts.models import SignInSession
from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from tests.support.factories import PASSWORD, make_person, send, sign_in, words
from tests.support.published_day import Day

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PHONE = "+8613800000001"


@pytest.fixture
def person(db_session):
    Day(session=db_session)
    found = make_person(db_session, (Role.STREET_STAFF, "zhuzhou/tianyuan/嵩山路街道"), phone=PHONE)
    db_session.commit()
    return found


def log_in(client, *, phone="13800000001", password=PASSWORD, target=""):
    return send(client, "/log-in", {"phone": phone, "password": password, "next": target})


def count_sessions(db_session):
    db_session.rollback()
    return db_session.scalar(select(func.count()).select_from(SignInSession))


class TestLogIn:
    def test_leads_to_where_the_role_works(self, client, person):
        answer = log_in(client, phone=" 138 0000 0001 ")

        assert answer.status_code == 302
        assert client.get(answer.location).location == "/tianyuan/compounds"

    def test_leads_back_to_the_page_that_was_asked_for(self, client, person):
        first = client.get("/tianyuan/compounds?risk=high")

        assert first.location == "/log-in?next=/tianyuan/compounds?risk%3Dhigh"
        form = client.get(first.location).text
        target = html.unescape(re.findall(r'name="next"[^>]*value="([^"]*)"', form)[-1])
        assert log_in(client, target=target).location == "/tianyuan/compounds?risk=high"

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "evil.example",
            "http:evil.example",
            " //evil.example",
        ],
    )
    def test_leads_nowhere_else(self, client, person, target):
        assert log_in(client, target=target).location == "/"

    @pytest.mark.parametrize(("phone", "password"), [("13800000001", "wrong"), ("13899999999", PASSWORD)])
    def test_says_the_same_of_an_unknown_phone_and_a_wrong_password(self, client, person, phone, password):
        answer = log_in(client, phone=phone, password=password)

        assert answer.status_code == 422
        assert "Phone number or password is wrong. Check both and try again." in words(answer)

    def test_keeps_the_phone_number_and_never_the_password(self, client, person):
        answer = log_in(client, password="wrong-one")

        assert 'value="13800000001"' in answer.text
        assert "wrong-one" not in answer.text

    def test_names_the_field_that_is_empty(self, client, person):
        answer = log_in(client, phone="")

        assert answer.status_code == 422
        assert "Enter your phone number." in words(answer)

    def test_begins_a_fresh_cookie(self, client, person):
        with client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
            cookie["locale"] = "en"
            cookie["csrf_token"] = "known to somebody else"

        log_in(client)

        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert cookie.get("csrf_token") != "known to somebody else"
            assert cookie["locale"] == "en"

    def test_ends_the_session_that_was_open_in_this_browser(self, client, person, db_session):
        log_in(client)

        log_in(client)

        assert count_sessions(db_session) == 1


class TestThrottle:
    def test_stops_after_too_many_attempts_even_with_the_right_password(self, client, person):
        for number in range(8):  # sign_in_attempts in config/default.toml
            spelling = ("13800000001", "138 0000 0001", "+86-138-0000-0001")[number % 3]
            assert log_in(client, phone=spelling, password="wrong").status_code == 422

        answer = log_in(client)

        assert answer.status_code == 429
        assert "Wait 15 minutes" in words(answer)

    def test_lets_in_again_later(self, client, person, frozen_clock):
        for _ in range(8):
            log_in(client, password="wrong")

        frozen_clock(timedelta(minutes=15))

        assert log_in(client).status_code == 302

    def test_forgets_failures_after_success(self, client, person):
        for _ in range(7):
            log_in(client, password="wrong")
        log_in(client)

        assert log_in(client, password="wrong").status_code == 422


class TestSecondFactor:
    @pytest.fixture
    def person(self, db_session):
        Day(session=db_session)
        found = make_person(
            db_session,
            (Role.STREET_STAFF, "zhuzhou/tianyuan/嵩山路街道"),
            phone=PHONE,
            totp_secret=SECRET,
            totp_confirmed_at=clock.now(),
        )
        db_session.commit()
        return found

    def test_is_asked_for_after_the_password(self, client, person, db_session):
        answer = log_in(client)

        assert answer.location == "/log-in/code"
        assert count_sessions(db_session) == 0
        assert client.get("/tianyuan/compounds").status_code == 302

    def test_opens_the_session_and_leads_on(self, client, person):
        log_in(client, target="/account")

        answer = send(client, "/log-in/code", {"code": pyotp.TOTP(SECRET).now()})

        assert answer.location == "/account"
        assert client.get("/account").status_code == 200

    def test_refuses_a_wrong_code(self, client, person):
        log_in(client)

        answer = send(client, "/log-in/code", {"code": "000000"})

        assert answer.status_code == 422
        assert "This code is wrong or was already used." in words(answer)

    def test_cannot_be_guessed_by_entering_the_password_again_and_again(self, client, person):
        statuses = []
        for _ in range(9):
            log_in(client)
            statuses.append(send(client, "/log-in/code", {"code": "000000"}).status_code)

        assert statuses == [422] * 8 + [429]

    def test_ends_when_it_takes_too_long(self, client, person, frozen_clock):
        log_in(client)

        frozen_clock(timedelta(minutes=6))

        assert send(client, "/log-in/code", {"code": pyotp.TOTP(SECRET).now()}).location == "/log-in"

    def test_cannot_be_reached_without_the_password(self, client, person):
        assert client.get("/log-in/code").location == "/log-in"
        assert send(client, "/log-in/code", {"code": pyotp.TOTP(SECRET).now()}).location == "/log-in"


class TestLogOut:
    def test_ends_the_session_on_the_server(self, client, person, db_session):
        sign_in(client, db_session, person)
        stolen = client.get_cookie("supplyhub").value

        send(client, "/log-out")

        client.set_cookie("supplyhub", stolen)
        assert client.get("/account").status_code == 302
        assert count_sessions(db_session) == 0

    def test_is_no_link(self, client, person):
        assert client.get("/log-out").status_code == 405


class TestLostToken:
    def test_answers_with_a_way_back(self, client, person):
        answer = client.post(
            "/log-in",
            data={"phone": "13800000001", "password": PASSWORD},
            headers={"Referer": "http://localhost/log-in"},
        )

        assert answer.status_code == 403
        assert re.search(r'<a class="btn main" href="/', answer.text)

    def test_changes_nothing(self, client, person, db_session):
        client.post("/log-in", data={"phone": "13800000001", "password": PASSWORD})

        assert count_sessions(db_session) == 0

    def test_is_asked_of_everybody_who_is_signed_in(self, client, person, db_session):
        sign_in(client, db_session, person)

        for url in ("/log-out", "/account/password", "/account/codes", "/tianyuan/people/invite"):
            assert client.post(url).status_code == 403, url


class TestSwitches:
    def test_remember_the_language_of_the_person(self, client, person, db_session):
        sign_in(client, db_session, person)

        send(client, "/language", {"locale": "zh_Hans", "next": "/account"})

        db_session.refresh(person)
        assert person.locale == "zh_Hans"
        assert 'lang="zh-Hans"' in client.get("/account").text

    def test_ignore_an_unknown_language(self, client, person, db_session):
        sign_in(client, db_session, person)

        send(client, "/language", {"locale": "xx", "next": "//evil.example"})

        assert 'lang="en"' in client.get("/account").text

    def test_remember_large_text(self, client):
        answer = send(client, "/text-size", {"size": "large", "next": "/log-in"})

        assert answer.location == "/log-in"
        assert 'data-text="large"' in client.get("/log-in").text
