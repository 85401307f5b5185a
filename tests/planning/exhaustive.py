"""The best plan of a tiny day, by trying everything: what the search is measured against.

Written from the rules of docs/day-folder.md alone; shares nothing with the engine but the value objects. Meant for up
to seven orders and three riders, and for ways that are no longer than their detours: then leaving a visit out of a
round keeps the round possible, so that who could not bring some orders alone cannot bring them with others either.

Every way of sharing the orders out among the riders is tried, and for each rider every round that brings exactly the
rider's share, cheapest first. A branch ends when its visits cannot be given times (`times`), or when it cannot become
cheaper than the best plan so far: even if time did not matter (`_least_m`), or if the other riders were not there
(`_alone_m`). Both cut off only what holds no better plan, so what is left at the end is the best one.
"""

import dataclasses
import functools
import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from supplyhub.planning.plan import Plan, Reason, Round, Unserved, Visit, VisitKind
from supplyhub.planning.problem import Gate, Order, Pickup, Problem, Rider, Risk, TravelModel

EARTH_RADIUS_M = 6_371_008.8
# The base of whoever's round it is.
BASE = ""
Orders = frozenset[str]
NONE: Orders = frozenset()


class Stop(NamedTuple):
    """One visit: what is loaded at a pickup or handed over at a gate."""

    place_id: str
    order_ids: Orders
    is_load: bool


class Tour(NamedTuple):
    """One rider's visits so far; the way home belongs to it once it is closed."""

    rider: int
    stops: tuple[Stop, ...]
    is_closed: bool


class Window(NamedTuple):
    """When a visit may begin, and how long it takes."""

    earliest_s: int
    latest_s: int
    lasts_s: int


@dataclasses.dataclass(frozen=True)
class Best:
    """The least score, and a plan that has it; no plan when none scores less than what was asked for."""

    score_m: float
    plan: Plan | None


class Exhaustive:
    """Tries all plans of one day."""

    def __init__(self, a_day: Problem) -> None:
        self.day = a_day
        self.pickups = {pickup.pickup_id: pickup for pickup in a_day.pickups}
        self.gates = {gate.gate_id: gate for gate in a_day.gates}
        self._compounds = {compound.compound_id: compound for compound in a_day.compounds}
        self._orders = {order.order_id: order for order in a_day.orders}
        self._vehicles = {vehicle.name: vehicle for vehicle in a_day.vehicles}
        self._best = Best(math.inf, None)
        # Asked for again and again.
        self.way = functools.cache(self._way)
        self.window = functools.cache(self._window)
        self._least_m = functools.cache(self._least)
        self._alone_m = functools.cache(self._alone)
        self._rest_m = functools.cache(self._rest)

    def search(self, below_m: float = math.inf) -> Best:
        """Return the best plan among those that score less than `below_m`."""
        self._best = Best(below_m, None)
        self._share_out((), 0, frozenset(self._orders), 0)
        return self._best

    # --- sharing out -------------------------------------------------------------------------------------------------

    def _share_out(self, tours: tuple[Tour, ...], rider: int, free: Orders, cost_m: float) -> None:
        """Give this rider and all later ones shares of the free orders, in every way."""
        if rider == len(self.day.riders):
            if cost_m + self._rest_m(rider, free) < self._best.score_m:
                self._best = Best(cost_m + self._rest_m(rider, free), self._plan(tours, free))
            return
        shares = [NONE, *_subsets(free)]
        least_m = {share: self._alone_m(rider, share) + self._rest_m(rider + 1, free - share) for share in shares}
        for share in sorted(shares, key=lambda share: (least_m[share], sorted(share))):
            if cost_m + least_m[share] >= self._best.score_m:
                return
            rest_m = self._rest_m(rider + 1, free - share)
            for tour, tour_m in self._tours(rider, share, tours):
                if cost_m + tour_m + rest_m >= self._best.score_m:
                    break
                beside = (*tours, tour) if tour.stops else tours
                self._share_out(beside, rider + 1, free - share, cost_m + tour_m)

    def _rest(self, rider: int, free: Orders) -> float:
        """What the free orders cost at least, with each of the riders from this one on alone in the world."""
        if rider == len(self.day.riders):
            return sum(self.day.score.unserved_m[self._orders[order_id].priority] for order_id in free)
        return min(
            self._alone_m(rider, share) + self._rest_m(rider + 1, free - share) for share in (NONE, *_subsets(free))
        )

    def _alone(self, rider: int, share: Orders) -> float:
        """What it costs at least that this rider brings exactly these orders, alone in the world."""
        if any(self._alone_m(rider, share - {order_id}) == math.inf for order_id in share):
            return math.inf
        return next((cost_m for _, cost_m in self._tours(rider, share, ())), math.inf)

    # --- the rounds of one rider -------------------------------------------------------------------------------------

    def _tours(self, rider: int, share: Orders, beside: tuple[Tour, ...]) -> Iterator[tuple[Tour, float]]:
        """All rounds that bring exactly these orders and are possible beside others, cheapest first."""
        if not share:
            yield Tour(rider, (), is_closed=True), 0
            return
        score, number = self.day.score, itertools.count()
        # Least cost when finished, a number that breaks ties, cost so far, the round, orders to load, orders on board.
        begun = Tour(rider, (), is_closed=False)
        queue = [(self._least_m(rider, BASE, share, NONE), 0, score.rider_m, begun, share, NONE)]
        while queue:
            least_m, _, cost_m, tour, left, on_board = heapq.heappop(queue)
            if tour.is_closed:
                yield tour, cost_m
                continue
            place_id = tour.stops[-1].place_id if tour.stops else BASE
            if not left and not on_board:
                home = self.way(rider, place_id, BASE)
                closed = tour._replace(is_closed=True)
                if home is not None and self.times((*beside, closed)) is not None:
                    heapq.heappush(queue, (least_m, next(number), cost_m + home[0], closed, left, on_board))
                continue
            for stop, step_m in self._next_stops(rider, place_id, left, on_board):
                longer = tour._replace(stops=(*tour.stops, stop))
                after = _after(stop, left, on_board)
                least_m = cost_m + step_m + self._least_m(rider, stop.place_id, *after)
                if least_m < math.inf and self.times((*beside, longer)) is not None:
                    heapq.heappush(queue, (least_m, next(number), cost_m + step_m, longer, *after))

    def _least(self, rider: int, place_id: str, left: Orders, on_board: Orders) -> float:
        """Metres and contacts until all these orders are handed over and the rider is home, if time did not matter."""
        if not left and not on_board:
            home = self.way(rider, place_id, BASE)
            return math.inf if home is None else home[0]
        return min(
            (
                step_m + self._least_m(rider, stop.place_id, *_after(stop, left, on_board))
                for stop, step_m in self._next_stops(rider, place_id, left, on_board)
            ),
            default=math.inf,
        )

    def _next_stops(self, rider: int, place_id: str, left: Orders, on_board: Orders) -> Iterator[tuple[Stop, int]]:
        """All that the rider may do next, with its metres and contact."""
        for stop in self._stops(rider, place_id, left, on_board):
            way = self.way(rider, place_id, stop.place_id)
            if way is not None:
                yield stop, way[0] + (0 if stop.is_load else self.day.score.contact_m)

    def _stops(self, rider: int, place_id: str, left: Orders, on_board: Orders) -> Iterator[Stop]:
        for pickup_id in self.pickups:
            # Two loads in a row at one pickup do nothing that one load of all would not do.
            if pickup_id != place_id:
                there = [order_id for order_id in left if self._may_load(rider, self._orders[order_id], pickup_id)]
                for some in _subsets(there):
                    if self._fits(rider, on_board | some):
                        yield Stop(pickup_id, some, is_load=True)
        for gate in self.gates.values():
            theirs = [order_id for order_id in on_board if self._orders[order_id].compound_id == gate.compound_id]
            for some in _subsets(theirs):
                yield Stop(gate.gate_id, some, is_load=False)

    def _may_load(self, number: int, order: Order, pickup_id: str) -> bool:
        rider, compound = self.day.riders[number], self._compounds[order.compound_id]
        return (
            order.pickup_id == pickup_id
            and rider.pickup_id in (None, pickup_id)
            and (rider.zones is None or compound.street in rider.zones)
            and (compound.risk is not Risk.HIGH or rider.high_risk)
        )

    def _fits(self, rider: int, order_ids: Orders) -> bool:
        vehicle = self._vehicles[self.day.riders[rider].vehicle]
        return (
            sum(self._orders[order_id].weight_g for order_id in order_ids) <= vehicle.capacity_g
            and sum(self._orders[order_id].volume_ml for order_id in order_ids) <= vehicle.capacity_ml
        )

    # --- ways and hours ----------------------------------------------------------------------------------------------

    def _way(self, number: int, start: str, end: str) -> tuple[int, int] | None:
        """Metres and seconds, or None where there is no way."""
        travel, rider = self.day.travel, self.day.riders[number]
        if travel.model is TravelModel.CROW:
            metres = math.ceil(travel.detour * _great_circle_m(self._point(rider, start), self._point(rider, end)))
            return metres, math.ceil(metres * 3.6 / self._vehicles[rider.vehicle].speed_kmh)
        if start == end:
            return 0, 0
        ids = [place_id or rider.base_id for place_id in (start, end)]
        cell = travel.place_ids.index(ids[0]) * len(travel.place_ids) + travel.place_ids.index(ids[1])
        tables = {table.vehicle: table for table in travel.tables}
        for name in (rider.vehicle, ""):
            if name in tables and tables[name].distance_m[cell] >= 0:
                return tables[name].distance_m[cell], tables[name].duration_s[cell]
        return None

    def _point(self, rider: Rider, place_id: str) -> tuple[float, float]:
        if place_id == BASE:
            return rider.base_lat, rider.base_lon
        place: Pickup | Gate = self.pickups[place_id] if place_id in self.pickups else self.gates[place_id]
        return place.lat, place.lon

    def _window(self, number: int, stop: Stop) -> Window:
        """When the visit may begin and how long it takes, but for everything around it."""
        orders = [self._orders[order_id] for order_id in stop.order_ids]
        if stop.is_load:
            pickup = self.pickups[stop.place_id]
            earliest = max(pickup.opens_s, *(order.ready_s for order in orders))
            return Window(earliest, pickup.closes_s - pickup.loading_s, pickup.loading_s)
        gate, handover = self.gates[stop.place_id], self.day.handover
        lasts = handover.fixed_s + handover.per_order_s * len(orders)
        ends = min(gate.closes_s, self.day.riders[number].pass_until_s, *(order.due_s for order in orders))
        return Window(gate.opens_s, ends - lasts, lasts)

    def times(self, tours: Sequence[Tour]) -> list[int] | None:
        """Return when each stop begins, tour after tour, so that every rule holds; None when there is no such time."""
        return Times(self, tours).solve([], [])

    # --- as a plan ---------------------------------------------------------------------------------------------------

    def _plan(self, tours: Sequence[Tour], free: Orders) -> Plan:
        starts = self.times(tours)
        assert starts is not None
        left = iter(starts)
        rounds = tuple(self._round(tour, [next(left) for _ in tour.stops]) for tour in tours)
        # Which reason is true is not for this module to say.
        unserved = tuple(Unserved(order_id=order_id, reason=Reason.NO_CAPACITY_LEFT) for order_id in sorted(free))
        return Plan(day_date=self.day.day_date, rounds=rounds, unserved=unserved)

    def _round(self, tour: Tour, starts: Sequence[int]) -> Round:
        rider = self.day.riders[tour.rider]
        now = leaves_base = max(rider.shift_start_s, rider.pass_from_s)
        place_id, visits = BASE, []
        for stop, start in zip(tour.stops, starts, strict=True):
            arrives = now + self._seconds(tour.rider, place_id, stop.place_id)
            now, place_id = start + self.window(tour.rider, stop).lasts_s, stop.place_id
            visits.append(
                Visit(
                    kind=VisitKind.LOAD if stop.is_load else VisitKind.HAND_OVER,
                    place_id=place_id,
                    arrives_s=arrives,
                    starts_s=start,
                    leaves_s=now,
                    order_ids=tuple(sorted(stop.order_ids)),
                )
            )
        back = now + self._seconds(tour.rider, place_id, BASE)
        return Round(rider_id=rider.rider_id, leaves_base_s=leaves_base, back_s=back, visits=tuple(visits))

    def _seconds(self, rider: int, start: str, end: str) -> int:
        way = self.way(rider, start, end)
        assert way is not None
        return way[1]


class Times:
    """The starts of some tours' visits, numbered through, and what holds between them.

    First the earliest times that hold but for docks and slots. Where too many load at once, one of them must wait for
    another one to end; where too many begin in one slot, one of them must wait for the next slot. Each such wait is
    tried in turn, so that times are found if there are any.
    """

    def __init__(self, world: Exhaustive, tours: Sequence[Tour]) -> None:
        self._world = world
        self._stops: list[Stop] = []
        self._earliest: list[int] = []
        self._latest: list[int] = []
        self._lasts: list[int] = []
        # (one, other, seconds): the other visit begins at least so many seconds after the one.
        self._gaps: list[tuple[int, int, int]] = []
        for tour in tours:
            self._add(tour)

    def _add(self, tour: Tour) -> None:
        world, first = self._world, len(self._stops)
        rider = world.day.riders[tour.rider]
        place_id, loaded_in = BASE, {}
        for number, stop in enumerate(tour.stops, start=first):
            window, way_s = world.window(tour.rider, stop), world.way(tour.rider, place_id, stop.place_id)[1]
            earliest = window.earliest_s
            if number == first:
                earliest = max(earliest, max(rider.shift_start_s, rider.pass_from_s) + way_s)
            else:
                self._gaps.append((number - 1, number, self._lasts[-1] + way_s))
            if stop.is_load:
                loaded_in.update(dict.fromkeys(stop.order_ids, number))
            else:
                for load in {loaded_in[order_id] for order_id in stop.order_ids}:
                    # The load ends no earlier than ride.max_s before the hand-over ends.
                    self._gaps.append((number, load, window.lasts_s - self._lasts[load] - world.day.ride.max_s))
            self._stops.append(stop)
            self._earliest.append(earliest)
            self._latest.append(window.latest_s)
            self._lasts.append(window.lasts_s)
            place_id = stop.place_id
        if tour.is_closed:
            home_s = world.way(tour.rider, place_id, BASE)[1]
            self._latest[-1] = min(self._latest[-1], rider.shift_end_s - home_s - self._lasts[-1])

    def solve(self, gaps: list[tuple[int, int, int]], waits: list[tuple[int, int]]) -> list[int] | None:
        """Return starts under some more gaps, and waits (visit, earliest start), or None when there are none."""
        starts = self._earliest_starts(gaps, waits)
        if starts is None:
            return None
        loading = self._overfull_dock(starts)
        crowd, next_slot_s = self._overfull_slot(starts)
        if loading:
            tries = [([*gaps, (a, b, self._lasts[a])], waits) for a, b in itertools.permutations(loading, 2)]
        elif crowd:
            tries = [(gaps, [*waits, (visit, next_slot_s)]) for visit in crowd]
        else:
            return starts
        return next((found for more in tries if (found := self.solve(*more)) is not None), None)

    def _earliest_starts(self, gaps: list[tuple[int, int, int]], waits: list[tuple[int, int]]) -> list[int] | None:
        """Push starts later until all gaps hold, or one is too late."""
        starts = list(self._earliest)
        for visit, earliest in waits:
            starts[visit] = max(starts[visit], earliest)
        is_settled = False
        while not is_settled:
            if any(start > latest for start, latest in zip(starts, self._latest, strict=True)):
                return None
            is_settled = True
            for one, other, seconds in (*self._gaps, *gaps):
                if starts[one] + seconds > starts[other]:
                    starts[other] = starts[one] + seconds
                    is_settled = False
        return starts

    def _overfull_dock(self, starts: Sequence[int]) -> list[int]:
        """Return loads that overlap at one pickup, one more than it has docks; empty when there are none."""
        for pickup in self._world.day.pickups:
            loads = [n for n, stop in enumerate(self._stops) if stop.place_id == pickup.pickup_id]
            for moment in [starts[n] for n in loads]:
                busy = [n for n in loads if starts[n] <= moment < starts[n] + self._lasts[n]]
                if len(busy) > pickup.docks:
                    return busy[: pickup.docks + 1]
        return []

    def _overfull_slot(self, starts: Sequence[int]) -> tuple[list[int], int]:
        """Return hand-overs that begin in one slot, one more than it allows, and when the next slot begins."""
        slots: dict[tuple[str, int], list[int]] = {}
        for number, stop in enumerate(self._stops):
            if not stop.is_load:
                gate = self._world.gates[stop.place_id]
                slots.setdefault((gate.gate_id, (starts[number] - gate.opens_s) // gate.slot_s), []).append(number)
        for (gate_id, slot), crowd in slots.items():
            gate = self._world.gates[gate_id]
            if len(crowd) > gate.riders_per_slot:
                return crowd[: gate.riders_per_slot + 1], gate.opens_s + (slot + 1) * gate.slot_s
        return [], 0


def _after(stop: Stop, left: Orders, on_board: Orders) -> tuple[Orders, Orders]:
    """Orders to load and orders on board after a visit."""
    if stop.is_load:
        return left - stop.order_ids, on_board | stop.order_ids
    return left, on_board - stop.order_ids


def _subsets(order_ids: Sequence[str] | Orders) -> Iterator[Orders]:
    """All but the empty one, large ones first."""
    in_order = sorted(order_ids)
    for size in range(len(in_order), 0, -1):
        yield from map(frozenset, itertools.combinations(in_order, size))


def _great_circle_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    phi_start, phi_end = math.radians(start[0]), math.radians(end[0])
    half_lat, half_lon = (phi_end - phi_start) / 2, math.radians(end[1] - start[1]) / 2
    a = math.sin(half_lat) ** 2 + math.cos(phi_start) * math.cos(phi_end) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(a))
