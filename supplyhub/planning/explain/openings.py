"""Where one order could go into one round: every pair of a load and a hand-over, cheapest first, tried in full.

What may be possible is listed by a bound on times that knows no docks and slots; then `timing.timed` decides.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

from supplyhub.planning.explain.board import Board, Stop, Times, Timetable, hand_over_stop, load_stop
from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.explain.timing import Rule, timed
from supplyhub.planning.problem import Gate, Order, Rider

# Openings of one round that are tried in full, cheapest first, before it counts as having none.
_MOST_TRIED = 300
_NEVER = 1 << 40


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A place for an order in a round, with the times that the whole round then has. `cost_m` is what it adds."""

    rider: Rider
    timetable: Timetable
    cost_m: int
    load_at: int
    hand_over_at: int

    @property
    def load_starts_s(self) -> int:
        """When the order is loaded."""
        return self.timetable.times.starts_s[self.load_at]

    @property
    def hand_over_ends_s(self) -> int:
        """When the order is handed over."""
        return self.timetable.times.leaves_s[self.hand_over_at]

    @property
    def hand_over_starts_s(self) -> int:
        """When handing over begins."""
        return self.timetable.times.starts_s[self.hand_over_at]

    @property
    def gate_id(self) -> str:
        """Where the order is handed over."""
        return self.timetable.stops[self.hand_over_at].place_id


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A load before, or at, one stop, and a hand-over before, or at, another one; not tried yet."""

    load_at: int
    is_new_load: bool
    hand_at: int
    is_new_hand_over: bool
    gate: Gate
    has_room: bool
    cost_m: int


def find(facts: Facts, board: Board, rider: Rider, order: Order) -> Opening | Rule:
    """Return the cheapest opening for an order in a rider's round, or what stands in the way.

    That is `Rule.FULL` where there would be time but no room on board, else `Rule.OTHERS`.

    Parameters
    ----------
    facts
        The day.
    board
        Everybody's rounds, the rider's among them; it is as before afterwards.
    rider
        Whose round it is: may enter, load and hold the order.
    order
        On no round.
    """
    timetable = board.of(rider)
    if timetable.is_stopped:
        return Rule.OTHERS
    pairs = list(_Listing(facts, rider, order, timetable).pairs())
    if not pairs:
        return Rule.OTHERS
    roomy = [pair for pair in pairs if pair.has_room]
    if not roomy:
        return Rule.FULL
    roomy.sort(key=lambda pair: pair.cost_m)
    board.take(rider.rider_id)
    try:
        return _first_possible(facts, board, rider, order, timetable, roomy[:_MOST_TRIED])
    finally:
        if timetable.stops:
            board.put(rider.rider_id, timetable)


def _first_possible(
    facts: Facts, board: Board, rider: Rider, order: Order, timetable: Timetable, pairs: Sequence[_Pair]
) -> Opening | Rule:
    for pair in pairs:
        stops, load_at, hand_at = _composed(pair, order, timetable)
        times = timed(facts, board, rider, stops, first=load_at, known=timetable.times)
        if isinstance(times, Times):
            return Opening(
                rider=rider,
                timetable=Timetable(stops=tuple(stops), times=times),
                cost_m=pair.cost_m,
                load_at=load_at,
                hand_over_at=hand_at,
            )
    return Rule.OTHERS


def _composed(pair: _Pair, order: Order, timetable: Timetable) -> tuple[list[Stop], int, int]:
    """Return a round with the order in it, and where it is loaded and handed over."""
    stops = list(timetable.stops)
    if pair.is_new_hand_over:
        stops.insert(pair.hand_at, hand_over_stop(pair.gate.gate_id, [order]))
    else:
        stops[pair.hand_at] = _joined(stops[pair.hand_at], order)
    if pair.is_new_load:
        stops.insert(pair.load_at, load_stop(order.pickup_id, [order]))
        return stops, pair.load_at, pair.hand_at + 1
    stops[pair.load_at] = _joined(stops[pair.load_at], order)
    return stops, pair.load_at, pair.hand_at


def _joined(stop: Stop, order: Order) -> Stop:
    """Return a stop at which the order is loaded, or handed over, as well."""
    sign = 1 if stop.is_load else -1
    return dataclasses.replace(
        stop,
        order_ids=(*stop.order_ids, order.order_id),
        earliest_s=max(stop.earliest_s, order.ready_s),
        latest_s=min(stop.latest_s, order.due_s),
        weight_g=stop.weight_g + sign * order.weight_g,
        volume_ml=stop.volume_ml + sign * order.volume_ml,
    )


class _Listing:
    """Lists the pairs of one round that may be possible, by bounds that know neither docks nor slots."""

    def __init__(self, facts: Facts, rider: Rider, order: Order, timetable: Timetable) -> None:
        self._facts, self._rider, self._order = facts, rider, order
        self._stops, self._times = timetable.stops, timetable.times
        self._pickup = facts.pickups[order.pickup_id]
        self._gates = facts.gates_of(order.compound_id)
        self._lasts = facts.hands_over_in(1)
        self._longer = facts.problem.handover.per_order_s
        number, base = facts.ways.number, facts.base(rider)
        self._pickup_at = number[order.pickup_id]
        self._places = [base, *(number[stop.place_id] for stop in self._stops), base]
        self._latest = self._latest_starts()
        vehicle = facts.vehicles[rider.vehicle]
        self._room_g = vehicle.capacity_g - order.weight_g
        self._room_ml = vehicle.capacity_ml - order.volume_ml
        self._boards = list(self._cargo())

    def pairs(self) -> Iterator[_Pair]:
        """Yield the pairs along the round."""
        for at in range(len(self._stops) + 1):
            now = self._leaves(at - 1)
            if now > self._order.due_s:
                return
            yield from self._with_new_load(at, now)
            if at < len(self._stops) and self._stops[at].is_load and self._stops[at].place_id == self._order.pickup_id:
                yield from self._with_joined_load(at)

    def _leaves(self, at: int) -> int:
        if at < 0:
            return max(self._rider.shift_start_s, self._rider.pass_from_s)
        return self._times.leaves_s[at]

    def _seconds(self, here: int, there: int) -> int:
        return self._facts.ways.seconds_from(self._rider.vehicle, here)[there]

    def _with_new_load(self, at: int, now: int) -> Iterator[_Pair]:
        pickup = self._pickup
        arrives = now + self._seconds(self._places[at], self._pickup_at)
        leaves = max(arrives, pickup.opens_s, self._order.ready_s) + pickup.loading_s
        has_room = self._has_room(at - 1)
        if leaves > pickup.closes_s or leaves > self._order.due_s:
            return
        if at < len(self._stops) and leaves > self._latest[at]:
            return
        yield from self._hand_overs(at, at, leaves, has_room=has_room)

    def _with_joined_load(self, at: int) -> Iterator[_Pair]:
        start = max(self._times.starts_s[at], self._order.ready_s)
        if start > self._latest[at]:
            return
        leaves, has_room = start + self._pickup.loading_s, self._has_room(at)
        yield from self._hand_overs(at, at + 1, leaves, has_room=has_room)

    def _hand_overs(self, load_at: int, first: int, now: int, *, has_room: bool) -> Iterator[_Pair]:
        """Yield where the order can be handed over after a load that ends at `now`, walking along the round."""
        place, riding, longest = self._pickup_at, 0, self._facts.ride_s
        for at in range(first, len(self._stops) + 1):
            for gate in self._gates:
                if self._can_stop_at(gate, at, place, now, longest - riding):
                    yield self._pair(load_at, first, at, gate, is_new=True, has_room=has_room)
            if at == len(self._stops):
                return
            stop, there = self._stops[at], self._places[at + 1]
            leg = self._seconds(place, there)
            start = max(self._times.starts_s[at], now + leg)
            if start > self._latest[at]:
                return
            stays = self._times.leaves_s[at] - self._times.starts_s[at]
            now, riding, place = start + stays, riding + leg + stays, there
            if (
                not stop.is_load
                and self._facts.gates[stop.place_id].compound_id == self._order.compound_id
                and now + self._longer <= self._order.due_s
                and start + self._longer <= self._latest[at]
            ):
                gate = self._facts.gates[stop.place_id]
                yield self._pair(load_at, first, at, gate, is_new=False, has_room=has_room)
            has_room = has_room and self._has_room(at)
            if now > self._order.due_s or riding > longest:
                return

    def _pair(self, load_at: int, first: int, hand_at: int, gate: Gate, *, is_new: bool, has_room: bool) -> _Pair:
        is_new_load = first == load_at
        return _Pair(
            load_at=load_at,
            is_new_load=is_new_load,
            hand_at=hand_at,
            is_new_hand_over=is_new,
            gate=gate,
            has_room=has_room,
            cost_m=self._added_m(load_at if is_new_load else None, hand_at if is_new else None, gate),
        )

    def _added_m(self, load_at: int | None, hand_at: int | None, gate: Gate) -> int:
        """Return what new visits (None: no new one) add to the score."""
        score = self._facts.problem.score
        at_gate = self._facts.ways.number[gate.gate_id]
        total = 0 if self._stops else score.rider_m
        if hand_at is not None:
            total += score.contact_m
        if load_at is not None and load_at == hand_at:
            return total + self._detour_m(load_at, self._pickup_at, at_gate)
        if load_at is not None:
            total += self._detour_m(load_at, self._pickup_at)
        if hand_at is not None:
            total += self._detour_m(hand_at, at_gate)
        return total

    def _detour_m(self, at: int, *through: int) -> int:
        """Return how many metres longer the way to a stop is through other places."""
        way = [self._places[at], *through, self._places[at + 1]]
        metres = self._facts.ways.metres
        longer = sum(metres(self._rider.vehicle, *leg) for leg in itertools.pairwise(way))
        return longer - metres(self._rider.vehicle, way[0], way[-1])

    def _can_stop_at(self, gate: Gate, at: int, place: int, now: int, riding_left: int) -> bool:
        """Tell whether a hand-over of its own fits in before a stop, as far as times alone tell."""
        there = self._facts.ways.number[gate.gate_id]
        leg = self._seconds(place, there)
        ends = max(now + leg, gate.opens_s) + self._lasts
        onward = ends + self._seconds(there, self._places[at + 1])
        latest = self._latest[at] if at < len(self._stops) else self._rider.shift_end_s
        return (
            ends <= min(self._order.due_s, gate.closes_s, self._rider.pass_until_s)
            and leg + self._lasts <= riding_left
            and onward <= latest
        )

    def _has_room(self, at: int) -> bool:
        """Tell whether the vehicle could carry the order as well after a stop."""
        weight_g, volume_ml = self._boards[at] if at >= 0 else (0, 0)
        return weight_g <= self._room_g and volume_ml <= self._room_ml

    def _cargo(self) -> Iterator[tuple[int, int]]:
        weight_g = volume_ml = 0
        for stop in self._stops:
            weight_g, volume_ml = weight_g + stop.weight_g, volume_ml + stop.volume_ml
            yield weight_g, volume_ml

    def _latest_starts(self) -> list[int]:
        """Return by when each stop must start, or it or a later one is late."""
        latest = [0] * len(self._stops)
        then = self._rider.shift_end_s
        for at in reversed(range(len(self._stops))):
            stop = self._stops[at]
            if stop.is_load:
                pickup = self._facts.pickups[stop.place_id]
                lasts, ends_by = pickup.loading_s, pickup.closes_s
            else:
                lasts = self._facts.hands_over_in(len(stop.order_ids))
                ends_by = min(stop.latest_s, self._facts.gates[stop.place_id].closes_s, self._rider.pass_until_s)
            then = min(ends_by, then - self._seconds(self._places[at + 1], self._places[at + 2])) - lasts
            latest[at] = then
        return latest
