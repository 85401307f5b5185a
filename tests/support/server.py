"""A real server for the browser, on a free port of this machine, with its worker; and workers by themselves."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from supplyhub.jobs.worker import Worker
from supplyhub.webkit.settings import settings
from tests.support import sources

PATIENCE_S = 30


@contextlib.contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application in threads of this process, a worker beside it, and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        with working(app):
            yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=PATIENCE_S)
        server.server_close()


@contextlib.contextmanager
def working(app: Flask) -> Iterator[Worker]:
    """Do the application's jobs in a thread of this process."""
    with app.app_context():
        worker = Worker(lease_s=settings().job_lease_seconds, poll_s=settings().job_poll_seconds)

    def work() -> None:
        with app.app_context():
            worker.run()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=PATIENCE_S)


@contextlib.contextmanager
def worker_process(database_url: str, *, data_folder: Path, **changed: Any) -> Iterator["subprocess.Popen[str]"]:
    """Run a worker as a process of its own over a database; it is looking for jobs when this begins."""
    own = {f"SUPPLYHUB_{name.upper()}": str(value) for name, value in changed.items()}
    environment = {
        **os.environ,
        "SUPPLYHUB_ENVIRONMENT": "test",
        "SUPPLYHUB_DATA_FOLDER": str(data_folder),
        "DATABASE_URL": database_url,
        **own,
    }
    command = [sys.executable, "-m", "supplyhub", "worker"]
    log_path = data_folder / f"worker-{threading.get_ident()}-{len(list(data_folder.glob('worker-*')))}.log"
    with (
        log_path.open("w") as log,
        subprocess.Popen(command, env=environment, cwd=sources.ROOT, stdout=log, stderr=log, text=True) as process,
    ):
        try:
            while "worker.started" not in log_path.read_text():
                if process.poll() is not None:
                    raise AssertionError(log_path.read_text())
                threading.Event().wait(0.05)
            yield process
        finally:
            process.kill()
