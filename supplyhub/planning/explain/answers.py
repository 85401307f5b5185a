"""Explain one order of a plan: when it comes and what holds that time, or why it does not and what would free it.

Pure, and in plain Python: one order looks at every round, which takes seconds for a district's day. What is said
agrees with the reasons of `planning.reasons`; every remedy has been tried (`remedies`).
"""

import dataclasses
import enum

from supplyhub.planning.explain import board as boards
from supplyhub.planning.explain import hurdles, service
from supplyhub.planning.explain import remedies as trials
from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.explain.hurdles import Hurdle
from supplyhub.planning.explain.remedies import Remedy
from supplyhub.planning.explain.service import Service
from supplyhub.planning.explain.steps import changed_problem
from supplyhub.planning.plan import Plan, Reason
from supplyhub.planning.problem import Problem


class State(enum.StrEnum):
    """How an order fares in a plan."""

    SERVED = "served"
    LATE = "late"
    UNSERVED = "unserved"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What can be said of one order.

    `reason` is the true one of an order that is not served, None of one that is. `hurdles` and `remedies` are empty for
    an order that is served in time; for a late one they are about the time that was promised. `riders` counts all.
    """

    order_id: str
    state: State
    riders: int
    reason: Reason | None = None
    service: Service | None = None
    hurdles: tuple[Hurdle, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class OrderUnknown(LookupError):
    """The day has no such order."""


def explain(problem: Problem, plan: Plan, order_id: str, *, promised_until_s: int | None = None) -> Explanation:
    """Explain how an order fares in a plan, and why.

    Parameters
    ----------
    problem
        The day.
    plan
        A plan of it: all ids must be the problem's.
    order_id
        The order.
    promised_until_s
        Until when it was promised, in seconds of the day; None asks for nothing beyond its due time.

    Returns
    -------
    Explanation
        Remedies come by how little they ask.

    Raises
    ------
    OrderUnknown
        The day has no such order.
    """
    facts = Facts(problem)
    order = facts.orders.get(order_id)
    if order is None:
        message = f"no order {order_id!r} on this day"
        raise OrderUnknown(message)
    served = service.find_service(facts, plan, order)
    if served is not None and (promised_until_s is None or served.hand_over_ends_s <= promised_until_s):
        return Explanation(order_id=order_id, state=State.SERVED, riders=len(facts.riders), service=served)
    if served is not None and promised_until_s is not None:
        order = dataclasses.replace(order, due_s=min(order.due_s, promised_until_s))
    rounds = boards.without_order(plan, order_id).rounds
    saved_m = problem.score.unserved_m[order.priority]
    if served is not None:
        saved_m = _cost_m(facts, plan) - _cost_m(facts, boards.without_order(plan, order_id))
    board = boards.Board(facts, rounds)
    obstacles = hurdles.obstacles(facts, board, order)
    return Explanation(
        order_id=order_id,
        state=State.UNSERVED if served is None else State.LATE,
        riders=len(facts.riders),
        reason=obstacles.reason if served is None else None,
        service=served,
        hurdles=obstacles.hurdles,
        remedies=trials.remedies(facts, board, order, obstacles, saved_m=saved_m),
    )


def _cost_m(facts: Facts, plan: Plan) -> int:
    timetables = boards.Board(facts, plan.rounds).timetables
    return sum(boards.cost_m(facts, facts.riders[rider_id], one.stops) for rider_id, one in timetables.items())


def tried(problem: Problem, plan: Plan, order_id: str, remedy: Remedy) -> tuple[Problem, Plan]:
    """Return the day after a remedy's step, and the plan with the order on its round.

    Parameters
    ----------
    problem, plan, order_id
        As they were explained.
    remedy
        One of the explanation's.

    Returns
    -------
    tuple of Problem and Plan
        Reasons of other orders are those of before, and there are no figures.
    """
    after = changed_problem(problem, order_id, remedy.step)
    changed = {a_round.rider_id: a_round for a_round in remedy.rounds}
    kept = [one for one in boards.without_order(plan, order_id).rounds if one.rider_id not in changed]
    return after, plan.replace(
        rounds=(*kept, *changed.values()),
        unserved=tuple(entry for entry in plan.unserved if entry.order_id != order_id),
        figures=None,
        fingerprint=None,
    )
