"""Changing a day: who comes and goes, gates, slots, streets."""

from collections import Counter

import pytest

from supplyhub.planning.plan import Plan, Round, Visit, VisitKind
from supplyhub.planning.problem import Problem, Travel, TravelModel, TravelTable
from supplyhub.planning.what_if.changes import Change, by_use, changed, copies, with_riders
from tests.planning import days
from tests.planning.days import clock

EMPTY = Plan(day_date=days.day().day_date, rounds=(), unserved=())


def plan_of(**orders: int) -> Plan:
    """A plan in which each rider hands over so many orders."""
    rounds = []
    for rider_id, count in orders.items():
        visit = Visit(
            kind=VisitKind.HAND_OVER,
            place_id="G1",
            arrives_s=0,
            starts_s=0,
            leaves_s=0,
            order_ids=tuple(f"{rider_id}-{number}" for number in range(count)),
        )
        rounds.append(Round(rider_id=rider_id, leaves_base_s=0, back_s=0, visits=(visit,)))
    return EMPTY.replace(rounds=tuple(rounds))


def fleet() -> Problem:
    """Six e-bikes of one company and three vans of another."""
    bikes = [days.rider(f"B{n}", company="blue") for n in range(6)]
    vans = [days.rider(f"V{n}", company="yellow", vehicle="van") for n in range(3)]
    return days.day(riders=(*bikes, *vans))


class TestRiders:
    def test_come_in_proportion_of_company_vehicle_and_streets(self) -> None:
        wider = with_riders(fleet(), EMPTY, 12)

        added = wider.riders[9:]
        # Two of three riders are on e-bikes, and so are two of three who come.
        assert Counter(rider.company for rider in added) == {"blue": 2, "yellow": 1}
        assert all((rider.company == "blue") == (rider.vehicle == "ebike") for rider in added)
        assert len({rider.rider_id for rider in wider.riders}) == 12

    def test_the_first_of_many_copies_are_those_of_few(self) -> None:
        few = [copy.rider_id for copy, _ in copies(fleet(), 4)]
        many = [copy.rider_id for copy, _ in copies(fleet(), 20)]

        assert many[:4] == few

    def test_copies_of_the_same_rider_differ_in_id_and_pass(self) -> None:
        alone = days.day()

        added = [copy for copy, _ in copies(alone, 3)]

        assert [rider.rider_id for rider in added] == ["R1+1", "R1+2", "R1+3"]
        assert len({rider.pass_no for rider in added}) == 3

    def test_nobody_can_be_copied_where_there_is_nobody(self) -> None:
        assert copies(days.day(riders=()), 3) == []

    def test_those_who_hand_over_least_leave_first(self) -> None:
        a_day = days.day(riders=tuple(days.rider(f"R{n}") for n in range(1, 5)))
        plan = plan_of(R1=5, R2=1, R4=3)

        assert [rider.rider_id for rider in by_use(a_day, plan)] == ["R3", "R2", "R4", "R1"]
        assert [rider.rider_id for rider in with_riders(a_day, plan, 2).riders] == ["R1", "R4"]

    def test_of_equals_the_last_leaves_first(self) -> None:
        a_day = days.day(riders=(days.rider("R1"), days.rider("R2")))

        assert [rider.rider_id for rider in with_riders(a_day, EMPTY, 1).riders] == ["R1"]

    @pytest.mark.parametrize("count", [0, -3])
    def test_all_can_leave(self, count: int) -> None:
        assert with_riders(days.day(), EMPTY, count).riders == ()

    def test_a_copy_lodges_where_a_matrix_knows_the_way(self) -> None:
        table = TravelTable(vehicle="", distance_m=tuple(range(9)), duration_s=tuple(range(10, 19)))
        travel = Travel(model=TravelModel.MATRIX, place_ids=("P1", "G1", "base:R1"), tables=(table,))

        wider = with_riders(days.day(travel=travel), EMPTY, 2)

        assert wider.travel.place_ids[-1] == "base:R1+1"
        # From the pickup to either base it is as far, and between the two there is no way to go.
        square = wider.travel.tables[0].distance_m
        assert square[0 * 4 + 2] == square[0 * 4 + 3] == 2
        assert square[2 * 4 + 3] == 0


class TestGates:
    def test_close_later(self) -> None:
        (gate,) = changed(days.day(), EMPTY, Change(later_minutes=30)).gates

        assert gate.closes_s == clock("20:30")

    def test_never_close_after_midnight(self) -> None:
        (gate,) = changed(days.day(), EMPTY, Change(later_minutes=600)).gates

        assert gate.closes_s == 24 * 3600

    def test_open_earlier_by_whole_slots(self) -> None:
        (gate,) = changed(days.day(), EMPTY, Change(earlier_minutes=25)).gates

        # Slots of ten minutes: three of them.
        assert gate.opens_s == clock("07:30")

    def test_let_more_riders_into_slots_of_another_length(self) -> None:
        (gate,) = changed(days.day(), EMPTY, Change(riders_per_slot=1, slot_minutes=5)).gates

        assert (gate.riders_per_slot, gate.slot_s) == (3, 300)


class TestStreets:
    def test_are_no_limit_any_more_but_risk_is(self) -> None:
        a_day = days.day(riders=(days.rider(zones=("south",)),))

        (rider,) = changed(a_day, EMPTY, Change(all_streets=True)).riders

        assert rider.zones is None
        assert not rider.high_risk


class TestChange:
    def test_nothing_changes_nothing(self) -> None:
        assert Change().is_nothing
        assert changed(days.day(), EMPTY, Change()) == days.day()

    def test_can_be_combined(self) -> None:
        wider = changed(fleet(), EMPTY, Change(riders=3, later_minutes=10, all_streets=True))

        assert len(wider.riders) == 12
        assert wider.gates[0].closes_s == clock("20:10")

    @pytest.mark.parametrize(
        ("change", "is_wider"),
        [
            (Change(riders=3, later_minutes=5), True),
            (Change(riders=-1), False),
            (Change(slot_minutes=5), False),
            (Change(riders_per_slot=-1), False),
        ],
    )
    def test_knows_whether_every_plan_stays_one(self, change: Change, is_wider: bool) -> None:
        assert change.is_wider is is_wider
