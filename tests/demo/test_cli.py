"""The commands of the demo, inside an application's context."""

import unicodedata
from datetime import date

import click
import pytest
from click.testing import CliRunner, Result

from supplyhub import config
from supplyhub.demo import cli, loading, log_ins
from supplyhub.demo.district import TIMEZONE
from tests.support import databases

pytestmark = pytest.mark.one_database
# The clock of the tests stands on this day.
TODAY = date(2022, 11, 24)


@pytest.fixture
def run(app_context, frozen_clock):
    def invoke(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli.demo, list(words), input=typed)

    return invoke


@pytest.fixture
def called(monkeypatch):
    """Stand in for loading, which has tests of its own; a test sets `loaded` to what it shall return."""

    class Loading:
        loaded = loading.Loaded(day_date=TODAY, zone=TIMEZONE, is_new=True)
        calls: list[str]

    stand_in = Loading()
    stand_in.calls = []
    for name in ("load", "reset"):

        def act(*, now, tell, name=name):
            stand_in.calls.append(name)
            tell(f"telling of {name}")
            return stand_in.loaded

        monkeypatch.setattr(loading, name, act)
    return stand_in


class TestLogIns:
    def test_are_a_table_in_both_languages(self, run):
        result = run("log-ins")

        assert result.exit_code == 0
        for log_in in log_ins.log_ins():
            assert any(log_in.phone in line and log_in.name in line for line in result.output.splitlines())
        assert "Rider 骑手" in result.output
        assert "MYHX3467" in result.output

    def test_stand_in_straight_columns(self, run):
        lines = [line for line in run("log-ins").output.splitlines() if "154 0000" in line]

        columns = {
            sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[: line.index("154 0000")])
            for line in lines
        }

        assert len(lines) == 13
        assert len(columns) == 1


class TestLoad:
    def test_tells_what_it_does_and_shows_the_log_ins(self, run, called):
        result = run("load")

        assert result.exit_code == 0
        assert result.output.startswith("telling of load\nThe demo is ready after ")
        assert "154 0000 0001" in result.output

    def test_says_that_the_demo_is_there(self, run, called):
        called.loaded = loading.Loaded(day_date=TODAY, zone=TIMEZONE, is_new=False)

        assert "The demo is there, dated 2022-11-24.\n" in run("load").output

    def test_says_how_to_date_an_older_demo_today(self, run, called):
        called.loaded = loading.Loaded(day_date=date(2022, 11, 20), zone=TIMEZONE, is_new=False)

        output = run("load").output

        assert "dated 2022-11-20, and kept as it is. To date it today: make reset-demo" in output

    def test_gives_the_reason_when_it_cannot(self, run, monkeypatch):
        def refuse(**_arguments: object) -> loading.Loaded:
            message = "District tianyuan exists and is not invented."
            raise loading.UnableToLoad(message)

        monkeypatch.setattr(loading, "load", refuse)

        result = run("load")

        assert result.exit_code == 1
        assert result.output == "Error: District tianyuan exists and is not invented.\n"


class TestReset:
    def test_asks_first(self, run, called):
        assert run("reset", typed="n\n").exit_code == 1
        assert called.calls == []

        assert run("reset", typed="y\n").exit_code == 0
        assert called.calls == ["reset"]

    def test_does_not_ask_when_told_so(self, run, called):
        result = run("reset", "--yes")

        assert result.exit_code == 0
        assert called.calls == ["reset"]


class TestProduction:
    @pytest.mark.parametrize("words", [["load"], ["reset", "--yes"]])
    def test_refuses_the_demo(self, called, words, tmp_path):
        settings = config.load(
            environment="production", secret_key="x" * 32, database_url="sqlite://", data_folder=tmp_path
        )
        # Imported here: see tests/support/databases.py.
        from supplyhub.app import create_app

        app = create_app(settings)
        with app.app_context():
            result = CliRunner().invoke(cli.demo, words)
        databases.dispose(app)

        assert result.exit_code == 1
        assert "cannot be loaded in production" in result.output
        assert called.calls == []


class TestGroup:
    def test_offers_three_commands(self):
        context = click.Context(cli.demo)

        assert cli.demo.list_commands(context) == ["load", "log-ins", "reset"]
