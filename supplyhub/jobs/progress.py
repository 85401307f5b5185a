"""How a running job tells how far it is, keeps its lease, and learns that it should stop."""

import contextvars
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs import operations

REPORT_EVERY_S = 0.5
log = structlog.get_logger()


class LeaseLost(Exception):
    """The job is no longer this worker's; what it has done does not count."""


class Interrupted(Exception):
    """The worker stops before the job is done; the job is given back and begins again elsewhere."""


class Progress:
    """The line between a handler and its job row: each report is a short transaction of its own."""

    def __init__(self, *, job_id: int, worker: str, lease: timedelta, stopping: threading.Event | None = None) -> None:
        self.job_id = job_id
        self._worker = worker
        self._lease = lease
        self._reported_at = float("-inf")
        self._cancelled = threading.Event()
        self._lost = threading.Event()
        self._stopping = stopping or threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether the handler should stop: somebody asked for it, the lease was lost, or the worker ends."""
        return self._cancelled.is_set() or self._lost.is_set() or self._stopping.is_set()

    def report(self, share: float, **details: Any) -> None:
        """Tell the share done (0 to 1) and details for the page; more often than twice a second is ignored."""
        if clock.monotonic() - self._reported_at < REPORT_EVERY_S:
            return
        self._reported_at = clock.monotonic()
        self._renew(share=share, details=details)

    def hold(self, session: Session) -> None:
        """Make sure, in the transaction that is to write the result, that the job is still this worker's.

        Raises
        ------
        LeaseLost
            Another worker has the job, or it has ended.
        Interrupted
            The worker was told to end while it worked: the result is cut short by that, not by anybody's wish.
        """
        asked = operations.renew_lease(
            session,
            job_id=self.job_id,
            worker=self._worker,
            until_at=clock.now() + self._lease,
            share=None,
            details=None,
        )
        if asked is None:
            message = f"job {self.job_id} is no longer held by {self._worker}"
            raise LeaseLost(message)
        if self._stopping.is_set() and not asked:
            message = f"{self._worker} ends before job {self.job_id} is done"
            raise Interrupted(message)

    def keep_alive(self) -> Callable[[], None]:
        """Renew the lease from a thread of its own until the returned function is called."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self._lease.total_seconds() / 4):
                self._renew()

        # The thread works in a copy of this context: the application that owns the database is part of it.
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(beat,), name=f"lease-{self.job_id}", daemon=True)
        thread.start()

        def end() -> None:
            ended.set()
            thread.join()

        return end

    def _renew(self, *, share: float | None = None, details: dict[str, Any] | None = None) -> None:
        """Renew the lease, and write progress where some is given; a database that is busy is asked again later."""
        try:
            with transaction() as session:
                asked = operations.renew_lease(
                    session,
                    job_id=self.job_id,
                    worker=self._worker,
                    until_at=clock.now() + self._lease,
                    share=share,
                    details=details,
                )
        except SQLAlchemyError as error:
            log.warning("job.lease_not_renewed", job_id=self.job_id, error=type(error).__name__)
            return
        if asked is None:
            self._lost.set()
        elif asked:
            self._cancelled.set()
