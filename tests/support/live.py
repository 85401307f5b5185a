"""What the planner answers to changes of a running day, made by hand: for tests of what is done with the answer.

`replanning` returns a function with the planner's signature that gives the plan one wants. What the planner itself
answers is tested with the planner, and with the pages in `tests/rounds/test_live_journey.py`.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from supplyhub.planning import figures
from supplyhub.planning.live.answers import (
    ChangedRound,
    ChangedVisit,
    LateOrder,
    LeftOutOrder,
    Refused,
    Replanned,
    StrandedOrder,
)
from supplyhub.planning.live.changes import CancelledOrder, HighRiskCompound, NewOrder, OutOfStock
from supplyhub.planning.plan import Plan, Round, Unserved, VisitKind
from supplyhub.planning.problem import Problem, Risk
from supplyhub.rounds.live_day import Replan


def replanning(
    change: Callable[[Plan], Plan] = lambda plan: plan,
    *,
    rounds: Sequence[ChangedRound] = (),
    refused: Sequence[Refused] = (),
    stranded: Sequence[StrandedOrder] = (),
    left_out: Sequence[LeftOutOrder] = (),
    late: Sequence[LateOrder] = (),
) -> Replan:
    """Return a planner that answers with a changed plan and what is said about it."""

    def replan(problem: Problem, plan: Plan, now_s: int, changes: Sequence[Any], **options: Any) -> Replanned:
        del now_s, options
        made = change(plan)
        changed = _changed_day(problem, changes, {one.number for one in refused})
        after = figures.measure(changed, made)
        return Replanned(
            changed_visits=sum(len(one.visits) for one in rounds),
            rounds=tuple(rounds),
            refused=tuple(refused),
            stranded=tuple(stranded),
            late=tuple(late),
            left_out=tuple(left_out),
            before=figures.measure(problem, plan),
            after=after,
            problem=changed,
            plan=dataclasses.replace(made, figures=after),
        )

    return replan


def without(plan: Plan, *order_ids: str) -> Plan:
    """Return a plan whose rounds do not know some orders; visits for nothing else are gone with them."""
    gone = set(order_ids)
    return plan.replace(
        rounds=tuple(dataclasses.replace(one, visits=_visits_without(one, gone)) for one in plan.rounds),
        unserved=tuple(entry for entry in plan.unserved if entry.order_id not in gone),
    )


def stopped(plan: Plan, rider_id: str, at_s: int, *, unserved: Sequence[Unserved] = ()) -> Plan:
    """Return a plan in which a rider stops: the visits that have not ended by then are gone."""

    def stop(one: Round) -> Round:
        if one.rider_id != rider_id:
            return one
        visits = tuple(visit for visit in one.visits if visit.leaves_s <= at_s)
        return dataclasses.replace(one, back_s=None, stopped_s=at_s, visits=visits)

    return plan.replace(rounds=tuple(map(stop, plan.rounds)), unserved=(*plan.unserved, *unserved))


def changed_round(rider_id: str, *visits: ChangedVisit, **values: Any) -> ChangedRound:
    """Return a changed round; when the rider is back does not matter."""
    usual = {"back_before_s": None, "back_after_s": None, "because": (0,)}
    return ChangedRound(rider_id=rider_id, visits=visits, **{**usual, **values})


def _visits_without(one: Round, gone: set[str]) -> tuple[Any, ...]:
    left = (
        dataclasses.replace(visit, order_ids=tuple(code for code in visit.order_ids if code not in gone))
        for visit in one.visits
    )
    return tuple(visit for visit in left if visit.order_ids)


def _changed_day(problem: Problem, changes: Sequence[Any], refused: set[int]) -> Problem:
    """Apply to a day the changes that tests make: orders that come and go, compounds that are high-risk."""
    for number, change in enumerate(changes):
        if number in refused:
            continue
        if isinstance(change, CancelledOrder | OutOfStock):
            gone = {change.order_id} if isinstance(change, CancelledOrder) else set(change.order_ids)
            problem = problem.replace(orders=tuple(one for one in problem.orders if one.order_id not in gone))
        if isinstance(change, NewOrder):
            problem = problem.replace(orders=(*problem.orders, change.order))
        if isinstance(change, HighRiskCompound):
            compounds = tuple(
                dataclasses.replace(one, risk=Risk.HIGH) if one.compound_id == change.compound_id else one
                for one in problem.compounds
            )
            problem = problem.replace(compounds=compounds)
    return problem


LOAD, HAND_OVER = VisitKind.LOAD, VisitKind.HAND_OVER
