"""Replan a day that is being driven: visits done or under way stay, published rounds move as little as possible.

Whoever drives, opens a gate or waits has been told a time. So first everything that still can be stays when and where
it was published, and what has lost its place or is new is inserted where it costs least without putting anybody off.
Where that leaves somebody out, others may be put off, and the search goes on from there; what comes of it is taken only
if it serves so much more as to be worth the visits that it moves.
"""

from collections.abc import Mapping, Sequence

from supplyhub.planning import figures, solve, travel
from supplyhub.planning.held import Held
from supplyhub.planning.live import answering, differences, outcome
from supplyhub.planning.live.answers import Replanned
from supplyhub.planning.live.changed_day import ChangedDay, change_day
from supplyhub.planning.live.changes import Change
from supplyhub.planning.live.courses import Course, courses
from supplyhub.planning.live.lateness import Respited, respite
from supplyhub.planning.live.promises import promises
from supplyhub.planning.plan import Plan, Reason, Round
from supplyhub.planning.problem import Order, Problem
from supplyhub.planning.stop import MaxIterations, Stop

# What moving one more visit must save of the cost of orders left out. That is 10,000 m and more on the reference days,
# so that one more household served may move ten visits. Metres driven are no reason to move anybody.
MOVED_VISIT_M = 1000
# What more time or room could change; the other reasons hold whatever is moved.
_MAY_BE_FREED = frozenset({Reason.NO_CAPACITY_LEFT, Reason.NO_GATE_SLOT})


def replan(
    problem: Problem, plan: Plan, now_s: int, changes: Sequence[Change], *, stop: Stop, seed: int = 0
) -> Replanned:
    """Answer what happened on a day that is being driven with a new plan.

    Parameters
    ----------
    problem
        The day, with every order of the plan.
    plan
        Its plan, as it is being driven; of several changes of one day, the latest.
    now_s
        The moment, in seconds of the day.
    changes
        What happened. Where nothing did that makes a difference, the plan stays as it is.
    stop
        When a search ends that others are put off for, so that nobody is left out. `MaxIterations(0)` only inserts.
    seed
        What its random choices follow from.

    Returns
    -------
    Replanned
        The changed day, its plan, and what moves because of which change. The plan keeps the rules of that day; a
        compound that has become high-risk was none while others served it.

    Raises
    ------
    UnableToApply
        A change names something that the day does not know, or contradicts it.
    """
    return _Run(problem, plan, now_s, changes, seed).replanned(stop)


class _Run:
    """One answer on its way."""

    def __init__(self, problem: Problem, plan: Plan, now_s: int, changes: Sequence[Change], seed: int) -> None:
        self._problem, self._plan, self._now_s, self._seed = problem, plan, now_s, seed
        self._day: ChangedDay = change_day(problem, plan, now_s, changes)
        self._places = travel.build(self._day.problem)
        found: Respited = respite(self._day.problem, courses(self._day, self._places, plan, now_s))
        self._courses = found.courses
        self._planned = _undisturbed_first(found.problem(self._day.problem), found.courses)
        self._held = _held(found)

    def replanned(self, stop: Stop) -> Replanned:
        """Return the answer."""
        before = figures.with_figures(self._problem, self._plan, self._places)
        day, result = self._problem, before
        if self._day.is_changed:
            day, result = self._day.problem, self._result(stop)
        kept = outcome.kept_day(day, result)
        if kept.ride != day.ride:
            result = outcome.with_true_reasons(kept, result)
        result = result.replace(fingerprint=kept.fingerprint())
        return answering.answer(self._problem, self._day, before, result, kept)

    def _result(self, stop: Stop) -> Plan:
        promised = promises(self._courses.values())
        start = self._plan.replace(rounds=_rounds(self._courses), unserved=())
        result = made = self._made(promised.kept(self._planned), MaxIterations(0), start)
        if any(entry.order_id in promised.until_s for entry in made.unserved):
            result = outcome.with_true_reasons(self._planned, made)
        if not self._is_somebody_left(result):
            return result
        other = self._made(self._planned, stop, made)
        return other if self._is_worth_moving(result, other) else result

    def _made(self, day: Problem, stop: Stop, start: Plan) -> Plan:
        made = solve.solve(day, stop=stop, seed=self._seed, start=start, held=self._held)
        return outcome.outcome(self._day.problem, self._places, self._plan, self._courses, made, self._now_s)

    def _is_somebody_left(self, plan: Plan) -> bool:
        """Tell whether an order has lost its place, or found none, that putting others off might find one for."""
        known = {entry.order_id for entry in self._plan.unserved}
        left = {
            entry.order_id for entry in plan.unserved if entry.order_id not in known and entry.reason in _MAY_BE_FREED
        }
        return any(self._may_still_be(order) for order in self._planned.orders if order.order_id in left)

    def _may_still_be(self, order: Order) -> bool:
        """Tell whether loading and handing over an order still fits between now, its pickup's and its gates' hours."""
        pickup = next(one for one in self._planned.pickups if one.pickup_id == order.pickup_id)
        loaded_s = max(self._now_s, order.ready_s, pickup.opens_s) + pickup.loading_s
        lasts_s = self._planned.handover.fixed_s + self._planned.handover.per_order_s
        closes_s = max(
            (gate.closes_s for gate in self._planned.gates if gate.compound_id == order.compound_id), default=0
        )
        return loaded_s <= pickup.closes_s and loaded_s + lasts_s <= min(order.due_s, closes_s)

    def _is_worth_moving(self, staying: Plan, other: Plan) -> bool:
        """Tell whether a plan serves enough more than another one for the visits that it moves."""
        saved_m = _left_m(staying) - _left_m(other)
        riders = list(self._courses)
        moved = differences.count(self._plan, other, riders) - differences.count(self._plan, staying, riders)
        return saved_m > max(0, moved) * MOVED_VISIT_M


def _undisturbed_first(problem: Problem, found: Mapping[str, Course]) -> Problem:
    """Return a day in whose order of riders those who drive as published book their slots and docks before others."""
    return problem.replace(riders=tuple(sorted(problem.riders, key=lambda rider: found[rider.rider_id].is_disturbed)))


def _held(found: Respited) -> dict[str, Held]:
    return {
        rider_id: Held(
            visits=course.held,
            free_s=course.free_s,
            is_stopped=course.is_stopped,
            ride_s=found.ride_s.get(rider_id, 0),
        )
        for rider_id, course in found.courses.items()
    }


def _rounds(found: Mapping[str, Course]) -> tuple[Round, ...]:
    return tuple(
        Round(
            rider_id=rider_id,
            leaves_base_s=course.left_base_s if course.left_base_s is not None else course.free_s,
            back_s=course.visits[-1].leaves_s,
            visits=course.visits,
        )
        for rider_id, course in found.items()
        if course.visits
    )


def _left_m(plan: Plan) -> int:
    return plan.figures.unserved_m if plan.figures is not None else 0
