"""Changes as JSON documents, both ways: what a person writes into a file. docs/live-changes.md has the format."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from supplyhub.core import errors
from supplyhub.planning.live import changes as happenings
from supplyhub.planning.live.changes import Change
from supplyhub.planning.problem import PRIORITIES, Order, Source
from supplyhub.planning.sheet import clock_text, seconds_of_day

FORMAT = "supply-changes/1"
Document = Mapping[str, object]
_Value = TypeVar("_Value")


class UnableToReadChanges(errors.Invalid):
    """A document is not a list of changes; the sentence names the change, from 0, and what is wrong with it."""


def changes_document(changes: Sequence[Change]) -> dict[str, object]:
    """Return changes as the content of a file.

    Parameters
    ----------
    changes
        The changes.
    """
    return {"format": FORMAT, "changes": [change_document(change) for change in changes]}


def read_changes(document: object) -> tuple[Change, ...]:
    """Return the changes of a document.

    Parameters
    ----------
    document
        What `changes_document` gives, or a person wrote.

    Raises
    ------
    UnableToReadChanges
        It is something else.
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        message = f"The format is not {FORMAT}."
        raise UnableToReadChanges(message)
    entries = document.get("changes")
    if not isinstance(entries, list):
        message = "“changes” is not a list."
        raise UnableToReadChanges(message)
    return tuple(_numbered(number, entry) for number, entry in enumerate(entries))


def _numbered(number: int, entry: object) -> Change:
    try:
        return read_change(entry)
    except UnableToReadChanges as error:
        message = f"Change {number}: {error.message}"
        raise UnableToReadChanges(message) from error


def change_document(change: Change) -> dict[str, object]:
    """Return one change as a document.

    Parameters
    ----------
    change
        The change.
    """
    facts: dict[str, object]
    match change:
        case happenings.NewOrder(order=order):
            facts = {"kind": "new_order", "order": _order_document(order)}
        case happenings.CancelledOrder(order_id=order_id):
            facts = {"kind": "cancelled_order", "order_id": order_id}
        case happenings.StoppedRider(rider_id=rider_id, why=why):
            facts = {"kind": "stopped_rider", "rider_id": rider_id, "why": why.value}
        case happenings.LateRider(rider_id=rider_id, until_s=until_s):
            facts = {"kind": "late_rider", "rider_id": rider_id, "until": clock_text(until_s)}
        case happenings.HighRiskCompound(compound_id=compound_id):
            facts = {"kind": "high_risk_compound", "compound_id": compound_id}
        case happenings.ClosedGate(gate_id=gate_id, from_s=from_s):
            facts = {"kind": "closed_gate", "gate_id": gate_id, "from": clock_text(from_s)}
        case happenings.OutOfStock(pickup_id=pickup_id, order_ids=order_ids):
            facts = {"kind": "out_of_stock", "pickup_id": pickup_id, "order_ids": list(order_ids)}
    return facts


def read_change(document: object) -> Change:
    """Return one change from a document.

    Parameters
    ----------
    document
        What `change_document` gives, or a person wrote.

    Raises
    ------
    UnableToReadChanges
        It is something else.
    """
    if not isinstance(document, Mapping):
        message = "it is no object."
        raise UnableToReadChanges(message)
    kind = document.get("kind")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        message = f"“{kind}” is not one of {', '.join(_READERS)}."
        raise UnableToReadChanges(message)
    return read(document)


_READERS: dict[str, Callable[[Document], Change]] = {
    "new_order": lambda one: happenings.NewOrder(order=_read_order(one.get("order"))),
    "cancelled_order": lambda one: happenings.CancelledOrder(order_id=_text(one, "order_id")),
    "stopped_rider": lambda one: happenings.StoppedRider(
        rider_id=_text(one, "rider_id"), why=_choice(happenings.StopReason, one, "why")
    ),
    "late_rider": lambda one: happenings.LateRider(rider_id=_text(one, "rider_id"), until_s=_clock(one, "until")),
    "high_risk_compound": lambda one: happenings.HighRiskCompound(compound_id=_text(one, "compound_id")),
    "closed_gate": lambda one: happenings.ClosedGate(gate_id=_text(one, "gate_id"), from_s=_clock(one, "from")),
    "out_of_stock": lambda one: happenings.OutOfStock(
        pickup_id=_text(one, "pickup_id"), order_ids=_texts(one, "order_ids")
    ),
}


def _order_document(order: Order) -> dict[str, object]:
    return {
        "order_id": order.order_id,
        "pickup_id": order.pickup_id,
        "compound_id": order.compound_id,
        "weight_g": order.weight_g,
        "volume_ml": order.volume_ml,
        "ready_at": clock_text(order.ready_s),
        "due_at": clock_text(order.due_s),
        "priority": order.priority,
        "source": order.source.value,
    }


def _read_order(document: object) -> Order:
    if not isinstance(document, Mapping):
        message = "“order” is no object."
        raise UnableToReadChanges(message)
    return Order(
        order_id=_text(document, "order_id"),
        pickup_id=_text(document, "pickup_id"),
        compound_id=_text(document, "compound_id"),
        weight_g=_whole(document, "weight_g", most=10**12),
        volume_ml=_whole(document, "volume_ml", most=10**12),
        ready_s=_clock(document, "ready_at"),
        due_s=_clock(document, "due_at"),
        priority=_whole(document, "priority", most=PRIORITIES - 1),
        source=_choice(Source, document, "source"),
    )


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        message = f"“{name}” is missing."
        raise UnableToReadChanges(message)
    return value


def _texts(document: Document, name: str) -> tuple[str, ...]:
    values = document.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        message = f"“{name}” is not a list of ids."
        raise UnableToReadChanges(message)
    return tuple(values)


def _clock(document: Document, name: str) -> int:
    seconds = seconds_of_day(_text(document, name))
    if seconds is None:
        message = f"“{name}” is not a time of day such as 10:30."
        raise UnableToReadChanges(message)
    return seconds


def _whole(document: Document, name: str, *, most: int) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        message = f"“{name}” is not a whole number from 0 to {most}."
        raise UnableToReadChanges(message)
    return value


def _choice(kind: Callable[[str], _Value], document: Document, name: str) -> _Value:
    value = _text(document, name)
    try:
        return kind(value)
    except ValueError as error:
        message = f"“{value}” cannot stand in “{name}”."
        raise UnableToReadChanges(message) from error
