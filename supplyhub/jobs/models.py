"""The job table: work that outlives a request, written in the caller's transaction."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from supplyhub.db.base import Base, Instant, MaybeInstant, PrimaryKey, code_column


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """A piece of work: a handler's name and its arguments (ids, numbers, text).

    A worker holds it by a lease that it renews; when the worker dies the lease runs out and the job is taken
    again, until `attempts` reaches `max_attempts`. `share` (0 to 1) and `progress` tell how far it is.
    """

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "run_at"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(code_column(JobState, "state"), default=JobState.WAITING)
    run_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    worker: Mapped[str] = mapped_column(String(80), default="")
    leased_until_at: Mapped[MaybeInstant]
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    share: Mapped[float] = mapped_column(default=0.0)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Instant]
    finished_at: Mapped[MaybeInstant]
