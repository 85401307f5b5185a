"""Migrations are numbered, linear, reversible, and say the same as the models, on both databases."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from supplyhub.db.base import Base, UtcDateTime
from supplyhub.db.engine import database
from tests.support import databases, sources

MIGRATIONS = sources.ROOT / "migrations"
NUMBERED = re.compile(r"^(\d{4})_[a-z0-9_]+\.py$")


@pytest.fixture
def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def bare_app(empty_database_url, tmp_path) -> Iterator[Flask]:
    app = databases.make_app(empty_database_url, data_folder=tmp_path)
    yield app
    databases.dispose(app)


@contextmanager
def connected(app: Flask) -> Iterator[sa.Connection]:
    with app.app_context(), database.engine.connect() as connection:
        yield connection


def tables(app: Flask) -> set[str]:
    with connected(app) as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


class TestScripts:
    def test_have_one_head(self, scripts):
        assert len(scripts.get_heads()) == 1

    def test_are_numbered_without_a_gap(self):
        names = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))

        numbers = [int(match[1]) for name in names if (match := NUMBERED.match(name))]

        assert len(numbers) == len(names), "name them 0001_what_it_does.py"
        assert numbers == list(range(1, len(numbers) + 1))

    def test_are_in_the_order_of_their_numbers(self, scripts):
        revisions = [script.revision for script in scripts.walk_revisions()]

        assert revisions == sorted(revisions, reverse=True)


class TestUpgrade:
    def test_builds_what_the_models_describe(self, bare_app):
        with bare_app.app_context():
            flask_migrate.upgrade()

        with connected(bare_app) as connection:
            context = MigrationContext.configure(
                connection,
                opts={"compare_type": compare_type, "include_object": is_described},
            )
            assert compare_metadata(context, Base.metadata) == []

    def test_can_be_undone_and_done_again(self, bare_app):
        with bare_app.app_context():
            flask_migrate.upgrade()
        everything = tables(bare_app)

        with bare_app.app_context():
            flask_migrate.downgrade(revision="base")

        assert everything
        assert tables(bare_app) == set()
        with bare_app.app_context():
            flask_migrate.upgrade()
        assert tables(bare_app) == everything


def is_described(_object, name, kind, _reflected, _compared) -> bool:
    return not (kind == "table" and name == "alembic_version")


def compare_type(_context, _inspected, _column, _inspected_type, metadata_type) -> bool | None:
    return False if isinstance(metadata_type, UtcDateTime) else None
