"""When the stops of a round happen, beside what all other rounds have booked; or which rule stands in the way.

This is the planner's own way of timing a round (`planning.simulate`), in plain Python, for one round at a time:
everything as early as possible, a load put off by as much as a ride would be too long.
"""

import enum
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from supplyhub.planning.explain.board import Board, Stop, Times
from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.problem import Gate, Pickup, Rider
from supplyhub.planning.travel import NO_WAY

# As in `planning.simulate`: so often loads are put off before the round is given up.
_MOST_DELAYS = 64


class Rule(enum.StrEnum):
    """What can keep an order from a round (the rules of docs/day-folder.md)."""

    ZONE = "zone"
    HIGH_RISK = "high_risk"
    BINDING = "binding"
    CAPACITY = "capacity"
    """The empty vehicle does not hold it."""
    FULL = "full"
    """The vehicle is full when there would be time."""
    UNREACHABLE = "unreachable"
    PICKUP_HOURS = "pickup_hours"
    READY = "ready"
    GATE_HOURS = "gate_hours"
    DUE = "due"
    PASS_HOURS = "pass_hours"  # noqa: S105 - the permission to drive
    SHIFT = "shift"
    RIDE = "ride"
    SLOT = "slot"
    DOCK = "dock"
    OTHERS = "others"
    """Somebody whose order is on the round already would come late."""


def timed(
    facts: Facts, board: Board, rider: Rider, stops: Sequence[Stop], *, first: int = 0, known: Times | None = None
) -> Times | Rule:
    """Return when a round's stops happen, or the rule that it breaks first.

    Parameters
    ----------
    facts
        The day.
    board
        What all other rounds have booked; the rider's own round is not on it.
    rider
        Whose round it is.
    stops
        The round.
    first, known
        Stops before `first` keep the times of `known`.
    """
    run = _Run(facts, board, rider, stops)
    if known is not None:
        run.starts[:first], run.leaves[:first] = known.starts_s[:first], known.leaves_s[:first]
    run.at = first if known is not None else 0
    while run.at < len(stops):
        rule = run.load() if stops[run.at].is_load else run.hand_over()
        if rule is not None:
            return rule
    if stops and run.arrival(len(stops)) > rider.shift_end_s:
        return Rule.SHIFT
    return Times(starts_s=tuple(run.starts), leaves_s=tuple(run.leaves))


class _Run:
    """One walk along a round; a ride that is too long sends it back to the load."""

    def __init__(self, facts: Facts, board: Board, rider: Rider, stops: Sequence[Stop]) -> None:
        self._facts, self._board, self._rider, self._stops = facts, board, rider, stops
        base = facts.base(rider)
        places = [base, *(facts.ways.number[stop.place_id] for stop in stops), base]
        self._legs = [facts.ways.seconds_from(rider.vehicle, here)[there] for here, there in zip(places, places[1:])]  # noqa: B905, RUF007 - one shorter than the other
        self._first_load = _first_loads(stops)
        self._floors = [stop.earliest_s if stop.is_load else 0 for stop in stops]
        self._delays, self._last_excess, self._last_delayed = 0, 0, -1
        self.starts, self.leaves = [0] * len(stops), [0] * len(stops)
        self.at = 0

    def arrival(self, at: int) -> int:
        """Return when the rider is at a stop, or, after the last one, back at the base."""
        leaves_base_s = max(self._rider.shift_start_s, self._rider.pass_from_s)
        return (self.leaves[at - 1] if at else leaves_base_s) + self._legs[at]

    def load(self) -> Rule | None:
        """Time the load that is next, and step on."""
        at, stop = self.at, self._stops[self.at]
        pickup = self._facts.pickups[stop.place_id]
        if self._legs[at] >= NO_WAY:
            return Rule.UNREACHABLE
        asked = max(self.arrival(at), pickup.opens_s, self._floors[at])
        if asked > pickup.closes_s - pickup.loading_s:
            return Rule.PICKUP_HOURS
        start = dock_start(pickup, self._board.loads[stop.place_id], asked)
        if start is None:
            return Rule.DOCK
        self.starts[at], self.leaves[at] = start, start + pickup.loading_s
        self.at += 1
        return None

    def hand_over(self) -> Rule | None:
        """Time the hand-over that is next, and step on, or back to its load."""
        at, stop = self.at, self._stops[self.at]
        gate = self._facts.gates[stop.place_id]
        if self._legs[at] >= NO_WAY:
            return Rule.UNREACHABLE
        lasts = self._facts.hands_over_in(len(stop.order_ids))
        asked = max(self.arrival(at), gate.opens_s)
        ends_by, rule = self._ends_by(gate, stop)
        if asked + lasts > ends_by:
            return rule
        start = self._slot_start(gate, asked, ends_by - lasts)
        if start is None:
            return Rule.SLOT
        excess = start + lasts - self.leaves[self._first_load[at]] - self._facts.ride_s
        if excess > 0:
            return self._put_off(self._first_load[at], excess)
        self.starts[at], self.leaves[at] = start, start + lasts
        self.at += 1
        return None

    def _ends_by(self, gate: Gate, stop: Stop) -> tuple[int, Rule]:
        """Return when a hand-over must end, and by which rule."""
        return min(
            (stop.latest_s, Rule.DUE),
            (gate.closes_s, Rule.GATE_HOURS),
            (self._rider.pass_until_s, Rule.PASS_HOURS),
            key=lambda bound: bound[0],
        )

    def _slot_start(self, gate: Gate, start: int, latest: int) -> int | None:
        """Return the first second from `start` to `latest` in a slot with room, or None."""
        own = [
            began
            for began, other in zip(self.starts[: self.at], self._stops[: self.at], strict=True)
            if other.place_id == gate.gate_id
        ]
        while start <= latest:
            begins = start - (start - gate.opens_s) % gate.slot_s
            taken = self._board.slots[gate.gate_id, begins]
            taken += sum(begins <= began < begins + gate.slot_s for began in own)
            if taken < gate.riders_per_slot:
                return start
            start = begins + gate.slot_s
        return None

    def _put_off(self, load: int, excess: int) -> Rule | None:
        """Go back to a load and put it off; give up when that has not made the ride shorter."""
        self._delays += 1
        if self._delays > _MOST_DELAYS or (self._last_delayed == self.at and excess >= self._last_excess):
            return Rule.RIDE
        self._last_excess, self._last_delayed = excess, self.at
        self._floors[load] = self.starts[load] + excess
        self.at = load
        return None


def _first_loads(stops: Sequence[Stop]) -> list[int]:
    """Return for each hand-over where the first of its orders is loaded; -1 for loads."""
    loaded_at: dict[str, int] = {}
    result = []
    for at, stop in enumerate(stops):
        if stop.is_load:
            loaded_at.update(dict.fromkeys(stop.order_ids, at))
        result.append(-1 if stop.is_load else min(loaded_at[order_id] for order_id in stop.order_ids))
    return result


def dock_start(pickup: Pickup, loads: Sequence[int], start: int) -> int | None:
    """Return the first second from `start` on in which a dock is free for a whole load, or None.

    Parameters
    ----------
    pickup
        Where.
    loads
        When all other loads there begin, in order.
    start
        When the rider could begin.
    """
    lasts, last_start = pickup.loading_s, pickup.closes_s - pickup.loading_s
    if pickup.docks <= 0:
        return None
    while start <= last_start:
        near = loads[bisect_right(loads, start - lasts) : bisect_left(loads, start + lasts)]
        free_at = _dock_conflict(start, lasts, pickup.docks, near)
        if free_at is None:
            return start
        start = free_at
    return None


def _dock_conflict(start: int, lasts: int, docks: int, near: Sequence[int]) -> int | None:
    """Return when the first of the loads ends that leave no dock for one that begins at `start`, or None."""
    for moment in (start, *(began for began in near if began > start)):
        under_way = [began for began in near if moment - lasts < began <= moment]
        if len(under_way) >= docks:
            return min(under_way) + lasts
    return None
