"""The command `replan`: answer what happened on a day that is being driven, from files alone."""

import json
from pathlib import Path

import click

from supplyhub.core import clock
from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.issues import DayFolderError, PlanFileError
from supplyhub.planning.live import answer_documents, change_documents
from supplyhub.planning.live.answers import Replanned
from supplyhub.planning.live.change_documents import UnableToReadChanges
from supplyhub.planning.live.changes import Change, UnableToApply
from supplyhub.planning.live.replan import replan as answer_changes
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from supplyhub.planning.sheet import seconds_of_day
from supplyhub.rounds import live_folder
from supplyhub.rounds.imports import day_coordinates

_DEFAULT_ITERATIONS = 400
_ISSUES_SHOWN = 20
_HELP = """Answer what happened on the day folder DAY, whose plan file PLAN is being driven, with a new plan file.

Visits done or under way stay, the rest moves as little as possible. docs/live-changes.md describes the file of changes
and the answer. What cannot be read is named, and nothing is written.
"""


class _Refused(click.ClickException):
    """Bad input: what is wrong goes to standard error, and the exit status is 2."""

    exit_code = 2


@click.command(help=_HELP)
@click.argument("day", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--now", required=True, help="The time of the day, such as 10:00.")
@click.option(
    "--changes",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What happened, as JSON.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write the new plan file.",
)
@click.option(
    "--answer",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write, as JSON, what moves for whom and because of which change.",
)
@click.option(
    "--day-out",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    help="A folder for the changed day, by which the new plan can be checked.",
)
@click.option(
    "--iterations",
    type=click.IntRange(min=0),
    default=_DEFAULT_ITERATIONS,
    show_default=True,
    help="Steps of the search where somebody would be left out.",
)
def replan(
    day: Path,
    plan: Path,
    now: str,
    changes: Path,
    out: Path,
    answer: Path | None,
    day_out: Path | None,
    iterations: int,
) -> None:
    """Answer changes of a running day.

    Raises
    ------
    _Refused
        When something cannot be read, or written, or a change cannot be meant.
    """
    now_s = seconds_of_day(now)
    if now_s is None:
        message = f"“{now}” is not a time of day such as 10:00."
        raise _Refused(message)
    problem, driven = _read(day, plan)
    happened = _read_changes(changes)
    solve.warm_up()
    began = clock.monotonic()
    try:
        replanned = answer_changes(problem, driven, now_s, happened, stop=stop.MaxIterations(iterations))
    except UnableToApply as error:
        message = f"{changes.name}: Change {error.number}: {error.message}"
        raise _Refused(message) from error
    seconds = clock.monotonic() - began
    _write(replanned, out=out, answer=answer, day=day, day_out=day_out)
    click.echo(_summary(replanned, seconds))


def _read(day: Path, plan: Path) -> tuple[Problem, Plan]:
    try:
        return day_coordinates.read_day(day), day_folder.read_plan(plan)
    except DayFolderError as error:
        lines = [f"{day} cannot be planned:", *map(str, error.issues[:_ISSUES_SHOWN])]
        if len(error.issues) > _ISSUES_SHOWN:
            lines.append(f"... and {len(error.issues) - _ISSUES_SHOWN} more")
        raise _Refused("\n  ".join(lines)) from error
    except day_coordinates.UnknownSystem as error:
        raise _Refused(error.message) from error
    except PlanFileError as error:
        raise _Refused(error.message) from error


def _read_changes(path: Path) -> tuple[Change, ...]:
    try:
        return change_documents.read_changes(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        message = f"{path.name} cannot be read as changes: {error}."
        raise _Refused(message) from error
    except UnableToReadChanges as error:
        message = f"{path.name}: {error.message}"
        raise _Refused(message) from error


def _write(replanned: Replanned, *, out: Path, answer: Path | None, day: Path, day_out: Path | None) -> None:
    try:
        day_folder.write_plan(replanned.plan, out)
        if answer is not None:
            document = answer_documents.answer_document(replanned)
            answer.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if day_out is not None:
            live_folder.write_changed_day(day, day_out, replanned.problem)
    except OSError as error:
        message = f"{error.filename} cannot be written: {error.strerror}."
        raise _Refused(message) from error


def _summary(replanned: Replanned, seconds: float) -> str:
    before, after = replanned.before, replanned.after
    parts = [
        f"changed_visits {replanned.changed_visits:,} on {len(replanned.rounds):,} rounds",
        f"score_m {before.score_m:,} > {after.score_m:,}",
        f"served {before.served:,} > {after.served:,}",
    ]
    lists = (
        ("stranded", replanned.stranded),
        ("late", replanned.late),
        ("left_out", replanned.left_out),
        ("refused", replanned.refused),
    )
    parts += [f"{name} {len(entries):,}" for name, entries in lists if entries]
    return "  ".join([*parts, f"seconds {seconds:.2f}"])
