"""The commands `supplyhub roads`: an extract in, a graph out; a day in, its ways out, and nothing lost."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supplyhub.planning import day_folder
from supplyhub.planning.problem import Problem, TravelModel
from supplyhub.rounds import cli, roads, roads_cli
from tests.planning import days
from tests.support import extracts
from tests.tools import check_plan


def run(*arguments: object) -> Result:
    return CliRunner().invoke(roads_cli.group, [str(argument) for argument in arguments])


def write_town(folder: Path, *, east_m: float = 0) -> Path:
    """A road from 500 m west to 4 km east of the middle of the days' map, a row of houses, drawn along the day."""
    lat, lon = days.at(east_m)
    nodes = {
        number: ((lon + step / 98_360) * extracts.METRES_PER_DEGREE, lat * extracts.METRES_PER_DEGREE)
        for number, step in enumerate(range(-500, 4001, 500), start=1)
    }
    return extracts.write(folder / "town.osm.pbf", nodes=nodes, ways=[(list(nodes), {"highway": "residential"})])


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = tmp_path / "roads.npz"
    assert run("build", write_town(tmp_path), "--to", path).exit_code == 0
    return path


@pytest.fixture
def day_path(tmp_path: Path) -> Path:
    folder = tmp_path / "day"
    folder.mkdir()
    days.write_day(days.day(), folder)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read(folder: Path) -> Problem:
    return day_folder.read_day(folder)


class TestBuild:
    def test_says_what_came_out(self, tmp_path):
        result = run("build", write_town(tmp_path), "--to", tmp_path / "roads.npz")

        assert result.exit_code == 0
        assert "100.0% in one network" in result.stdout

    def test_names_a_file_that_is_no_extract(self, tmp_path):
        (tmp_path / "town.osm.pbf").write_bytes(b"")

        result = run("build", tmp_path / "town.osm.pbf", "--to", tmp_path / "roads.npz")

        assert result.exit_code == 2
        assert "town.osm.pbf" in result.stderr
        assert not (tmp_path / "roads.npz").exists()


class TestMatrix:
    def test_a_copy_is_planned_with_its_ways_and_the_day_stays_as_it_is(self, tmp_path, graph_file, day_path):
        before = files_of(day_path)

        result = run("matrix", day_path, "--graph", graph_file, "--to", tmp_path / "copy")
        CliRunner().invoke(
            cli.plan, [str(tmp_path / "copy"), "--out", str(tmp_path / "plan.json"), "--iterations", "20"]
        )

        assert result.exit_code == 0, result.stderr
        assert files_of(day_path) == before
        check = check_plan.Check(check_plan.Day(tmp_path / "copy"), json.loads((tmp_path / "plan.json").read_text()))
        check.run()
        assert check.broken == []
        assert check.figures()["served"] == 1

    def test_reads_back_as_what_was_computed(self, tmp_path, graph_file, day_path):
        run("matrix", day_path, "--graph", graph_file, "--to", tmp_path / "copy")
        travel = read(tmp_path / "copy").travel

        assert travel.model is TravelModel.MATRIX
        assert roads.unpack(roads.pack(travel)) == travel

    def test_writes_beside_the_day_without_switching_it(self, graph_file, day_path):
        rules = (day_path / "day.toml").read_bytes()

        result = run("matrix", day_path, "--graph", graph_file)

        assert (day_path / "travel.csv").exists()
        assert (day_path / "day.toml").read_bytes() == rules
        assert "--use" in result.stdout

    def test_switches_the_one_line_when_asked(self, graph_file, day_path):
        before = (day_path / "day.toml").read_text("utf-8")

        run("matrix", day_path, "--graph", graph_file, "--use")

        after = (day_path / "day.toml").read_text("utf-8")
        changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
        assert changed == [('model = "crow"', 'model = "matrix"')]
        assert read(day_path).travel.model is TravelModel.MATRIX

    def test_replaces_ways_only_when_asked(self, graph_file, day_path):
        (day_path / "travel.csv").write_text("mine")

        refused = run("matrix", day_path, "--graph", graph_file)
        kept = (day_path / "travel.csv").read_text()
        done = run("matrix", day_path, "--graph", graph_file, "--replace")

        assert (refused.exit_code, kept, done.exit_code) == (2, "mine", 0)
        assert "--replace" in refused.stderr
        assert (day_path / "travel.csv").read_text() != "mine"

    def test_names_who_is_on_no_road(self, tmp_path, graph_file):
        far = days.gate("G2", east_m=9000)
        (tmp_path / "day").mkdir()
        days.write_day(days.day(gates=(days.gate(), far)), tmp_path / "day")

        result = run("matrix", tmp_path / "day", "--graph", graph_file)

        assert "Places without a road: 1;" in result.stdout
        assert "G2 (ebike): no road near enough; the nearest is " in result.stdout
        assert "G2" not in (tmp_path / "day" / "travel.csv").read_text()

    def test_refuses_a_day_far_from_the_extract_and_writes_nothing(self, tmp_path, day_path):
        run("build", write_town(tmp_path, east_m=90_000), "--to", tmp_path / "elsewhere.npz")

        result = run("matrix", day_path, "--graph", tmp_path / "elsewhere.npz", "--use")

        assert result.exit_code == 2
        assert "Use an extract of the district" in result.stderr
        assert not (day_path / "travel.csv").exists()
        assert tomllib.loads((day_path / "day.toml").read_text("utf-8"))["travel"]["model"] == "crow"

    def test_names_a_graph_that_is_missing(self, tmp_path, day_path):
        result = run("matrix", day_path, "--graph", tmp_path / "none.npz")

        assert result.exit_code == 2
        assert "supplyhub roads build" in result.stderr


class TestVehicles:
    def test_use_the_ways_that_their_name_or_the_day_says(self):
        tables = {
            "ebike": {"speed_kmh": 18},
            "货车": {"speed_kmh": 25},
            "box": {"speed_kmh": 15, "roads": "bicycle"},
        }

        found = roads.vehicles_of(tables)

        assert [vehicle.kind.value for vehicle in found] == ["bicycle", "van", "bicycle"]

    @pytest.mark.parametrize("table", [{}, {"speed_kmh": 0}, {"speed_kmh": 18, "roads": "rail"}])
    def test_that_say_too_little_are_named(self, table):
        with pytest.raises(roads.UnableToReadVehicle, match="ebike"):
            roads.vehicles_of({"ebike": table})
