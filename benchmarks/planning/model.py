"""A day in the words that routing solvers share: locations, shipments, vehicles that may carry them.

What no solver knows (slots, docks) is left out here and decided when an answer is scheduled. Docs: docs/benchmarks.md.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from supplyhub.planning import problem, travel

Table = npt.NDArray[np.int64]
Riders = tuple[int, ...]
Capacity = tuple[int, int]

# A way that nobody can go: longer than any day, and sums of many stay inside 32 bits.
NO_WAY_M = 10_000_000
NO_WAY_S = 1_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Orders of one pickup, one compound and one due time that travel together: a shipment.

    Both windows say when loading and handing over may begin. `service_s` is the time that the drop adds at the gate;
    what a stop takes once, however many drops are served, is in `Model.seconds`. `riders` holds who may carry it.
    """

    pickup: int
    gate: int
    load_from_s: int
    load_until_s: int
    hand_over_from_s: int
    hand_over_until_s: int
    service_s: int
    weight_g: int
    volume_ml: int
    penalty_m: int
    riders: Riders
    order_ids: tuple[str, ...]

    @property
    def is_possible(self) -> bool:
        """Neither window is empty."""
        return self.load_from_s <= self.load_until_s and self.hand_over_from_s <= self.hand_over_until_s


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One day: locations are pickups, one gate for each compound, and bases, in this order.

    `cost_m` has shape (locations, locations): metres, and the contact where a gate is entered. `travel_s` and `seconds`
    have shape (vehicles, locations, locations): on the way; and on the way after loading, or after a hand-over's fixed
    part, at the place that is left. So a stop costs time and contact once, and another drop at the same place nothing.
    """

    day: problem.Problem
    place_ids: tuple[str, ...]
    cost_m: Table
    travel_s: Table
    seconds: Table
    drops: tuple[Drop, ...]
    base_of_rider: tuple[int, ...]
    vehicle_of_rider: tuple[int, ...]

    def capacity(self, rider: int) -> Capacity:
        """Return grams and millilitres of a rider's vehicle."""
        vehicle = self.day.vehicles[self.vehicle_of_rider[rider]]
        return vehicle.capacity_g, vehicle.capacity_ml

    def working_hours(self, rider: int) -> tuple[int, int]:
        """Return when a rider may leave the base, and by when the rider is back.

        No hand-over can end after the pass if the rider is back within the shortest way home after it.
        """
        facts = self.day.riders[rider]
        gates = range(len(self.day.pickups), len(self.day.pickups) + len(self.day.compounds))
        home = self.travel_s[self.vehicle_of_rider[rider], gates, self.base_of_rider[rider]].min()
        return max(facts.shift_start_s, facts.pass_from_s), min(facts.shift_end_s, facts.pass_until_s + int(home))


def build(day: problem.Problem) -> Model:
    """Model a day.

    Parameters
    ----------
    day
        The day, with at least one compound and one rider; every compound has a gate.

    Returns
    -------
    Model
        Orders that no rider may carry are in no drop.
    """
    places = travel.build(day)
    gates = [_gate(day, places, compound) for compound in day.compounds]
    bases = sorted(set(places.base_of_rider))
    numbers = [
        *(places.pickup_number[pickup.pickup_id] for pickup in day.pickups),
        *(places.gate_number[gate.gate_id] for gate in gates),
        *bases,
    ]
    everywhere = np.ix_(numbers, numbers)
    metres = np.minimum(places.metres[0][everywhere].astype(np.int64), NO_WAY_M)
    contact = np.zeros(len(numbers), dtype=np.int64)
    leaving = np.zeros(len(numbers), dtype=np.int64)
    entered = slice(len(day.pickups), len(day.pickups) + len(gates))
    contact[entered] = day.score.contact_m
    leaving[entered] = day.handover.fixed_s
    leaving[: len(day.pickups)] = [pickup.loading_s for pickup in day.pickups]
    elsewhere = ~np.eye(len(numbers), dtype=bool)
    travel_s = np.minimum(np.array([table[everywhere] for table in places.seconds], dtype=np.int64), NO_WAY_S)
    vehicles = {vehicle.name: number for number, vehicle in enumerate(day.vehicles)}
    first_base = len(day.pickups) + len(gates)
    return Model(
        day=day,
        place_ids=tuple(places.ids[number] for number in numbers),
        cost_m=metres + contact[None, :] * elsewhere,
        travel_s=travel_s,
        seconds=travel_s + leaving[None, :, None] * elsewhere[None],
        drops=tuple(_drops(day, gates)),
        base_of_rider=tuple(first_base + bases.index(number) for number in places.base_of_rider),
        vehicle_of_rider=tuple(vehicles[rider.vehicle] for rider in day.riders),
    )


def _gate(day: problem.Problem, places: travel.Places, compound: problem.Compound) -> problem.Gate:
    """Choose the gate that is open longest and takes most riders, then the one nearest to all pickups."""
    pickups = list(places.pickup_number.values())

    def rank(gate: problem.Gate) -> tuple[int, int, int]:
        distance = int(places.metres[0][pickups, places.gate_number[gate.gate_id]].sum())
        return gate.opens_s - gate.closes_s, -gate.riders_per_slot, distance

    return min((gate for gate in day.gates if gate.compound_id == compound.compound_id), key=rank)


def _drops(day: problem.Problem, gates: Sequence[problem.Gate]) -> Iterable[Drop]:
    """Gather the orders into drops no larger than the smallest vehicle that may carry them."""
    together: defaultdict[tuple[str, str, int], list[problem.Order]] = defaultdict(list)
    for order in day.orders:
        together[order.pickup_id, order.compound_id, order.due_s].append(order)
    pickups = {pickup.pickup_id: number for number, pickup in enumerate(day.pickups)}
    compounds = {compound.compound_id: number for number, compound in enumerate(day.compounds)}
    for (pickup_id, compound_id, _), orders in together.items():
        pickup, compound = pickups[pickup_id], compounds[compound_id]
        riders = [
            number
            for number, rider in enumerate(day.riders)
            if _may_carry(rider, day.pickups[pickup], day.compounds[compound])
        ]
        for load in _packed(day, orders, riders):
            drop = _drop(day, load, riders, pickup, gates[compound], len(day.pickups) + compound)
            if drop.riders and drop.is_possible:
                yield drop


def _may_carry(rider: problem.Rider, pickup: problem.Pickup, compound: problem.Compound) -> bool:
    return (
        rider.pickup_id in {None, pickup.pickup_id}
        and (rider.zones is None or compound.street in rider.zones)
        and (compound.risk is not problem.Risk.HIGH or rider.high_risk)
    )


def _capacity(day: problem.Problem, rider: int) -> Capacity:
    return next(
        (vehicle.capacity_g, vehicle.capacity_ml)
        for vehicle in day.vehicles
        if vehicle.name == day.riders[rider].vehicle
    )


def _packed(day: problem.Problem, orders: list[problem.Order], riders: list[int]) -> list[list[problem.Order]]:
    """Fill, heaviest order first, the first load of the smallest fitting vehicle that has room."""
    capacities = sorted({_capacity(day, rider) for rider in riders})
    loads: list[tuple[Capacity, list[problem.Order]]] = []
    for order in sorted(orders, key=lambda one: (-one.weight_g, -one.volume_ml, one.order_id)):
        fitting = [limit for limit in capacities if order.weight_g <= limit[0] and order.volume_ml <= limit[1]]
        if not fitting:
            continue
        for capacity, load in loads:
            if capacity == fitting[0] and _fits([*load, order], capacity):
                load.append(order)
                break
        else:
            loads.append((fitting[0], [order]))
    return [load for _, load in loads]


def _fits(orders: Iterable[problem.Order], capacity: Capacity) -> bool:
    orders = list(orders)
    return (
        sum(order.weight_g for order in orders) <= capacity[0]
        and sum(order.volume_ml for order in orders) <= capacity[1]
    )


def _drop(
    day: problem.Problem,
    orders: list[problem.Order],
    riders: Iterable[int],
    pickup: int,
    gate: problem.Gate,
    gate_location: int,
) -> Drop:
    at = day.pickups[pickup]
    service_s = day.handover.per_order_s * len(orders)
    ends_s = min(gate.closes_s, *(order.due_s for order in orders))
    return Drop(
        pickup=pickup,
        gate=gate_location,
        load_from_s=max(at.opens_s, *(order.ready_s for order in orders)),
        load_until_s=at.closes_s - at.loading_s,
        hand_over_from_s=gate.opens_s,
        hand_over_until_s=ends_s - day.handover.fixed_s - service_s,
        service_s=service_s,
        weight_g=sum(order.weight_g for order in orders),
        volume_ml=sum(order.volume_ml for order in orders),
        penalty_m=sum(day.score.unserved_m[order.priority] for order in orders),
        riders=tuple(rider for rider in riders if _fits(orders, _capacity(day, rider))),
        order_ids=tuple(order.order_id for order in orders),
    )
