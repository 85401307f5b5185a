"""`supplyhub import-day`: shows, asks, writes; says what is wrong and where, with exit code 2."""

import contextlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from supplyhub.orders.models import Order
from supplyhub.rounds import import_cli
from tests.imports.conftest import day_files


@pytest.fixture
def folder(tmp_path):
    for name, content in day_files("tiny").items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def run(app, db_session, district):
    """Run the command over the application of the tests."""
    db_session.commit()

    def run(*arguments, answer=None):
        with app.app_context():
            return CliRunner().invoke(import_cli.import_day, list(map(str, arguments)), input=answer)

    return run


class TestImportDay:
    def test_writes_after_yes(self, run, folder, count):
        result = run(folder, "--district", "tianyuan", answer="y\n")

        assert result.exit_code == 0
        assert "The day is 8 November, as the file says." in result.output
        assert result.output.rstrip().endswith("Written.")
        assert count(Order) == 60

    def test_writes_nothing_after_no(self, run, folder, count):
        result = run(folder, "--district", "tianyuan", answer="n\n")

        assert result.exit_code == 1
        assert count(Order) == 0

    def test_adds_nothing_the_second_time(self, run, folder, count):
        run(folder, "--district", "tianyuan", "--yes")

        result = run(folder, "--district", "tianyuan", "--yes")

        assert result.exit_code == 0
        assert "Nothing was written." in result.output
        assert count(Order) == 60

    def test_moves_the_day(self, run, folder):
        result = run(folder, "--district", "tianyuan", "--date", "2022-11-10", "--yes")

        assert "The day is moved to 10 November; the file says 8 November." in result.output

    def test_writes_the_good_rows_and_names_the_bad(self, run, folder, count):
        orders = folder / "orders.csv"
        orders.write_bytes(orders.read_bytes().replace(b"O00002,P09", b"O00002,P99"))

        result = run(folder, "--district", "tianyuan", "--yes")

        assert result.exit_code == 0
        assert "orders.csv, row 3 (O00002): pickup_id: There is no pickup “P99”." in result.stderr
        assert count(Order) == 59

    @pytest.mark.parametrize(
        ("spoil", "message"),
        [
            (lambda folder: (folder / "gates.csv").unlink(), "gates.csv: The file is missing."),
            (
                lambda folder: (folder / "orders.csv").write_text("order_id\n"),
                "orders.csv, row 1: pickup_id: The column is missing.",
            ),
            (lambda folder: (folder / "day.toml").write_text("= no"), "day.toml: The file cannot be read as TOML"),
            (
                lambda folder: (folder / "orders.csv").write_bytes(b" " * 100_000_000),
                "orders.csv: The file has 100 MB; at most 20 MB are read.",
            ),
        ],
    )
    @pytest.mark.one_database
    def test_names_what_is_missing(self, run, folder, count, spoil, message):
        with contextlib.suppress(FileNotFoundError):
            spoil(folder)

        result = run(folder, "--district", "tianyuan", "--yes")

        assert result.exit_code == 2
        assert message in result.stderr
        assert "Traceback" not in result.output + result.stderr
        assert count(Order) == 0

    @pytest.mark.one_database
    def test_names_an_unknown_folder_and_district(self, run, folder):
        nowhere = run(Path("/nowhere"), "--district", "tianyuan")
        unknown = run(folder, "--district", "atlantis")

        assert (nowhere.exit_code, nowhere.stderr) == (2, "/nowhere is no folder.\n")
        assert (unknown.exit_code, unknown.stderr) == (2, "atlantis: There is no such district.\n")
