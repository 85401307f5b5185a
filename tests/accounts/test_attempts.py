"""Counting attempts at secrets."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.accounts import attempts
from supplyhub.accounts.models import FailedSignIn

NOW = datetime(2022, 11, 24, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


def count(session, subjects, *, now=NOW, limit=3):
    return attempts.count_attempt(session, subjects=subjects, now=now, limit=limit, window=WINDOW)


def password(phone, address="10.0.0.1"):
    return attempts.password_subjects(phone=phone, address=address)


class TestCountAttempt:
    def test_refuses_more_than_the_limit(self, db_session):
        for _ in range(3):
            count(db_session, password("13800000001"))

        with pytest.raises(attempts.TooManyAttempts):
            count(db_session, password("13800000001"))

    def test_knows_a_phone_number_however_it_is_written(self, db_session):
        for spelling in ("13800000001", "+86 138 0000 0001", "138-0000-0001"):
            count(db_session, password(spelling))

        with pytest.raises(attempts.TooManyAttempts):
            count(db_session, password("0086 13800000001"))

    def test_lets_another_phone_number_from_the_same_address_try(self, db_session):
        for _ in range(3):
            count(db_session, password("13800000001"))

        count(db_session, password("13800000002"))

    def test_limits_one_phone_number_tried_from_many_addresses(self, db_session):
        tries = 3 * attempts.PER_PHONE
        for number in range(tries):
            count(db_session, password("13800000001", address=f"10.0.1.{number}"))

        with pytest.raises(attempts.TooManyAttempts):
            count(db_session, password("13800000001", address="10.0.2.1"))

    def test_limits_one_address_that_tries_many_phone_numbers(self, db_session):
        tries = 3 * attempts.PER_ADDRESS
        for number in range(tries):
            count(db_session, password(f"138000{number:05d}"))

        with pytest.raises(attempts.TooManyAttempts):
            count(db_session, password("13900000000"))

    def test_lets_in_again_when_the_window_has_passed(self, db_session):
        for _ in range(3):
            count(db_session, password("13800000001"))

        count(db_session, password("13800000001"), now=NOW + WINDOW)

    def test_keeps_no_attempt_for_longer_than_it_counts(self, db_session):
        count(db_session, password("13800000001"))

        count(db_session, password("13800000002"), now=NOW + WINDOW)

        assert db_session.scalar(select(func.count()).select_from(FailedSignIn)) == len(password("13800000002"))


class TestForgiveAttempt:
    def test_forgets_the_failures_of_the_right_person(self, db_session):
        count(db_session, password("13800000001"))
        count(db_session, password("13800000001"))
        right = count(db_session, password("13800000001"))

        attempts.forgive_attempt(db_session, attempt=right)

        count(db_session, password("13800000001"))

    def test_gives_the_address_only_this_attempt_back(self, db_session):
        # One account of one's own must not open the way to try the passwords of others for ever.
        for number in range(3 * attempts.PER_ADDRESS - 1):
            count(db_session, password(f"138000{number:05d}"))
        own = count(db_session, password("13900000000"))

        attempts.forgive_attempt(db_session, attempt=own)

        count(db_session, password("13900000001"))
        with pytest.raises(attempts.TooManyAttempts):
            count(db_session, password("13900000002"))
