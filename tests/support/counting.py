"""Counts the statements that a block sends to the database."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask

from tests.support import databases


@contextlib.contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Give the list of SELECT statements that are sent inside the block."""
    sent: list[str] = []
    engine = databases.engine_of(app)

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
