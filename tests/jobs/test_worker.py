"""The job table and its worker: one at a time, retried, given back, and never held by the dead."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs import operations, registry
from supplyhub.jobs.models import Job, JobState
from supplyhub.jobs.worker import Worker
from tests.support.server import working

NOW = datetime(2022, 11, 8, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.fixture
def handler(monkeypatch):
    """Register a handler (and what it writes when it fails) for the time of a test."""
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_failure_handlers", {})

    def register(handle, note_failure=None):
        registry.handles("tests.work")(handle)
        if note_failure is not None:
            registry.handles_failure("tests.work")(note_failure)

    return register


@pytest.fixture
def worker(app_context):
    return Worker(lease_s=60, poll_s=0.01)


def add(now=NOW, **arguments):
    with transaction() as session:
        return operations.add_job(session, name="tests.work", arguments=arguments, now=now).id


def look(job_id):
    with transaction() as session:
        return session.get_one(Job, job_id)


def take(worker, now):
    with transaction() as session:
        return operations.take_job(session, worker=worker, now=now, lease=LEASE)


class TestRunOne:
    def test_gives_the_handler_its_arguments(self, worker, handler):
        seen = []
        handler(lambda *, progress, plan_id: seen.append(plan_id))
        job_id = add(plan_id=7)

        assert worker.run_one()

        assert seen == [7]
        assert look(job_id).state == JobState.DONE
        assert look(job_id).share == 1.0

    def test_says_when_nothing_is_due(self, worker, handler):
        add(now=clock.now() + timedelta(hours=1))

        assert not worker.run_one()

    def test_tries_again_after_a_failure_and_then_gives_up(self, worker, handler, frozen_clock):
        noted = []

        def fail(*, progress):
            message = "out of luck"
            raise RuntimeError(message)

        handler(fail, lambda session, *, now: noted.append(now))
        job_id = add()
        states = []
        for _ in range(3):
            assert worker.run_one()
            states.append(look(job_id).state)
            frozen_clock(timedelta(minutes=5))

        assert states == [JobState.WAITING, JobState.WAITING, JobState.FAILED]
        assert "out of luck" in look(job_id).error
        assert len(noted) == 1

    def test_records_a_job_that_nobody_can_do(self, worker, handler):
        job_id = add()

        assert worker.run_one()

        assert "tests.work" in look(job_id).error

    def test_ends_a_job_that_was_to_stop_as_cancelled(self, worker, handler):
        def work(*, progress):
            with transaction() as session:
                operations.ask_to_cancel(session, job_id=progress.job_id, now=NOW)
            progress.report(0.5)
            assert progress.is_cancelled

        handler(work)
        job_id = add()

        worker.run_one()

        assert look(job_id).state == JobState.CANCELLED

    def test_gives_back_what_it_has_to_leave(self, worker, handler):
        def work(*, progress):
            worker.stop()
            assert progress.is_cancelled
            with transaction() as session:
                progress.hold(session)

        handler(work)
        job_id = add()

        worker.run_one()

        # As if it had not been taken: the attempt does not count.
        assert look(job_id).state == JobState.WAITING
        assert look(job_id).attempts == 0

    def test_keeps_nothing_that_another_worker_has_taken(self, worker, handler):
        def work(*, progress):
            with transaction() as session:
                job = session.get_one(Job, progress.job_id)
                job.worker, job.attempts = "another", 2
            with transaction() as session:
                session.add(Job(name="tests.result", arguments={}, run_at=NOW, created_at=NOW))
                session.flush()
                progress.hold(session)

        handler(work)
        job_id = add()

        worker.run_one()

        assert look(job_id).worker == "another"
        assert look(job_id).state == JobState.RUNNING
        with transaction() as session:
            assert session.query(Job).filter_by(name="tests.result").count() == 0

    def test_tells_progress(self, worker, handler):
        def work(*, progress):
            progress.report(0.25, score_m=900)
            with transaction() as session:
                job = session.get_one(Job, progress.job_id)
                assert (job.share, job.progress) == (0.25, {"score_m": 900})

        handler(work)
        job_id = add()

        worker.run_one()

        assert look(job_id).state == JobState.DONE, look(job_id).error


class TestLease:
    def test_is_renewed_while_the_handler_works(self, app_context, handler):
        short = Worker(lease_s=1, poll_s=0.01)
        seen = []

        def work(*, progress):
            first = look(progress.job_id).leased_until_at
            threading.Event().wait(0.8)
            seen.append(look(progress.job_id).leased_until_at - first)

        handler(work)
        add()

        short.run_one()

        assert seen[0] > timedelta(milliseconds=200)


class TestTakeJob:
    def test_gives_a_job_to_one_worker_only(self, app_context):
        add()

        assert take("first", NOW) is not None
        assert take("second", NOW) is None

    def test_takes_the_oldest_first(self, app_context):
        later, sooner = add(NOW + timedelta(seconds=1)), add(NOW)

        taken = [take("first", NOW + LEASE / 2).id, take("first", NOW + LEASE / 2).id]

        assert taken == [sooner, later]

    def test_takes_over_from_a_dead_worker(self, app_context):
        job_id = add()
        take("dead", NOW)

        assert take("alive", NOW + LEASE) is None
        taken = take("alive", NOW + LEASE + timedelta(seconds=1))

        assert (taken.id, taken.worker, taken.attempts) == (job_id, "alive", 2)

    def test_begins_at_nothing_done(self, app_context):
        job_id = add()
        take("dead", NOW)
        with transaction() as session:
            job = session.get_one(Job, job_id)
            job.share, job.progress = 0.9, {"score_m": 1}

        taken = take("alive", NOW + 2 * LEASE)

        assert (taken.share, taken.progress) == (0.0, {})

    def test_gives_up_a_job_that_kills_its_workers(self, app_context, handler):
        noted = []
        handler(lambda *, progress: None, lambda session, *, now: noted.append(now))
        job_id = add()
        for attempt in range(3):
            take("dead", NOW + attempt * 2 * LEASE)

        assert take("alive", NOW + 10 * LEASE) is None

        assert look(job_id).state == JobState.FAILED
        assert len(noted) == 1

    def test_does_not_begin_again_what_was_to_stop(self, app_context, handler):
        noted = []
        handler(lambda *, progress: None, lambda session, *, now: noted.append(now))
        job_id = add()
        take("dead", NOW)
        with transaction() as session:
            operations.ask_to_cancel(session, job_id=job_id, now=NOW)

        assert take("alive", NOW + 2 * LEASE) is None

        assert look(job_id).state == JobState.CANCELLED
        assert len(noted) == 1


class TestAskToCancel:
    def test_ends_a_job_that_nobody_has_taken(self, app_context):
        job_id = add()

        with transaction() as session:
            operations.ask_to_cancel(session, job_id=job_id, now=NOW)

        assert look(job_id).state == JobState.CANCELLED
        assert take("worker", NOW) is None


class TestRetryJob:
    def test_begins_a_failed_job_anew(self, app_context, handler):
        job_id = add()
        for attempt in range(3):
            take("dead", NOW + attempt * 2 * LEASE)
        take("alive", NOW + 10 * LEASE)

        with transaction() as session:
            operations.retry_job(session, job_id=job_id, now=NOW)

        assert take("alive", NOW).attempts == 1

    def test_refuses_a_job_that_has_not_failed(self, app_context):
        job_id = add()

        with transaction() as session, pytest.raises(operations.UnableToRetry):
            operations.retry_job(session, job_id=job_id, now=NOW)


class TestRun:
    def test_does_the_jobs_of_an_application_until_stopped(self, app, handler):
        done = threading.Event()

        def work(*, progress):
            done.set()

        handler(work)
        with app.app_context():
            add()

        with working(app):
            assert done.wait(10)
