"""The whole engine: valid plans on the given days and on fresh ones, the same plan again, and early ends."""

import dataclasses
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from supplyhub.core import clock as clock_of_the_core
from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.plan import Plan
from tests.planning import days
from tests.tools import make_day


class TestGivenDays:
    @pytest.mark.parametrize(("name", "iterations"), [("tiny", 500), ("street", 300)])
    def test_the_plan_breaks_no_rule_and_serves_everybody(self, name: str, iterations: int, tmp_path: Path) -> None:
        problem = day_folder.read_day(days.DATA / name)

        plan = solve.solve(problem, stop=stop.MaxIterations(iterations), seed=1)

        days.assert_valid_in(days.DATA / name, plan, tmp_path / "plan.json")
        assert not plan.unserved

    def test_the_district_is_all_but_planned_by_the_first_construction(self, tmp_path: Path) -> None:
        problem = day_folder.read_day(days.DATA / "district")

        plan = solve.solve(problem, stop=stop.MaxIterations(20), seed=1)

        days.assert_valid_in(days.DATA / "district", plan, tmp_path / "plan.json")
        # All 13,680 can be served; the search finds places for the last one in a hundred.
        assert len(plan.unserved) < 137

    def test_street_is_decent_after_two_thousand_iterations(self) -> None:
        problem = day_folder.read_day(days.DATA / "street")

        plan = solve.solve(problem, stop=stop.MaxIterations(2000), seed=1)

        # A plain greedy plan scores 3,372,602.
        assert plan.figures is not None
        assert plan.figures.score_m < 1_400_000


class TestFreshDays:
    @pytest.mark.parametrize("seed", [101, 102, 103])
    def test_the_plan_breaks_no_rule(self, seed: int, tmp_path: Path) -> None:
        make_day.make(tmp_path, seed, 400, 12, 40)

        plan = solve.solve(day_folder.read_day(tmp_path), stop=stop.MaxIterations(200), seed=seed)

        days.assert_valid_in(tmp_path, plan)

    def test_a_day_with_far_too_few_riders_gives_every_order_its_reason(self, tmp_path: Path) -> None:
        make_day.make(tmp_path, 104, 900, 3, 40)

        plan = solve.solve(day_folder.read_day(tmp_path), stop=stop.MaxIterations(100), seed=1)

        days.assert_valid_in(tmp_path, plan)
        assert plan.unserved

    @pytest.mark.parametrize(
        ("orders", "riders", "compounds", "centre"),
        [
            (1, 1, 1, make_day.CENTRE),
            (300, 40, 8, make_day.CENTRE),
            (200, 10, 150, (-30.05, -51.2)),
            (50, 6, 20, (69.6, 18.9)),
        ],
    )
    def test_the_plan_breaks_no_rule_wherever_and_however_the_day_is(
        self, orders: int, riders: int, compounds: int, centre: tuple[float, float], tmp_path: Path
    ) -> None:
        make_day.make(tmp_path, 105, orders, riders, compounds, centre)

        plan = solve.solve(day_folder.read_day(tmp_path), stop=stop.MaxIterations(200), seed=1)

        days.assert_valid_in(tmp_path, plan)


class TestDeterminism:
    def plan(self, seed: int) -> Plan:
        problem = day_folder.read_day(days.DATA / "tiny")
        return solve.solve(problem, stop=stop.MaxIterations(400), seed=seed)

    def test_the_same_seed_gives_the_same_plan(self) -> None:
        assert self.plan(7) == self.plan(7)

    def test_another_process_gives_the_same_plan(self, tmp_path: Path) -> None:
        # Its hashes are others: sets of names come in another order.
        code = (
            "import sys, pathlib; from supplyhub.planning import day_folder, solve, stop;"
            "day, out = map(pathlib.Path, sys.argv[1:]);"
            "plan = solve.solve(day_folder.read_day(day), stop=stop.MaxIterations(400), seed=7);"
            "day_folder.write_plan(plan, out)"
        )
        here, there = tmp_path / "here.json", tmp_path / "there.json"
        day_folder.write_plan(self.plan(7), here)

        subprocess.run([sys.executable, "-c", code, days.DATA / "tiny", there], check=True)  # noqa: S603

        assert there.read_bytes() == here.read_bytes()

    def test_another_seed_gives_another_plan(self) -> None:
        assert self.plan(7).rounds != self.plan(8).rounds

    def test_the_plan_names_its_problem_and_its_search(self) -> None:
        plan = self.plan(7)

        assert (plan.seed, plan.iterations) == (7, 400)
        assert plan.fingerprint == day_folder.read_day(days.DATA / "tiny").fingerprint()


class TestFingerprint:
    def test_the_order_of_rows_does_not_matter(self) -> None:
        problem = day_folder.read_day(days.DATA / "tiny")

        assert problem.replace(orders=problem.orders[::-1]).fingerprint() == problem.fingerprint()

    def test_any_changed_order_does(self) -> None:
        problem = day_folder.read_day(days.DATA / "tiny")
        changed = dataclasses.replace(problem.orders[0], weight_g=1)

        assert problem.replace(orders=(changed, *problem.orders[1:])).fingerprint() != problem.fingerprint()


class TestEarlyEnds:
    def test_no_time_at_all_still_gives_a_valid_plan(self, tmp_path: Path) -> None:
        problem = day_folder.read_day(days.DATA / "street")

        plan = solve.solve(problem, stop=stop.MaxSeconds(0, clock=count().__next__), seed=1)

        days.assert_valid_in(days.DATA / "street", plan, tmp_path / "plan.json")
        assert plan.iterations == 0

    @pytest.mark.parametrize(
        ("name", "seconds"), [("tiny", 1.0), ("street", 1.0), ("street", 0.01), ("district", 1.0), ("district", 0.01)]
    )
    def test_hardly_any_time_still_gives_a_valid_plan(self, name: str, seconds: float, tmp_path: Path) -> None:
        problem = day_folder.read_day(days.DATA / name)

        plan = solve.solve(problem, stop=stop.MaxSeconds(seconds, clock=clock_of_the_core.monotonic), seed=1)

        days.assert_valid_in(days.DATA / name, plan, tmp_path / "plan.json")

    def test_seconds_are_those_of_the_clock_that_is_handed_in(self) -> None:
        problem = day_folder.read_day(days.DATA / "tiny")
        # Each look at this clock takes a tenth of a second: ten slices.
        ticks = (tick / 10 for tick in count())

        plan = solve.solve(problem, stop=stop.MaxSeconds(1, clock=ticks.__next__), seed=1)

        assert plan.iterations
        assert next(ticks) < 2

    def test_an_interrupt_keeps_the_best_plan_so_far(self, tmp_path: Path) -> None:
        problem = day_folder.read_day(days.DATA / "tiny")

        def interrupt(progress: solve.Progress) -> None:
            if progress.iterations > 0:
                raise KeyboardInterrupt

        plan = solve.solve(problem, stop=stop.MaxIterations(10**9), seed=1, progress=interrupt)

        days.assert_valid_in(days.DATA / "tiny", plan, tmp_path / "plan.json")
        assert plan.iterations

    def test_progress_never_gets_worse_and_ends_with_the_plans_score(self) -> None:
        problem = day_folder.read_day(days.DATA / "tiny")
        seen: list[solve.Progress] = []

        plan = solve.solve(problem, stop=stop.MaxIterations(20_000), seed=1, progress=seen.append)

        scores = [progress.score_m for progress in seen]
        assert plan.figures is not None
        assert scores == sorted(scores, reverse=True)
        assert (seen[-1].share, seen[-1].score_m, seen[-1].unserved) == (1.0, plan.figures.score_m, 0)
