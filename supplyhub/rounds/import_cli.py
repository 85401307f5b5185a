"""The command that imports a day folder: `supplyhub import-day`. It runs inside the application's context."""

from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
import flask_babel

from supplyhub.core import clock
from supplyhub.core.coordinates import System
from supplyhub.core.errors import DomainError
from supplyhub.db.transaction import reading, transaction
from supplyhub.files import operations
from supplyhub.files.previews import Preview, Row, Verdict
from supplyhub.places import queries as places
from supplyhub.planning.reading import Limits, too_large
from supplyhub.rounds.imports import day, kinds, lifecycle, sentences
from supplyhub.rounds.imports.kinds import Kind, Task
from supplyhub.webkit.settings import settings

WRONG_INPUT = 2
ACTOR = "supplyhub import-day"
_SHOWN = 20
_HEADS = {
    Verdict.REFUSED: "Refused:",
    Verdict.REVIEW: "Needs a person, and is not written:",
    Verdict.CHANGED: "Changed:",
}


@click.command("import-day")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--district", "code", required=True, help="The district's code.")
@click.option("--date", "moved_to", type=click.DateTime(["%Y-%m-%d"]), help="Import the folder as another day.")
@click.option(
    "--coordinates",
    "system",
    type=click.Choice([system.value for system in System]),
    help="The system of the folder's coordinates (default: what day.toml says, else wgs84).",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def import_day(folder: Path, code: str, moved_to: datetime | None, system: str | None, yes: bool) -> None:
    """Import a day folder (docs/day-folder.md) into a district: show what it would change, then write it."""
    with flask_babel.force_locale("en"):
        files = _files(folder)
        options = {"day": moved_to.date().isoformat()} if moved_to else {}
        options |= {"system": system} if system else {}
        preview = _preview(code, files, options)
        _show(preview)
        if preview.is_blocked:
            _fail("Nothing was written.")
        if not preview.adds_something:
            click.echo("Everything that can be imported is here already. Nothing was written.")
            return
        if not yes:
            click.confirm("Write this?", abort=True)
        _write(code, files, options)
        click.echo("Written.")


def _preview(code: str, files: dict[str, bytes], options: dict[str, str]) -> Preview:
    try:
        with reading() as session:
            district = places.get_district(session, code=code)
            task = Task(district=district, kind=Kind.DAY, files=files, options=options)
            return kinds.preview(session, task=task, now=clock.now())
    except DomainError as error:
        _fail(f"{code}: {error.message}")


def _files(folder: Path) -> dict[str, bytes]:
    """Read the files that a day folder has; a file far over the limit never enters memory."""
    if not folder.is_dir():
        _fail(f"{folder} is no folder.")
    limits = Limits()
    files: dict[str, bytes] = {}
    oversized: list[str] = []
    for name in (*day.FILES, day.TRAVEL_FILE):
        path = folder / name
        limit = limits.travel_bytes if name == day.TRAVEL_FILE else limits.file_bytes
        if not path.is_file():
            continue
        if (size := path.stat().st_size) > limit:
            oversized.append(str(too_large(name, size, limit)))
        else:
            files[name] = path.read_bytes()
    if oversized:
        _fail("\n".join(oversized))
    return files


def _write(code: str, files: dict[str, bytes], options: dict[str, str]) -> None:
    now, data_folder = clock.now(), settings().data_folder
    try:
        with transaction() as session:
            district = places.get_district(session, code=code)
            kept = lifecycle.start_import(
                session,
                district=district,
                kind=Kind.DAY,
                files=files,
                options=options,
                data_folder=data_folder,
                actor=ACTOR,
                now=now,
            )
            lifecycle.confirm_import(
                session, district=district, import_id=kept.id, data_folder=data_folder, actor=ACTOR, now=now
            )
    except operations.UnableToConfirm as error:
        _fail(error.message)


def _show(preview: Preview) -> None:
    for note in preview.notes:
        click.echo(sentences.of(note))
    click.echo(f"{'':<16}{'rows':>8}{'new':>8}{'changed':>9}{'same':>8}{'person':>8}{'refused':>9}")
    for tally in preview.tallies:
        click.echo(
            f"{tally.name:<16}{tally.read:>8}{tally[Verdict.READY]:>8}{tally[Verdict.CHANGED]:>9}"
            f"{tally[Verdict.UNCHANGED]:>8}{tally[Verdict.REVIEW]:>8}{tally[Verdict.REFUSED]:>9}"
        )
    for verdict, head in _HEADS.items():
        rows = preview.rows_of(verdict)
        if rows:
            # Faults go where they are seen even when the preview goes into a file.
            click.echo(head, err=verdict is Verdict.REFUSED)
        for row in rows[:_SHOWN]:
            click.echo(f"  {_line(row)}", err=verdict is Verdict.REFUSED)
        if len(rows) > _SHOWN:
            click.echo(f"  … and {len(rows) - _SHOWN} more", err=verdict is Verdict.REFUSED)


def _line(row: Row) -> str:
    place = row.file if row.line is None else f"{row.file}, row {row.line}"
    name = f" ({row.key})" if row.key else ""
    joint = "; " if row.verdict is Verdict.CHANGED else " "
    return f"{place}{name}: {joint.join(sentences.of(reason, line=row.line) for reason in row.reasons)}"


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(WRONG_INPUT)
