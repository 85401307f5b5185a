"""Transactions: committed whole or not at all; writers wait for each other; what is read is what was kept."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from supplyhub.accounts.models import FailedSignIn
from supplyhub.db.engine import session
from supplyhub.db.transaction import begin_writing, reading, transaction, writing
from supplyhub.places.models import City, District

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("app_context")


def attempts() -> int:
    with reading() as current:
        return current.scalar(select(func.count()).select_from(FailedSignIn)) or 0


def attempt(subject: str = "phone:1") -> FailedSignIn:
    return FailedSignIn(subject=subject, failed_at=NOON)


class TestTransaction:
    def test_keeps_its_work_at_the_end(self) -> None:
        with transaction() as current:
            current.add(attempt())

        assert attempts() == 1

    def test_keeps_nothing_when_anything_is_raised(self) -> None:
        def fail_half_way() -> None:
            with transaction() as current:
                current.add(attempt())
                current.flush()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail_half_way()

        assert attempts() == 0

    def test_lets_two_writers_that_read_first_both_succeed(self, app: Flask) -> None:
        """Both read a count and write one more: the second waits for the first instead of failing as locked."""
        begun = threading.Barrier(2, timeout=20)

        def count_one_more() -> None:
            with app.app_context():
                begun.wait()
                with transaction() as current:
                    current.scalar(select(func.count()).select_from(FailedSignIn))
                    current.add(attempt())

        threads = [threading.Thread(target=count_one_more) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert attempts() == 2


class TestWriting:
    def test_keeps_nothing_when_told_not_to(self) -> None:
        with writing(session()) as outcome:
            session().add(attempt())
            session().flush()
            outcome.keep = False

        assert attempts() == 0

    def test_lets_go_of_what_was_read_before(self) -> None:
        session().scalar(select(func.count()).select_from(FailedSignIn))

        with writing(session()):
            session().add(attempt())

        assert attempts() == 1

    def test_refuses_to_begin_inside_another(self) -> None:
        with transaction() as current, pytest.raises(RuntimeError, match="already open"):
            begin_writing(current)


class TestSavepoint:
    def test_lets_an_operation_go_on_after_a_refusal_by_the_database(self) -> None:
        with transaction() as current:
            current.add(City(code="a", name="甲"))
            current.flush()
            with pytest.raises(IntegrityError), current.begin_nested():
                current.add(City(code="a", name="乙"))
            current.add(City(code="b", name="乙"))

        with reading() as current:
            assert current.scalars(select(City.code).order_by(City.code)).all() == ["a", "b"]


class TestForeignKeys:
    def test_are_held_on_both_databases(self, db_session: Session) -> None:
        orphan = District(city_id=999, code="x", name="x", path="x/x", timezone="Asia/Shanghai")

        db_session.add(orphan)
        with pytest.raises(IntegrityError):
            db_session.flush()
        db_session.rollback()


class TestInstants:
    def test_come_back_aware_and_in_utc(self) -> None:
        in_china = NOON.astimezone(timezone(timedelta(hours=8)))
        with transaction() as current:
            current.add(FailedSignIn(subject="phone:1", failed_at=in_china))

        with reading() as current:
            stored = current.scalars(select(FailedSignIn.failed_at)).one()

        assert stored == NOON
        assert stored.utcoffset() == timedelta(0)

    def test_refuse_to_be_naive(self, db_session: Session) -> None:
        db_session.add(FailedSignIn(subject="phone:1", failed_at=NOON.replace(tzinfo=None)))

        with pytest.raises(StatementError, match="naive"):
            db_session.flush()
        db_session.rollback()
