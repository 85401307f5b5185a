"""Going on from another plan: nothing that still holds is lost, and whatever the plan, the result breaks no rule."""

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem, Ride, Risk
from tests.planning import days
from tests.planning.random_days import generous, small_days

EXAMPLES = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
ITERATIONS = st.sampled_from((0, 20, 100))
HOUR, DAY_END = days.HOUR, 24 * days.HOUR


def solved(a_day: Problem, iterations: int, *, seed: int = 1, start: Plan | None = None) -> Plan:
    """Plan a day, and have the checker find no broken rule in it."""
    plan = solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=seed, start=start)
    with tempfile.TemporaryDirectory() as folder:
        days.assert_valid(a_day, plan, Path(folder))
    return plan


def score_m(plan: Plan) -> int:
    assert plan.figures is not None
    return plan.figures.score_m


class TestEveryPlan:
    @EXAMPLES
    @given(a_day=small_days(), iterations=ITERATIONS)
    def test_is_taken_over_as_it_is_when_nothing_is_searched(self, a_day: Problem, iterations: int) -> None:
        plan = solved(a_day, iterations)

        again = solved(a_day, 0, start=plan)

        # Orders without a place get another chance, so that more may be served, but never less.
        if not plan.unserved:
            assert score_m(again) == score_m(plan)
        assert len(again.unserved) <= len(plan.unserved)

    @EXAMPLES
    @given(a_day=small_days().map(generous), iterations=ITERATIONS, seed=st.integers(0, 99))
    def test_is_no_worse_than_the_one_it_goes_on_from(self, a_day: Problem, iterations: int, seed: int) -> None:
        start = solved(a_day, 50, seed=seed + 1)

        assert score_m(solved(a_day, iterations, seed=seed, start=start)) <= score_m(start)

    @EXAMPLES
    @given(a_day=small_days(), iterations=ITERATIONS)
    def test_breaks_no_rule_when_one_rider_has_several_rounds(self, a_day: Problem, iterations: int) -> None:
        plan = solved(a_day, 20)
        rider_ids = sorted(one.rider_id for one in plan.rounds)
        twice = plan.replace(
            rounds=tuple(dataclasses.replace(one, rider_id=other) for other in rider_ids for one in plan.rounds)
        )

        solved(a_day, iterations, start=twice)

    @EXAMPLES
    @given(yesterday=small_days(), a_day=small_days(), iterations=ITERATIONS)
    def test_breaks_no_rule_when_it_goes_on_from_another_day(
        self, yesterday: Problem, a_day: Problem, iterations: int
    ) -> None:
        # The two days name their things alike, but share neither places nor hours nor what there is to carry.
        solved(a_day, iterations, start=solved(yesterday, 20))

    @EXAMPLES
    @given(a_day=small_days(), iterations=ITERATIONS)
    def test_goes_on_from_a_file_as_from_the_plan_that_was_written(self, a_day: Problem, iterations: int) -> None:
        start = solved(a_day, 20)
        with tempfile.TemporaryDirectory() as folder:
            day_folder.write_plan(start, Path(folder) / "plan.json")
            read = day_folder.read_plan(Path(folder) / "plan.json")

        assert solved(a_day, iterations, start=read) == solved(a_day, iterations, start=start)

    @EXAMPLES
    @given(a_day=small_days(), data=st.data())
    def test_breaks_no_rule_when_the_day_has_become_narrower(self, a_day: Problem, data: st.DataObject) -> None:
        narrow = data.draw(st.sampled_from(sorted(NARROWER)))
        plan = solved(a_day, 50)

        solved(NARROWER[narrow](a_day), 20, start=plan)


def each(name: str, change: Callable[[Any], dict[str, Any]]) -> Callable[[Problem], Problem]:
    """A change of the day that changes each thing of one kind."""

    def changed(a_day: Problem) -> Problem:
        items = tuple(dataclasses.replace(item, **change(item)) for item in getattr(a_day, name))
        return a_day.replace(**{name: items})

    return changed


NARROWER: dict[str, Callable[[Problem], Problem]] = {
    "an order less": lambda a_day: a_day.replace(orders=a_day.orders[1:]),
    "a rider less": lambda a_day: a_day.replace(riders=a_day.riders[1:]),
    "a gate less": lambda a_day: a_day.replace(gates=a_day.gates[1:]),
    "gates open later": each("gates", lambda gate: {"opens_s": gate.opens_s + 1800}),
    "no more slots": each("gates", lambda gate: {"riders_per_slot": gate.riders_per_slot - 1}),
    "fewer docks": each("pickups", lambda pickup: {"docks": max(0, pickup.docks - 1)}),
    "slower loading": each("pickups", lambda pickup: {"loading_s": pickup.loading_s + 600}),
    "heavier orders": each("orders", lambda order: {"weight_g": 2 * order.weight_g}),
    "earlier due": each("orders", lambda order: {"due_s": order.due_s - 1800}),
    "high risk": each("compounds", lambda _: {"risk": Risk.HIGH}),
    "bound riders": each("riders", lambda _: {"pickup_id": "P0"}),
    "short passes": each("riders", lambda rider: {"pass_until_s": 10 * HOUR}),
    "short rides": lambda a_day: a_day.replace(ride=Ride(max_s=600)),
}

WIDER: dict[str, Callable[[Problem], Problem]] = {
    # Slots count from when a gate opens: earlier by whole slots, or they would be cut anew.
    "gates open earlier": each(
        "gates", lambda gate: {"opens_s": gate.opens_s - min(gate.opens_s // gate.slot_s, 3) * gate.slot_s}
    ),
    "gates close later": each("gates", lambda gate: {"closes_s": min(DAY_END, gate.closes_s + HOUR)}),
    "one more for each slot": each("gates", lambda gate: {"riders_per_slot": gate.riders_per_slot + 1}),
    "one more dock": each("pickups", lambda pickup: {"docks": pickup.docks + 1}),
    "pickups open longer": each(
        "pickups",
        lambda pickup: {"opens_s": max(0, pickup.opens_s - HOUR), "closes_s": min(DAY_END, pickup.closes_s + HOUR)},
    ),
    "later due": each("orders", lambda order: {"due_s": min(DAY_END, max(0, order.due_s) + HOUR)}),
    "earlier ready": each("orders", lambda order: {"ready_s": order.ready_s - HOUR}),
    "longer shifts": each(
        "riders",
        lambda rider: {
            "shift_start_s": rider.shift_start_s - HOUR,
            "shift_end_s": min(DAY_END, rider.shift_end_s + HOUR),
        },
    ),
    "longer passes": each(
        "riders",
        lambda rider: {
            "pass_from_s": rider.pass_from_s - HOUR,
            "pass_until_s": min(DAY_END, rider.pass_until_s + HOUR),
        },
    ),
    "all streets": each("riders", lambda _: {"zones": None, "high_risk": True, "pickup_id": None}),
    "longer rides": lambda a_day: a_day.replace(ride=Ride(max_s=a_day.ride.max_s + 1800)),
    "larger vehicles": each("vehicles", lambda vehicle: {"capacity_g": vehicle.capacity_g + 20_000}),
}


class TestWiderDays:
    @pytest.mark.parametrize("wider", sorted(WIDER))
    @settings(EXAMPLES, max_examples=10)
    @given(a_day=small_days().map(generous), iterations=ITERATIONS)
    def test_a_wider_day_begun_with_the_plan_of_the_narrow_one_never_scores_worse(
        self, wider: str, a_day: Problem, iterations: int
    ) -> None:
        # Among orders so precious that serving one is always worth it: the search serves whom it can, at any price.
        narrow = solved(a_day, 50)

        assert score_m(solved(WIDER[wider](a_day), iterations, start=narrow)) <= score_m(narrow)

    def test_a_given_day_keeps_its_plan_when_gates_close_later(self, tmp_path: Path) -> None:
        a_day = day_folder.read_day(days.DATA / "tiny")
        narrow = solve.solve(a_day, stop=stop.MaxIterations(2000), seed=1)
        wide = WIDER["gates close later"](a_day)

        plan = solve.solve(wide, stop=stop.MaxIterations(0), seed=1, start=narrow)

        days.assert_valid(wide, plan, tmp_path)
        assert score_m(plan) <= score_m(narrow)
