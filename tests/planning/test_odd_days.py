"""Days that nobody would draw up: they are answered, not refused, and every order left over has its true reason.

The checker judges every plan, and every reason.
"""

import dataclasses
from pathlib import Path

import pytest

from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.plan import Reason
from supplyhub.planning.problem import Problem, Ride, Travel, TravelModel
from tests.planning import days
from tests.planning.days import clock
from tests.tools import make_day


class TestEmptyTables:
    def test_a_day_without_orders(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(orders=()), tmp_path)

        assert (plan.rounds, plan.unserved) == ((), ())

    def test_a_day_without_riders(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(riders=()), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_ELIGIBLE_RIDER}

    def test_a_day_without_anything(self, tmp_path: Path) -> None:
        a_day = days.day(pickups=(), compounds=(), gates=(), riders=(), orders=())

        plan = days.planned(a_day, tmp_path)

        assert plan.rounds == ()

    @pytest.mark.parametrize("table", ["pickups", "compounds", "gates", "riders", "orders"])
    def test_a_real_day_without_one_of_its_tables(self, table: str, tmp_path: Path) -> None:
        a_day = day_folder.read_day(days.DATA / "tiny")
        # Without pickups or compounds, there is nothing that an order could refer to.
        empty: dict[str, tuple[()]] = {table: ()}
        if table in ("pickups", "compounds"):
            empty |= {"orders": (), "gates": ()} if table == "compounds" else {"orders": ()}
        a_day = a_day.replace(**empty)
        if table == "pickups":
            a_day = a_day.replace(riders=tuple(dataclasses.replace(r, pickup_id=None) for r in a_day.riders))

        plan = days.planned(a_day, tmp_path)

        assert plan.rounds == ()
        assert len(plan.unserved) == len(a_day.orders)


class TestOddDays:
    def test_one_order_of_two_tonnes(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(orders=(days.order(weight_g=2_000_000),)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.OVER_CAPACITY}

    def test_vehicles_without_capacity(self, tmp_path: Path) -> None:
        a_day = days.day()
        empty = tuple(dataclasses.replace(vehicle, capacity_g=0) for vehicle in a_day.vehicles)

        plan = days.planned(a_day.replace(vehicles=empty), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.OVER_CAPACITY}

    def test_a_gate_that_never_opens(self, tmp_path: Path) -> None:
        closed = days.gate(opens_s=clock("08:00"), closes_s=clock("08:00"))

        plan = days.planned(days.day(gates=(closed,)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_a_gate_that_closes_before_it_opens(self, tmp_path: Path) -> None:
        closed = days.gate(opens_s=clock("12:00"), closes_s=clock("08:00"))

        plan = days.planned(days.day(gates=(closed,)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_a_compound_without_gates(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(gates=()), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_a_gate_without_slots(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(gates=(days.gate(riders_per_slot=0),)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_GATE_SLOT}

    def test_a_pickup_without_docks(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(pickups=(days.pickup(docks=0),)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_CAPACITY_LEFT}

    def test_loading_that_takes_no_time(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(pickups=(days.pickup(loading_s=0, docks=1),)), tmp_path)

        assert not plan.unserved

    def test_a_rider_without_a_shift(self, tmp_path: Path) -> None:
        idle = days.rider(shift_start_s=0, shift_end_s=0)

        plan = days.planned(days.day(riders=(idle,)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_an_order_that_costs_nothing_when_unserved_is_served_all_the_same(self, tmp_path: Path) -> None:
        free = dataclasses.replace(days.day().score, unserved_m=(0, 0, 0, 0))

        plan = days.planned(days.day(score=free), tmp_path)

        assert not plan.unserved

    def test_a_far_order_is_served_though_leaving_it_would_score_better(self, tmp_path: Path) -> None:
        # 2 x 12 km x 1.35 and a rider cost more than the 10,000 m of an unserved order.
        a_day = days.day(compounds=(days.compound(east_m=12_000),), gates=(days.gate(east_m=12_000),))

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved

    def test_priorities_decide_who_is_served_when_not_all_can_be(self, tmp_path: Path) -> None:
        a_day = days.day(
            pickups=(days.pickup(opens_s=clock("08:00"), closes_s=clock("08:10"), docks=1),),
            orders=tuple(days.order(f"O{n}", weight_g=50_000, priority=n) for n in range(4)),
        )

        plan = days.planned(a_day, tmp_path)

        assert set(days.reasons(plan)) == {"O0", "O1", "O2"}


class TestUnreachablePlaces:
    def test_a_matrix_without_a_single_way(self, tmp_path: Path) -> None:
        nowhere = Travel(model=TravelModel.MATRIX, place_ids=("G1", "P1", "base:R1"))

        plan = days.planned(days.day(travel=nowhere), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_the_other_side_of_the_earth(self, tmp_path: Path) -> None:
        plan = days.planned(days.day(gates=(days.gate(lat=-27.8, lon=-66.9),)), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_only_the_orders_of_the_unreachable_gate_are_left(self, tmp_path: Path) -> None:
        far = days.compound("C2", east_m=300_000)
        a_day = days.day(
            compounds=(days.compound(), far),
            gates=(days.gate(), days.gate("G2", "C2", east_m=300_000)),
            orders=(days.order("O1"), days.order("O2", compound_id="C2")),
        )

        plan = days.planned(a_day, tmp_path)

        assert days.reasons(plan) == {"O2": Reason.NO_TIME}


class TestInfeasibleDays:
    """A whole district on which nothing can be done: all have a reason, and at once."""

    @pytest.fixture
    def a_day(self, tmp_path: Path) -> Problem:
        make_day.make(tmp_path / "made", 106, 400, 12, 40)
        return day_folder.read_day(tmp_path / "made")

    def assert_all_are(self, a_day: Problem, reasons: set[Reason], folder: Path) -> None:
        plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)

        days.assert_valid(a_day, plan, folder)
        assert plan.rounds == ()
        assert set(days.reasons(plan).values()) <= reasons
        assert len(plan.unserved) == 400

    def test_gates_that_never_open(self, a_day: Problem, tmp_path: Path) -> None:
        shut = a_day.replace(gates=tuple(dataclasses.replace(g, closes_s=g.opens_s) for g in a_day.gates))

        self.assert_all_are(shut, {Reason.NO_TIME, Reason.NO_ELIGIBLE_RIDER}, tmp_path)

    def test_vehicles_without_room(self, a_day: Problem, tmp_path: Path) -> None:
        full = a_day.replace(vehicles=tuple(dataclasses.replace(v, capacity_ml=0) for v in a_day.vehicles))

        self.assert_all_are(full, {Reason.OVER_CAPACITY, Reason.NO_ELIGIBLE_RIDER}, tmp_path)

    def test_riders_without_shift(self, a_day: Problem, tmp_path: Path) -> None:
        idle = a_day.replace(riders=tuple(dataclasses.replace(r, shift_end_s=r.shift_start_s) for r in a_day.riders))

        self.assert_all_are(idle, {Reason.NO_TIME, Reason.NO_ELIGIBLE_RIDER}, tmp_path)

    def test_rides_of_no_time(self, a_day: Problem, tmp_path: Path) -> None:
        self.assert_all_are(a_day.replace(ride=Ride(max_s=0)), {Reason.NO_TIME, Reason.NO_ELIGIBLE_RIDER}, tmp_path)

    def test_slots_that_take_nobody(self, a_day: Problem, tmp_path: Path) -> None:
        booked = a_day.replace(gates=tuple(dataclasses.replace(g, riders_per_slot=0) for g in a_day.gates))

        self.assert_all_are(booked, {Reason.NO_GATE_SLOT, Reason.NO_TIME, Reason.NO_ELIGIBLE_RIDER}, tmp_path)
