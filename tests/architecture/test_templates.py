"""Every template parses, imports what it uses, and is either a page or a fragment."""

from collections.abc import Iterator

import pytest
from jinja2 import nodes

from tests.support import sources

pytestmark = pytest.mark.one_database


@pytest.fixture
def trees(app):
    environment = app.jinja_env
    return {
        name: environment.parse((sources.TEMPLATES / name).read_text("utf-8"), name) for name in sources.templates()
    }


def imported_names(tree: nodes.Template) -> Iterator[str]:
    for whole in tree.find_all(nodes.Import):
        yield whole.target
    for node in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in node.names)


def is_fragment(name: str) -> bool:
    return name.rpartition("/")[2].startswith("_")


def is_page(name: str, tree: nodes.Template) -> bool:
    # Pages of errors are given their heading by the one handler of errors.
    return (
        name.split("/", maxsplit=1)[0] not in {"layouts", "macros", "errors"} and tree.find(nodes.Extends) is not None
    )


class TestTemplates:
    def test_parse(self, trees):
        assert trees

    def test_use_what_they_import(self, trees):
        unused = [
            f"{name}: {imported}"
            for name, tree in trees.items()
            for used in [{node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}]
            for imported in imported_names(tree)
            if imported not in used
        ]

        assert not unused

    def test_that_are_fragments_do_not_extend(self, trees):
        extending = [name for name, tree in trees.items() if is_fragment(name) and tree.find(nodes.Extends)]

        assert not extending

    def test_that_are_pages_set_a_heading(self, trees):
        nameless = [
            name
            for name, tree in trees.items()
            if is_page(name, tree)
            and "heading"
            not in {node.target.name for node in tree.find_all(nodes.Assign) if hasattr(node.target, "name")}
        ]

        assert not nameless, "the title and the h1 come from one `heading`"

    def test_import_macros_without_context_of_business(self, trees):
        # A template shows; what it compares is decided in Python.
        comparing = [
            f"{name}:{node.lineno}"
            for name, tree in trees.items()
            for node in tree.find_all(nodes.Compare)
            if isinstance(node.expr, nodes.Getattr)
            and any(
                isinstance(operand.expr, nodes.Const) and isinstance(operand.expr.value, str) for operand in node.ops
            )
            and node.expr.attr in {"state", "status", "role", "risk"}
        ]

        assert not comparing, "ask the object: {% if order.is_late %}"
