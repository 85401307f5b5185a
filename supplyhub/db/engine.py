"""The engine behind the session: SQLite made durable and honest, PostgreSQL as it is.

SQLite: WAL, synchronous FULL and foreign keys on. Its driver's own transaction handling is switched off, and
BEGIN is ours: deferred for readers, IMMEDIATE for writers. A deferred transaction that reads and then writes
fails with "database is locked" under load as soon as another has written in between; IMMEDIATE waits instead.
"""

import sqlite3
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from supplyhub.db.base import Base

BUSY_TIMEOUT_MS = 15_000
WRITES = "supplyhub_writes"
"""Execution option of a connection whose transaction is going to write."""

database = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def session() -> Session:
    """Return the session of the current application context."""
    return database.session()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
