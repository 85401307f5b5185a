"""Find what a change cannot mean: ids that the day does not know, and what contradicts it."""

from collections.abc import Iterator, Sequence

from supplyhub.planning.live.changes import (
    CancelledOrder,
    Change,
    ClosedGate,
    Fault,
    HighRiskCompound,
    LateRider,
    NewOrder,
    OutOfStock,
    StoppedRider,
    UnableToApply,
)
from supplyhub.planning.problem import Order, Problem

Found = tuple[Fault, str]


def check(problem: Problem, changes: Sequence[Change]) -> None:
    """Refuse changes that cannot be meant.

    Parameters
    ----------
    problem
        The day.
    changes
        The changes, of which each may speak of new orders before it.

    Raises
    ------
    UnableToApply
        For the first that cannot.
    """
    known = {
        Fault.UNKNOWN_RIDER: {rider.rider_id for rider in problem.riders},
        Fault.UNKNOWN_COMPOUND: {compound.compound_id for compound in problem.compounds},
        Fault.UNKNOWN_GATE: {gate.gate_id for gate in problem.gates},
        Fault.UNKNOWN_PICKUP: {pickup.pickup_id for pickup in problem.pickups},
    }
    pickup_of = {order.order_id: order.pickup_id for order in problem.orders}
    for number, change in enumerate(changes):
        for fault, value in _ids(change):
            if value not in known[fault]:
                raise UnableToApply(number, fault, value)
        for fault, value in _contradictions(change, pickup_of):
            raise UnableToApply(number, fault, value)
        if isinstance(change, NewOrder):
            pickup_of[change.order.order_id] = change.order.pickup_id


def _ids(change: Change) -> list[Found]:
    """Return the places and riders that a change names, each with what is wrong where the day has none such."""
    named: list[Found] = []
    match change:
        case NewOrder(order=order):
            named = [(Fault.UNKNOWN_PICKUP, order.pickup_id), (Fault.UNKNOWN_COMPOUND, order.compound_id)]
        case StoppedRider(rider_id=rider_id) | LateRider(rider_id=rider_id):
            named = [(Fault.UNKNOWN_RIDER, rider_id)]
        case HighRiskCompound(compound_id=compound_id):
            named = [(Fault.UNKNOWN_COMPOUND, compound_id)]
        case ClosedGate(gate_id=gate_id):
            named = [(Fault.UNKNOWN_GATE, gate_id)]
        case OutOfStock(pickup_id=pickup_id):
            named = [(Fault.UNKNOWN_PICKUP, pickup_id)]
    return named


def _contradictions(change: Change, pickup_of: dict[str, str]) -> Iterator[Found]:
    """Yield what is wrong with the orders that a change names."""
    match change:
        case NewOrder(order=order):
            yield from _of_new_order(order, pickup_of)
        case CancelledOrder(order_id=order_id):
            if order_id not in pickup_of:
                yield Fault.UNKNOWN_ORDER, order_id
        case OutOfStock(pickup_id=pickup_id, order_ids=order_ids):
            if not order_ids:
                yield Fault.NO_ORDERS, pickup_id
            for order_id in order_ids:
                if order_id not in pickup_of:
                    yield Fault.UNKNOWN_ORDER, order_id
                elif pickup_of[order_id] != pickup_id:
                    yield Fault.OTHER_PICKUP, order_id


def _of_new_order(order: Order, pickup_of: dict[str, str]) -> Iterator[Found]:
    if order.order_id in pickup_of:
        yield Fault.ORDER_EXISTS, order.order_id
    if order.due_s < order.ready_s:
        yield Fault.DUE_BEFORE_READY, order.order_id
