"""A real server for the browser: the application on a free port of this machine, with its worker."""

import contextlib
import threading
from collections.abc import Iterator

from flask import Flask
from werkzeug.serving import make_server

from supplyhub.jobs.worker import Worker
from supplyhub.webkit.settings import settings

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
