"""Reading imports."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from supplyhub.core.errors import NotFound
from supplyhub.files.models import FileImport, ImportState
from supplyhub.wording import lazy_gettext


class ImportNotFound(NotFound):
    """There is no such import in this place."""


def get_import(session: Session, *, import_id: int, scope: str, for_change: bool = False) -> FileImport:
    """Return an import of a place; `for_change` keeps others from deciding it at the same time.

    Raises
    ------
    ImportNotFound
        There is no such import here.
    """
    statement = select(FileImport).where(FileImport.id == import_id, FileImport.scope == scope)
    found = session.scalars(statement.with_for_update() if for_change else statement).one_or_none()
    if found is None:
        raise ImportNotFound(lazy_gettext("There is no such import."))
    return found


def imports_of(scope: str) -> Select[FileImport]:
    """Return the statement that lists the imports of a place that were not discarded, the newest first."""
    return (
        select(FileImport)
        .where(FileImport.scope == scope, FileImport.state != ImportState.DISCARDED)
        .order_by(FileImport.created_at.desc(), FileImport.id.desc())
    )


def find_confirmed(session: Session, *, scope: str, kind: str, digest: str) -> FileImport | None:
    """Return the latest confirmed import of the same content in a place, or None."""
    statement = (
        select(FileImport)
        .where(
            FileImport.scope == scope,
            FileImport.kind == kind,
            FileImport.digest == digest,
            FileImport.state == ImportState.CONFIRMED,
        )
        .order_by(FileImport.decided_at.desc(), FileImport.id.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def is_kept_elsewhere(session: Session, *, stored_path: str, import_id: int) -> bool:
    """Tell whether another import that was not discarded needs the same upload."""
    statement = (
        select(FileImport.id)
        .where(
            FileImport.stored_path == stored_path,
            FileImport.id != import_id,
            FileImport.state != ImportState.DISCARDED,
        )
        .order_by(FileImport.id)
        .limit(1)
    )
    return session.scalar(statement) is not None
