"""Replan a day that is being driven: visits done or under way stay, published rounds move as little as possible.

First everything that still can be stays where it was published, and what has lost its place or is new is inserted where
it costs least. Where that leaves somebody out, the search goes on from there, and what it finds is taken only if it is
worth the visits that it moves: whoever drives, opens a gate or waits has been told a time.
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
from supplyhub.planning.plan import Plan, Reason, Round
from supplyhub.planning.problem import Problem
from supplyhub.planning.stop import Effort, MaxIterations, Stop

# What moving one more visit must save. On the reference days a gate visit costs 500 m, a rider 3,000 m, and an order
# left out 10,000 m and more, so that somebody more served may move ten visits.
MOVED_VISIT_M = 5000
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
        When a search for better ends, if there is reason for one. `MaxIterations(0)` inserts and no more.
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
        # The day as it is planned: what is on board has the time that it needs.
        self._planned = found.problem(self._day.problem)
        self._held = _held(found)

    def replanned(self, stop: Stop) -> Replanned:
        """Return the answer."""
        result = self._result(stop) if self._day.is_changed else self._plan
        kept = outcome.kept_day(self._day.problem, result)
        if kept.ride != self._day.problem.ride:
            result = outcome.with_true_reasons(kept, result)
        result = figures.with_figures(kept, result.replace(fingerprint=kept.fingerprint()), self._places)
        before = figures.with_figures(self._problem, self._plan, self._places)
        return answering.answer(self._problem, self._day, before, result, kept)

    def _result(self, stop: Stop) -> Plan:
        start = self._plan.replace(rounds=_rounds(self._courses), unserved=())
        made = self._solved(MaxIterations(0), start)
        result = self._outcome(made)
        if _is_somebody_left(self._plan, result) and stop.share(Effort(iterations=0, iterations_since_best=0)) < 1.0:
            other = self._outcome(self._solved(stop, made))
            if self._is_worth_moving(result, other):
                result = other
        return result

    def _solved(self, stop: Stop, start: Plan) -> Plan:
        return solve.solve(self._planned, stop=stop, seed=self._seed, start=start, held=self._held)

    def _outcome(self, made: Plan) -> Plan:
        return outcome.outcome(self._day.problem, self._places, self._plan, self._courses, made, self._now_s)

    def _is_worth_moving(self, staying: Plan, other: Plan) -> bool:
        """Tell whether a plan saves enough against another one for the visits that it moves."""
        saved_m = _score_m(staying) - _score_m(other)
        riders = list(self._courses)
        moved = differences.count(self._plan, other, riders) - differences.count(self._plan, staying, riders)
        return saved_m > max(0, moved) * MOVED_VISIT_M


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


def _is_somebody_left(before: Plan, after: Plan) -> bool:
    """Tell whether an order has lost its place, or found none, that a search might find one for."""
    known = {entry.order_id for entry in before.unserved}
    return any(entry.order_id not in known and entry.reason in _MAY_BE_FREED for entry in after.unserved)


def _score_m(plan: Plan) -> int:
    return plan.figures.score_m if plan.figures is not None else 0
