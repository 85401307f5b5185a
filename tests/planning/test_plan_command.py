"""The command `supplyhub plan`: a folder in, a plan file out, and bad input named without a traceback."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from supplyhub.core import geo
from supplyhub.rounds import cli
from tests.planning import days
from tests.tools import check_plan


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.plan, [str(argument) for argument in arguments])


class TestPlan:
    def test_the_plan_file_is_valid_and_summed_up(self, tmp_path: Path) -> None:
        out = tmp_path / "plan.json"

        result = run(days.DATA / "tiny", "--out", out, "--iterations", 100)

        check = check_plan.Check(check_plan.Day(days.DATA / "tiny"), json.loads(out.read_text(encoding="utf-8")))
        check.run()
        assert result.exit_code == 0
        assert check.broken == []
        assert f"score_m {check.figures()['score_m']:,}  served 60  unserved 0" in result.stdout

    @pytest.mark.parametrize("system", ["gcj02", "bd09"])
    def test_coordinates_of_chinese_maps_are_followed(self, tmp_path: Path, system: str) -> None:
        folder, out = tmp_path / "day", tmp_path / "plan.json"
        shutil.copytree(days.DATA / "tiny", folder)
        with (folder / "day.toml").open("a", encoding="utf-8") as rules:
            rules.write(f'\n[coordinates]\nsystem = "{system}"\n')

        result = run(folder, "--out", out, "--iterations", 100)

        check = check_plan.Check(check_plan.Day(folder), json.loads(out.read_text(encoding="utf-8")))
        check.run()
        assert check.broken == []
        # The checker converts by formulas of its own: the metres are the same to the last one.
        assert f"score_m {check.figures()['score_m']:,}  served" in result.stdout
        own, converted = (check_plan.Day(at).points["G0001"] for at in (days.DATA / "tiny", folder))
        assert geo.haversine_m(*own, *converted) > 100

    def test_unserved_orders_are_counted_by_reason(self, tmp_path: Path) -> None:
        days.write_day(days.day(orders=(days.order(weight_g=2_000_000),)), tmp_path)

        result = run(tmp_path, "--out", tmp_path / "plan.json", "--iterations", 1)

        assert "unserved 1 (over_capacity 1)" in result.stdout

    def test_the_same_seed_and_iterations_write_the_same_file(self, tmp_path: Path) -> None:
        for name in ("one.json", "two.json"):
            run(days.DATA / "tiny", "--out", tmp_path / name, "--iterations", 100, "--seed", 3)

        assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


class TestBadInput:
    def test_an_unknown_system_of_coordinates_is_named(self, tmp_path: Path) -> None:
        folder = tmp_path / "day"
        shutil.copytree(days.DATA / "tiny", folder)
        with (folder / "day.toml").open("a", encoding="utf-8") as rules:
            rules.write('\n[coordinates]\nsystem = "mars"\n')

        result = run(folder, "--out", tmp_path / "plan.json")

        assert result.exit_code == 2
        assert "“mars”, not one of wgs84, gcj02, bd09" in result.stderr
        assert not (tmp_path / "plan.json").exists()

    @pytest.mark.parametrize("seconds", ["nan", "-1", "soon"])
    def test_seconds_that_never_end_are_refused(self, tmp_path: Path, seconds: str) -> None:
        # Every comparison with "not a number" is false: the search would never end. The iterations end the test.
        result = run(days.DATA / "tiny", "--out", tmp_path / "plan.json", "--seconds", seconds, "--iterations", 1)

        assert result.exit_code == 2
        assert "--seconds" in result.stderr
        assert not (tmp_path / "plan.json").exists()

    def test_a_missing_file_is_named_and_nothing_is_written(self, tmp_path: Path) -> None:
        folder = tmp_path / "day"
        shutil.copytree(days.DATA / "tiny", folder)
        (folder / "gates.csv").unlink()

        result = run(folder, "--out", tmp_path / "plan.json")

        assert result.exit_code == 2
        assert "gates.csv: The file is missing." in result.stderr
        assert not (tmp_path / "plan.json").exists()

    def test_many_faults_are_cut_short_and_counted(self, tmp_path: Path) -> None:
        a_day = days.day(orders=tuple(days.order(f"O{n}", pickup_id="P9") for n in range(25)))
        days.write_day(a_day, tmp_path)

        result = run(tmp_path, "--out", tmp_path / "plan.json")

        assert result.exit_code == 2
        assert "orders.csv, row 2, pickup_id: There is no pickup “P9”." in result.stderr
        assert "... and 5 more" in result.stderr

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert run(tmp_path / "nowhere", "--out", tmp_path / "plan.json").exit_code == 2

    def test_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        result = run(days.DATA / "tiny", "--out", tmp_path / "nowhere" / "plan.json", "--iterations", 1)

        assert result.exit_code == 2
        assert "cannot be written" in result.stderr


class TestInterrupts:
    @contextlib.contextmanager
    def searching(self, out: Path) -> Iterator["subprocess.Popen[str]"]:
        """Start a search that would last minutes, wait until it is under way, and end it whatever happens."""
        # Python leaves SIGINT ignored where its parent did, as a shell does for what it runs in the background.
        code = (
            "from supplyhub.planning import solve; from supplyhub.rounds import cli; import signal, sys\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "solve.warm_up(); print('ready', flush=True); cli.plan(sys.argv[1:])"
        )
        arguments = [str(days.DATA / "tiny"), "--out", str(out), "--seconds", "300"]
        with subprocess.Popen(  # noqa: S603 - this very interpreter, with arguments of this test
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
                time.sleep(1.5)
                yield process
            finally:
                process.kill()

    def test_ctrl_c_writes_the_best_plan_so_far(self, tmp_path: Path) -> None:
        with self.searching(tmp_path / "plan.json") as process:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)

        check = check_plan.Check(
            check_plan.Day(days.DATA / "tiny"), json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
        )
        check.run()
        assert check.broken == []

    def test_a_kill_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with self.searching(tmp_path / "plan.json") as process:
            process.kill()
            process.communicate(timeout=60)

        assert list(tmp_path.iterdir()) == []
