"""The engine needs nothing of the application: it can be imported where none of the web's packages are."""

import subprocess
import sys

import supplyhub

# Imports every module of the engine in a fresh interpreter, and prints what came along.
IMPORT_ALL = """
import importlib, pkgutil, sys
import supplyhub.planning as planning
for module in pkgutil.walk_packages(planning.__path__, "supplyhub.planning."):
    importlib.import_module(module.name)
print(*sorted(sys.modules))
"""
WEB = {"alembic", "flask", "jinja2", "psycopg", "sqlalchemy", "sqlite3", "werkzeug", "wtforms"}


def test_no_module_of_the_engine_brings_the_application_along() -> None:
    run = subprocess.run(  # noqa: S603 - this interpreter, with the text above
        [sys.executable, "-c", IMPORT_ALL],
        cwd=supplyhub.__path__[0] + "/..",
        capture_output=True,
        text=True,
        check=True,
    )

    modules = run.stdout.split()
    assert "supplyhub.planning.solve" in modules
    own = {name.split(".")[1] for name in modules if name.startswith("supplyhub.")}
    assert own <= {"planning", "core"}
    assert WEB & {name.split(".")[0] for name in modules} == set()
