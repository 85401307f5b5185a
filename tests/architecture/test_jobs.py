"""Every job that somebody may add has somebody to do it."""

import ast

import pytest

from supplyhub.jobs import registry
from tests.support import sources

pytestmark = pytest.mark.one_database


def added_names() -> dict[str, str]:
    """Return the names of jobs that the sources add, and where."""
    found = {}
    for path in sources.modules():
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "add_job"):
                continue
            for keyword in node.keywords:
                if keyword.arg == "name":
                    value = keyword.value
                    name = value.value if isinstance(value, ast.Constant) else constants.get(getattr(value, "id", ""))
                    found[str(name)] = f"{sources.short(path)}:{node.lineno}"
    return found


class TestJobs:
    def test_have_a_handler(self, app):
        orphans = {name: place for name, place in added_names().items() if name not in registry.handler_names()}

        assert not orphans
