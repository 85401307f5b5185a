"""Count the statements that a block sends to the database."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, event


@dataclass
class Counted:
    """The statements sent so far; transactions' own are not counted."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.statements)


@contextlib.contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Count what is sent to an engine inside the block."""
    counted = Counted()

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            counted.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note)
