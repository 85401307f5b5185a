"""How Alembic reaches the database: by the application's engine, in one transaction, on SQLite in batch mode."""

import importlib
import pkgutil
from importlib.util import find_spec
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeEngine

import supplyhub
from supplyhub.db.base import Base, UtcDateTime
from supplyhub.db.engine import database


def import_models() -> None:
    """Import the models of every domain, so that the base knows all tables."""
    for package in pkgutil.iter_modules(supplyhub.__path__):
        name = f"supplyhub.{package.name}.models"
        if package.ispkg and find_spec(name) is not None:
            importlib.import_module(name)


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain ones beneath, so that old migrations do not need our code."""
    del autogen_context
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(
    _context: Any, _inspected: Any, _metadata: Any, inspected_type: TypeEngine[Any], metadata_type: TypeEngine[Any]
) -> bool | None:
    """Leave our instants out of the comparison: the database names them by the plain type beneath."""
    del inspected_type
    return False if isinstance(metadata_type, UtcDateTime) else None


def run_migrations() -> None:
    """Run them."""
    arguments = {
        **current_app.extensions["migrate"].configure_args,
        "target_metadata": Base.metadata,
        "render_item": render_item,
        "compare_type": compare_type,
    }
    with database.engine.connect() as connection:
        context.configure(connection=connection, **arguments)
        with context.begin_transaction():
            context.run_migrations()


import_models()
run_migrations()
