"""How evenly a day serves: shares, waits, Jain's index, and who is last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplyhub.planning import fairness
from supplyhub.planning.fairness import Outcome, Wait
from tests.support import day

STREETS = {"C1": "north", "C2": "north", "C3": "south"}


def served(compound, *, ready_s=0, at_s=600, placed_s=None):
    return Outcome(compound_id=compound, ready_s=ready_s, handed_over_s=at_s, placed_s=placed_s)


def left_out(compound):
    return Outcome(compound_id=compound, ready_s=0, handed_over_s=None)


class TestAssess:
    def test_puts_the_worst_compound_and_street_first(self):
        found = fairness.assess(
            [served("C1"), left_out("C1"), served("C2"), served("C2"), left_out("C3")], streets=STREETS
        )

        assert [(place.name, place.tally.share) for place in found.compounds] == [("C3", 0.0), ("C1", 0.5), ("C2", 1.0)]
        # North: 3 of its 4 orders.
        assert [(place.name, place.tally.share) for place in found.streets] == [("south", 0.0), ("north", 0.75)]
        assert (found.whole.orders, found.whole.served, found.whole.unserved) == (5, 3, 2)

    def test_counts_the_wait_from_ready_to_hand_over(self):
        found = fairness.assess(
            [served("C1", ready_s=100, at_s=at_s, placed_s=-900) for at_s in (400, 700, 2000)], streets=STREETS
        )

        # Waits of 300, 600 and 1,900 s since ready; of 1,300, 1,600 and 2,900 s since placed.
        assert found.compounds[0].tally.wait == Wait(median_s=600, longest_s=1900)
        assert found.compounds[0].tally.since_placed == Wait(median_s=1600, longest_s=2900)

    def test_knows_no_wait_where_nothing_was_brought(self):
        found = fairness.assess([left_out("C1")], streets=STREETS)

        assert found.compounds[0].tally.wait is None
        assert found.compounds[0].tally.since_placed is None

    def test_of_a_day_without_orders_is_empty_and_fair(self):
        found = fairness.assess([], streets=STREETS)

        assert (found.compounds, found.streets, found.index, found.whole.share) == ((), (), 1.0, 1.0)

    def test_puts_the_longer_wait_first_among_equals(self):
        found = fairness.assess([served("C1", at_s=60), served("C2", at_s=120)], streets=STREETS)

        assert [place.name for place in found.compounds] == ["C2", "C1"]


class TestOutcomes:
    def test_are_those_of_the_plan(self):
        problem = day.read("tiny")
        plan = day.planned(problem, served=40)

        found = fairness.outcomes(problem, plan, placed_s={"O00001": -3600})

        assert len(found) == len(problem.orders) == 60
        assert sum(outcome.handed_over_s is not None for outcome in found) == 40
        first = next(order for order in problem.orders if order.order_id == "O00001")
        outcome = found[problem.orders.index(first)]
        # The plan made by hand brings the first order at 9:05.
        assert (outcome.compound_id, outcome.handed_over_s) == (first.compound_id, 9 * 3600 + 300)
        assert outcome.placed_s == -3600
        assert found[-1].placed_s is None


class TestFindLast:
    def test_names_the_compound_that_got_the_smallest_share(self):
        assert fairness.find_last({"C1": (1, 2), "C2": (9, 10), "C3": (2, 2)}) == {"C1"}

    def test_names_a_tenth_of_many(self):
        counts = {f"C{number:03}": (number, 100) for number in range(50)}

        # A tenth of 50 compounds.
        assert fairness.find_last(counts) == {"C000", "C001", "C002", "C003", "C004"}

    def test_names_all_who_stand_equal(self):
        assert fairness.find_last({"C1": (0, 1), "C2": (0, 3), "C3": (5, 5)}) == {"C1", "C2"}

    def test_names_nobody_where_all_are_served_alike(self):
        assert fairness.find_last({"C1": (2, 4), "C2": (1, 2)}) == frozenset()
        assert fairness.find_last({"C1": (2, 2), "C2": (1, 1)}) == frozenset()
        assert fairness.find_last({}) == frozenset()

    @given(
        st.dictionaries(
            st.text(max_size=3),
            st.integers(1, 9).flatmap(lambda orders: st.tuples(st.integers(0, orders), st.just(orders))),
        )
    )
    def test_never_names_one_who_is_served_better_than_another(self, counts):
        last = fairness.find_last(counts)

        shares = {name: got / orders for name, (got, orders) in counts.items()}
        others = [share for name, share in shares.items() if name not in last]
        assert all(shares[name] < other for name in last for other in others)
        assert len(last) < max(1, len(counts))


class TestJainIndex:
    def test_is_one_where_all_have_the_same(self):
        assert fairness.jain_index([0.4, 0.4, 0.4]) == pytest.approx(1)

    def test_is_one_of_n_where_one_has_everything(self):
        assert fairness.jain_index([0, 0, 0, 1]) == pytest.approx(0.25)

    def test_is_the_share_of_those_who_have_something(self):
        # The report's own example: k of n have the same, the rest nothing, gives k / n.
        assert fairness.jain_index([1] * 20 + [0] * 80) == pytest.approx(0.2)

    @given(st.lists(st.integers(0, 1000), min_size=1))
    def test_lies_between_one_of_n_and_one(self, values):
        index = fairness.jain_index(values)

        assert 1 / len(values) - 1e-9 <= index <= 1 + 1e-9
