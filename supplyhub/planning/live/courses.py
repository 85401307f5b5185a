"""How each rider goes on from a moment: which visits stay, from when the rider is free, what was left of the round.

A *course* is what a search starts from. Visits done or under way are held; what the changes have made impossible is
taken out of the rest; all else is there as it was published, for the search to keep.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from supplyhub.planning.live.changed_day import ChangedDay
from supplyhub.planning.live.standing import Standing
from supplyhub.planning.plan import Plan, Round, Visit, VisitKind
from supplyhub.planning.problem import Gate, Problem, Rider
from supplyhub.planning.travel import NO_WAY, Places


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one rider goes on.

    The first `held` of `visits` stay as they are, and the rider leaves the last of them (or the base) at `free_s` or
    later. `left_base_s` is None for a rider who has not set off; at `back_s` the rider is back where no visit comes
    after the held ones. `on_board` is what visits that have begun loaded and did not hand over, with the end of its
    load. A course that `is_disturbed` may not be driven in time any more.
    """

    rider_id: str
    visits: tuple[Visit, ...] = ()
    held: int = 0
    free_s: int
    left_base_s: int | None = None
    back_s: int | None = None
    is_stopped: bool = False
    is_disturbed: bool = False
    on_board: Mapping[str, int] = dataclasses.field(default_factory=dict)
    arrives_s: int | None = None
    """When a late rider, who had set off, comes to the first visit that is not held."""


def courses(day: ChangedDay, places: Places, plan: Plan, now_s: int) -> dict[str, Course]:
    """Return how all riders of a day go on.

    Parameters
    ----------
    day
        The changed day.
    places
        `travel.build` of it.
    plan
        The plan as it was published.
    now_s
        The moment, in seconds of the day.

    Returns
    -------
    dict[str, Course]
        By rider, in the order of the day.
    """
    rounds = {a_round.rider_id: a_round for a_round in plan.rounds}
    reader = _Reader(day, places, now_s)
    return {rider.rider_id: reader.course(rider, rounds.get(rider.rider_id)) for rider in day.problem.riders}


class _Reader:
    """Reads courses from rounds."""

    def __init__(self, day: ChangedDay, places: Places, now_s: int) -> None:
        self._day, self._now_s = day, now_s
        self._ways = Ways(day.problem, places)
        self._sieve = _Sieve(day, self._ways)

    def course(self, rider: Rider, a_round: Round | None) -> Course:
        """Return how one rider goes on."""
        rider_id = rider.rider_id
        goes_on_s = max(self._now_s, self._day.late.get(rider_id, 0))
        if a_round is None:
            return Course(rider_id=rider_id, free_s=goes_on_s, is_stopped=rider_id in self._day.stopped)
        standing = self._day.standings[rider_id]
        if rider_id in self._day.stopped:
            return Course(
                rider_id=rider_id,
                visits=a_round.visits[: standing.done],
                held=standing.done,
                free_s=self._now_s,
                left_base_s=a_round.leaves_base_s,
                is_stopped=True,
                on_board=standing.on_board,
            )
        rest, is_displaced = self._sieve.sifted(rider, a_round, standing)
        visits = (*a_round.visits[: standing.begun], *rest)
        heading = standing.under_way > standing.begun
        goes_there = heading and len(visits) > standing.begun and _is_same_stop(visits, a_round, standing.begun)
        is_late = rider_id in self._day.late
        course = Course(
            rider_id=rider_id,
            visits=visits,
            held=standing.begun + (goes_there and not is_late),
            free_s=goes_on_s,
            left_base_s=a_round.leaves_base_s if a_round.leaves_base_s <= self._now_s else None,
            on_board=standing.on_board,
            is_disturbed=is_late or is_displaced or (heading and not goes_there),
        )
        if goes_there and is_late:
            ahead_s = max(0, visits[standing.begun].arrives_s - self._now_s)
            course = dataclasses.replace(course, arrives_s=goes_on_s + ahead_s)
        return self._freed(course, rider, a_round, standing)

    def _freed(self, course: Course, rider: Rider, a_round: Round, standing: Standing) -> Course:
        """Say from when the rider of a course is free, and when back if nothing more is to do."""
        goes_on_s = course.free_s
        if course.held > standing.begun or standing.begun > standing.done:
            ends_s = course.visits[course.held - 1].leaves_s
            course = dataclasses.replace(course, free_s=max(goes_on_s, ends_s))
        elif standing.under_way > standing.begun:
            target = a_round.visits[standing.begun]
            turned_s = self._back(rider, a_round, standing.begun, target.place_id, target.arrives_s)
            course = dataclasses.replace(course, free_s=goes_on_s + turned_s)
        elif standing.done == len(a_round.visits) and a_round.back_s is not None:
            home = rider.base_id
            turned_s = self._back(rider, a_round, standing.done, home, a_round.back_s)
            course = dataclasses.replace(course, free_s=goes_on_s + turned_s)
        return dataclasses.replace(course, back_s=self._home(course, rider, a_round, standing))

    def _home(self, course: Course, rider: Rider, a_round: Round, standing: Standing) -> int:
        """Return when the rider is back if nothing comes after the held visits."""
        if standing.done == len(a_round.visits) and a_round.back_s is not None:
            # On the way home, or there.
            return a_round.back_s + (max(self._now_s, self._day.late.get(rider.rider_id, 0)) - self._now_s)
        last = course.visits[course.held - 1].place_id if course.held else rider.base_id
        return course.free_s + self._ways.seconds(rider, last, rider.base_id)

    def _back(self, rider: Rider, a_round: Round, at: int, towards: str, arrives_s: int) -> int:
        """Return how long the rider, under way to visit `at` (or home), needs back to the place before.

        A plan knows no point of the road. A rider who turns round is taken to ride back as much of the way as was
        ridden: every other place is then reached no later than the plan says.
        """
        left_s = a_round.visits[at - 1].leaves_s if at else a_round.leaves_base_s
        before = a_round.visits[at - 1].place_id if at else rider.base_id
        way_s = self._ways.seconds(rider, towards, before)
        ridden_s, whole_s = self._now_s - left_s, arrives_s - left_s
        if way_s >= NO_WAY:
            return max(0, min(ridden_s, whole_s))
        share = min(1.0, ridden_s / whole_s) if whole_s > 0 else 1.0
        return round(share * way_s + 0.5)


def _is_same_stop(visits: Sequence[Visit], a_round: Round, at: int) -> bool:
    """Tell whether the rider still goes to the place that was next, to do at least a part of what was to be done."""
    here, there = visits[at], a_round.visits[at]
    return here.place_id == there.place_id and here.starts_s == there.starts_s and here.kind is there.kind


class _Sieve:
    """Takes out of the rest of a round what changes have made impossible."""

    def __init__(self, day: ChangedDay, ways: "Ways") -> None:
        self._day, self._ways = day, ways
        problem = day.problem
        self._gates = {gate.gate_id: gate for gate in problem.gates}
        self._gates_of: dict[str, list[Gate]] = {}
        for gate in problem.gates:
            self._gates_of.setdefault(gate.compound_id, []).append(gate)

    def sifted(self, rider: Rider, a_round: Round, standing: Standing) -> tuple[list[Visit], bool]:
        """Return the visits that have not begun and still may be, and whether one of them is to be elsewhere."""
        rest = a_round.visits[standing.begun :]
        left_out = set(self._day.gone)
        targets: list[str | None] = []
        is_displaced = False
        for visit in rest:
            target = visit.place_id if visit.kind is VisitKind.LOAD else self._gate(rider, visit)
            targets.append(target)
            if target is None:
                left_out.update(visit.order_ids)
            is_on_board = not standing.on_board.keys().isdisjoint(visit.order_ids)
            if target != visit.place_id and (target is not None or is_on_board):
                is_displaced = True
        sifted = []
        for visit, target in zip(rest, targets, strict=True):
            order_ids = visit.order_ids
            if not left_out.isdisjoint(order_ids):
                order_ids = tuple(order_id for order_id in order_ids if order_id not in left_out)
            if target is not None and order_ids:
                same = target == visit.place_id and order_ids is visit.order_ids
                sifted.append(visit if same else dataclasses.replace(visit, place_id=target, order_ids=order_ids))
        return sifted, is_displaced

    def _gate(self, rider: Rider, visit: Visit) -> str | None:
        """Return where a hand-over may still be: at its gate, at another one of the compound, or nowhere."""
        gate = self._gates[visit.place_id]
        if gate.compound_id in self._day.by_compound and not rider.high_risk:
            return None
        if visit.place_id not in self._day.by_gate or visit.leaves_s <= gate.closes_s:
            return visit.place_id
        lasts_s = visit.leaves_s - visit.starts_s
        others = [
            other
            for other in self._gates_of[gate.compound_id]
            if other.gate_id != gate.gate_id and max(visit.starts_s, other.opens_s) + lasts_s <= other.closes_s
        ]
        if not others:
            return None
        return min(others, key=lambda other: self._ways.seconds(rider, gate.gate_id, other.gate_id)).gate_id


class Ways:
    """Seconds between places of a day, by their ids."""

    def __init__(self, problem: Problem, places: Places) -> None:
        self._kinds = {vehicle.name: number for number, vehicle in enumerate(problem.vehicles)}
        self._number = {**places.pickup_number, **places.gate_number}
        for rider, base in zip(problem.riders, places.base_of_rider, strict=True):
            self._number[rider.base_id] = base
        self._seconds = places.seconds

    def seconds(self, rider: Rider, here: str, there: str) -> int:
        """Return how long a rider needs from one place to another; `travel.NO_WAY` where there is no way.

        Parameters
        ----------
        rider
            The rider.
        here, there
            Ids of pickups, gates or bases.
        """
        if here == there:
            return 0
        return int(self._seconds[self._kinds[rider.vehicle], self._number[here], self._number[there]])
