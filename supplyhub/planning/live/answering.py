"""Say what a changed plan means: which changes moved which visits, who is stranded, late or left out."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from supplyhub.planning.live.answers import (
    ChangedRound,
    ChangedVisit,
    LateOrder,
    LeftOutOrder,
    Replanned,
    StrandedOrder,
)
from supplyhub.planning.live.changed_day import ChangedDay
from supplyhub.planning.live.differences import Difference, differences
from supplyhub.planning.live.outcome import carried
from supplyhub.planning.live.standing import stranded
from supplyhub.planning.plan import Plan, Reason, Round
from supplyhub.planning.problem import Order, Problem


def answer(problem: Problem, day: ChangedDay, before: Plan, after: Plan, kept: Problem) -> Replanned:
    """Return what the changes of a day mean.

    Parameters
    ----------
    problem
        The day before the changes.
    day
        The day after them.
    before, after
        Its plans, both with figures.
    kept
        The day after the changes, with the time that the second plan takes for what comes late.

    Raises
    ------
    ValueError
        A plan has no figures.
    """
    if before.figures is None or after.figures is None:
        message = "a plan without figures"
        raise ValueError(message)
    changed = differences(before, after, [rider.rider_id for rider in day.problem.riders])
    causes = _Causes(problem, day, before)
    causes.hand_on(changed)
    rounds = tuple(_round(one, causes) for one in changed)
    return Replanned(
        changed_visits=sum(len(one.visits) for one in rounds),
        rounds=rounds,
        refused=day.refused,
        stranded=_stranded(before, after, causes),
        late=_late(day.problem, changed, causes),
        left_out=_left_out(before, after, causes),
        before=before.figures,
        after=after.figures,
        problem=kept,
        plan=after,
    )


class _Causes:
    """Which changes touched which orders and rounds directly."""

    def __init__(self, problem: Problem, day: ChangedDay, before: Plan) -> None:
        self._by_order: dict[str, set[int]] = {order_id: set(numbers) for order_id, numbers in day.by_order.items()}
        self._by_rider: Mapping[str, set[int]] = day.by_rider
        compound_of = {order.order_id: order.compound_id for order in problem.orders}
        for a_round in before.rounds:
            begun = day.standings[a_round.rider_id].begun
            of_rider = day.by_rider.get(a_round.rider_id, set())
            for visit in a_round.visits[begun:]:
                for order_id in visit.order_ids:
                    numbers = of_rider | day.by_gate.get(visit.place_id, set())
                    numbers |= day.by_compound.get(compound_of.get(order_id, ""), set())
                    if numbers:
                        self._by_order.setdefault(order_id, set()).update(numbers)

    def hand_on(self, changed: Sequence[Difference]) -> None:
        """Let orders that have lost their place on a round that a change touched be moved because of that change."""
        handed_on: dict[str, set[int]] = {}
        for one in changed:
            of_round = self.of_rider(one.rider_id) | self.of_orders(_orders(one.visits))
            for order_id in (order_id for visit in one.visits for order_id in visit.orders_removed):
                if of_round and order_id not in self._by_order:
                    handed_on.setdefault(order_id, set()).update(of_round)
        self._by_order |= handed_on

    def of_orders(self, order_ids: Iterable[str]) -> set[int]:
        """Return the changes that touched any of some orders."""
        return {number for order_id in order_ids for number in self._by_order.get(order_id, ())}

    def of_rider(self, rider_id: str) -> set[int]:
        """Return the changes that are about a rider."""
        return set(self._by_rider.get(rider_id, ()))


def _round(difference: Difference, causes: _Causes) -> ChangedRound:
    """Return a changed round; what only shifts does so because of what changed before it."""
    of_rider = causes.of_rider(difference.rider_id)
    visits: list[ChangedVisit] = []
    so_far = set(of_rider)
    # Orders that are taken out later free the time of what now comes earlier.
    all_orders = causes.of_orders(_orders(difference.visits))
    for visit in difference.visits:
        own = causes.of_orders((*visit.orders_added, *visit.orders_removed)) | of_rider
        so_far |= own
        because = own if visit.orders_added or visit.orders_removed else so_far or all_orders
        visits.append(dataclasses.replace(visit, because=tuple(sorted(because))))
    before, after = difference.before, difference.after
    return ChangedRound(
        rider_id=difference.rider_id,
        visits=tuple(visits),
        back_before_s=before.back_s if before else None,
        back_after_s=after.back_s if after else None,
        stopped_s=after.stopped_s if after else None,
        because=tuple(sorted(of_rider | {number for visit in visits for number in visit.because})),
    )


def _orders(visits: Sequence[ChangedVisit]) -> list[str]:
    return [order_id for visit in visits for order_id in (*visit.orders_added, *visit.orders_removed)]


def _stranded(before: Plan, after: Plan, causes: _Causes) -> tuple[StrandedOrder, ...]:
    known = stranded(before)
    return tuple(
        StrandedOrder(
            order_id=order_id,
            rider_id=a_round.rider_id,
            place_id=a_round.visits[-1].place_id,
            stopped_s=a_round.stopped_s or 0,
            because=tuple(sorted(causes.of_orders((order_id,)) | causes.of_rider(a_round.rider_id))),
        )
        for a_round in after.rounds
        for left in [carried(a_round) - known]
        for visit in a_round.loads
        for order_id in visit.order_ids
        if order_id in left
    )


def _late(problem: Problem, changed: Sequence[Difference], causes: _Causes) -> tuple[LateOrder, ...]:
    """Return the orders that come late now, or later than they did; `problem` has the times that were promised."""
    orders: dict[str, Order] = {order.order_id: order for order in problem.orders}
    found = []
    for one in changed:
        known = _handed(one.before)
        for order_id, handed_s in _handed(one.after).items():
            due_s = orders[order_id].due_s
            if handed_s > due_s and known.get(order_id, due_s) < handed_s:
                because = causes.of_orders((order_id,)) | causes.of_rider(one.rider_id)
                late = LateOrder(
                    order_id=order_id,
                    rider_id=one.rider_id,
                    due_s=due_s,
                    handed_s=handed_s,
                    because=tuple(sorted(because)),
                )
                found.append(late)
    return tuple(found)


def _handed(a_round: Round | None) -> dict[str, int]:
    """Return when a round hands over each of its orders."""
    visits = a_round.hand_overs if a_round is not None else ()
    return {order_id: visit.leaves_s for visit in visits for order_id in visit.order_ids}


def _left_out(before: Plan, after: Plan, causes: _Causes) -> tuple[LeftOutOrder, ...]:
    known = {entry.order_id for entry in before.unserved}
    return tuple(
        LeftOutOrder(
            order_id=entry.order_id, reason=entry.reason, because=tuple(sorted(causes.of_orders((entry.order_id,))))
        )
        for entry in after.unserved
        if entry.reason is not Reason.STRANDED and entry.order_id not in known
    )
