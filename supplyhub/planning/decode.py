"""Turn the search's best rounds into a `Plan`, with the true reason of every order that is not on one."""

from supplyhub.planning import drops as gathering
from supplyhub.planning import figures, reasons, tables
from supplyhub.planning.plan import Plan, Round, Unserved, Visit, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.planning.state import (
    DROP,
    HANDED_AT,
    LEAVE,
    LOADED_AT,
    PLACE_AT,
    SLOT,
    START,
    Rounds,
)
from supplyhub.planning.tables import (
    BASE,
    FREE_S,
    HELD,
    KIND,
    LEAVES,
    PICKUPS,
    Day,
    Integers,
)


def decode(problem: Problem, the_day: Day, drops: gathering.Drops, rounds: Rounds) -> Plan:
    """Return the plan that some rounds describe.

    Parameters
    ----------
    problem
        The day.
    the_day
        Its tables.
    drops
        What the rounds' drops stand for.
    rounds
        The rounds.

    Returns
    -------
    Plan
        With figures; rounds in the order of the riders, unserved orders in the order of the day.
    """
    served: set[int] = set()
    plan_rounds: list[Round] = []
    for rider in range(len(problem.riders)):
        if rounds.counts[rider]:
            plan_rounds.append(_round(problem, the_day, drops, rounds, rider))
            for drop in rounds.carried[rider, DROP, : rounds.carried_counts[rider]].tolist():
                served.update(drops.orders[drop])
    left = [number for number in range(len(problem.orders)) if number not in served]
    why = reasons.explain(the_day, left, used_slots(the_day, rounds))
    plan = Plan(
        day_date=problem.day_date,
        rounds=tuple(plan_rounds),
        unserved=tuple(
            Unserved(order_id=problem.orders[number].order_id, reason=reason)
            for number, reason in zip(left, why, strict=True)
        ),
    )
    return figures.with_figures(problem, plan, the_day.places)


def used_slots(the_day: Day, rounds: Rounds) -> Integers:
    """Count the hand-overs that begin in each slot of each gate.

    Parameters
    ----------
    the_day
        The day's tables.
    rounds
        The rounds.
    """
    slots = tables.zeros(max(1, the_day.total_slots))
    for rider, count in enumerate(rounds.counts.tolist()):
        for k in range(count):
            if rounds.visits[rider, PLACE_AT, k] >= the_day.settings[PICKUPS]:
                slots[rounds.visits[rider, SLOT, k]] += 1
    return slots


def _round(problem: Problem, the_day: Day, drops: gathering.Drops, rounds: Rounds, rider: int) -> Round:
    """Return one rider's round; the rider leaves the base as late as the first start allows."""
    row = the_day.rider_rows[rider]
    seconds = the_day.places.seconds[row[KIND]]
    at_visit: dict[int, list[int]] = {}
    for at in range(int(rounds.carried_counts[rider])):
        orders = drops.orders[int(rounds.carried[rider, DROP, at])]
        for column in (LOADED_AT, HANDED_AT):
            at_visit.setdefault(int(rounds.carried[rider, column, at]), []).extend(orders)
    visits: list[Visit] = []
    place = int(row[BASE])
    first = int(rounds.visits[rider, PLACE_AT, 0])
    begins = int(rounds.visits[rider, START, 0])
    leaves_base = max(int(row[LEAVES]), begins - int(seconds[place, first]))
    now = leaves_base
    for k in range(int(rounds.counts[rider])):
        if k == row[HELD]:
            now = max(now, int(row[FREE_S]))
        target = int(rounds.visits[rider, PLACE_AT, k])
        is_load = target < the_day.settings[PICKUPS]
        arrives = now + int(seconds[place, target])
        now = int(rounds.visits[rider, LEAVE, k])
        visits.append(
            Visit(
                kind=VisitKind.LOAD if is_load else VisitKind.HAND_OVER,
                place_id=the_day.places.ids[target],
                arrives_s=arrives,
                starts_s=int(rounds.visits[rider, START, k]),
                leaves_s=now,
                order_ids=tuple(problem.orders[n].order_id for n in sorted(at_visit.get(k, ()))),
            )
        )
        place = target
    return Round(
        rider_id=problem.riders[rider].rider_id,
        leaves_base_s=leaves_base,
        back_s=now + int(seconds[place, int(row[BASE])]),
        visits=tuple(visits),
    )
