"""Reading the job table."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.core.errors import NotFound
from supplyhub.jobs.models import Job, JobState
from supplyhub.wording import lazy_gettext


class JobNotFound(NotFound):
    """There is no such job."""


def find_job(session: Session, *, job_id: int) -> Job | None:
    """Return a job, or None."""
    return session.get(Job, job_id)


def get_job(session: Session, *, job_id: int) -> Job:
    """Return a job.

    Raises
    ------
    JobNotFound
        There is no such job.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise JobNotFound(lazy_gettext("There is no such job."))
    return job


def count_jobs(session: Session) -> dict[JobState, int]:
    """Return how many jobs stand in each state."""
    rows = session.execute(select(Job.state, func.count().label("number")).group_by(Job.state))
    return {row.state: row.number for row in rows}


def list_jobs(session: Session, *, limit: int = 100) -> list[Job]:
    """Return the latest jobs, the newest first."""
    return list(session.scalars(select(Job).order_by(Job.id.desc()).limit(limit)))
