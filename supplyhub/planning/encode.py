"""Take a plan over into a search: the inverse of `decode`, for a problem that may differ from the plan's own.

Orders, riders and places that the problem does not know fall out; so does what breaks a rule. Times are kept
where the rules allow, so that a plan which keeps them all is taken over as it is.
"""

from collections.abc import Mapping
from itertools import groupby, islice

import numpy as np

from supplyhub.planning import drops as gathering
from supplyhub.planning import state, takeover
from supplyhub.planning.plan import Plan, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.planning.tables import COMPOUND, COMPOUND_OF, PICKUP, PICKUPS, Day, Rules

# Rider, visit of loading, visit of handing over: numbers.
Placement = tuple[int, int, int]


def placements(problem: Problem, the_day: Day, plan: Plan) -> dict[int, Placement]:
    """Return where a plan has the orders that the problem knows.

    Parameters
    ----------
    problem
        The day.
    the_day
        Its tables.
    plan
        A plan of this day or of a similar one, valid or not.

    Returns
    -------
    dict[int, Placement]
        By order number, for orders that are loaded at their pickup and handed over later, in the same round, at
        a gate of their compound. Visits count in the plan's round; of several rounds of one rider the first counts.
    """
    orders = {order.order_id: number for number, order in enumerate(problem.orders)}
    riders = {rider.rider_id: number for number, rider in enumerate(problem.riders)}
    result: dict[int, Placement] = {}
    seen: set[int] = set()
    for a_round in plan.rounds:
        rider = riders.get(a_round.rider_id)
        if rider is None or rider in seen:
            continue
        seen.add(rider)
        loaded: dict[int, int] = {}
        for at, visit in enumerate(a_round.visits[: state.MOST_VISITS - 1]):
            place = _place_number(the_day, visit.place_id)
            for number in (orders[order_id] for order_id in visit.order_ids if order_id in orders):
                if number in result or place is None:
                    continue
                if visit.kind is VisitKind.LOAD:
                    if place == the_day.order_rows[number, PICKUP]:
                        loaded[number] = at
                elif number in loaded and _is_gate_of(the_day, place, number):
                    result[number] = (rider, loaded[number], at)
    return result


def start(
    problem: Problem,
    the_day: Day,
    rules: Rules,
    drops: gathering.Drops,
    plan: Plan,
    placed: Mapping[int, Placement],
    seed: int,
) -> state.State:
    """Return a state with a plan's rounds.

    Parameters
    ----------
    problem
        The day.
    the_day, rules
        Its tables.
    drops
        Gathered with `placed`.
    plan
        The plan.
    placed
        Its `placements`.
    seed
        What the state's random numbers follow from.
    """
    result = state.make(rules, seed)
    most, most_drops = result.current.visits.shape[2] - 1, result.current.carried.shape[2] - 1
    riders = {rider.rider_id: number for number, rider in enumerate(problem.riders)}
    for a_round in plan.rounds:
        rider = riders.get(a_round.rider_id)
        if rider is None or result.current.counts[rider]:
            continue
        visits = a_round.visits[:most]
        result.current.counts[rider] = len(visits)
        for at, visit in enumerate(visits):
            place = _place_number(the_day, visit.place_id)
            result.current.visits[rider, state.PLACE_AT, at] = 0 if place is None else place
            result.current.visits[rider, state.START, at] = visit.starts_s
    wanted = [
        (rider, number, loaded_at, handed_at)
        for number, orders in enumerate(drops.orders)
        if orders and orders[0] in placed
        for rider, loaded_at, handed_at in [placed[orders[0]]]
        if drops.carriers[number, rider] and handed_at < most
    ]
    wanted.sort(key=lambda row: (row[0], row[3], row[2], row[1]))
    # What a rider carries beyond what the tables hold stays absent.
    wanted = [row for _, rows in groupby(wanted, key=lambda row: row[0]) for row in islice(rows, most_drops)]
    takeover.take_over(result, np.array(wanted, dtype=np.int64).reshape(len(wanted), 4), rules)
    _empty(result, {row[0] for row in wanted})
    return result


def _empty(result: state.State, taken_over: set[int]) -> None:
    """Empty the rounds of which nothing could be taken over."""
    for rider in np.flatnonzero(result.current.counts).tolist():
        if rider not in taken_over:
            result.current.counts[rider] = 0


def _place_number(the_day: Day, place_id: str) -> int | None:
    places = the_day.places
    number = places.pickup_number.get(place_id)
    return places.gate_number.get(place_id) if number is None else number


def _is_gate_of(the_day: Day, place: int, order: int) -> bool:
    is_gate = place >= the_day.settings[PICKUPS]
    return bool(is_gate and the_day.place_rows[place, COMPOUND_OF] == the_day.order_rows[order, COMPOUND])
