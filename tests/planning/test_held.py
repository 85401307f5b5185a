"""Going on from a plan that is under way: what is done stays, and what is on board belongs to its rider."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplyhub.planning import solve, stop
from supplyhub.planning.held import Held
from supplyhub.planning.plan import Plan, Round, VisitKind
from supplyhub.planning.problem import Problem
from tests.planning import days
from tests.planning.random_days import small_days

EXAMPLES = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
NOW_S = st.integers(6 * days.HOUR, 20 * days.HOUR)
ITERATIONS = st.sampled_from((0, 20, 100))


def how_far(a_round: Round, now_s: int) -> Held:
    """Visits that are done, and the one that the rider has set off for."""
    set_off = [a_round.leaves_base_s, *(visit.leaves_s for visit in a_round.visits)]
    return Held(visits=sum(left_s <= now_s for left_s in set_off[:-1]), free_s=now_s)


def everybody(a_day: Problem, plan: Plan, now_s: int) -> dict[str, Held]:
    idle = {rider.rider_id: Held(visits=0, free_s=now_s) for rider in a_day.riders}
    return idle | {a_round.rider_id: how_far(a_round, now_s) for a_round in plan.rounds}


def done(plan: Plan, held: Mapping[str, Held]) -> dict[str, object]:
    visits = {one.rider_id: one.visits[: held[one.rider_id].visits] for one in plan.rounds}
    return {rider_id: some for rider_id, some in visits.items() if some}


def on_board(a_round: Round, visits: int) -> set[str]:
    loaded: set[str] = set()
    for visit in a_round.visits[:visits]:
        loaded = loaded | set(visit.order_ids) if visit.kind is VisitKind.LOAD else loaded - set(visit.order_ids)
    return loaded


@EXAMPLES
@given(a_day=small_days(), now_s=NOW_S, iterations=ITERATIONS)
def test_what_is_done_stays_and_the_rest_keeps_every_rule(a_day: Problem, now_s: int, iterations: int) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    held = everybody(a_day, plan, now_s)

    later = solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=2, start=plan, held=held)

    with tempfile.TemporaryDirectory() as folder:
        days.assert_valid(a_day, later, Path(folder))
    assert done(later, held) == done(plan, held)
    assert len(later.unserved) <= len(plan.unserved)
    for a_round in later.rounds:
        new = a_round.visits[held[a_round.rider_id].visits :]
        assert all(visit.arrives_s >= now_s for visit in new)


@EXAMPLES
@given(a_day=small_days(), now_s=NOW_S, iterations=ITERATIONS)
def test_nothing_moves_when_nothing_is_searched(a_day: Problem, now_s: int, iterations: int) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=1)

    later = solve.solve(a_day, stop=stop.MaxIterations(0), seed=1, start=plan, held=everybody(a_day, plan, now_s))

    if not plan.unserved:
        assert [one.visits for one in later.rounds] == [one.visits for one in plan.rounds]


@EXAMPLES
@given(a_day=small_days(), now_s=NOW_S, iterations=ITERATIONS)
def test_a_rider_who_stops_does_nothing_more_and_keeps_what_is_on_board(
    a_day: Problem, now_s: int, iterations: int
) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    if not plan.rounds:
        return
    stopped = plan.rounds[0]
    held = everybody(a_day, plan, now_s)
    visits = held[stopped.rider_id].visits
    held[stopped.rider_id] = Held(visits=visits, free_s=now_s, is_stopped=True)

    later = solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=2, start=plan, held=held)

    rounds = {one.rider_id: one.visits for one in later.rounds}
    assert rounds.get(stopped.rider_id, ()) == stopped.visits[:visits]
    unserved = {one.order_id for one in later.unserved}
    assert on_board(stopped, visits) <= unserved


@EXAMPLES
@given(a_day=small_days(), now_s=NOW_S, late_s=st.integers(0, 2 * days.HOUR), iterations=ITERATIONS)
def test_a_late_rider_goes_on_no_earlier_and_others_take_what_they_can(
    a_day: Problem, now_s: int, late_s: int, iterations: int
) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    if not plan.rounds:
        return
    late = plan.rounds[-1]
    held = everybody(a_day, plan, now_s)
    visits = held[late.rider_id].visits
    held[late.rider_id] = Held(visits=visits, free_s=now_s + late_s)

    later = solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=2, start=plan, held=held)

    assert done(later, held) == done(plan, held)
    for a_round in later.rounds:
        if a_round.rider_id == late.rider_id:
            assert all(visit.arrives_s >= now_s + late_s for visit in a_round.visits[visits:])
