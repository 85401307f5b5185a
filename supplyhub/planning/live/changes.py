"""What happens while a day runs: orders come and go, riders stop or are late, places close. Pure.

A change says what happened, not what to do about it. Which of a list of changes an answer speaks of is told by its
position in the list, from 0.
"""

import dataclasses
from enum import StrEnum

from supplyhub.core import errors
from supplyhub.planning.problem import Order


class StopReason(StrEnum):
    """Why a rider goes no farther."""

    DROPPED_OUT = "dropped_out"
    PASS_REVOKED = "pass_revoked"  # noqa: S105 - a rider's pass


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order that the day did not know."""

    order: Order


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CancelledOrder:
    """An order that nobody waits for any more."""

    order_id: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoppedRider:
    """A rider who stops now: the visit that is not finished does not take place."""

    rider_id: str
    why: StopReason


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LateRider:
    """A rider who does not go on before `until_s` (seconds after midnight), neither along the way nor from a place."""

    rider_id: str
    until_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HighRiskCompound:
    """A compound that only riders who are trusted with high risk may serve from now on."""

    compound_id: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClosedGate:
    """A gate that closes at `from_s` (seconds after midnight) for the rest of the day."""

    gate_id: str
    from_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OutOfStock:
    """Orders that their pickup has not got."""

    pickup_id: str
    order_ids: tuple[str, ...]


Change = NewOrder | CancelledOrder | StoppedRider | LateRider | HighRiskCompound | ClosedGate | OutOfStock


class Fault(StrEnum):
    """Why a change cannot be meant."""

    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_RIDER = "unknown_rider"
    UNKNOWN_COMPOUND = "unknown_compound"
    UNKNOWN_GATE = "unknown_gate"
    UNKNOWN_PICKUP = "unknown_pickup"
    ORDER_EXISTS = "order_exists"
    OTHER_PICKUP = "other_pickup"
    NO_ORDERS = "no_orders"
    DUE_BEFORE_READY = "due_before_ready"


# Named fields in %-style, the style of gettext catalogues.
TEMPLATES: dict[Fault, str] = {
    Fault.UNKNOWN_ORDER: "There is no order “%(value)s” on this day.",
    Fault.UNKNOWN_RIDER: "There is no rider “%(value)s” on this day.",
    Fault.UNKNOWN_COMPOUND: "There is no compound “%(value)s” on this day.",
    Fault.UNKNOWN_GATE: "There is no gate “%(value)s” on this day.",
    Fault.UNKNOWN_PICKUP: "There is no pickup “%(value)s” on this day.",
    Fault.ORDER_EXISTS: "There is an order “%(value)s” already.",
    Fault.OTHER_PICKUP: "The order “%(value)s” is loaded at another pickup.",
    Fault.NO_ORDERS: "Say which orders pickup “%(value)s” has not got.",
    Fault.DUE_BEFORE_READY: "The order “%(value)s” is due before it is ready.",
}


class UnableToApply(errors.Invalid):
    """A change speaks of something that the day does not know, or contradicts it; none has been applied.

    `number` is the change's position, `fault` what is wrong, `value` the id that it names.
    """

    def __init__(self, number: int, fault: Fault, value: str) -> None:
        super().__init__(TEMPLATES[fault] % {"value": value})
        self.number = number
        self.fault = fault
        self.value = value
