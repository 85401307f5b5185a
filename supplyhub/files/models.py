"""The table of imports: a file read once, shown as a preview, and confirmed once."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supplyhub.db.base import Base, Instant, MaybeInstant, PrimaryKey, code_column


class ImportState(StrEnum):
    """Where an import stands."""

    PREVIEW = "preview"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class FileImport(Base):
    """A file (or folder of files) that was read and waits for, or has, its confirmation.

    `kind` names the importer; `digest` is the SHA-256 of the content, so that the same file is recognised;
    `stored_path` is relative to the data folder; `options` are the importer's (day, supplier, compound);
    `summary` holds the counts and rows of the preview as they were shown. `created_by` and `decided_by` are labels of
    people: files know no accounts.
    """

    __tablename__ = "file_import"
    __table_args__ = (Index(None, "scope", "created_at"),)

    id: Mapped[PrimaryKey]
    scope: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    stored_path: Mapped[str] = mapped_column(String(300))
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[ImportState] = mapped_column(code_column(ImportState, "state"))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Instant]
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[MaybeInstant]
