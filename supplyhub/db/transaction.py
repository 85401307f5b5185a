"""The transaction boundary: one per request (`webkit.transactional`) and one per step of a job (`transaction`).

With `db.committer` the only places that commit. Operations flush and never commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from supplyhub.db.engine import WRITES, database


def begin_writing(session: Session) -> None:
    """Begin the session's transaction as a writer, so that SQLite takes its write lock at once.

    Raises
    ------
    RuntimeError
        The session is already in a transaction; what it read there could be stale by the time it writes.
    """
    if session.in_transaction():
        message = "a transaction is already open"
        raise RuntimeError(message)
    session.connection(execution_options={WRITES: True})


@dataclass
class Outcome:
    """What becomes of a transaction's work when its block ends."""

    keep: bool = True


@contextmanager
def writing(session: Session) -> Iterator[Outcome]:
    """Run a block in a writing transaction of a session: committed if `keep` is still true at its end.

    What was read before the block on the same session is let go first.
    """
    session.rollback()
    begin_writing(session)
    outcome = Outcome()
    try:
        yield outcome
        if outcome.keep:
            session.commit()
    finally:
        session.rollback()


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session whose work is committed at the end, or rolled back when anything is raised.

    It is a session of its own: nested in a request or in another transaction it neither sees nor commits
    what the outer one has not committed.
    """
    with Session(database.engine, expire_on_commit=False) as session:
        begin_writing(session)
        yield session
        session.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """Give a session of its own that only reads; nothing done in it is kept."""
    with Session(database.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
