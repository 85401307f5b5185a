"""What a district's desk and a rider may rely on when something happens, each on a day made by hand."""

from pathlib import Path

import pytest

from supplyhub.planning import solve, stop
from supplyhub.planning.live.answers import Refusal, Replanned, VisitChange
from supplyhub.planning.live.changes import (
    CancelledOrder,
    Change,
    ClosedGate,
    Fault,
    HighRiskCompound,
    LateRider,
    NewOrder,
    OutOfStock,
    StoppedRider,
    StopReason,
    UnableToApply,
)
from supplyhub.planning.live.replan import replan
from supplyhub.planning.plan import Plan, Reason, Round, Visit, VisitKind
from supplyhub.planning.problem import Problem
from tests.planning import days
from tests.planning.live import running_days

NINE = days.clock("09:00")


def visit(place_id: str, starts: str, leaves: str, *order_ids: str, arrives: str | None = None) -> Visit:
    return Visit(
        kind=VisitKind.LOAD if place_id.startswith("P") else VisitKind.HAND_OVER,
        place_id=place_id,
        arrives_s=days.clock(arrives or starts),
        starts_s=days.clock(starts),
        leaves_s=days.clock(leaves),
        order_ids=order_ids,
    )


def driven(*rounds: Round) -> Plan:
    return Plan(day_date=days.day().day_date, rounds=rounds, unserved=())


def one_round(rider_id: str, leaves: str, back: str, *visits: Visit) -> Round:
    return Round(rider_id=rider_id, leaves_base_s=days.clock(leaves), back_s=days.clock(back), visits=visits)


@pytest.fixture
def street() -> tuple[Problem, Plan]:
    """One rider loads for C1 (1 km) and C2 (2 km) at nine, and again for C1 at ten; a second one stays at the base.

    A kilometre of the map is 1,350 m of road: 4 minutes 30.
    """
    a_day = days.day(
        compounds=(days.compound("C1", 1000), days.compound("C2", 2000)),
        gates=(days.gate("G1", "C1", 1000), days.gate("G2", "C2", 2000), days.gate("G3", "C2", 2200)),
        riders=(days.rider("R1"), days.rider("R2", high_risk=True)),
        orders=(
            days.order("O1", compound_id="C1"),
            days.order("O2", compound_id="C2"),
            days.order("O3", compound_id="C1"),
        ),
    )
    plan = driven(
        one_round(
            "R1",
            "09:00",
            "10:14:50",
            visit("P1", "09:00", "09:08", "O1", "O2"),
            visit("G1", "09:12:31", "09:14:41", "O1"),
            visit("G2", "09:19:12", "09:21:22", "O2"),
            visit("P1", "10:00", "10:08", "O3", arrives="09:30:24"),
            visit("G1", "10:12:31", "10:14:41", "O3"),
        )
    )
    return a_day, replaced_back(a_day, plan)


def replaced_back(a_day: Problem, plan: Plan) -> Plan:
    """The same plan as a search takes it over: with the seconds of the ways, to the second."""
    return solve.solve(a_day, stop=stop.MaxIterations(0), seed=1, start=plan)


def answered(day_and_plan: tuple[Problem, Plan], now: str, *what: Change, folder: Path) -> Replanned:
    a_day, plan = day_and_plan
    now_s = days.clock(now)
    answer = replan(a_day, plan, now_s, what, stop=stop.MaxIterations(0))
    running_days.assert_holds(plan, now_s, what, answer, folder)
    return answer


def round_of(answer: Replanned, rider_id: str) -> Round:
    return next(a_round for a_round in answer.plan.rounds if a_round.rider_id == rider_id)


def places(a_round: Round) -> list[str]:
    return [one.place_id for one in a_round.visits]


class TestTheDay:
    def test_is_driven_as_described(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        a_day, plan = street

        days.assert_valid(a_day, plan, tmp_path)

        assert [places(one) for one in plan.rounds] == [["P1", "G1", "G2", "P1", "G1"]]
        assert [one.starts_s for one in plan.rounds[0].visits[:2]] == [NINE, days.clock("09:12:31")]


class TestNewOrder:
    def test_joins_the_load_that_is_still_to_come(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        answer = answered(street, "09:15", NewOrder(order=days.order("N1", compound_id="C1")), folder=tmp_path)

        (changed,) = answer.rounds
        assert changed.rider_id == "R1"
        assert {(one.orders_added, one.orders_removed, one.because) for one in changed.visits} == {(("N1",), (), (0,))}
        assert (changed.visits[-1].change, changed.visits[-1].place_id) == (VisitChange.ORDERS, "G1")
        # Nothing has to be driven for it.
        assert answer.changed_visits == len(changed.visits) == 2
        assert answer.after.distance_m == answer.before.distance_m

    def test_that_nobody_has_time_for_is_left_out_with_its_reason(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        late = days.order("N1", ready_s=days.clock("12:25"))

        answer = answered(street, "09:15", NewOrder(order=late), folder=tmp_path)

        assert [(one.order_id, one.reason, one.because) for one in answer.left_out] == [("N1", Reason.NO_TIME, (0,))]
        assert answer.changed_visits == 0


class TestCancelledOrder:
    def test_that_is_not_loaded_leaves_the_day(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        answer = answered(street, "09:15", CancelledOrder(order_id="O3"), folder=tmp_path)

        assert places(round_of(answer, "R1")) == ["P1", "G1", "G2"]
        assert [(one.change, one.place_id, one.because) for one in answer.rounds[0].visits] == [
            (VisitChange.REMOVED, "P1", (0,)),
            (VisitChange.REMOVED, "G1", (0,)),
        ]
        assert (answer.rounds[0].back_after_s or 0) < (answer.rounds[0].back_before_s or 0)
        assert "O3" not in {order.order_id for order in answer.problem.orders}

    @pytest.mark.parametrize(
        ("now", "order_id", "why"),
        [
            ("09:00", "O2", Refusal.LOADED),
            ("09:13", "O1", Refusal.HANDED_OVER),
            ("09:18", "O1", Refusal.HANDED_OVER),
            ("09:18", "O2", Refusal.LOADED),
        ],
    )
    def test_that_is_loaded_is_refused(
        self, street: tuple[Problem, Plan], now: str, order_id: str, why: Refusal, tmp_path: Path
    ) -> None:
        answer = answered(street, now, CancelledOrder(order_id=order_id), folder=tmp_path)

        assert [(one.number, one.why, one.order_id, one.rider_id) for one in answer.refused] == [
            (0, why, order_id, "R1")
        ]
        assert answer.plan.rounds == street[1].rounds

    def test_lets_a_rider_who_is_on_the_way_to_load_it_turn_round(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        # The rider left C2 at 09:21:22 and would be at the pickup at 09:30:24.
        new = NewOrder(order=days.order("N1", compound_id="C2", ready_s=days.clock("09:00")))

        answer = answered(street, "09:25:52", CancelledOrder(order_id="O3"), new, folder=tmp_path)

        # Half the way is ridden, so half of it is counted back, and the whole again.
        after = [one for a_round in answer.plan.rounds for one in a_round.visits if "N1" in one.order_ids]
        assert after[0].starts_s >= days.clock("09:30:22")


class TestStoppedRider:
    def test_leaves_what_is_on_board_and_hands_the_rest_to_others(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        what = StoppedRider(rider_id="R1", why=StopReason.DROPPED_OUT)

        answer = answered(street, "09:15", what, folder=tmp_path)

        stopped = round_of(answer, "R1")
        assert (places(stopped), stopped.back_s, stopped.stopped_s) == (["P1", "G1"], None, days.clock("09:15"))
        (stranded,) = answer.stranded
        assert (stranded.order_id, stranded.rider_id, stranded.place_id, stranded.because) == ("O2", "R1", "G1", (0,))
        assert days.reasons(answer.plan) == {"O2": Reason.STRANDED}
        other = next(one for one in answer.rounds if one.rider_id == "R2")
        assert {(one.change, one.orders_added, one.because) for one in other.visits} == {
            (VisitChange.ADDED, ("O3",), (0,))
        }

    def test_in_the_middle_of_a_load_leaves_it_at_the_pickup(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        answer = answered(street, "09:04", StoppedRider(rider_id="R1", why=StopReason.PASS_REVOKED), folder=tmp_path)

        # Nothing was finished: there is no round, and somebody else takes all of it.
        assert [one.rider_id for one in answer.plan.rounds] == ["R2"]
        assert answer.plan.unserved == ()
        revoked = next(rider for rider in answer.problem.riders if rider.rider_id == "R1")
        assert (revoked.pass_until_s, revoked.shift_end_s) == (days.clock("09:04"), days.clock("09:04"))

    def test_stays_stopped_in_the_next_answer(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        stop_it = StoppedRider(rider_id="R1", why=StopReason.DROPPED_OUT)
        first = answered(street, "09:15", stop_it, folder=tmp_path)

        second = answered((first.problem, first.plan), "09:40", stop_it, CancelledOrder(order_id="O2"), folder=tmp_path)

        assert [(one.number, one.why) for one in second.refused] == [(0, Refusal.STOPPED), (1, Refusal.LOADED)]
        assert second.plan.rounds == first.plan.rounds
        assert second.stranded == ()


class TestLateRider:
    def test_who_still_is_in_time_only_comes_later(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        # The rider is 2 minutes 14 from C2 then.
        answer = answered(street, "09:16:57", LateRider(rider_id="R1", until_s=days.clock("09:30")), folder=tmp_path)

        moved = answer.rounds[0].visits[0]
        assert (moved.change, moved.place_id, moved.because) == (VisitChange.MOVED, "G2", (0,))
        assert moved.after_s == days.clock("09:32:14")
        assert (answer.late, answer.stranded) == ((), ())

    def test_brings_what_is_on_board_late_rather_than_not_at_all(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        answer = answered(street, "09:16:57", LateRider(rider_id="R1", until_s=days.clock("12:40")), folder=tmp_path)

        (late,) = answer.late
        assert (late.order_id, late.rider_id, late.due_s, late.because) == ("O2", "R1", days.clock("12:30"), (0,))
        assert late.handed_s == days.clock("12:44:24")
        # The changed day gives it the time, and the ride the minutes that it takes.
        changed = {order.order_id: order.due_s for order in answer.problem.orders}
        assert (changed["O2"], changed["O1"]) == (late.handed_s, days.clock("12:30"))
        assert answer.problem.ride.max_s == 217 * 60
        # What was not loaded somebody else brings in time.
        assert [one.rider_id for one in answer.plan.rounds if "O3" in one.visits[-1].order_ids] == ["R2"]

    def test_who_cannot_be_back_in_the_shift_leaves_it_on_board(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        answer = answered(street, "09:16:57", LateRider(rider_id="R1", until_s=days.clock("19:58")), folder=tmp_path)

        assert [one.order_id for one in answer.stranded] == ["O2"]


class TestHighRiskCompound:
    def test_strands_what_its_rider_may_not_hand_over_and_the_rider_goes_on(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        answer = answered(street, "09:16", HighRiskCompound(compound_id="C2"), folder=tmp_path)

        a_round = round_of(answer, "R1")
        assert places(a_round) == ["P1", "G1", "P1", "G1"]
        (stranded,) = answer.stranded
        assert (stranded.order_id, stranded.place_id, stranded.because) == ("O2", "G1", (0,))
        assert (a_round.back_s, a_round.stopped_s) == (None, a_round.visits[-1].leaves_s)

    def test_and_the_day_stays_as_it_is_when_no_more_is_changed_after_that_round(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        first = answered(street, "09:16", HighRiskCompound(compound_id="C2"), folder=tmp_path)

        second = answered((first.problem, first.plan), "11:00", CancelledOrder(order_id="O2"), folder=tmp_path)

        assert [one.why for one in second.refused] == [Refusal.LOADED]
        assert (second.plan, second.problem) == (first.plan, first.problem)

    def test_changes_nothing_for_who_is_trusted(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        a_day, plan = street
        trusted = a_day.replace(riders=tuple(days.rider(name, high_risk=True) for name in ("R1", "R2")))

        answer = answered((trusted, plan), "09:16", HighRiskCompound(compound_id="C2"), folder=tmp_path)

        assert (answer.changed_visits, answer.stranded) == (0, ())


class TestClosedGate:
    def test_sends_the_rider_to_another_gate_of_the_compound(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        answer = answered(street, "09:16", ClosedGate(gate_id="G2", from_s=days.clock("09:16")), folder=tmp_path)

        assert places(round_of(answer, "R1"))[2] == "G3"
        assert [(one.change, one.place_id, one.because) for one in answer.rounds[0].visits][:2] == [
            (VisitChange.REMOVED, "G2", (0,)),
            (VisitChange.ADDED, "G3", (0,)),
        ]
        assert answer.stranded == ()

    def test_strands_what_is_on_board_where_there_is_no_other(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        a_day, plan = street
        single = a_day.replace(gates=a_day.gates[:2])

        answer = answered((single, plan), "09:16", ClosedGate(gate_id="G2", from_s=0), folder=tmp_path)

        assert [one.order_id for one in answer.stranded] == ["O2"]

    def test_lets_a_hand_over_end_that_has_begun(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        answer = answered(street, "09:20", ClosedGate(gate_id="G2", from_s=days.clock("09:00")), folder=tmp_path)

        gate = next(gate for gate in answer.problem.gates if gate.gate_id == "G2")
        assert gate.closes_s == street[1].rounds[0].visits[2].leaves_s
        assert answer.changed_visits == 0


class TestOutOfStock:
    def test_takes_what_is_not_loaded_from_the_day_and_refuses_the_rest(
        self, street: tuple[Problem, Plan], tmp_path: Path
    ) -> None:
        answer = answered(street, "09:15", OutOfStock(pickup_id="P1", order_ids=("O2", "O3")), folder=tmp_path)

        assert [(one.why, one.order_id) for one in answer.refused] == [(Refusal.LOADED, "O2")]
        assert {order.order_id for order in answer.problem.orders} == {"O1", "O2"}


class TestSeveralChanges:
    def test_of_one_rider_are_one_answer(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        answer = answered(
            street,
            "09:16",
            LateRider(rider_id="R1", until_s=days.clock("10:00")),
            StoppedRider(rider_id="R1", why=StopReason.DROPPED_OUT),
            LateRider(rider_id="R1", until_s=days.clock("11:00")),
            CancelledOrder(order_id="O3"),
            folder=tmp_path,
        )

        assert [(one.number, one.why) for one in answer.refused] == [(2, Refusal.STOPPED)]
        assert [one.order_id for one in answer.stranded] == ["O2"]
        assert round_of(answer, "R1").stopped_s == days.clock("09:16")

    def test_put_nobody_off_while_there_is_another_way(self, tmp_path: Path) -> None:
        # R1 passes C2 on the way to C3; stopping there would put off who was told 09:24 at C3.
        a_day = days.day(
            compounds=tuple(days.compound(f"C{number}", 1000 * number) for number in (1, 2, 3)),
            gates=tuple(days.gate(f"G{number}", f"C{number}", 1000 * number) for number in (1, 2, 3)),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=(days.order("O1"), days.order("O3", compound_id="C3")),
        )
        plan = replaced_back(
            a_day,
            driven(
                one_round(
                    "R1",
                    "09:00",
                    "10:30",
                    visit("P1", "09:00", "09:08", "O1", "O3"),
                    visit("G1", "09:12:31", "09:14:41", "O1"),
                    visit("G3", "09:24", "09:26:10", "O3"),
                )
            ),
        )
        answer = answered((a_day, plan), "09:01", NewOrder(order=days.order("N1", compound_id="C2")), folder=tmp_path)

        assert round_of(answer, "R1").visits[:3] == plan.rounds[0].visits
        assert {one.change for a_round in answer.rounds for one in a_round.visits} == {VisitChange.ADDED}
        assert answer.left_out == ()


class TestFaults:
    @pytest.mark.parametrize(
        ("change", "fault", "value"),
        [
            (CancelledOrder(order_id="O9"), Fault.UNKNOWN_ORDER, "O9"),
            (StoppedRider(rider_id="R9", why=StopReason.DROPPED_OUT), Fault.UNKNOWN_RIDER, "R9"),
            (LateRider(rider_id="R9", until_s=NINE), Fault.UNKNOWN_RIDER, "R9"),
            (HighRiskCompound(compound_id="C9"), Fault.UNKNOWN_COMPOUND, "C9"),
            (ClosedGate(gate_id="G9", from_s=NINE), Fault.UNKNOWN_GATE, "G9"),
            (OutOfStock(pickup_id="P9", order_ids=("O1",)), Fault.UNKNOWN_PICKUP, "P9"),
            (OutOfStock(pickup_id="P1", order_ids=("O9",)), Fault.UNKNOWN_ORDER, "O9"),
            (OutOfStock(pickup_id="P1", order_ids=()), Fault.NO_ORDERS, "P1"),
            (NewOrder(order=days.order("O1")), Fault.ORDER_EXISTS, "O1"),
            (NewOrder(order=days.order("N1", pickup_id="P9")), Fault.UNKNOWN_PICKUP, "P9"),
            (NewOrder(order=days.order("N1", compound_id="C9")), Fault.UNKNOWN_COMPOUND, "C9"),
            (NewOrder(order=days.order("N1", due_s=0)), Fault.DUE_BEFORE_READY, "N1"),
        ],
    )
    def test_are_named_with_the_change_and_nothing_is_answered(
        self, street: tuple[Problem, Plan], change: Change, fault: Fault, value: str
    ) -> None:
        a_day, plan = street

        with pytest.raises(UnableToApply) as refused:
            replan(a_day, plan, NINE, (CancelledOrder(order_id="O3"), change), stop=stop.MaxIterations(0))

        assert (refused.value.number, refused.value.fault, refused.value.value) == (1, fault, value)
        assert f"“{value}”" in refused.value.message

    def test_an_order_of_another_pickup_cannot_be_out_of_stock(self, street: tuple[Problem, Plan]) -> None:
        a_day, plan = street
        two = a_day.replace(pickups=(*a_day.pickups, days.pickup("P2", 500)))

        with pytest.raises(UnableToApply, match="loaded at another pickup"):
            replan(two, plan, NINE, (OutOfStock(pickup_id="P2", order_ids=("O1",)),), stop=stop.MaxIterations(0))
