"""By when a rider who goes on late, or another way, can hand over what is on board; and a day that gives the time.

A late delivery beats none, and so does a long ride: who cannot keep a due time or the ride limit any more with what is
on board hands it over as soon as the published order of visits allows. The changed day gives these orders until then,
and so the plan keeps its rules. What has not been loaded is promised nothing anew: others may bring it in time.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence

from supplyhub.planning.explain.board import Board, Stop, Times, Timetable
from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.explain.timing import Rule, timed
from supplyhub.planning.live.courses import Course
from supplyhub.planning.plan import Round, Visit, VisitKind
from supplyhub.planning.problem import Problem

# Later than everything: no due time, no ride limit.
_FAR_S = 10**6


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Respited:
    """Courses that can be driven, and the time that they need: `until_s` by order, where that is later than due.

    `ride_s` says, by rider, how long something on board rides where that is longer than the day's limit.
    """

    courses: dict[str, Course]
    until_s: dict[str, int]
    ride_s: dict[str, int]

    def problem(self, problem: Problem) -> Problem:
        """Return the day with these due times; the ride limit, which others keep, is left alone."""
        if not self.until_s:
            return problem
        orders = [
            dataclasses.replace(order, due_s=self.until_s[order.order_id]) if order.order_id in self.until_s else order
            for order in problem.orders
        ]
        return problem.replace(orders=tuple(orders))


def respite(problem: Problem, courses: Mapping[str, Course]) -> Respited:
    """Give what is on board the time that it needs.

    Parameters
    ----------
    problem
        The changed day.
    courses
        How its riders go on.

    Returns
    -------
    Respited
        Late riders hold the visit that they were under way to, at its new time.
    """
    orders = {order.order_id: order for order in problem.orders}
    ride_s = problem.ride.max_s

    def keeps_time(course: Course) -> bool:
        ends = _planned_ends(course)
        return all(
            ends[order_id] <= orders[order_id].due_s and ends[order_id] - loaded_s <= ride_s
            for order_id, loaded_s in course.on_board.items()
            if order_id in ends
        )

    asked = [
        course
        for course in courses.values()
        if not course.is_stopped and (course.is_disturbed or not keeps_time(course)) and _has_time_to_find(course)
    ]
    if not asked:
        return Respited(courses=dict(courses), until_s={}, ride_s={})
    result = dict(courses)
    timekeeper = _Timekeeper(problem, courses.values(), asked)
    until_s: dict[str, int] = {}
    rides_s: dict[str, int] = {}
    for course in asked:
        result[course.rider_id], ends = timekeeper.time(course)
        until_s |= {order_id: end_s for order_id, end_s in ends.items() if end_s > orders[order_id].due_s}
        longest_s = max((end_s - course.on_board[order_id] for order_id, end_s in ends.items()), default=0)
        if longest_s > ride_s:
            rides_s[course.rider_id] = longest_s
    return Respited(courses=result, until_s=until_s, ride_s=rides_s)


def _planned_ends(course: Course) -> dict[str, int]:
    """Return when the hand-overs of a course end as it was published."""
    return {
        order_id: visit.leaves_s
        for visit in course.visits
        if visit.kind is VisitKind.HAND_OVER
        for order_id in visit.order_ids
    }


def _has_time_to_find(course: Course) -> bool:
    return bool(course.on_board) or course.arrives_s is not None


class _Timekeeper:
    """Times what is on board, one rider after the other, beside all that others have booked."""

    def __init__(self, problem: Problem, courses: Iterable[Course], asked: Sequence[Course]) -> None:
        self._facts = Facts(problem)
        ids = {one.rider_id for one in asked}
        # What is booked elsewhere is in nobody's way.
        places = {visit.place_id for one in asked for visit in one.visits[one.held :]}
        rounds = []
        for one in courses:
            visits = one.visits
            if one.rider_id not in ids:
                visits = tuple(visit for visit in visits if visit.place_id in places)
            rounds.append(Round(rider_id=one.rider_id, leaves_base_s=0, back_s=None, visits=visits))
        self._board = Board(self._facts, rounds)

    def time(self, course: Course) -> tuple[Course, dict[str, int]]:
        """Return a rider's course with the visit under way at its time, and when each order on board is handed over."""
        booked = self._board.take(course.rider_id)
        held, times = booked.stops[: course.held], _first(booked.times, course.held)
        while True:
            run = _Run(self._facts, self._board, course, held, times)
            driven, missed = run.drive(course)
            if not missed:
                self._board.put(course.rider_id, run.timetable())
                return driven, {order_id: run.ends[order_id] for order_id in course.on_board if order_id in run.ends}
            # They are not loaded where they would come late.
            course = _without(course, missed)


def _first(times: Times, count: int) -> Times:
    return Times(starts_s=times.starts_s[:count], leaves_s=times.leaves_s[:count])


def _without(course: Course, order_ids: Collection[str]) -> Course:
    """Return a course that neither loads some orders nor hands them over; without its next visit if nothing is left."""
    next_visit = course.visits[course.held]
    rest = []
    for visit in course.visits[course.held :]:
        kept = tuple(order_id for order_id in visit.order_ids if order_id not in order_ids)
        if kept:
            rest.append(dataclasses.replace(visit, order_ids=kept))
    goes_there = bool(rest) and rest[0].place_id == next_visit.place_id and rest[0].starts_s == next_visit.starts_s
    return dataclasses.replace(
        course,
        visits=(*course.visits[: course.held], *rest),
        arrives_s=course.arrives_s if goes_there else None,
    )


class _Run:
    """One walk along a rider's visits, with no due time and no ride limit."""

    def __init__(self, facts: Facts, board: Board, course: Course, held: tuple[Stop, ...], times: Times) -> None:
        self._facts, self._free, self._board = facts, facts.with_ride(_FAR_S), board
        self._rider = facts.riders[course.rider_id]
        self._stops, self._times = held, times
        self._leave_at(course.free_s)
        self.ends: dict[str, int] = {}

    def timetable(self) -> Timetable:
        """Return all stops with their times."""
        return Timetable(stops=self._stops, times=self._times)

    def drive(self, course: Course) -> tuple[Course, set[str]]:
        """Go on to the visit under way, if there is one, and hand over in the published order what is on board.

        Returns
        -------
        tuple of Course and set of str
            The course, and orders that it would load at that visit and bring too late.
        """
        carried = dict(course.on_board)
        wanted = course.visits[course.held :]
        if course.arrives_s is not None:
            is_load = wanted[0].kind is VisitKind.LOAD
            moved = self._go_on(wanted[0], course.arrives_s, course.free_s)
            if moved is None and is_load:
                return course, set(wanted[0].order_ids)
            if moved is not None:
                if is_load:
                    carried.update(dict.fromkeys(moved.order_ids, moved.leaves_s))
                else:
                    self.ends.update(dict.fromkeys(moved.order_ids, moved.leaves_s))
                visits = (*course.visits[: course.held], moved, *wanted[1:])
                course = dataclasses.replace(
                    course,
                    visits=visits,
                    held=course.held + 1,
                    free_s=moved.leaves_s,
                    back_s=moved.leaves_s + self._way_s(moved.place_id, self._rider.base_id),
                )
                wanted = wanted[1:]
        for visit in wanted:
            order_ids = tuple(order_id for order_id in visit.order_ids if order_id in carried)
            if visit.kind is VisitKind.HAND_OVER and order_ids and self._add(self._stop(visit, order_ids)):
                self.ends.update(dict.fromkeys(order_ids, self._times.leaves_s[-1]))
        return course, {
            order_id
            for order_id, loaded_s in carried.items()
            if order_id not in course.on_board and not self._is_in_time(order_id, loaded_s)
        }

    def _is_in_time(self, order_id: str, loaded_s: int) -> bool:
        end_s = self.ends.get(order_id, _FAR_S)
        return end_s <= self._facts.orders[order_id].due_s and end_s - loaded_s <= self._facts.ride_s

    def _go_on(self, visit: Visit, arrives_s: int, free_s: int) -> Visit | None:
        """Return the visit that a late rider is under way to at its new time; None where it cannot be any more."""
        before = self._stops[-1].place_id if self._stops else self._rider.base_id
        # As if the rider had left the place before so late as to arrive then.
        self._leave_at(arrives_s - self._way_s(before, visit.place_id))
        if not self._add(self._stop(visit, visit.order_ids)):
            self._leave_at(free_s)
            return None
        starts_s, leaves_s = self._times.starts_s[-1], self._times.leaves_s[-1]
        return dataclasses.replace(visit, arrives_s=arrives_s, starts_s=starts_s, leaves_s=leaves_s)

    def _way_s(self, here: str, there: str) -> int:
        ways = self._facts.ways
        return ways.seconds_from(self._rider.vehicle, ways.number[here])[ways.number[there]] if here != there else 0

    def _leave_at(self, free_s: int) -> None:
        """Let the rider leave the last stop, or the base, at a time."""
        if self._stops:
            known = self._times
            self._times = Times(starts_s=known.starts_s, leaves_s=(*known.leaves_s[:-1], free_s))
        else:
            self._rider = dataclasses.replace(self._rider, shift_start_s=free_s, pass_from_s=free_s)

    def _stop(self, visit: Visit, order_ids: tuple[str, ...]) -> Stop:
        is_load = visit.kind is VisitKind.LOAD
        return Stop(
            place_id=visit.place_id,
            is_load=is_load,
            order_ids=order_ids,
            earliest_s=max(self._facts.orders[order_id].ready_s for order_id in order_ids) if is_load else 0,
            latest_s=_FAR_S,
            weight_g=0,
            volume_ml=0,
        )

    def _add(self, stop: Stop) -> bool:
        """Add a stop as early as may be; return False where no time is left for it."""
        stops = (*self._stops, stop)
        found = timed(self._free, self._board, self._rider, stops, first=len(self._stops), known=self._times)
        if isinstance(found, Rule):
            return False
        self._stops, self._times = stops, found
        return True
