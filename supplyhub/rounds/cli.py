"""Commands around plans: `plan` works on a day folder, without a database and without the web application."""

import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from supplyhub.core import clock
from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.issues import DayFolderError, Issue
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from supplyhub.rounds.imports import day_coordinates

_DEFAULT_SECONDS = 60.0
_ISSUES_SHOWN = 20
_SECONDS_BETWEEN_LINES = 0.25
_PLAN_HELP = """Plan the day folder DAY into rounds and write them to a plan file.

Ctrl-C ends the search early and writes the best plan so far. What cannot be read is named with its file, row
and column, and nothing is written.
"""


class _Refused(click.ClickException):
    """Bad input: what is wrong goes to standard error, and the exit status is 2."""

    exit_code = 2


class _Seconds(click.FloatRange):
    """A length of time. "nan" is a number to Python, and greater than no other: a search would never end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the seconds, and refuse what is not a number."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


@click.command(help=_PLAN_HELP)
@click.argument("day", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write the plan file.",
)
@click.option(
    "--seconds",
    type=_Seconds(min=0),
    help=f"How long to search (default {_DEFAULT_SECONDS:.0f}, or no limit with --iterations).",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--iterations",
    type=click.IntRange(min=0),
    help="End after so many steps: the same seed then gives the same plan.",
)
def plan(day: Path, out: Path, seconds: float | None, seed: int, iterations: int | None) -> None:
    """Plan a day folder into rounds.

    Raises
    ------
    _Refused
        When the day cannot be read or the plan cannot be written.
    """
    began = clock.monotonic()
    problem = _read(day)
    # Compiling, where that is still to be done, takes nothing from the seconds of the search.
    solve.warm_up()
    limits: list[stop.Stop] = []
    if iterations is not None:
        limits.append(stop.MaxIterations(iterations))
    if seconds is not None or iterations is None:
        seconds = _DEFAULT_SECONDS if seconds is None else seconds
        limits.append(stop.MaxSeconds(seconds, clock=clock.monotonic))
    limit = stop.FirstOf(*limits)
    reporter = _Reporter(is_shown=sys.stderr.isatty())
    result = solve.solve(problem, stop=limit, seed=seed, progress=reporter.show)
    reporter.close()
    try:
        day_folder.write_plan(result, out)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}."
        raise _Refused(message) from error
    click.echo(_summary(result, clock.monotonic() - began))


@click.command("warm-up")
def warm_up() -> None:
    """Compile the planning engine and keep the result on disk, so that planning starts at once."""
    began = clock.monotonic()
    solve.warm_up()
    click.echo(f"The planning engine is ready ({clock.monotonic() - began:.1f} s).")


def _read(folder: Path) -> Problem:
    try:
        return day_coordinates.read_day(folder)
    except DayFolderError as error:
        raise _Refused(_listed(folder, error.issues)) from error
    except day_coordinates.UnknownSystem as error:
        raise _Refused(error.message) from error


def _listed(folder: Path, issues: tuple[Issue, ...]) -> str:
    lines = [f"{folder} cannot be planned:", *map(str, issues[:_ISSUES_SHOWN])]
    if len(issues) > _ISSUES_SHOWN:
        lines.append(f"... and {len(issues) - _ISSUES_SHOWN} more")
    return "\n  ".join(lines)


def _summary(result: Plan, seconds: float) -> str:
    figures = result.figures
    if figures is None:
        return ""
    reasons = Counter(entry.reason.value for entry in result.unserved)
    why = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))
    unserved = f"{figures.unserved:,}" + (f" ({why})" if why else "")
    return (
        f"score_m {figures.score_m:,}  served {figures.served:,}  unserved {unserved}  "
        f"rounds {figures.rounds:,}  iterations {result.iterations:,}  seconds {seconds:.1f}"
    )


class _Reporter:
    """Keeps one line on a terminal up to date."""

    def __init__(self, *, is_shown: bool) -> None:
        self._is_shown = is_shown
        self._shown_at = clock.monotonic() - _SECONDS_BETWEEN_LINES

    def show(self, progress: solve.Progress) -> None:
        """Show how far the search is, several times a second at most."""
        if not self._is_shown or clock.monotonic() - self._shown_at < _SECONDS_BETWEEN_LINES:
            return
        self._shown_at = clock.monotonic()
        line = f"{progress.share:4.0%}  score_m {progress.score_m:,}  unserved {progress.unserved:,}"
        click.echo(f"\r{line}\033[K", nl=False, err=True)

    def close(self) -> None:
        """Clear the line."""
        if self._is_shown:
            click.echo("\r\033[K", nl=False, err=True)
