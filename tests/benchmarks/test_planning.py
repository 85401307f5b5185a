"""What other solvers answer becomes a plan file, is judged as it came, and is made valid."""

import json
from typing import Any

import pytest

from benchmarks import write_tables
from benchmarks.planning import __main__ as command
from benchmarks.planning import answer, judge, model, runs
from supplyhub.planning import day_folder, problem
from supplyhub.planning.plan import Reason, Unserved, VisitKind
from tests.planning import days
from tests.tools import check_plan

TINY = days.DATA / "tiny"


@pytest.fixture(scope="module")
def tiny() -> problem.Problem:
    return day_folder.read_day(TINY)


@pytest.fixture(scope="module")
def tiny_model(tiny) -> model.Model:
    return model.build(tiny)


def careless(the_model: model.Model) -> list[answer.Route]:
    """Give every drop to the first rider who may carry it: all is loaded first thing, then handed over."""
    carried: dict[int, list[int]] = {}
    for number, drop in enumerate(the_model.drops):
        carried.setdefault(drop.riders[0], []).append(number)
    return [
        answer.Route(
            rider=rider,
            stops=tuple(
                answer.Stop(drop=number, is_load=is_load, starts_s=0) for is_load in (True, False) for number in numbers
            ),
        )
        for rider, numbers in carried.items()
    ]


class TestModel:
    def test_carries_every_order_once(self, tiny, tiny_model):
        carried = [order_id for drop in tiny_model.drops for order_id in drop.order_ids]

        assert sorted(carried) == sorted(order.order_id for order in tiny.orders)

    def test_fits_each_drop_into_the_vehicle_of_everybody_who_may_carry_it(self, tiny_model):
        too_large = [
            (drop, rider)
            for drop in tiny_model.drops
            for rider in drop.riders
            if drop.weight_g > tiny_model.capacity(rider)[0] or drop.volume_ml > tiny_model.capacity(rider)[1]
        ]

        assert not too_large

    def test_knows_passes_and_bindings_as_the_checker_does(self, tiny, tiny_model):
        checker = check_plan.Day(TINY)

        for drop in tiny_model.drops:
            may_carry = {
                rider_id
                for rider_id, rider in checker.riders.items()
                if all(checker.is_eligible(rider, checker.orders[order_id]) for order_id in drop.order_ids)
            }
            assert {tiny.riders[rider].rider_id for rider in drop.riders} == may_carry

    def test_counts_contact_and_loading_once_a_stop(self, tiny, tiny_model):
        pickup, gate = tiny_model.drops[0].pickup, tiny_model.drops[0].gate

        # One loading on the way out of a pickup, one contact on the way into a gate, neither for another drop there.
        assert (tiny_model.seconds - tiny_model.travel_s)[0, pickup, gate] == tiny.pickups[pickup].loading_s
        assert tiny_model.cost_m[pickup, gate] - tiny_model.cost_m[gate, pickup] == tiny.score.contact_m
        assert tiny_model.seconds[0, pickup, pickup] == tiny_model.cost_m[gate, gate] == 0


class TestAnswer:
    def test_makes_one_visit_of_stops_at_one_place(self, tiny_model):
        first = tiny_model.drops[0]
        together = [number for number, drop in enumerate(tiny_model.drops) if drop.pickup == first.pickup][:2]
        stops = [answer.Stop(drop=n, is_load=is_load, starts_s=0) for is_load in (True, False) for n in together]

        plan = answer.to_plan(tiny_model, [answer.Route(rider=1, stops=tuple(stops))])

        loading, *hand_overs = plan.rounds[0].visits
        assert loading.kind is VisitKind.LOAD
        assert set(loading.order_ids) == {order_id for n in together for order_id in tiny_model.drops[n].order_ids}
        # It begins once the later of the two drops is ready, and the rider comes then, not before.
        assert loading.starts_s == loading.arrives_s
        assert loading.starts_s >= max(tiny_model.drops[n].load_from_s for n in together)
        assert [visit.kind for visit in hand_overs] == [VisitKind.HAND_OVER] * len(hand_overs)

    def test_keeps_a_start_that_the_solver_put_off(self, tiny_model):
        noon_s = 12 * days.HOUR
        stops = (
            answer.Stop(drop=0, is_load=True, starts_s=noon_s),
            answer.Stop(drop=0, is_load=False, starts_s=0),
        )

        plan = answer.to_plan(tiny_model, [answer.Route(rider=1, stops=stops)])

        assert plan.rounds[0].visits[0].starts_s == noon_s

    def test_leaves_unserved_what_is_on_no_route(self, tiny, tiny_model):
        plan = answer.to_plan(tiny_model, [])

        assert plan.rounds == ()
        assert len(plan.unserved) == len(tiny.orders)


class TestJudge:
    def test_counts_the_rules_that_a_careless_answer_breaks(self, tiny_model):
        figures = judge.judge(TINY, answer.to_plan(tiny_model, careless(tiny_model)))

        # All on board at once is too much for the vehicle (4), rides too long (7) and comes too late (5).
        assert {"4", "5", "7"} <= set(figures["rules"])
        assert sum(figures["rules"].values()) == figures["broken"]

    def test_blames_nobody_for_a_reason(self, tiny_model):
        plan = answer.to_plan(tiny_model, [])
        wrong = plan.replace(
            unserved=tuple(Unserved(order_id=one.order_id, reason=Reason.NO_TIME) for one in plan.unserved)
        )

        assert judge.judge(TINY, wrong)["broken"] > 0
        assert judge.judge(TINY, judge.with_true_reasons(TINY, wrong))["broken"] == 0


class TestRepair:
    @pytest.mark.parametrize("of", [careless, lambda _: []], ids=["careless", "empty"])
    def test_makes_any_answer_valid(self, tiny, tiny_model, of):
        repaired = runs.repair(tiny, answer.to_plan(tiny_model, of(tiny_model)))

        figures = judge.judge(TINY, repaired)
        assert figures["broken"] == 0
        assert figures["served"] == len(tiny.orders)


def line(planner: str, seed: int | None, **facts: Any) -> dict[str, Any]:
    filled = {
        "day": "street",
        "planner": planner,
        "version": "1.2",
        "limit_s": 10.0,
        "seed": seed,
        "is_cold": False,
        "start_s": 0.5,
        "wall_s": 10.0,
        "cpu_s": 9.0,
        "peak_mb": 100,
        "came_broken": 0,
        "came_rules": {},
        "came_score_m": 1,
        "came_unserved": 0,
        "broken": 0,
        "score_m": 1000,
        "unserved": 0,
        "rounds": 10,
    }
    return filled | facts


class TestCommand:
    def test_runs_each_day_for_its_own_seconds(self, monkeypatch, capsys):
        """The table's row of a day is the median of its seeds, whatever other days run for."""

        def run(planner, folder, seconds, seed, is_cold):
            return line(planner, seed, day=folder.name, limit_s=seconds, score_m=1000 * seed, is_cold=is_cold)

        monkeypatch.setattr(runs, "run", run)
        monkeypatch.setattr(runs, "warm_up", dict)
        days = ["days/street=10", "days/district=30,120", "days/tiny"]
        monkeypatch.setattr(
            "sys.argv", ["planning", *days, "--planners", "supplyhub", "--seconds", "2", "--seeds", "1", "2", "3"]
        )

        command.main()

        lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
        assert len(lines) == 12, "three seeds of four rows"
        rows = [row.split(" | ")[:4] for row in write_tables.plan_day_table(lines).splitlines()[2:6]]
        assert rows == [
            ["| street", "10 s", "3", "2,000"],
            ["| district", "30 s", "3", "2,000"],
            ["| district", "120 s", "3", "2,000"],
            ["| tiny", "2 s", "3", "2,000"],
        ]


class TestTables:
    def test_take_the_median_of_the_seeds(self):
        lines = [line("supplyhub", seed, score_m=score_m) for seed, score_m in ((1, 3000), (2, 1000), (3, 2000))]

        table = write_tables.solvers_table(lines)

        assert "| street | SupplyHub 1.2 | 10 s | 3 | 0 | 0 | 2,000 | 1,000 | 3,000 |" in table

    def test_say_which_rules_came_broken(self):
        table = write_tables.solvers_table([line("vroom", None, came_broken=9, came_rules={"3": 2, "7": 7})])

        assert "| 9: 7 × 7, 3 × 2 |" in table

    def test_keep_a_cold_start_apart(self):
        lines = [line("supplyhub", 1), line("supplyhub", 1, is_cold=True, start_s=40.0, score_m=9)]

        table = write_tables.plan_day_table(lines)

        assert "| 1 | 1,000 | 1,000 | 1,000 |" in table
        assert "SupplyHub starts in 0.5 s. With nothing compiled yet, in 40.0 s." in table

    def test_state_the_slope_of_growth(self):
        # Four times the orders take eight times as long: 4 ** 1.5.
        shared = {"riders": 15, "drops": 400, "score_m": 5, "unserved": 0, "iterations_each": 20, "construct_s": 1.0}
        lines = [
            shared | {"times": 1, "orders": 1000, "wall_s": 2.0, "plan_mb": 10, "peak_mb": 100},
            shared | {"times": 4, "orders": 4000, "wall_s": 16.0, "plan_mb": 40, "peak_mb": 100},
        ]

        table = write_tables.growth_table(lines)

        assert "planning 1.50, memory for the day 1.00, memory of the process 0.00" in table

    def test_stand_between_marks_that_the_page_has(self):
        page = write_tables.PAGE.read_text("utf-8")

        assert [name for name in write_tables.TABLES if f"<!-- {name} begins -->" not in page] == []
