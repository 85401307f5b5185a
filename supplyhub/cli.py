"""The command line: `supplyhub …`. Commands that need no database do not make the application."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from supplyhub import config
from supplyhub.rounds import cli as rounds_cli

Command = TypeVar("Command", bound=Callable[..., Any])


def with_app(command: Command) -> Command:
    """Run a command inside the application's context."""

    @wraps(command)
    def inside(*args: Any, **kwargs: Any) -> Any:
        from supplyhub.app import create_app

        try:
            app = create_app()
        except config.UnableToStart as error:
            raise click.ClickException(str(error)) from None
        with app.app_context():
            return command(*args, **kwargs)

    return cast("Command", inside)


@click.group()
@click.version_option(package_name="supplyhub")
def main() -> None:
    """Match what residents of a locked-down district need to delivery rounds that are allowed to move."""


@main.group()
def db() -> None:
    """Bring the database to the wanted state."""


@db.command()
@click.argument("revision", default="head")
@with_app
def upgrade(revision: str) -> None:
    """Run the migrations up to REVISION."""
    import flask_migrate

    flask_migrate.upgrade(revision=revision)


@db.command()
@click.argument("revision")
@with_app
def downgrade(revision: str) -> None:
    """Run the migrations down to REVISION ("base" undoes all)."""
    import flask_migrate

    flask_migrate.downgrade(revision=revision)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--worker/--no-worker", default=True, help="Also run the worker of jobs, as a process of its own.")
def serve(host: str, port: int, threads: int, worker: bool) -> None:
    """Serve the pages, with one worker of jobs beside."""
    gunicorn = [
        sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread",
        "--workers", "1", "--threads", str(threads), "--keep-alive", "30", "--log-level", "warning",
        "supplyhub.app:create_app()",
    ]  # fmt: skip
    commands = [gunicorn]
    if worker:
        commands.append([sys.executable, "-m", "supplyhub", "worker"])
    sys.exit(_run_together(commands))


@main.command()
@with_app
def worker() -> None:
    """Run jobs until stopped."""
    from supplyhub.jobs.worker import Worker
    from supplyhub.webkit.settings import settings

    found = Worker(lease_s=settings().job_lease_seconds, poll_s=settings().job_poll_seconds)
    found.stop_on_signals()
    found.run()


main.add_command(rounds_cli.plan)
main.add_command(rounds_cli.warm_up)


def _run_together(commands: list[list[str]]) -> int:
    """Run programs side by side until one ends or a signal comes; then end the others. Return the first's status."""
    programs = [subprocess.Popen(command) for command in commands]  # noqa: S603 -- our own words and numbers

    def end_all(*_signal: object) -> None:
        for program in programs:
            program.terminate()

    signal.signal(signal.SIGTERM, end_all)
    signal.signal(signal.SIGINT, end_all)
    while all(program.poll() is None for program in programs):
        time.sleep(0.2)
    end_all()
    statuses = [program.wait() for program in programs]
    return statuses[0]
