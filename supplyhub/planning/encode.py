"""Take a plan over into a search: the inverse of `decode`, for a problem that may differ from the plan's own.

Orders, riders and places that the problem does not know fall out; so does what breaks a rule. Times are kept
where the rules allow, so that a plan which keeps them all is taken over as it is. What is held stays anyway.
"""

from collections.abc import Mapping
from itertools import groupby, islice

import numpy as np

from supplyhub.planning import drops as gathering
from supplyhub.planning import state, takeover
from supplyhub.planning.placements import NOWHERE, Placement, place_number
from supplyhub.planning.plan import Plan, Visit
from supplyhub.planning.problem import Problem
from supplyhub.planning.tables import CLOSES, FIRST_SLOT, HELD, OPENS, PICKUPS, UNIT_S, Day, Integers, Rules


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
        Where it has its orders; see `placements`.
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
            _write_visit(the_day, visit, result.current.visits[rider, :, at])
    wanted = [
        (rider, number, loaded_at, handed_at)
        for number, orders in enumerate(drops.orders)
        if orders and orders[0] in placed
        for rider, loaded_at, handed_at in [placed[orders[0]]]
        if drops.carriers[number, rider] and NOWHERE < handed_at < most
    ]
    wanted.sort(key=lambda row: (row[0], row[3], row[2], row[1]))
    # What a rider carries beyond what the tables hold stays absent.
    wanted = [row for _, rows in groupby(wanted, key=lambda row: row[0]) for row in islice(rows, most_drops)]
    takeover.take_over(result, np.array(wanted, dtype=np.int64).reshape(len(wanted), 4), rules)
    held = np.flatnonzero(the_day.rider_rows[:, HELD]).tolist()
    _empty(result, {row[0] for row in wanted} | set(held))
    if held:
        # Doing nothing is no plan any more, even where it would cost less.
        result.scalars[state.BEST_COST] = np.iinfo(np.int64).max
    return result


def _write_visit(the_day: Day, visit: Visit, columns: Integers) -> None:
    """Write what is taken over of a visit."""
    place = place_number(the_day, visit.place_id) or 0
    columns[state.PLACE_AT] = place
    columns[state.START], columns[state.LEAVE] = visit.starts_s, visit.leaves_s
    if place >= the_day.settings[PICKUPS]:
        row = the_day.place_rows[place]
        # What is outside the gate's hours counts in its first or last slot.
        last = max(0, row[CLOSES] - row[OPENS]) // row[UNIT_S]
        columns[state.SLOT] = row[FIRST_SLOT] + min(max(0, visit.starts_s - row[OPENS]) // row[UNIT_S], last)


def _empty(result: state.State, taken_over: set[int]) -> None:
    """Empty the rounds of which nothing could be taken over."""
    for rider in np.flatnonzero(result.current.counts).tolist():
        if rider not in taken_over:
            result.current.counts[rider] = 0
