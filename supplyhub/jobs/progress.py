"""How a running job tells how far it is, keeps its lease, and learns that it should stop."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs import operations

REPORT_EVERY_S = 0.5


class LeaseLost(Exception):
    """Another worker has taken the job; what this one does no longer counts."""


class Progress:
    """The line between a handler and its job row: each report is a short transaction of its own."""

    def __init__(self, *, job_id: int, worker: str, lease: timedelta) -> None:
        self.job_id = job_id
        self._worker = worker
        self._lease = lease
        self._reported_at = float("-inf")
        self._stop = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether the handler should stop: somebody asked for it, or the lease was lost."""
        return self._stop.is_set()

    def report(self, share: float, **details: Any) -> None:
        """Tell the share done (0 to 1) and details for the page; more often than twice a second is ignored."""
        if clock.monotonic() - self._reported_at < REPORT_EVERY_S:
            return
        self._reported_at = clock.monotonic()
        self.renew(share=share, details=details)

    def renew(self, *, share: float | None = None, details: dict[str, Any] | None = None) -> None:
        """Renew the lease, and write progress where some is given."""
        with transaction() as session:
            wanted = operations.renew_lease(
                session,
                job_id=self.job_id,
                worker=self._worker,
                until_at=clock.now() + self._lease,
                share=share,
                details=details,
            )
        if not wanted:
            self._stop.set()

    def keep_alive(self) -> Callable[[], None]:
        """Renew the lease from a thread of its own until the returned function is called."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self._lease.total_seconds() / 4):
                self.renew()

        thread = threading.Thread(target=beat, name=f"lease-{self.job_id}", daemon=True)
        thread.start()

        def end() -> None:
            ended.set()
            thread.join()

        return end
