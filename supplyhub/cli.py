"""The command line: `supplyhub …`.

Commands of domains are imported when they are called, and only those that work on the database make the application:
`supplyhub plan` starts without either.
"""

import importlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

AnyCommand = TypeVar("AnyCommand", bound=click.Command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where a domain keeps a command: a module, its name there, and whether it needs the application."""

    module: str
    name: str
    needs_app: bool = True


COMMANDS = {
    "demo": Elsewhere(module="supplyhub.demo.cli", name="demo"),
    "import-day": Elsewhere(module="supplyhub.rounds.import_cli", name="import_day"),
    "plan": Elsewhere(module="supplyhub.rounds.cli", name="plan", needs_app=False),
    "roads": Elsewhere(module="supplyhub.rounds.roads_cli", name="group", needs_app=False),
    "plan-city": Elsewhere(module="supplyhub.rounds.city_cli", name="plan_city"),
    "replan": Elsewhere(module="supplyhub.rounds.live_cli", name="replan", needs_app=False),
    "warm-up": Elsewhere(module="supplyhub.rounds.cli", name="warm_up", needs_app=False),
}


class Commands(click.Group):
    """The commands of this module and those that domains keep."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None."""
        elsewhere = COMMANDS.get(cmd_name)
        if elsewhere is None:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(importlib.import_module(elsewhere.module), elsewhere.name)
        return in_app(command) if elsewhere.needs_app else command


def in_app(command: AnyCommand) -> AnyCommand:
    """Let a command, and the commands below it, run in the context of the application."""
    inner: Callable[..., Any] = command.callback or (lambda: None)
    if getattr(inner, "runs_in_app", False):
        return command

    @wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        # Imported here: only these commands pay for it.
        from supplyhub import config
        from supplyhub.app import create_app

        try:
            app = create_app()
        except config.UnableToStart as error:
            raise click.ClickException(str(error)) from None
        click.get_current_context().with_resource(app.app_context())
        return inner(*args, **kwargs)

    outer.runs_in_app = True  # type: ignore[attr-defined]
    command.callback = outer
    return command


@click.group(cls=Commands)
@click.version_option(package_name="supplyhub")
def main() -> None:
    """Match what residents of a locked-down district need to delivery rounds that are allowed to move."""


@in_app
@main.group()
def db() -> None:
    """Bring the database to the wanted state."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Run the migrations up to REVISION."""
    import flask_migrate

    flask_migrate.upgrade(revision=revision)


@db.command()
@click.argument("revision")
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
    _require_settings()
    gunicorn = [
        sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread",
        "--workers", "1", "--threads", str(threads), "--keep-alive", "30", "--log-level", "warning",
        "supplyhub.app:create_app()",
    ]  # fmt: skip
    commands = [gunicorn]
    if worker:
        commands.append([sys.executable, "-m", "supplyhub", "worker"])
    click.echo(f"SupplyHub is at http://{host}:{port} (Ctrl-C ends it)")
    sys.exit(_run_together(commands))


@in_app
@main.command()
def worker() -> None:
    """Run jobs until stopped."""
    from supplyhub.jobs.worker import Worker
    from supplyhub.webkit.settings import settings

    found = Worker(lease_s=settings().job_lease_seconds, poll_s=settings().job_poll_seconds)
    found.stop_on_signals()
    found.run()


def _require_settings() -> None:
    """End the command here, with the reason, where the settings do not let the application start.

    Raises
    ------
    click.ClickException
        They do not.
    """
    from supplyhub import config

    try:
        config.load()
    except config.UnableToStart as error:
        raise click.ClickException(str(error)) from None


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
