"""What comes of a change: planned from the day's own plan, so that allowing more never ends worse."""

import pytest

from supplyhub.planning import solve, stop
from supplyhub.planning.plan import Plan, Reason
from supplyhub.planning.problem import Problem
from supplyhub.planning.what_if.changes import Change
from supplyhub.planning.what_if.outcomes import what_if
from tests.planning import days
from tests.planning.days import clock
from tests.planning.scarce_days import random_day


def planned(a_day: Problem, iterations: int = 20) -> Plan:
    return solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=1)


def one_trip_each(orders: int, riders: int) -> Problem:
    """A day on which every rider has time for one order only."""
    return days.day(
        riders=tuple(
            days.rider(f"R{n}", shift_start_s=clock("12:05"), pass_from_s=clock("12:05")) for n in range(1, riders + 1)
        ),
        orders=tuple(days.order(f"O{n}", weight_g=60_000) for n in range(1, orders + 1)),
    )


class TestWhatIf:
    def test_more_riders_serve_more(self) -> None:
        a_day = one_trip_each(orders=4, riders=2)

        outcome = what_if(a_day, planned(a_day), Change(riders=2), stop=stop.MaxIterations(0), seed=1)

        assert (outcome.before.served, outcome.after.served, outcome.more_served) == (2, 4, 2)
        assert (outcome.riders, outcome.unserved) == (4, ())

    def test_fewer_riders_serve_less_and_it_says_why(self) -> None:
        a_day = one_trip_each(orders=4, riders=4)

        outcome = what_if(a_day, planned(a_day), Change(riders=-3), stop=stop.MaxIterations(0), seed=1)

        assert outcome.more_served == -3
        assert outcome.unserved == ((Reason.NO_CAPACITY_LEFT, 3),)

    def test_no_limits_by_street_free_who_had_no_pass(self) -> None:
        a_day = days.day(riders=(days.rider(zones=("south",)),))

        outcome = what_if(a_day, planned(a_day), Change(all_streets=True), stop=stop.MaxIterations(0), seed=1)

        assert (outcome.before.served, outcome.after.served) == (0, 1)

    def test_more_riders_in_a_slot_free_who_had_none(self) -> None:
        a_day = days.day(
            gates=(days.gate(closes_s=clock("08:10"), riders_per_slot=1),),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=(days.order("O1", weight_g=60_000), days.order("O2", weight_g=60_000)),
        )

        outcome = what_if(a_day, planned(a_day), Change(riders_per_slot=1), stop=stop.MaxIterations(0), seed=1)

        assert outcome.more_served == 1

    def test_longer_hours_free_who_came_too_late(self) -> None:
        a_day = days.day(gates=(days.gate(opens_s=clock("07:00"), closes_s=clock("07:12")),))

        outcome = what_if(a_day, planned(a_day), Change(later_minutes=5), stop=stop.MaxIterations(0), seed=1)

        assert outcome.more_served == 1

    @pytest.mark.parametrize("seed", [1, 10, 18, 27, 84, 100])
    @pytest.mark.parametrize(
        "change",
        [Change(), Change(riders=2), Change(earlier_minutes=20, later_minutes=20), Change(riders_per_slot=1)],
    )
    def test_what_allows_more_never_scores_worse(self, seed: int, change: Change) -> None:
        a_day = random_day(seed)

        outcome = what_if(a_day, planned(a_day), change, stop=stop.MaxIterations(5), seed=1)

        assert outcome.after.score_m <= outcome.before.score_m
        assert outcome.score_m == outcome.after.score_m - outcome.before.score_m
