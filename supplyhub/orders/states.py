"""The states of an order and the one table of allowed transitions. Pure."""

from enum import StrEnum

from supplyhub.wording import lazy_gettext


class OrderState(StrEnum):
    """Where an order stands, from placing to the door."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    LOADED = "loaded"
    AT_GATE = "at_gate"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    SHORT = "short"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The state's name for people."""
        return _LABELS[self]

    @property
    def kind(self) -> str:
        """The colour family of the state: `go`, `info`, `warn`, `stop` or `quiet`."""
        return _KINDS[self]


_LABELS = {
    OrderState.PLACED: lazy_gettext("Placed"),
    OrderState.CONFIRMED: lazy_gettext("Confirmed"),
    OrderState.PLANNED: lazy_gettext("On a round"),
    OrderState.LOADED: lazy_gettext("On the way"),
    OrderState.AT_GATE: lazy_gettext("At the gate"),
    OrderState.DELIVERED: lazy_gettext("Delivered"),
    OrderState.CANCELLED: lazy_gettext("Cancelled"),
    OrderState.SHORT: lazy_gettext("Short"),
    OrderState.RETURNED: lazy_gettext("Returned"),
}
_KINDS = {
    OrderState.PLACED: "quiet",
    OrderState.CONFIRMED: "info",
    OrderState.PLANNED: "info",
    OrderState.LOADED: "go",
    OrderState.AT_GATE: "go",
    OrderState.DELIVERED: "go",
    OrderState.CANCELLED: "quiet",
    OrderState.SHORT: "warn",
    OrderState.RETURNED: "warn",
}

TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PLACED: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED, OrderState.SHORT}),
    # to itself: carried over to a later day
    OrderState.CONFIRMED: frozenset({OrderState.CONFIRMED, OrderState.PLANNED, OrderState.CANCELLED, OrderState.SHORT}),
    # back to confirmed: a later version of the plan leaves the order out
    OrderState.PLANNED: frozenset({OrderState.CONFIRMED, OrderState.LOADED, OrderState.CANCELLED, OrderState.SHORT}),
    OrderState.LOADED: frozenset({OrderState.AT_GATE, OrderState.RETURNED}),
    OrderState.AT_GATE: frozenset({OrderState.DELIVERED, OrderState.RETURNED}),
    OrderState.DELIVERED: frozenset({OrderState.RETURNED}),
    OrderState.CANCELLED: frozenset(),
    OrderState.SHORT: frozenset(),
    OrderState.RETURNED: frozenset(),
}

OPEN_STATES = frozenset({OrderState.PLACED, OrderState.CONFIRMED, OrderState.PLANNED})
"""States in which an order may be put on a round."""


def may_become(current: OrderState, wanted: OrderState) -> bool:
    """Tell whether an order may pass from one state to another."""
    return wanted in TRANSITIONS[current]
