"""The facts of a day by name, and the ways between its places: what explaining an order looks things up in.

It decides nothing. A step that changes a rule is tried on facts that differ from the day's in that alone.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable

from supplyhub.planning import travel
from supplyhub.planning.problem import Compound, Gate, Order, Pickup, Problem, Rider, Risk, Vehicle
from supplyhub.planning.travel import NO_WAY


class Ways:
    """Metres and seconds between the places of a day, by number."""

    def __init__(self, problem: Problem) -> None:
        places = travel.build(problem)
        self.number = {**places.pickup_number, **places.gate_number}
        bases = zip(problem.riders, places.base_of_rider, strict=True)
        self.number.update({rider.base_id: base for rider, base in bases})
        self._kinds = {vehicle.name: kind for kind, vehicle in enumerate(problem.vehicles)}
        self._seconds, self._metres = places.seconds, places.metres
        self._rows: dict[tuple[str, int], list[int]] = {}

    def seconds_from(self, vehicle: str, place: int) -> list[int]:
        """Return the seconds from a place to every other one; `travel.NO_WAY` where there is none."""
        key = vehicle, place
        if key not in self._rows:
            self._rows[key] = self._seconds[self._kinds[vehicle], place].tolist()
        return self._rows[key]

    def metres(self, vehicle: str, here: int, there: int) -> int:
        """Return the metres from one place to another."""
        return int(self._metres[self._kinds[vehicle], here, there])


class Facts:
    """A day's places, riders and orders by id."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.ways = Ways(problem)
        self.pickups: dict[str, Pickup] = {pickup.pickup_id: pickup for pickup in problem.pickups}
        self.gates: dict[str, Gate] = {gate.gate_id: gate for gate in problem.gates}
        self.compounds: dict[str, Compound] = {compound.compound_id: compound for compound in problem.compounds}
        self.riders: dict[str, Rider] = {rider.rider_id: rider for rider in problem.riders}
        self.vehicles: dict[str, Vehicle] = {vehicle.name: vehicle for vehicle in problem.vehicles}
        self.orders: dict[str, Order] = {order.order_id: order for order in problem.orders}
        self.ride_s = problem.ride.max_s
        self._gates_of: defaultdict[str, list[str]] = defaultdict(list)
        for gate in problem.gates:
            self._gates_of[gate.compound_id].append(gate.gate_id)

    def gates_of(self, compound_id: str) -> list[Gate]:
        """Return a compound's gates, in the order of the day."""
        return [self.gates[gate_id] for gate_id in self._gates_of[compound_id]]

    def with_gates(self, gates: Iterable[Gate]) -> "Facts":
        """Return facts in which some gates are others of the same ids."""
        changed = copy.copy(self)
        changed.gates = {**self.gates, **{gate.gate_id: gate for gate in gates}}
        return changed

    def with_pickup(self, pickup: Pickup) -> "Facts":
        """Return facts in which a pickup is another of the same id."""
        changed = copy.copy(self)
        changed.pickups = {**self.pickups, pickup.pickup_id: pickup}
        return changed

    def with_ride(self, ride_s: int) -> "Facts":
        """Return facts with another limit on the time between loading and handing over."""
        changed = copy.copy(self)
        changed.ride_s = ride_s
        return changed

    def with_orders(self, orders: Iterable[Order]) -> "Facts":
        """Return facts in which some orders are added or are others of the same ids."""
        changed = copy.copy(self)
        changed.orders = {**self.orders, **{order.order_id: order for order in orders}}
        return changed

    def with_colleague(self, rider: Rider, of: Rider) -> "Facts":
        """Return facts with one more rider, who lodges with another one."""
        changed = copy.copy(self)
        changed.ways = copy.copy(self.ways)
        changed.ways.number = {**self.ways.number, rider.base_id: self.base(of)}
        changed.riders = {**self.riders, rider.rider_id: rider}
        return changed

    def base(self, rider: Rider) -> int:
        """Return the number of a rider's base."""
        return self.ways.number[rider.base_id]

    def hands_over_in(self, orders: int) -> int:
        """Return how many seconds it takes to hand over a number of orders."""
        return self.problem.handover.fixed_s + self.problem.handover.per_order_s * orders

    def is_on_zones(self, rider: Rider, order: Order) -> bool:
        """Tell whether the street of the order's compound is on the rider's pass."""
        return rider.zones is None or self.compounds[order.compound_id].street in rider.zones

    def is_trusted(self, rider: Rider, order: Order) -> bool:
        """Tell whether the rider may enter a compound of that risk."""
        return rider.high_risk or self.compounds[order.compound_id].risk is not Risk.HIGH

    def may_load(self, rider: Rider, order: Order) -> bool:
        """Tell whether the rider's binding allows the order's pickup."""
        return rider.pickup_id in (None, order.pickup_id)

    def is_eligible(self, rider: Rider, order: Order) -> bool:
        """Tell whether pass and binding allow the rider to carry the order."""
        return self.is_on_zones(rider, order) and self.is_trusted(rider, order) and self.may_load(rider, order)

    def fits(self, rider: Rider, order: Order) -> bool:
        """Tell whether the rider's empty vehicle holds the order."""
        vehicle = self.vehicles[rider.vehicle]
        return order.weight_g <= vehicle.capacity_g and order.volume_ml <= vehicle.capacity_ml

    def is_connected(self, rider: Rider, order: Order, gate: Gate) -> bool:
        """Tell whether there is a way from the rider's base by pickup and gate back to the base."""
        base, pickup = self.base(rider), self.ways.number[order.pickup_id]
        at = self.ways.number[gate.gate_id]
        legs = ((base, pickup), (pickup, at), (at, base))
        return all(self.ways.seconds_from(rider.vehicle, here)[there] < NO_WAY for here, there in legs)
