"""Sign-in codes of an authenticator."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from supplyhub.accounts import second_factor
from tests.support.factories import PASSWORD, actor, make_person

NOW = datetime(2022, 11, 24, 0, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(instant, secret=SECRET):
    return pyotp.TOTP(secret).at(instant)


@pytest.fixture
def person(db_session):
    return make_person(db_session, totp_secret=SECRET, totp_confirmed_at=NOW)


class TestCheckTotp:
    def test_accepts_the_code_of_now(self, db_session, person):
        second_factor.check_totp(db_session, person_id=person.id, code=code_at(NOW), now=NOW)

    def test_reads_a_code_with_spaces(self, db_session, person):
        code = code_at(NOW)

        second_factor.check_totp(db_session, person_id=person.id, code=f" {code[:3]} {code[3:]} ", now=NOW)

    @pytest.mark.parametrize("seconds", [-30, 30])
    def test_accepts_the_neighbouring_step_of_a_clock_that_is_off(self, db_session, person, seconds):
        code = code_at(NOW + timedelta(seconds=seconds))

        second_factor.check_totp(db_session, person_id=person.id, code=code, now=NOW)

    @pytest.mark.parametrize("seconds", [-90, 90])
    def test_refuses_a_code_of_another_minute(self, db_session, person, seconds):
        code = code_at(NOW + timedelta(seconds=seconds))

        with pytest.raises(second_factor.WrongCode):
            second_factor.check_totp(db_session, person_id=person.id, code=code, now=NOW)

    def test_accepts_a_code_once(self, db_session, person):
        second_factor.check_totp(db_session, person_id=person.id, code=code_at(NOW), now=NOW)

        with pytest.raises(second_factor.WrongCode):
            second_factor.check_totp(db_session, person_id=person.id, code=code_at(NOW), now=NOW)

    @pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３４５６"])
    def test_refuses_what_is_no_code(self, db_session, person, code):
        with pytest.raises(second_factor.WrongCode) as refusal:
            second_factor.check_totp(db_session, person_id=person.id, code=code, now=NOW)

        assert refusal.value.field == "code"

    def test_refuses_any_code_of_somebody_who_has_no_secret(self, db_session):
        person = make_person(db_session, phone="+8613800000002")

        with pytest.raises(second_factor.WrongCode):
            second_factor.check_totp(db_session, person_id=person.id, code=code_at(NOW), now=NOW)


class TestSettingUp:
    def test_asks_for_no_code_until_the_first_one_was_right(self, db_session):
        person = make_person(db_session)
        me = actor(person_id=person.id)

        second_factor.begin_totp(db_session, actor=me)

        assert person.totp_secret
        assert not person.has_totp
        with pytest.raises(second_factor.WrongCode):
            second_factor.confirm_totp(db_session, actor=me, code="000000", now=NOW)
        assert not person.has_totp

    def test_is_done_with_the_first_right_code(self, db_session):
        person = make_person(db_session)
        me = actor(person_id=person.id)
        second_factor.begin_totp(db_session, actor=me)

        second_factor.confirm_totp(db_session, actor=me, code=code_at(NOW, person.totp_secret), now=NOW)

        assert person.has_totp

    def test_keeps_the_secret_when_the_page_is_opened_twice(self, db_session):
        me = actor(person_id=make_person(db_session).id)

        first = second_factor.begin_totp(db_session, actor=me)

        assert second_factor.begin_totp(db_session, actor=me) == first

    def test_shows_no_secret_that_is_in_use(self, db_session, person):
        with pytest.raises(second_factor.UnableToSetUpCode):
            second_factor.begin_totp(db_session, actor=actor(person_id=person.id))


class TestRemoveTotp:
    def test_needs_the_password(self, db_session, person):
        with pytest.raises(second_factor.WrongPassword):
            second_factor.remove_totp(db_session, actor=actor(person_id=person.id), password="another")

        assert person.has_totp

    def test_switches_codes_off(self, db_session, person):
        second_factor.remove_totp(db_session, actor=actor(person_id=person.id), password=PASSWORD)

        assert not person.has_totp
        assert person.totp_secret is None
