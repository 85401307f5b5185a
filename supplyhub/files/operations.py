"""The life of an import: its preview is kept, then it is confirmed once, or discarded.

What a file means is the importer's business; it hands in the preview, and at confirmation a function that writes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from supplyhub.core.errors import Conflict
from supplyhub.files import queries, store
from supplyhub.files.models import FileImport, ImportState
from supplyhub.files.previews import Preview
from supplyhub.wording import lazy_gettext

Write = Callable[[FileImport, Mapping[str, bytes]], Preview]
"""Write what is ready and return what was written, as a preview."""
_LONGEST_NAME = 200


class UnableToConfirm(Conflict):
    """The import cannot be confirmed."""


class UploadGone(Conflict):
    """The uploaded file is no longer kept."""


class UnableToDiscard(Conflict):
    """The import cannot be discarded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What somebody hands in: files for a place, for an importer (`kind`), with what was chosen on the page."""

    scope: str
    kind: str
    files: Mapping[str, bytes]
    options: Mapping[str, Any]


def keep_preview(
    session: Session, *, data_folder: Path, upload: Upload, preview: Preview, actor: str, now: datetime
) -> FileImport:
    """Keep an upload with its preview, to be confirmed or discarded by a person."""
    kept = FileImport(
        scope=upload.scope,
        kind=upload.kind,
        file_name=", ".join(upload.files)[:_LONGEST_NAME],
        digest=store.digest_of(upload.files),
        stored_path=store.save(data_folder, upload.files),
        options=dict(upload.options),
        state=ImportState.PREVIEW,
        summary=preview.as_json(),
        created_by=actor,
        created_at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def renew_preview(
    session: Session, *, kept: FileImport, options: Mapping[str, Any], summary: Mapping[str, Any]
) -> None:
    """Replace the preview of an import, after a person has decided about a row."""
    kept.options, kept.summary = dict(options), dict(summary)
    session.flush()


def confirm(
    session: Session, *, data_folder: Path, import_id: int, scope: str, write: Write, actor: str, now: datetime
) -> FileImport:
    """Write an import, once. What is in the database may have changed since the preview: `write` looks again.

    Raises
    ------
    UnableToConfirm
        It was confirmed or discarded before, or there is nothing in it that is not here already.
    UploadGone
        The uploaded file is no longer kept.
    """
    kept = queries.get_import(session, import_id=import_id, scope=scope, for_change=True)
    if kept.state is ImportState.CONFIRMED:
        raise UnableToConfirm(
            lazy_gettext("%(who)s has already confirmed this import. Nothing was added again.", who=kept.decided_by)
        )
    if kept.state is ImportState.DISCARDED:
        raise UnableToConfirm(lazy_gettext("This import was discarded. Upload the file again if you need it."))
    written = write(kept, files_of(kept, data_folder=data_folder))
    if written.is_blocked:
        raise UnableToConfirm(lazy_gettext("The file cannot be imported as a whole. The list below says why."))
    if not written.adds_something:
        raise UnableToConfirm(_nothing_new(session, kept))
    kept.summary = written.as_json()
    kept.state, kept.decided_by, kept.decided_at = ImportState.CONFIRMED, actor, now
    session.flush()
    return kept


def files_of(kept: FileImport, *, data_folder: Path) -> dict[str, bytes]:
    """Return the files of an import.

    Raises
    ------
    UploadGone
        They are no longer kept.
    """
    try:
        return store.load(data_folder, kept.stored_path)
    except FileNotFoundError:
        raise UploadGone(lazy_gettext("The uploaded file is no longer kept. Upload it again.")) from None


def _nothing_new(session: Session, kept: FileImport) -> str:
    earlier = queries.find_confirmed(session, scope=kept.scope, kind=kept.kind, digest=kept.digest)
    if earlier is None:
        return lazy_gettext("Nothing in this file can be imported. Nothing was added.")
    return lazy_gettext(
        "The same file was already imported by %(who)s. Nothing was added again.", who=earlier.decided_by
    )


def discard(
    session: Session, *, data_folder: Path, import_id: int, scope: str, actor: str, now: datetime
) -> FileImport:
    """Discard an import that is not confirmed, and the upload with it.

    Raises
    ------
    UnableToDiscard
        It was confirmed before.
    """
    kept = queries.get_import(session, import_id=import_id, scope=scope, for_change=True)
    if kept.state is ImportState.CONFIRMED:
        raise UnableToDiscard(lazy_gettext("This import was confirmed. It can no longer be discarded."))
    kept.state, kept.decided_by, kept.decided_at = ImportState.DISCARDED, actor, now
    session.flush()
    if not queries.is_kept_elsewhere(session, stored_path=kept.stored_path, import_id=kept.id):
        store.remove(data_folder, kept.stored_path)
    return kept
