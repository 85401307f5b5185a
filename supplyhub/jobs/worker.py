"""The worker: takes jobs one at a time, runs their handlers, and survives their failures and the database's."""

import os
import signal
import socket
import threading
import traceback
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs import operations, registry
from supplyhub.jobs.models import Job
from supplyhub.jobs.progress import Interrupted, LeaseLost, Progress

log = structlog.get_logger()


class Worker:
    """One worker. After `stop` it asks the job in hand to end, gives it back unfinished, and `run` returns."""

    def __init__(self, *, lease_s: int, poll_s: float) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
        self._lease = timedelta(seconds=lease_s)
        self._poll_s = poll_s
        self._stopped = threading.Event()

    def stop(self, *_signal: object) -> None:
        """Take no more jobs. Also a signal handler."""
        self._stopped.set()

    def stop_on_signals(self) -> None:
        """Stop on SIGTERM and SIGINT."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def run(self) -> None:
        """Take and run jobs until stopped."""
        log.info("worker.started", worker=self.name)
        while not self._stopped.is_set():
            try:
                has_worked = self.run_one()
            except SQLAlchemyError:  # the database is away: jobs wait in it, the worker for it
                log.exception("worker.database_failed", worker=self.name)
                has_worked = False
            if not has_worked:
                self._stopped.wait(self._poll_s)
        log.info("worker.stopped", worker=self.name)

    def run_one(self) -> bool:
        """Take and run one job; False where none is due."""
        with transaction() as session:
            job = operations.take_job(session, worker=self.name, now=clock.now(), lease=self._lease)
        if job is None:
            return False
        self._run(job)
        return True

    def _run(self, job: Job) -> None:
        progress = Progress(job_id=job.id, worker=self.name, lease=self._lease, stopping=self._stopped)
        end_lease = progress.keep_alive()
        try:
            registry.get_handler(job.name)(progress=progress, **job.arguments)
        except LeaseLost:
            log.warning("job.lease_lost", job_id=job.id, job_name=job.name)
            end_lease()
        except Interrupted:
            log.info("job.given_back", job_id=job.id, job_name=job.name)
            end_lease()
            with transaction() as session:
                operations.release_job(session, job_id=job.id, worker=self.name, now=clock.now())
        except Exception:  # the edge of a job: recorded on its row, retried, and the worker goes on
            log.exception("job.failed", job_id=job.id, job_name=job.name, attempt=job.attempts)
            error = traceback.format_exc()
            end_lease()
            with transaction() as session:
                operations.fail_job(session, job_id=job.id, worker=self.name, error=error, now=clock.now())
        else:
            end_lease()
            with transaction() as session:
                operations.finish_job(session, job_id=job.id, worker=self.name, now=clock.now())
            log.info("job.done", job_id=job.id, job_name=job.name)
