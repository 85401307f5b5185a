"""Databases and applications for the tests: migrated once per run, copied per process, emptied after each test."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from supplyhub import config
from supplyhub.accounts import passwords
from supplyhub.db.base import Base
from supplyhub.db.engine import database
from tests.support import postgres

TEMPLATE = "supplyhub_template"

# Hashes are dear so that guessing is; the tests' passwords are written in the tests.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._NOBODYS_HASH = passwords.hash_password("nobody has this password")


@sa.event.listens_for(sa.Engine, "connect")
def trade_safety_for_speed(connection: object, _record: object) -> None:
    """Let SQLite not wait for the disk: what a test writes need not outlive a power cut."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


def make_app(url: str, **settings: Any) -> Flask:
    """Return an application with the settings of the tests over a database."""
    # Imported here: the tests of pure code start without the application.
    from supplyhub.app import create_app

    return create_app(config.load(environment="test", database_url=url, **settings))


def migrate(url: str, data_folder: Path) -> None:
    """Bring a database to the newest migration."""
    app = make_app(url, data_folder=data_folder)
    with app.app_context():
        flask_migrate.upgrade()
    dispose(app)


@contextlib.contextmanager
def migrated_copy(kind: str, *, state_folder: Path, name: str) -> Iterator[str]:
    """Give the URL of a database that is migrated, empty and this process's own."""
    if kind == "sqlite":
        target = state_folder / f"{name}.db"
        shutil.copyfile(sqlite_template(state_folder), target)
        yield f"sqlite:///{target}"
        remove_sqlite(target)
    else:
        server = postgres.shared_server(state_folder)
        database_name = f"{own_prefix(state_folder)}_{name}"
        yield postgres.make_database(server, database_name, postgres_template(server, state_folder))
        postgres.drop_database(server, database_name)


@contextlib.contextmanager
def empty(kind: str, *, state_folder: Path, name: str) -> Iterator[str]:
    """Give the URL of a database without tables."""
    if kind == "sqlite":
        target = state_folder / f"{name}.db"
        yield f"sqlite:///{target}"
        remove_sqlite(target)
    else:
        server = postgres.shared_server(state_folder)
        database_name = f"{own_prefix(state_folder)}_{name}"
        yield postgres.make_database(server, database_name)
        postgres.drop_database(server, database_name)


def own_prefix(state_folder: Path) -> str:
    """Return what the names of this run's databases begin with, apart from those of other runs."""
    return state_folder.name.replace("-", "_").lower()


def sqlite_template(state_folder: Path) -> Path:
    """Return a migrated SQLite file, made by whoever asks first."""
    template = state_folder / f"{TEMPLATE}.db"
    with postgres.locked(state_folder / "sqlite.lock"):
        if not template.exists():
            making = template.with_suffix(".making")
            migrate(f"sqlite:///{making}", state_folder)
            # Everything into the one file, so that it can be copied.
            with contextlib.closing(sa.create_engine(f"sqlite:///{making}").raw_connection()) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            making.rename(template)
    return template


def postgres_template(server: postgres.Server, state_folder: Path) -> str:
    """Return the name of a migrated PostgreSQL database, made by whoever asks first."""
    name = f"{own_prefix(state_folder)}_template"
    done = state_folder / "postgres-template"
    with postgres.locked(state_folder / "template.lock"):
        if not done.exists():
            migrate(postgres.make_database(server, name), state_folder)
            done.touch()
    return name


def remove_sqlite(path: Path) -> None:
    """Remove a SQLite file and what stands beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def engine_of(app: Flask) -> sa.Engine:
    """Return the application's engine."""
    with app.app_context():
        return database.engine


def dispose(app: Flask) -> None:
    """Close the application's connections."""
    engine_of(app).dispose()


@contextlib.contextmanager
def open_session(app: Flask) -> Iterator[Session]:
    """Give a session over the application's database; what is not committed in it is lost."""
    with Session(engine_of(app), expire_on_commit=False) as session:
        yield session
        session.rollback()


def clear(app: Flask) -> None:
    """Delete every row of every table, whatever refers to what."""
    engine = engine_of(app)
    quote = engine.dialect.identifier_preparer.quote
    deletes = "".join(f"DELETE FROM {quote(table.name)};" for table in Base.metadata.sorted_tables)  # noqa: S608
    if engine.dialect.name == "sqlite":
        # A failed test may have left a result half read; its connection would show the next test the past.
        engine.dispose()
    # Past SQLAlchemy, whose transactions SQLite's switch for foreign keys would come too late for.
    with contextlib.closing(engine.raw_connection()) as connection, contextlib.closing(connection.cursor()) as cursor:
        if engine.dialect.name == "sqlite":
            script = f"PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; {deletes} COMMIT; PRAGMA foreign_keys = ON;"
            cursor.executescript(script)
        else:
            cursor.execute(f"SET LOCAL session_replication_role = replica; {deletes}")
            connection.commit()
