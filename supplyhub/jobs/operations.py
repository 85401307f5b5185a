"""Changing the job table: adding, taking, renewing, ending. A job row is written in its caller's transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from supplyhub.core.errors import Conflict
from supplyhub.jobs import queries, registry
from supplyhub.jobs.models import Job, JobState
from supplyhub.wording import lazy_gettext

BACKOFF_S = 10
LONGEST_ERROR = 2000


class UnableToRetry(Conflict):
    """The job has not failed."""


def add_job(session: Session, *, name: str, arguments: dict[str, Any], now: datetime, max_attempts: int = 3) -> Job:
    """Add a job for a worker to take once the caller's transaction is committed."""
    job = Job(name=name, arguments=arguments, run_at=now, created_at=now, max_attempts=max_attempts)
    session.add(job)
    session.flush()
    return job


def take_job(session: Session, *, worker: str, now: datetime, lease: timedelta) -> Job | None:
    """Take the oldest job that is due, or one whose worker let its lease run out; None where there is none.

    A job whose lease ran out on its last attempt is ended as failed instead, and one that was to stop as cancelled.
    """
    statement = (
        select(Job)
        .where(
            or_(
                (Job.state == JobState.WAITING) & (Job.run_at <= now),
                (Job.state == JobState.RUNNING) & (Job.leased_until_at < now),
            )
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalars(statement).one_or_none()
    if job is None:
        return None
    if job.cancel_asked or job.attempts >= job.max_attempts:
        job.error = job.error or "the worker died"
        _end_badly(session, job, now=now)
        return take_job(session, worker=worker, now=now, lease=lease)
    job.state, job.worker, job.leased_until_at = JobState.RUNNING, worker, now + lease
    job.share, job.progress = 0.0, {}  # what an attempt before this one had reached is gone
    job.attempts += 1
    session.flush()
    return job


def renew_lease(
    session: Session,
    *,
    job_id: int,
    worker: str,
    until_at: datetime,
    share: float | None,
    details: dict[str, Any] | None,
) -> bool | None:
    """Renew a worker's lease and tell whether the job was asked to stop; None where the lease is lost."""
    values: dict[str, Any] = {"leased_until_at": until_at}
    if share is not None:
        values["share"] = min(1.0, max(0.0, share))
    if details is not None:
        values["progress"] = details
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.state == JobState.RUNNING)
        .values(**values)
        .returning(Job.cancel_asked)
    )
    return session.execute(statement).scalar_one_or_none()


def release_job(session: Session, *, job_id: int, worker: str, now: datetime) -> None:
    """Give back a job that a worker has to leave, as if it had not been taken; nothing where it is not held."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.worker != worker or job.state != JobState.RUNNING:
        return
    job.state, job.run_at, job.leased_until_at = JobState.WAITING, now, None
    job.attempts -= 1
    session.flush()


def finish_job(session: Session, *, job_id: int, worker: str, now: datetime) -> None:
    """End a job as done (or cancelled, where that was asked), if the worker still holds it."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.worker != worker or job.state != JobState.RUNNING:
        return
    job.state = JobState.CANCELLED if job.cancel_asked else JobState.DONE
    job.finished_at, job.share, job.leased_until_at = now, 1.0, None
    session.flush()


def fail_job(session: Session, *, job_id: int, worker: str, error: str, now: datetime) -> Job | None:
    """Note that an attempt failed: the job waits for the next one, or has failed for good. None if not held."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.worker != worker or job.state != JobState.RUNNING:
        return None
    job.error, job.leased_until_at = error[-LONGEST_ERROR:], None
    if job.cancel_asked or job.attempts >= job.max_attempts:
        _end_badly(session, job, now=now)
    else:
        job.state = JobState.WAITING
        job.run_at = now + timedelta(seconds=BACKOFF_S * 2 ** (job.attempts - 1))
    session.flush()
    return job


def ask_to_cancel(session: Session, *, job_id: int, now: datetime) -> Job:
    """Ask a job to stop; one that nobody has taken yet is cancelled at once.

    Raises
    ------
    JobNotFound
        There is no such job.
    """
    job = queries.get_job(session, job_id=job_id)
    job.cancel_asked = True
    if job.state == JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, now
    session.flush()
    return job


def retry_job(session: Session, *, job_id: int, now: datetime) -> Job:
    """Let a failed job run again.

    Raises
    ------
    JobNotFound
        There is no such job.
    UnableToRetry
        The job has not failed.
    """
    job = queries.get_job(session, job_id=job_id)
    if job.state != JobState.FAILED:
        raise UnableToRetry(lazy_gettext("Only a failed job can run again."))
    job.state, job.run_at, job.attempts, job.finished_at = JobState.WAITING, now, 0, None
    job.share, job.progress, job.cancel_asked = 0.0, {}, False
    session.flush()
    return job


def _end_badly(session: Session, job: Job, *, now: datetime) -> None:
    """End a job without its result: cancelled where that was asked for, else failed. Its domain notes it."""
    job.state = JobState.CANCELLED if job.cancel_asked else JobState.FAILED
    job.finished_at, job.leased_until_at = now, None
    note_failure = registry.find_failure_handler(job.name)
    if note_failure is not None:
        note_failure(session, now=now, **job.arguments)
    session.flush()
