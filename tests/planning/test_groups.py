"""A day planned in groups of suppliers: split, planned apart, put together; what comes of it breaks no rule."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplyhub.planning import groups, solve, stop
from supplyhub.planning.figures import measure
from supplyhub.planning.plan import Reason
from tests.planning import days
from tests.planning.random_days import small_days
from tests.support import day

EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def planned_apart(problem, *, count, iterations, seed=1):
    parts = groups.split(problem, count=count)
    return [solve.solve(part, stop=stop.MaxIterations(iterations), seed=seed) for part in parts]


def joined(problem, plans, *, iterations=0):
    start = groups.together(problem, plans)
    return solve.solve(problem, stop=stop.MaxIterations(iterations), seed=1, start=start)


@pytest.fixture(scope="module")
def street():
    return day.read("street")


class TestSplit:
    @pytest.mark.parametrize("count", [2, 3, 5])
    def test_shares_out_every_order_and_rider_once(self, street, count):
        parts = groups.split(street, count=count)

        assert len(parts) == count
        orders = Counter(order.order_id for part in parts for order in part.orders)
        riders = Counter(rider.rider_id for part in parts for rider in part.riders)
        assert orders == Counter(order.order_id for order in street.orders)
        assert riders == Counter(rider.rider_id for rider in street.riders)

    def test_keeps_riders_with_the_supplier_they_are_bound_to(self, street):
        for part in groups.split(street, count=3):
            own = {pickup.pickup_id for pickup in part.pickups}

            assert {order.pickup_id for order in part.orders} == own
            assert all(rider.pickup_id is None or rider.pickup_id in own for rider in part.riders)

    def test_makes_groups_of_like_weight_and_riders_to_match(self, street):
        parts = groups.split(street, count=2)

        weights = [sum(order.weight_g for order in part.orders) for part in parts]
        assert min(weights) > 0.8 * max(weights)
        assert abs(len(parts[0].riders) - len(parts[1].riders)) <= 2

    def test_shares_out_every_kind_of_rider(self):
        problem = days.day(
            pickups=(days.pickup("P1"), days.pickup("P2")),
            riders=tuple(days.rider(f"R{n}", high_risk=n < 2) for n in range(4)),
            orders=(days.order("O1", pickup_id="P1"), days.order("O2", pickup_id="P2")),
        )

        parts = groups.split(problem, count=2)

        assert [sorted(rider.high_risk for rider in part.riders) for part in parts] == [[False, True]] * 2

    def test_makes_no_more_groups_than_suppliers_with_orders(self, street):
        first = street.pickups[0].pickup_id
        one = street.replace(orders=tuple(order for order in street.orders if order.pickup_id == first))

        assert groups.split(one, count=4) == (one,)
        assert groups.split(street.replace(orders=()), count=4)[0].orders == ()

    def test_refuses_no_groups(self, street):
        with pytest.raises(ValueError, match="0 groups"):
            groups.split(street, count=0)


class TestPart:
    def test_leaves_out_what_the_day_no_longer_knows(self, street):
        group, _ = groups.deal(street, count=2)
        later = street.replace(
            riders=tuple(rider for rider in street.riders if rider.rider_id != group.rider_ids[0]),
            pickups=tuple(pickup for pickup in street.pickups if pickup.pickup_id != group.pickup_ids[0]),
        )

        part = groups.part(later, group)

        assert tuple(rider.rider_id for rider in part.riders) == group.rider_ids[1:]
        assert tuple(pickup.pickup_id for pickup in part.pickups) == group.pickup_ids[1:]


class TestTogether:
    @EXAMPLES
    @given(a_day=small_days(), count=st.integers(2, 3), seed=st.integers(0, 99))
    def test_is_where_a_valid_plan_starts(self, a_day, count, seed):
        whole = joined(a_day, planned_apart(a_day, count=count, iterations=30, seed=seed))

        with tempfile.TemporaryDirectory() as folder:
            days.assert_valid(a_day, whole, Path(folder))
        assert whole.figures == measure(a_day, whole)

    def test_serves_a_street_whose_groups_book_the_same_slots(self, street, tmp_path):
        plans = planned_apart(street, count=3, iterations=500)

        whole = joined(street, plans)

        days.assert_valid(street, whole, tmp_path)
        booked = Counter(
            (visit.place_id, visit.starts_s // 600)
            for plan in plans
            for a_round in plan.rounds
            for visit in a_round.hand_overs
        )
        assert max(booked.values()) > 1, "nothing was to be repaired"
        assert whole.figures.served >= 0.99 * sum(plan.figures.served for plan in plans)

    def test_keeps_what_the_groups_found(self, street):
        plans = planned_apart(street, count=2, iterations=500)
        kept = {(a_round.rider_id, a_round.visits[0].place_id) for plan in plans for a_round in plan.rounds}

        whole = joined(street, plans)

        # Most rounds still begin where their group let them begin.
        begun = {(a_round.rider_id, a_round.visits[0].place_id) for a_round in whole.rounds}
        assert len(begun & kept) > 0.7 * len(kept)

    def test_sends_one_where_a_slot_takes_one(self, tmp_path):
        # Two suppliers, one gate that takes one rider in all its hours: its only slot lasts the whole day.
        a_day = days.day(
            pickups=(days.pickup("P1"), days.pickup("P2")),
            compounds=(days.compound("C1"),),
            gates=(
                days.gate("G1", "C1", opens_s=8 * days.HOUR, closes_s=20 * days.HOUR, slot_s=43_200, riders_per_slot=1),
            ),
            riders=(days.rider("R1", pickup_id="P1"), days.rider("R2", pickup_id="P2")),
            orders=(days.order("O1", pickup_id="P1", priority=0), days.order("O2", pickup_id="P2", priority=3)),
        )
        plans = planned_apart(a_day, count=2, iterations=10)
        assert [plan.figures.served for plan in plans] == [1, 1]

        whole = joined(a_day, plans, iterations=50)

        days.assert_valid(a_day, whole, tmp_path)
        # The search for the whole gives the slot to the order that costs more if it is left out.
        assert [(entry.order_id, entry.reason) for entry in whole.unserved] == [("O1", Reason.NO_GATE_SLOT)]

    def test_copes_with_a_day_that_has_changed(self, street, tmp_path):
        plans = planned_apart(street, count=2, iterations=100)
        gone = {plans[0].rounds[0].rider_id}
        later = street.replace(
            orders=street.orders[5:], riders=tuple(rider for rider in street.riders if rider.rider_id not in gone)
        )

        whole = joined(later, plans)

        days.assert_valid(later, whole, tmp_path)

    def test_of_no_plans_is_empty(self, street):
        assert groups.together(street, []).rounds == ()
