"""Make a running day's plan out of what a search found: which rounds end, what is stranded, the day that it keeps."""

import dataclasses
from collections.abc import Mapping

from supplyhub.planning import figures, reasons, tables
from supplyhub.planning.live.courses import Course
from supplyhub.planning.plan import Plan, Reason, Round, Unserved, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.planning.travel import Places

_MINUTE_S = 60


def outcome(
    problem: Problem, places: Places, former: Plan, courses: Mapping[str, Course], made: Plan, now_s: int
) -> Plan:
    """Return the plan of a running day.

    Parameters
    ----------
    problem
        The changed day.
    places
        `travel.build` of it.
    former
        The plan before.
    courses
        How the riders went on.
    made
        What a search made from there.
    now_s
        The moment, in seconds of the day.

    Returns
    -------
    Plan
        Riders who carry what they cannot hand over end their round with the last visit, and so does a rider who would
        be back after the shift: on the way home there is nothing to do any more that a rule could keep.
    """
    shift_ends = {rider.rider_id: rider.shift_end_s for rider in problem.riders}
    found = {a_round.rider_id: a_round for a_round in made.rounds}
    stopped = {a_round.rider_id: a_round.stopped_s for a_round in former.rounds}
    rounds: list[Round] = []
    on_board: set[str] = set()
    for rider_id, course in courses.items():
        a_round = _round(course, found.get(rider_id))
        if a_round is None:
            continue
        left = carried(a_round)
        on_board |= left
        ends_s = a_round.visits[-1].leaves_s
        if course.is_stopped:
            before_s = stopped.get(rider_id)
            stopped_s = before_s if before_s is not None and before_s <= now_s else now_s
            a_round = dataclasses.replace(a_round, back_s=None, stopped_s=max(ends_s, stopped_s))
        elif left or (a_round.back_s or 0) > shift_ends[rider_id]:
            a_round = dataclasses.replace(a_round, back_s=None, stopped_s=max(ends_s, now_s))
        rounds.append(a_round)
    unserved = tuple(
        dataclasses.replace(entry, reason=Reason.STRANDED) if entry.order_id in on_board else entry
        for entry in made.unserved
    )
    return figures.with_figures(problem, made.replace(rounds=tuple(rounds), unserved=unserved), places)


def _round(course: Course, found: Round | None) -> Round | None:
    """Return a rider's round: the visits that were held, and what was found for afterwards."""
    held = course.visits[: course.held]
    rest = found.visits[course.held :] if found is not None else ()
    if not held and not rest:
        return None
    leaves_s, back_s = course.left_base_s, course.back_s
    if found is not None and rest:
        leaves_s, back_s = found.leaves_base_s if leaves_s is None else leaves_s, found.back_s
    return Round(rider_id=course.rider_id, leaves_base_s=leaves_s or 0, back_s=back_s, visits=(*held, *rest))


def carried(a_round: Round) -> set[str]:
    """Return the orders that a round loads and does not hand over.

    Parameters
    ----------
    a_round
        The round.
    """
    result: set[str] = set()
    for visit in a_round.visits:
        if visit.kind is VisitKind.LOAD:
            result.update(visit.order_ids)
        else:
            result.difference_update(visit.order_ids)
    return result


def kept_day(problem: Problem, plan: Plan) -> Problem:
    """Return the day whose rules a plan keeps: with the time that late deliveries and long rides have taken.

    Parameters
    ----------
    problem
        The changed day.
    plan
        A plan of it in which what is late or long was held, or on board.
    """
    loaded: dict[str, int] = {}
    ends: dict[str, int] = {}
    for a_round in plan.rounds:
        for visit in a_round.visits:
            target = loaded if visit.kind is VisitKind.LOAD else ends
            target.update(dict.fromkeys(visit.order_ids, visit.leaves_s))
    late = {order.order_id for order in problem.orders if ends.get(order.order_id, 0) > order.due_s}
    longest_s = max((end_s - loaded[order_id] for order_id, end_s in ends.items()), default=0)
    if late:
        orders = tuple(
            dataclasses.replace(order, due_s=ends[order.order_id]) if order.order_id in late else order
            for order in problem.orders
        )
        problem = problem.replace(orders=orders)
    if longest_s > problem.ride.max_s:
        # Days state the limit in minutes.
        minutes = -(-longest_s // _MINUTE_S)
        problem = problem.replace(ride=dataclasses.replace(problem.ride, max_s=minutes * _MINUTE_S))
    return problem


def with_true_reasons(problem: Problem, plan: Plan) -> Plan:
    """Return a plan with the reasons that hold on a day other than the one that it was made for.

    Parameters
    ----------
    problem
        The day.
    plan
        The plan; what is stranded stays so.
    """
    the_day = tables.day(problem)
    used = tables.zeros(max(1, the_day.total_slots))
    for a_round in plan.rounds:
        for visit in a_round.hand_overs:
            gate = the_day.place_rows[the_day.places.gate_number[visit.place_id]]
            used[gate[tables.FIRST_SLOT] + (visit.starts_s - gate[tables.OPENS]) // gate[tables.UNIT_S]] += 1
    numbers = {order.order_id: number for number, order in enumerate(problem.orders)}
    waiting = [entry for entry in plan.unserved if entry.reason is not Reason.STRANDED]
    found = reasons.explain(the_day, [numbers[entry.order_id] for entry in waiting], used)
    true = {entry.order_id: reason for entry, reason in zip(waiting, found, strict=True)}
    return plan.replace(
        unserved=tuple(
            Unserved(order_id=entry.order_id, reason=true.get(entry.order_id, entry.reason)) for entry in plan.unserved
        )
    )
