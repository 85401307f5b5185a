"""House rules that a look at the sources proves: who commits, how long a module is, no address of anybody else."""

import ast
import json

import pytest

from tests.support import sources

MAY_COMMIT = {"supplyhub/db/transaction.py", "supplyhub/db/committer.py"}
MODULE_LIMIT = 400
TEST_LIMIT = 600
# Written in pieces, so that this list is no finding itself.
FOREIGN_HOSTS = [
    ".".join(parts)
    for parts in (
        ("registry", "npmjs", "org"),
        ("npmmirror", "com"),
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("deb", "debian", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs", "cloudflare"),
        ("fonts", "googleapis"),
        ("fonts", "gstatic"),
        ("esm", "sh"),
    )
]
TEXT_SUFFIXES = {
    *(".py", ".md", ".toml", ".lock", ".json", ".yaml", ".yml", ".html", ".css", ".js", ".mjs", ".ts", ".txt", ".cfg"),
    *(".po", ".svg", ".csv", ".sh", ".webmanifest", ""),
}


class TestTransactions:
    def test_are_committed_in_one_place(self):
        offenders = [
            f"{sources.short(path)}:{node.lineno}"
            for path in sources.modules()
            if sources.short(path) not in MAY_COMMIT
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        ]

        assert not offenders, "operations flush, they never commit"


class TestModules:
    @pytest.mark.parametrize(
        ("folder", "limit"),
        [("supplyhub", MODULE_LIMIT), ("tests", TEST_LIMIT), ("benchmarks", MODULE_LIMIT)],
    )
    def test_stay_short(self, folder, limit):
        lengths = {
            sources.short(path): len(path.read_text("utf-8").splitlines())
            for path in sources.modules(sources.ROOT / folder)
        }

        too_long = {name: lines for name, lines in lengths.items() if lines > limit}

        assert not too_long

    def test_say_what_they_are_for(self):
        silent = [
            sources.short(path)
            for path in sources.modules()
            if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
        ]

        assert not silent

    def test_of_packages_hold_nothing_but_a_docstring(self):
        full = [
            sources.short(path)
            for path in sources.modules()
            if path.name == "__init__.py" and len(ast.parse(path.read_text("utf-8")).body) > 1
        ]

        assert not full


class TestRepository:
    def test_names_no_registry_and_no_content_network(self):
        found = [
            f"{sources.short(path)}: {host}"
            for path in sources.tracked()
            if path.suffix in TEXT_SUFFIXES
            for text in [path.read_text("utf-8", "replace")]
            for host in FOREIGN_HOSTS
            if host in text
        ]

        assert not found

    def test_locks_the_front_end_without_addresses(self):
        lock = json.loads((sources.PACKAGE / "assets" / "package-lock.json").read_text("utf-8"))

        addressed = [name for name, package in lock["packages"].items() if "resolved" in package]
        unproven = [name for name, package in lock["packages"].items() if name and "integrity" not in package]

        assert not addressed
        assert not unproven

    def test_locks_python_packages_with_hashes(self):
        for name in ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-node.lock"):
            text = (sources.ROOT / name).read_text("utf-8")
            pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

            assert pins
            assert all(pin.endswith("\\") for pin in pins), f"{name}: a pin without a hash"
            assert "--index-url" not in text
