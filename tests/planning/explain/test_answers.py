"""Explaining an order: what stands in its way, and that each remedy, tried on the plan, serves it by every rule."""

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import pytest

from supplyhub.planning import figures, solve, stop
from supplyhub.planning.explain import answers
from supplyhub.planning.explain.answers import Explanation, State
from supplyhub.planning.explain.remedies import Remedy
from supplyhub.planning.explain.service import Hold
from supplyhub.planning.explain.steps import Kind
from supplyhub.planning.explain.timing import Rule
from supplyhub.planning.plan import Plan, Reason, Unserved
from supplyhub.planning.problem import Problem, Ride, Risk, Travel, TravelModel, TravelTable
from tests.planning import days
from tests.planning.days import clock
from tests.planning.scarce_days import random_day


def nobody_served(a_day: Problem) -> Plan:
    """A plan without a round; the reasons are the explanations' own."""
    bare = Plan(day_date=a_day.day_date, rounds=(), unserved=())
    return with_true_reasons(a_day, bare)


def with_true_reasons(a_day: Problem, plan: Plan) -> Plan:
    """Give everybody who is on no round the reason that an explanation gives, and the plan its figures."""
    served = {order_id for a_round in plan.rounds for visit in a_round.visits for order_id in visit.order_ids}
    left = [order.order_id for order in a_day.orders if order.order_id not in served]
    reasons = [answers.explain(a_day, plan.replace(unserved=()), order_id).reason for order_id in left]
    unserved = tuple(
        Unserved(order_id=order_id, reason=reason)
        for order_id, reason in zip(left, reasons, strict=True)
        if reason is not None
    )
    whole = plan.replace(unserved=unserved)
    return whole.replace(figures=figures.measure(a_day, whole))


def served(a_day: Problem, *order_ids: str) -> Plan:
    """A plan in which some orders are put on rounds, one after the other, each where it costs least."""
    plan = nobody_served(a_day)
    for order_id in order_ids:
        (again,) = answers.explain(a_day, plan, order_id).remedies
        assert again.step.kind is Kind.AGAIN
        _, plan = answers.tried(a_day, plan, order_id, again)
    return with_true_reasons(a_day, plan)


def only(explanation: Explanation, kind: Kind) -> Remedy:
    """The one remedy of a kind."""
    (found,) = [remedy for remedy in explanation.remedies if remedy.step.kind is kind]
    return found


def assert_works(a_day: Problem, plan: Plan, order_id: str, remedy: Remedy, folder: Path) -> Problem:
    """Assert that the step serves the order, that nobody falls out, and that the plan costs what was said."""
    after, tried = answers.tried(a_day, plan, order_id, remedy)
    was_served = {entry.order_id for entry in plan.unserved} ^ {order.order_id for order in a_day.orders}
    tried = with_true_reasons(after, tried)

    days.assert_valid(after, tried, folder)
    left = {entry.order_id for entry in tried.unserved}
    assert left.isdisjoint({*was_served, order_id, f"{order_id}/1", f"{order_id}/2"})
    before = plan.figures or figures.measure(a_day, plan)
    assert tried.figures is not None
    assert remedy.score_m == tried.figures.score_m - before.score_m
    return after


TWO_GATES_FULL = days.day(
    gates=(days.gate(opens_s=clock("08:00"), closes_s=clock("08:20"), riders_per_slot=1),),
    riders=(days.rider("R1"), days.rider("R2"), days.rider("R3")),
    # Nothing is loaded together: the heavy ones fill an e-bike.
    orders=tuple(days.order(f"O{n}", weight_g=60_000) for n in (1, 2, 3)),
)


class TestHurdles:
    def test_names_who_may_enter_who_is_bound_and_whose_shift_ends(self) -> None:
        a_day = days.day(
            pickups=(days.pickup("P1"), days.pickup("P2")),
            riders=(
                days.rider("R1", zones=("south",)),
                days.rider("R2", pickup_id="P2"),
                days.rider("R3", pickup_id="P2"),
                days.rider("R4", shift_end_s=clock("07:30")),
            ),
        )

        explanation = answers.explain(a_day, nobody_served(a_day), "O1")

        hurdles = [(hurdle.rule, hurdle.rider_ids, hurdle.left) for hurdle in explanation.hurdles]
        assert hurdles == [
            (Rule.ZONE, ("R1",), 3),
            (Rule.BINDING, ("R2", "R3"), 1),
            (Rule.SHIFT, ("R4",), 0),
        ]
        assert explanation.hurdles[-1].until_s == clock("07:30")
        assert (explanation.state, explanation.riders) == (State.UNSERVED, 4)

    def test_says_from_when_to_when_a_gate_is_full(self) -> None:
        plan = served(TWO_GATES_FULL, "O1", "O2")

        explanation = answers.explain(TWO_GATES_FULL, plan, "O3")

        (full,) = explanation.hurdles
        assert explanation.reason is Reason.NO_GATE_SLOT
        assert (full.rule, full.place_id, full.from_s, full.until_s) == (
            Rule.SLOT,
            "G1",
            clock("08:00"),
            clock("08:20"),
        )

    def test_says_whose_vehicle_is_full_on_the_way(self) -> None:
        # The rider has time for one trip only, and the vehicle holds one of the two.
        a_day = days.day(
            riders=(days.rider(shift_start_s=clock("12:05"), pass_from_s=clock("12:05")),),
            orders=(days.order("O1", weight_g=60_000), days.order("O2", weight_g=60_000)),
        )
        plan = served(a_day, "O1")

        explanation = answers.explain(a_day, plan, "O2")

        (full,) = explanation.hurdles
        assert (full.rule, full.rider_ids) == (Rule.FULL, ("R1",))
        assert explanation.reason is Reason.NO_CAPACITY_LEFT

    def test_knows_no_order_that_is_none_of_the_day(self) -> None:
        a_day = days.day()

        with pytest.raises(answers.OrderUnknown):
            answers.explain(a_day, nobody_served(a_day), "O9")


class TestRemedies:
    def test_an_order_that_fits_in_needs_nothing(self, tmp_path: Path) -> None:
        a_day = days.day()
        plan = nobody_served(a_day)

        (again,) = answers.explain(a_day, plan, "O1").remedies

        assert (again.step.kind, again.rider_id) == (Kind.AGAIN, "R1")
        assert assert_works(a_day, plan, "O1", again, tmp_path) == a_day

    @pytest.mark.parametrize(
        ("a_day", "kind", "amount"),
        [
            # Ready at 12:25 and due at 12:30: eight minutes of loading, 4:31 on the way, 2:10 at the gate.
            (days.day(orders=(days.order(ready_s=clock("12:25")),)), Kind.DUE, 10),
            (days.day(orders=(days.order(ready_s=clock("12:25")),)), Kind.READY, 10),
            (days.day(gates=(days.gate(opens_s=clock("07:00"), closes_s=clock("07:12")),)), Kind.GATE_LATER, 5),
            (days.day(gates=(days.gate(opens_s=clock("12:29")),)), Kind.GATE_EARLIER, 5),
            (days.day(riders=(days.rider(shift_end_s=clock("08:00")),)), Kind.SHIFT_LATER, 10),
            (days.day(riders=(days.rider(pass_until_s=clock("08:00")),)), Kind.SHIFT_LATER, 5),
            (days.day(riders=(days.rider(pass_from_s=clock("12:29")),)), Kind.SHIFT_EARLIER, 15),
            (days.day(pickups=(days.pickup(opens_s=clock("12:25")),)), Kind.PICKUP_EARLIER, 10),
            (days.day(pickups=(days.pickup(closes_s=clock("07:05")),)), Kind.PICKUP_LATER, 5),
            (days.day(ride=Ride(max_s=300)), Kind.RIDE, 5),
        ],
    )
    def test_asks_for_the_fewest_minutes_that_do_it(
        self, a_day: Problem, kind: Kind, amount: int, tmp_path: Path
    ) -> None:
        plan = nobody_served(a_day)

        remedy = only(answers.explain(a_day, plan, "O1"), kind)

        assert remedy.step.amount == amount
        assert_works(a_day, plan, "O1", remedy, tmp_path)

    def test_asks_for_all_of_the_evening_where_one_bound_alone_does_not_do(self, tmp_path: Path) -> None:
        # To be loaded from 19:50 on; due, gate and shift all end at 20:00.
        a_day = days.day(
            pickups=(days.pickup(opens_s=clock("19:50"), closes_s=clock("20:30")),),
            orders=(days.order(due_s=clock("20:00")),),
        )
        plan = nobody_served(a_day)

        explanation = answers.explain(a_day, plan, "O1")

        later = only(explanation, Kind.LATER)
        # Back at the base at 20:09.
        assert (later.step.rider_id, later.step.amount) == ("R1", 10)
        assert_works(a_day, plan, "O1", later, tmp_path)

    @pytest.mark.parametrize(
        ("rider", "parts"),
        [
            ({"zones": ("south",)}, (True, False, False)),
            ({"high_risk": False}, (False, True, False)),
            ({"pickup_id": "P2"}, (False, False, True)),
            ({"zones": (), "high_risk": False, "pickup_id": "P2"}, (True, True, True)),
        ],
    )
    def test_adds_to_a_pass_what_it_lacks(
        self, rider: dict[str, Any], parts: tuple[bool, bool, bool], tmp_path: Path
    ) -> None:
        facts: dict[str, Any] = {"high_risk": True, **rider}
        a_day = days.day(
            compounds=(days.compound(risk=Risk.HIGH),),
            pickups=(days.pickup("P1"), days.pickup("P2")),
            riders=(days.rider("R1", **facts),),
        )
        plan = nobody_served(a_day)

        remedy = only(answers.explain(a_day, plan, "O1"), Kind.PASS)

        step = remedy.step
        assert (step.adds_street, step.adds_high_risk, step.releases) == parts
        assert (step.rider_id, remedy.rider_id) == ("R1", "R1")
        assert_works(a_day, plan, "O1", remedy, tmp_path)

    def test_prefers_the_pass_that_lacks_least(self) -> None:
        a_day = days.day(
            compounds=(days.compound(risk=Risk.HIGH),),
            riders=(days.rider("R1", zones=("south",)), days.rider("R2", high_risk=True, zones=("south",))),
        )

        explanation = answers.explain(a_day, nobody_served(a_day), "O1")

        assert explanation.remedies[0].step.rider_id == "R2"
        # What asks for the street and the training is not named beside what asks for the street alone.
        assert [remedy.step.kind for remedy in explanation.remedies] == [Kind.PASS, Kind.RIDER]

    def test_lets_one_more_rider_in_per_slot(self, tmp_path: Path) -> None:
        plan = served(TWO_GATES_FULL, "O1", "O2")

        explanation = answers.explain(TWO_GATES_FULL, plan, "O3")

        slot = explanation.remedies[0]
        assert (slot.step.kind, slot.step.place_id) == (Kind.SLOT, "G1")
        assert clock("08:00") <= slot.hand_over_starts_s < clock("08:20")
        assert_works(TWO_GATES_FULL, plan, "O3", slot, tmp_path)

    def test_opens_one_more_dock(self, tmp_path: Path) -> None:
        # Three riders, one dock, and no time for a second load after the first.
        a_day = days.day(
            pickups=(days.pickup(docks=1, loading_s=1800),),
            gates=(days.gate(opens_s=clock("07:00"), closes_s=clock("07:45")),),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=(days.order("O1", weight_g=60_000), days.order("O2", weight_g=60_000)),
        )
        plan = served(a_day, "O1")

        explanation = answers.explain(a_day, plan, "O2")

        assert Rule.DOCK in {hurdle.rule for hurdle in explanation.hurdles}
        assert_works(a_day, plan, "O2", only(explanation, Kind.DOCK), tmp_path)

    def test_gives_a_rider_a_larger_vehicle(self, tmp_path: Path) -> None:
        a_day = days.day(orders=(days.order("O1"), days.order("O2", weight_g=100_000)))
        plan = served(a_day, "O1")

        remedy = only(answers.explain(a_day, plan, "O2"), Kind.VEHICLE)

        assert (remedy.step.rider_id, remedy.step.vehicle) == ("R1", "van")
        assert_works(a_day, plan, "O2", remedy, tmp_path)

    def test_divides_what_no_vehicle_holds(self, tmp_path: Path) -> None:
        a_day = days.day(orders=(days.order(weight_g=110_001),), riders=(days.rider("R1"), days.rider("R2")))
        plan = nobody_served(a_day)

        remedy = only(answers.explain(a_day, plan, "O1"), Kind.DIVIDE)

        after = assert_works(a_day, plan, "O1", remedy, tmp_path)
        assert [order.weight_g for order in after.orders] == [55_000, 55_001]

    def test_adds_one_more_rider_with_what_the_pass_lacks(self, tmp_path: Path) -> None:
        # The only rider is busy until the order is due.
        a_day = days.day(
            compounds=(days.compound("C1"), days.compound("C2", street="south")),
            gates=(days.gate("G1", "C1"), days.gate("G2", "C2")),
            riders=(days.rider(zones=("north",), shift_start_s=clock("12:05"), pass_from_s=clock("12:05")),),
            orders=(days.order("O1", weight_g=60_000), days.order("O2", compound_id="C2", weight_g=60_000)),
        )
        plan = served(a_day, "O1")

        remedy = only(answers.explain(a_day, plan, "O2"), Kind.RIDER)

        assert (remedy.step.rider_id, remedy.step.adds_street) == ("R1", True)
        after = assert_works(a_day, plan, "O2", remedy, tmp_path)
        assert len(after.riders) == 2

    def test_one_more_rider_lodges_with_a_colleague_where_ways_are_a_matrix(self) -> None:
        a_day = days.day(orders=(days.order("O1", weight_g=60_000), days.order("O2", weight_g=60_000)))
        ids = ("P1", "G1", "base:R1")
        seconds = (0, 900, 800, 900, 0, 800, 800, 800, 0)
        table = TravelTable(vehicle="", distance_m=(0, 9, 8, 7, 0, 6, 5, 4, 0), duration_s=seconds)
        a_day = a_day.replace(
            travel=Travel(model=TravelModel.MATRIX, place_ids=ids, tables=(table,)),
            riders=(days.rider(shift_start_s=clock("11:30"), pass_from_s=clock("11:30")),),
        )
        plan = served(a_day, "O1")

        remedy = only(answers.explain(a_day, plan, "O2"), Kind.RIDER)

        after, tried = answers.tried(a_day, plan, "O2", remedy)
        assert after.travel.place_ids == (*ids, "base:R1+")
        assert figures.measure(after, tried).score_m - figures.measure(a_day, plan).score_m == remedy.score_m

    def test_come_by_how_little_they_ask(self) -> None:
        explanation = answers.explain(TWO_GATES_FULL, served(TWO_GATES_FULL, "O1", "O2"), "O3")

        efforts = [remedy.step.effort for remedy in explanation.remedies]
        assert len(efforts) > 1
        assert efforts == sorted(efforts)

    def test_there_is_none_for_a_compound_without_a_gate(self) -> None:
        a_day = days.day(gates=())

        explanation = answers.explain(a_day, nobody_served(a_day), "O1")

        assert explanation.remedies == ()
        assert [hurdle.rule for hurdle in explanation.hurdles] == [Rule.UNREACHABLE]


class TestServed:
    def test_says_when_by_whom_and_what_holds_the_time(self) -> None:
        a_day = days.day()
        plan = served(a_day, "O1")

        explanation = answers.explain(a_day, plan, "O1")

        assert explanation.state is State.SERVED
        assert explanation.reason is None
        found = explanation.service
        assert found is not None
        assert (found.rider_id, found.gate_id) == ("R1", "G1")
        # The shift begins at 7 beside the pickup; at the gate from 7:12:30, which opens at 8.
        assert (found.load_hold, found.hand_over_hold) == (Hold.SHIFT, Hold.OPENING)
        assert found.hand_over_ends_s == clock("08:02:10")
        assert found.slack_s == clock("12:30") - clock("08:02:10")

    @pytest.mark.parametrize(
        ("a_day", "hold"),
        [
            (days.day(orders=(days.order(ready_s=clock("09:00")),)), Hold.READY),
            (days.day(pickups=(days.pickup(opens_s=clock("09:00")),)), Hold.OPENING),
            # Ready at seven, but the gate opens at eight and nothing may ride for longer than five minutes.
            (days.day(ride=Ride(max_s=600)), Hold.RIDE),
        ],
    )
    def test_says_what_holds_the_load(self, a_day: Problem, hold: Hold) -> None:
        explanation = answers.explain(a_day, served(a_day, "O1"), "O1")

        assert explanation.service is not None
        assert explanation.service.load_hold is hold

    def test_says_that_the_dock_and_the_slot_before_were_taken(self) -> None:
        a_day = days.day(
            pickups=(days.pickup(docks=1),),
            gates=(days.gate(riders_per_slot=1),),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=tuple(days.order(f"O{n}", weight_g=60_000, due_s=clock("08:15")) for n in (1, 2)),
        )
        plan = served(a_day, "O1", "O2")

        second = answers.explain(a_day, plan, "O2").service

        assert second is not None
        assert second.rider_id == "R2"
        assert (second.load_hold, second.hand_over_hold) == (Hold.DOCK, Hold.SLOT)


class TestLate:
    def test_says_who_would_be_in_time(self, tmp_path: Path) -> None:
        a_day = days.day(riders=(days.rider("R1", shift_start_s=clock("09:00")), days.rider("R2")))
        plan = served(a_day.replace(riders=a_day.riders[:1]), "O1")

        explanation = answers.explain(a_day, plan, "O1", promised_until_s=clock("08:30"))

        assert explanation.state is State.LATE
        assert explanation.reason is None
        (again,) = explanation.remedies
        assert again.rider_id == "R2"
        assert again.hand_over_ends_s <= clock("08:30")
        assert_works(a_day, with_true_reasons(a_day, plan), "O1", again, tmp_path)

    def test_says_by_how_much_the_promise_is_too_tight(self) -> None:
        a_day = days.day()
        plan = served(a_day, "O1")

        explanation = answers.explain(a_day, plan, "O1", promised_until_s=clock("08:00"))

        # Promised until the gate opens; handed over within ten minutes of it.
        assert only(explanation, Kind.DUE).step.amount == 5
        assert [hurdle.rule for hurdle in explanation.hurdles] == [Rule.DUE]

    def test_a_promise_that_is_kept_asks_for_nothing(self) -> None:
        a_day = days.day()

        explanation = answers.explain(a_day, served(a_day, "O1"), "O1", promised_until_s=clock("08:10"))

        assert explanation.state is State.SERVED
        assert explanation.remedies == ()


class TestAgainstThePlanner:
    # Half of these random days leave orders without a slot or a rider, which is rare where all is random.
    @pytest.mark.parametrize("seed", [*range(12), 43, 81, 84, 100, 122, 135, 141, 143, 148, 177, 185, 227, 259])
    def test_reasons_are_the_planners_and_remedies_work(self, seed: int, tmp_path: Path) -> None:
        a_day = random_day(seed)
        plan = solve.solve(a_day, stop=stop.MaxIterations(20), seed=1)

        firsts = [[entry for entry in plan.unserved if entry.reason is reason][:2] for reason in Reason]
        for number, entry in enumerate(itertools.chain.from_iterable(firsts)):
            explanation = answers.explain(a_day, plan, entry.order_id)
            assert explanation.reason is entry.reason
            for remedy in explanation.remedies:
                folder = tmp_path / f"{number}-{remedy.step.kind}-{remedy.step.rider_id}-{remedy.step.place_id}"
                assert_works(a_day, plan, entry.order_id, remedy, folder)

    def test_served_orders_are_where_the_plan_has_them(self) -> None:
        a_day = random_day(18)
        plan = solve.solve(a_day, stop=stop.MaxIterations(20), seed=1)
        on_rounds = [
            (a_round.rider_id, visit.starts_s, order_id)
            for a_round in plan.rounds
            for visit in a_round.hand_overs
            for order_id in visit.order_ids
        ]
        assert on_rounds

        for rider_id, starts_s, order_id in on_rounds:
            found = answers.explain(a_day, plan, order_id).service
            assert found is not None
            assert (found.rider_id, found.hand_over_starts_s) == (rider_id, starts_s)
            assert found.slack_s >= 0


def test_a_round_that_ended_on_the_way_takes_nothing_on() -> None:
    a_day = days.day(orders=(days.order("O1"), days.order("O2")))
    plan = served(a_day, "O1")
    (a_round,) = plan.rounds
    stopped = dataclasses.replace(a_round, back_s=None, stopped_s=clock("08:10"))

    explanation = answers.explain(a_day, plan.replace(rounds=(stopped,)), "O2")

    assert Kind.AGAIN not in {remedy.step.kind for remedy in explanation.remedies}
    assert [hurdle.rule for hurdle in explanation.hurdles] == [Rule.OTHERS]
