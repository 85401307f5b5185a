"""The commands of the demo: `supplyhub demo load|reset|log-ins`. They run inside the application's context."""

import unicodedata
from collections.abc import Callable

import click
import flask_babel

from supplyhub.core import clock, intervals
from supplyhub.core.errors import DomainError
from supplyhub.demo import loading, log_ins, names, writing
from supplyhub.webkit.settings import settings

_COLUMNS = ("Role", "Name", "Phone", "Password", "What you will see")


@click.group()
def demo() -> None:
    """Load the invented district, make it anew, show its log-ins."""


@demo.command()
def load() -> None:
    """Load the invented district, dated today, and plan its day; what is there already stays."""
    _carry_out(loading.load)


@demo.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Throw the invented districts away, with all that was done in them, and load them anew."""
    _refuse_production()
    if not yes:
        click.confirm("Throw away everything that was done in the invented districts?", abort=True)
    _carry_out(loading.reset)


@demo.command("log-ins")
def show_log_ins() -> None:
    """Show who can sign in, with phone number, password, and what they will see."""
    _show_log_ins()


def _carry_out(action: Callable[..., loading.Loaded]) -> None:
    _refuse_production()
    now, began_s = clock.now(), clock.monotonic()
    try:
        loaded = action(now=now, tell=click.echo)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    day = loaded.day_date.isoformat()
    if loaded.is_new:
        took_s = clock.monotonic() - began_s
        click.echo(f"The demo is ready after {took_s:.0f} seconds. Everything and everybody in it is invented.")
    elif loaded.day_date < intervals.local_date(now, loaded.zone):
        click.echo(f"The demo is there, dated {day}, and kept as it is. To date it today: make reset-demo")
    else:
        click.echo(f"The demo is there, dated {day}.")
    _show_log_ins()


def _refuse_production() -> None:
    if settings().environment == "production":
        message = "The demo has public passwords; it cannot be loaded in production."
        raise click.ClickException(message)


def _show_log_ins() -> None:
    """Print the log-ins as a table, the role in both languages."""
    rows = [_COLUMNS]
    for log_in in log_ins.log_ins():
        with flask_babel.force_locale("zh_Hans"):
            chinese = str(log_in.label)
        with flask_babel.force_locale("en"):
            role = f"{log_in.label} {chinese}" if chinese != str(log_in.label) else str(log_in.label)
            rows.append((role, log_in.name, log_in.phone, log_in.password, str(log_in.sees)))
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    click.echo()
    for number, row in enumerate(rows):
        click.echo("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            click.echo("  ".join("─" * width for width in widths))
    click.echo(f"\nA resident of {names.HOME_COMPOUND} signs up with the code {writing.HOME_INVITATION}.")


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
