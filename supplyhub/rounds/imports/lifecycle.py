"""An import from upload to confirmation: unpack, preview, decide doubtful rows, confirm once, or discard."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.core.errors import Conflict, Invalid
from supplyhub.core.text import tidy
from supplyhub.files import archives, operations, queries, store
from supplyhub.files.limits import DEFAULT
from supplyhub.files.models import FileImport, ImportState
from supplyhub.files.previews import Preview, Verdict
from supplyhub.places.models import District
from supplyhub.rounds.imports import kinds, sentences
from supplyhub.rounds.imports.day_coordinates import UnknownSystem
from supplyhub.rounds.imports.kinds import Kind, Task
from supplyhub.rounds.roads import UnableToReadVehicle
from supplyhub.wording import lazy_gettext

LONGEST_FLAT = 60


class UnableToImport(Invalid):
    """The upload cannot be read at all."""


class UnableToChoose(Conflict):
    """The flat cannot be chosen for this row."""


class FlatUnknown(Invalid):
    """The compound has no such flat."""


def gather(uploads: Iterable[tuple[str, bytes]], *, kind: Kind) -> dict[str, bytes]:
    """Return the files of an upload by name: those of one archive, or those handed in one by one.

    Raises
    ------
    UnableToImport
        There is no file, or more than the kind has, or an archive that is not opened.
    """
    files = {_plain(name): content for name, content in uploads}
    if not files:
        raise UnableToImport(lazy_gettext("Choose a file."), field="files")
    if kind is not Kind.DAY:
        if len(files) > 1:
            raise UnableToImport(lazy_gettext("Choose one file only."), field="files")
        return files
    name, content = next(iter(files.items()))
    if len(files) > 1 or not content.startswith(archives.MAGIC):
        return files
    fault = archives.fault_of(content, DEFAULT)
    if fault is not None:
        raise UnableToImport(sentences.of(fault), field="files")
    try:
        return archives.unpack(content)
    except ValueError:
        raise UnableToImport(
            lazy_gettext("%(name)s cannot be unpacked: it is damaged, or two files in it have one name.", name=name),
            field="files",
        ) from None


def start_import(
    session: Session,
    *,
    district: District,
    kind: Kind,
    files: Mapping[str, bytes],
    options: Mapping[str, Any],
    data_folder: Path,
    actor: str,
    now: datetime,
) -> FileImport:
    """Read an upload and keep its preview; nothing else is written.

    Raises
    ------
    UnableToImport
        The same group buy was imported for another day or pickup; a day names a system of coordinates that is not
        known, or another than was chosen, or ways that no vehicle uses.
    """
    task = Task(district=district, kind=kind, files=files, options=options)
    _refuse_moved_group_buy(session, task)
    try:
        preview = kinds.preview(session, task=task, now=now)
    except (UnknownSystem, UnableToReadVehicle) as error:
        raise UnableToImport(error.message, field=error.field or "files") from None
    upload = operations.Upload(scope=district.path, kind=kind.value, files=files, options=options)
    return operations.keep_preview(
        session, data_folder=data_folder, upload=upload, preview=preview, actor=actor, now=now
    )


def confirm_import(
    session: Session, *, district: District, import_id: int, data_folder: Path, actor: str, now: datetime
) -> FileImport:
    """Write what is ready in an import, once.

    Raises
    ------
    UnableToConfirm
        It was decided before, or holds nothing that is not here already.
    UnableToImport
        The same group buy was imported for another day or pickup.
    UploadGone
        The uploaded file is no longer kept.
    """

    def write(kept: FileImport, files: Mapping[str, bytes]) -> Preview:
        task = Task(district=district, kind=Kind(kept.kind), files=files, options=kept.options)
        _refuse_moved_group_buy(session, task)
        return kinds.write(session, task=task, now=now)

    _lock(session, district)
    return operations.confirm(
        session,
        data_folder=data_folder,
        import_id=import_id,
        scope=district.path,
        write=write,
        actor=actor,
        now=now,
    )


def choose_flat(
    session: Session, *, district: District, import_id: int, key: str, flat: str, data_folder: Path, now: datetime
) -> FileImport:
    """Say which flat a doubtful order is for. After the confirmation the order is written at once.

    Raises
    ------
    UnableToChoose
        The row is not one that a flat settles.
    FlatUnknown
        The compound's building list has no such flat.
    UploadGone
        The uploaded file is no longer kept.
    """
    _lock(session, district)
    kept = queries.get_import(session, import_id=import_id, scope=district.path, for_change=True)
    doubtful = {row["key"]: row for row in kept.summary["rows"][Verdict.REVIEW.value]}
    if kept.state is ImportState.DISCARDED or not doubtful.get(key, {}).get("can_choose"):
        raise UnableToChoose(lazy_gettext("This row is already settled, or cannot be settled by a flat."))
    options = {**kept.options, "flats": {**kept.options.get("flats", {}), key: flat[:LONGEST_FLAT]}}
    is_confirmed = kept.state is ImportState.CONFIRMED
    task = Task(
        district=district,
        kind=Kind(kept.kind),
        files=operations.files_of(kept, data_folder=data_folder),
        options={**options, "only": [key]} if is_confirmed else options,
    )
    found = (kinds.write if is_confirmed else kinds.preview)(session, task=task, now=now)
    if any(row.key == key for row in found.rows_of(Verdict.REVIEW)):
        raise FlatUnknown(lazy_gettext("The compound's building list has no such flat."), field="flat")
    summary = _merged(kept.summary, found.as_json()) if is_confirmed else found.as_json()
    operations.renew_preview(session, kept=kept, options=options, summary=summary)
    return kept


def _merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of an import to which one more order was written: what was written stays written."""
    ready = Verdict.READY.value
    written = before["counts"][ready] + after["counts"][ready]
    unchanged = {Verdict.UNCHANGED.value: before["counts"][Verdict.UNCHANGED.value], ready: written}
    return {
        **after,
        "counts": {**after["counts"], **unchanged},
        "tables": [{**table, **unchanged} for table in after["tables"]],
        "rows": {**after["rows"], ready: [*after["rows"][ready], *before["rows"][ready]]},
    }


def _lock(session: Session, district: District) -> None:
    """Let one import of a district be written at a time; SQLite has one writer anyway."""
    session.execute(select(District.id).where(District.id == district.id).with_for_update())


def _refuse_moved_group_buy(session: Session, task: Task) -> None:
    """Refuse the file of a group buy that is here for another day or pickup: its numbers would count twice.

    Raises
    ------
    UnableToImport
        It is here for another day or pickup.
    """
    if task.kind is not Kind.GROUP_BUY:
        return
    earlier = queries.find_confirmed(
        session, scope=task.district.path, kind=task.kind.value, digest=store.digest_of(task.files)
    )
    if earlier is None:
        return
    if any(earlier.options.get(name) != task.options.get(name) for name in ("day", "pickup")):
        raise UnableToImport(
            lazy_gettext(
                "This file was already imported for %(day)s, pickup %(pickup)s. Choose these again to see it.",
                day=earlier.options.get("day"),
                pickup=earlier.options.get("pickup"),
            ),
            field="day",
        )


def _plain(name: str) -> str:
    """Return a file's name without folders and invisible characters."""
    return tidy(name.replace("\\", "/").rpartition("/")[2] or name)
