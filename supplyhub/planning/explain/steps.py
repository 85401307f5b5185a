"""Small steps that change one rule of a day, and the day after one of them.

What a step asks of people is weighed in minutes (`effort`), so that steps can be put in order: a gate that lets one
more rider in asks for less than one more rider. The weights are a judgement, not a measurement.
"""

import dataclasses
import enum
import math

from supplyhub.planning import legs
from supplyhub.planning.problem import Gate, Order, Pickup, Problem, Rider

MINUTE = 60


class Kind(enum.StrEnum):
    """What a step changes. The times of a step are minutes."""

    AGAIN = "again"
    """Nothing: the order fits in as things stand."""
    SLOT = "slot"
    """One more rider in each slot of a gate."""
    DUE = "due"
    """The order may come later."""
    READY = "ready"
    """The order is ready earlier."""
    GATE_LATER = "gate_later"
    """A gate closes later."""
    GATE_EARLIER = "gate_earlier"
    """A gate opens earlier, by whole slots."""
    PICKUP_LATER = "pickup_later"
    """The pickup closes later."""
    PICKUP_EARLIER = "pickup_earlier"
    """The pickup opens earlier."""
    SHIFT_LATER = "shift_later"
    """A rider's shift and pass end later."""
    SHIFT_EARLIER = "shift_earlier"
    """A rider's shift and pass begin earlier."""
    PASS = "pass"  # noqa: S105 - the permission to drive
    """A rider's pass names one more street, or lets into high-risk compounds, or the rider is no longer bound."""
    DIVIDE = "divide"
    """The order is divided into parts."""
    DOCK = "dock"
    """One more dock at the pickup."""
    VEHICLE = "vehicle"
    """A rider gets another vehicle."""
    RIDE = "ride"
    """Orders may ride longer, all of them."""
    RIDER = "rider"
    """One more rider like one who is there, with what is missing on the pass."""
    LATER = "later"
    """The order may come later, its gates close later, and a rider's shift and pass end later."""


_ASKS = {
    Kind.AGAIN: 0,
    Kind.SLOT: 10,
    Kind.DUE: 0,
    Kind.READY: 0,
    Kind.GATE_LATER: 10,
    Kind.GATE_EARLIER: 10,
    Kind.PICKUP_LATER: 10,
    Kind.PICKUP_EARLIER: 10,
    Kind.SHIFT_LATER: 10,
    Kind.SHIFT_EARLIER: 10,
    Kind.PASS: 0,
    Kind.DIVIDE: 30,
    Kind.DOCK: 60,
    Kind.VEHICLE: 90,
    Kind.RIDE: 90,
    Kind.RIDER: 120,
    Kind.LATER: 30,
}
_ASKS_ZONE, _ASKS_TRAINING, _ASKS_RELEASE = 30, 60, 45


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `amount` counts minutes, or riders, docks, parts.

    `rider_id` is whose pass, shift or vehicle changes (for one more rider: like whom), `place_id` the gate or pickup.
    """

    kind: Kind
    amount: int = 1
    rider_id: str | None = None
    place_id: str | None = None
    adds_street: bool = False
    adds_high_risk: bool = False
    releases: bool = False
    vehicle: str | None = None

    @property
    def effort(self) -> int:
        """What it asks, in minutes of everybody's good will."""
        is_time = self.kind in _TIMES
        parts = self.adds_street * _ASKS_ZONE + self.adds_high_risk * _ASKS_TRAINING + self.releases * _ASKS_RELEASE
        return _ASKS[self.kind] + parts + self.amount * is_time


_TIMES = frozenset(
    {
        *(Kind.DUE, Kind.READY, Kind.GATE_LATER, Kind.GATE_EARLIER, Kind.PICKUP_LATER, Kind.PICKUP_EARLIER),
        *(Kind.SHIFT_LATER, Kind.SHIFT_EARLIER, Kind.RIDE, Kind.LATER),
    }
)


def changed_rider(rider: Rider, step: Step, street: str) -> Rider:
    """Return a rider after a step that concerns the rider.

    Parameters
    ----------
    rider
        The rider, or whom a new one is like.
    step
        The step.
    street
        The street of the order's compound.
    """
    seconds = step.amount * MINUTE
    changes: dict[str, object] = {}
    if step.adds_street and rider.zones is not None:
        changes["zones"] = (*rider.zones, street)
    if step.adds_high_risk:
        changes["high_risk"] = True
    if step.releases:
        changes["pickup_id"] = None
    if step.kind in {Kind.SHIFT_LATER, Kind.LATER}:
        changes |= {"shift_end_s": rider.shift_end_s + seconds, "pass_until_s": rider.pass_until_s + seconds}
    if step.kind is Kind.SHIFT_EARLIER:
        changes |= {
            "shift_start_s": max(0, rider.shift_start_s - seconds),
            "pass_from_s": max(0, rider.pass_from_s - seconds),
        }
    if step.vehicle is not None:
        changes["vehicle"] = step.vehicle
    if step.kind is Kind.RIDER:
        changes |= {"rider_id": f"{rider.rider_id}+", "name": f"{rider.name}+", "pass_no": f"{rider.pass_no}+"}
    return dataclasses.replace(rider, **changes)  # type: ignore[arg-type]


def changed_orders(order: Order, step: Step) -> tuple[Order, ...]:
    """Return an order after a step: itself, or its parts."""
    seconds = step.amount * MINUTE
    if step.kind in {Kind.DUE, Kind.LATER}:
        return (dataclasses.replace(order, due_s=order.due_s + seconds),)
    if step.kind is Kind.READY:
        return (dataclasses.replace(order, ready_s=max(0, order.ready_s - seconds)),)
    if step.kind is Kind.DIVIDE:
        return tuple(_part(order, step.amount, number) for number in range(step.amount))
    return (order,)


def _part(order: Order, parts: int, number: int) -> Order:
    """Return one of an order's parts, which together weigh what it weighs."""

    def share(whole: int) -> int:
        return whole * (number + 1) // parts - whole * number // parts

    return dataclasses.replace(
        order,
        order_id=f"{order.order_id}/{number + 1}",
        weight_g=share(order.weight_g),
        volume_ml=share(order.volume_ml),
    )


def changed_problem(problem: Problem, order_id: str, step: Step) -> Problem:
    """Return the day after a step for one order.

    Parameters
    ----------
    problem
        The day.
    order_id
        The order that the step is to free.
    step
        The step.
    """
    order = next(order for order in problem.orders if order.order_id == order_id)
    compound = next(one for one in problem.compounds if one.compound_id == order.compound_id)
    orders = tuple(
        changed for other in problem.orders for changed in (changed_orders(other, step) if other is order else (other,))
    )
    ride = dataclasses.replace(problem.ride, max_s=problem.ride.max_s + step.amount * MINUTE * (step.kind is Kind.RIDE))
    riders = tuple(
        changed_rider(rider, step, compound.street)
        if rider.rider_id == step.rider_id and step.kind is not Kind.RIDER
        else rider
        for rider in problem.riders
    )
    travel = problem.travel
    if step.kind is Kind.RIDER:
        like = next(rider for rider in problem.riders if rider.rider_id == step.rider_id)
        new = changed_rider(like, step, compound.street)
        riders, travel = (*riders, new), legs.with_same_place(travel, {new.base_id: like.base_id})
    return problem.replace(
        orders=orders,
        ride=ride,
        riders=riders,
        travel=travel,
        gates=tuple(
            changed_gate(gate, step)
            if gate.gate_id == step.place_id or (step.kind is Kind.LATER and gate.compound_id == order.compound_id)
            else gate
            for gate in problem.gates
        ),
        pickups=tuple(
            changed_pickup(pickup, step) if pickup.pickup_id == step.place_id else pickup for pickup in problem.pickups
        ),
    )


def changed_gate(gate: Gate, step: Step) -> Gate:
    """Return a gate after a step that concerns it."""
    seconds = step.amount * MINUTE
    if step.kind is Kind.SLOT:
        return dataclasses.replace(gate, riders_per_slot=gate.riders_per_slot + step.amount)
    if step.kind in {Kind.GATE_LATER, Kind.LATER}:
        return dataclasses.replace(gate, closes_s=gate.closes_s + seconds)
    if step.kind is Kind.GATE_EARLIER:
        # By whole slots: those that are booked stay what they are.
        slots = min(math.ceil(seconds / gate.slot_s), gate.opens_s // gate.slot_s)
        return dataclasses.replace(gate, opens_s=gate.opens_s - slots * gate.slot_s)
    return gate


def changed_pickup(pickup: Pickup, step: Step) -> Pickup:
    """Return a pickup after a step that concerns it."""
    seconds = step.amount * MINUTE
    if step.kind is Kind.DOCK:
        return dataclasses.replace(pickup, docks=pickup.docks + step.amount)
    if step.kind is Kind.PICKUP_LATER:
        return dataclasses.replace(pickup, closes_s=pickup.closes_s + seconds)
    if step.kind is Kind.PICKUP_EARLIER:
        return dataclasses.replace(pickup, opens_s=max(0, pickup.opens_s - seconds))
    return pickup
