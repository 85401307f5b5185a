"""The wheel holds all that the product needs to run, and is built where the front end is built without Node."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support import sources


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # No PATH, no Node: what is built already is packed as it is.
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=sources.ROOT, env={"PATH": ""}, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


class TestWheel:
    @pytest.mark.parametrize(
        "wanted",
        [
            "supplyhub/static/dist/manifest.json",
            "supplyhub/translations/zh_Hans/LC_MESSAGES/messages.mo",
            "supplyhub/templates/base.html",
            "supplyhub/_data/config/default.toml",
            "supplyhub/_data/migrations/env.py",
            "supplyhub/_data/migrations/versions/0001_create_the_first_tables.py",
        ],
    )
    def test_holds_what_the_product_needs(self, names, wanted):
        assert wanted in names

    def test_holds_no_sources_of_the_front_end_and_no_tests(self, names):
        assert [name for name in names if name.startswith(("supplyhub/assets", "tests"))] == []

    def test_runs_away_from_the_repository(self, wheel, tmp_path):
        installed = tmp_path / "installed"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(installed)
        environment = {**os.environ, "PYTHONPATH": str(installed), "SUPPLYHUB_DATA_FOLDER": str(tmp_path / "data")}
        script = "import supplyhub.config as c; print(c.__file__); print(c.resource_folder('migrations'))"

        where = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout
        subprocess.run(
            [sys.executable, "-m", "supplyhub", "db", "upgrade"],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
        )

        assert all(line.startswith(str(installed)) for line in where.splitlines())
        assert (tmp_path / "data" / "supplyhub.db").exists()
