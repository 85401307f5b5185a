"""A plan's rounds as lists of stops, and what they have booked: slots of gates and docks of pickups.

A stop says what happens where and which times it must keep; when it happens follows from `timing.timed`.
"""

import dataclasses
import itertools
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.plan import Plan, Round, Visit, VisitKind
from supplyhub.planning.problem import Order, Rider


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop: a load that begins no earlier than `earliest_s`, or a hand-over that ends by `latest_s`."""

    place_id: str
    is_load: bool
    order_ids: tuple[str, ...]
    earliest_s: int
    latest_s: int
    weight_g: int
    volume_ml: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When each stop of a round starts and ends, in seconds of the day."""

    starts_s: tuple[int, ...]
    leaves_s: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A rider's stops with their times. A round that ended on the way (`is_stopped`) takes nothing more on."""

    stops: tuple[Stop, ...]
    times: Times
    is_stopped: bool = False


NOTHING = Timetable(stops=(), times=Times(starts_s=(), leaves_s=()))


def load_stop(pickup_id: str, orders: Sequence[Order]) -> Stop:
    """Return the stop that loads some orders."""
    return _stop(pickup_id, orders, is_load=True)


def hand_over_stop(gate_id: str, orders: Sequence[Order]) -> Stop:
    """Return the stop that hands some orders over."""
    return _stop(gate_id, orders, is_load=False)


def _stop(place_id: str, orders: Sequence[Order], *, is_load: bool) -> Stop:
    sign = 1 if is_load else -1
    return Stop(
        place_id=place_id,
        is_load=is_load,
        order_ids=tuple(order.order_id for order in orders),
        earliest_s=max(order.ready_s for order in orders),
        latest_s=min(order.due_s for order in orders),
        weight_g=sign * sum(order.weight_g for order in orders),
        volume_ml=sign * sum(order.volume_ml for order in orders),
    )


class Board:
    """Everybody's stops, and what is booked by them."""

    def __init__(self, facts: Facts, rounds: Iterable[Round]) -> None:
        self._facts = facts
        self.timetables: dict[str, Timetable] = {}
        self.slots: Counter[tuple[str, int]] = Counter()
        self.loads: defaultdict[str, list[int]] = defaultdict(list)
        for a_round in rounds:
            self.put(a_round.rider_id, _timetable(facts, a_round))

    def put(self, rider_id: str, timetable: Timetable) -> None:
        """Give a rider, who has none, a timetable, and book what it needs."""
        self.timetables[rider_id] = timetable
        for stop, start in zip(timetable.stops, timetable.times.starts_s, strict=True):
            if stop.is_load:
                insort(self.loads[stop.place_id], start)
            else:
                self.slots[stop.place_id, self._slot(stop.place_id, start)] += 1

    def take(self, rider_id: str) -> Timetable:
        """Take a rider's timetable away with what it has booked, and return it."""
        timetable = self.timetables.pop(rider_id, NOTHING)
        for stop, start in zip(timetable.stops, timetable.times.starts_s, strict=True):
            if stop.is_load:
                self.loads[stop.place_id].remove(start)
            else:
                self.slots[stop.place_id, self._slot(stop.place_id, start)] -= 1
        return timetable

    def of(self, rider: Rider) -> Timetable:
        """Return a rider's timetable; an empty one for a rider without a round."""
        return self.timetables.get(rider.rider_id, NOTHING)

    def _slot(self, gate_id: str, start_s: int) -> int:
        """Return when the slot begins in which a hand-over starts: a name that outlives an earlier opening."""
        gate = self._facts.gates[gate_id]
        return start_s - (start_s - gate.opens_s) % gate.slot_s


def _timetable(facts: Facts, a_round: Round) -> Timetable:
    stops = []
    for visit in a_round.visits:
        orders = [facts.orders[order_id] for order_id in visit.order_ids]
        stops.append(_stop(visit.place_id, orders, is_load=visit.kind is VisitKind.LOAD))
    times = Times(
        starts_s=tuple(visit.starts_s for visit in a_round.visits),
        leaves_s=tuple(visit.leaves_s for visit in a_round.visits),
    )
    return Timetable(stops=tuple(stops), times=times, is_stopped=a_round.back_s is None)


def as_round(facts: Facts, rider: Rider, timetable: Timetable) -> Round:
    """Return a rider's timetable as a round of a plan; the rider leaves the base as late as the first start allows.

    Parameters
    ----------
    facts
        The day.
    rider
        Whose it is.
    timetable
        At least one stop.
    """
    place = facts.base(rider)
    visits: list[Visit] = []
    stops = zip(timetable.stops, timetable.times.starts_s, timetable.times.leaves_s, strict=True)
    now = leaves_base_s = max(rider.shift_start_s, rider.pass_from_s)
    for stop, starts_s, leaves_s in stops:
        there = facts.ways.number[stop.place_id]
        takes_s = facts.ways.seconds_from(rider.vehicle, place)[there]
        if not visits:
            now = leaves_base_s = max(now, starts_s - takes_s)
        visits.append(
            Visit(
                kind=VisitKind.LOAD if stop.is_load else VisitKind.HAND_OVER,
                place_id=stop.place_id,
                arrives_s=now + takes_s,
                starts_s=starts_s,
                leaves_s=leaves_s,
                order_ids=stop.order_ids,
            )
        )
        now, place = leaves_s, there
    return Round(
        rider_id=rider.rider_id,
        leaves_base_s=leaves_base_s,
        back_s=now + facts.ways.seconds_from(rider.vehicle, place)[facts.base(rider)],
        visits=tuple(visits),
    )


def cost_m(facts: Facts, rider: Rider, stops: Sequence[Stop]) -> int:
    """Return what a round adds to the score: its metres from base to base, its visits at gates, its rider."""
    if not stops:
        return 0
    base = facts.base(rider)
    places = [base, *(facts.ways.number[stop.place_id] for stop in stops), base]
    metres = sum(facts.ways.metres(rider.vehicle, *pair) for pair in itertools.pairwise(places))
    contacts = sum(not stop.is_load for stop in stops)
    score = facts.problem.score
    return metres + contacts * score.contact_m + score.rider_m


def without_order(plan: Plan, order_id: str) -> Plan:
    """Return a plan without one order: visits that only it needed are gone, all others keep their times."""
    rounds = []
    for a_round in plan.rounds:
        visits = []
        for visit in a_round.visits:
            kept = tuple(other for other in visit.order_ids if other != order_id)
            if kept:
                visits.append(dataclasses.replace(visit, order_ids=kept))
        if visits:
            rounds.append(dataclasses.replace(a_round, visits=tuple(visits)))
    return plan.replace(rounds=tuple(rounds))
