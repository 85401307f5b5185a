"""What of a running day is otherwise than the district's records say: riders who stopped, gates that closed. Pure.

A gate that is closed today opens again tomorrow, a rider who fell ill keeps the shift, and an order that comes late was
promised earlier all the same: so this is kept with the version of the plan, as a document, and laid over the day
whenever that version's day is built from the records.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from supplyhub.planning.problem import Compound, Gate, Order, Problem, Ride, Rider, Risk

_Row = TypeVar("_Row", Rider, Gate, Compound, Order)
Document = Mapping[str, Any]


def overlay_document(records: Problem, changed: Problem) -> dict[str, Any]:
    """Return in what riders, gates, compounds, orders and the ride limit of a changed day differ from the records.

    Parameters
    ----------
    records
        The day as it is built from the records.
    changed
        The same day after changes.
    """
    return {
        "riders": _differences(records.riders, changed.riders, "rider_id"),
        "gates": _differences(records.gates, changed.gates, "gate_id"),
        "compounds": _differences(records.compounds, changed.compounds, "compound_id"),
        "orders": _differences(records.orders, changed.orders, "order_id"),
        "ride_s": changed.ride.max_s,
    }


def with_overlay(records: Problem, document: Document) -> Problem:
    """Return the day of the records with the differences of a document laid over it.

    Parameters
    ----------
    records
        The day as it is built from the records.
    document
        What `overlay_document` gave; empty changes nothing.
    """
    return records.replace(
        riders=_replaced(records.riders, document.get("riders", {}), "rider_id"),
        gates=_replaced(records.gates, document.get("gates", {}), "gate_id"),
        compounds=_replaced(records.compounds, document.get("compounds", {}), "compound_id"),
        orders=_replaced(records.orders, document.get("orders", {}), "order_id"),
        ride=Ride(max_s=document.get("ride_s", records.ride.max_s)),
    )


def _differences(before: Sequence[_Row], after: Sequence[_Row], key: str) -> dict[str, dict[str, Any]]:
    known = {getattr(row, key): row for row in before}
    found = {}
    for row in after:
        former = known.get(getattr(row, key))
        if former is not None and former != row:
            found[str(getattr(row, key))] = {
                field.name: getattr(row, field.name)
                for field in dataclasses.fields(row)
                if getattr(row, field.name) != getattr(former, field.name)
            }
    return found


def _replaced(rows: tuple[_Row, ...], differences: Mapping[str, Mapping[str, Any]], key: str) -> tuple[_Row, ...]:
    if not differences:
        return rows
    return tuple(
        dataclasses.replace(row, **_values(differences[getattr(row, key)])) if getattr(row, key) in differences else row
        for row in rows
    )


def _values(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Risk(value) if name == "risk" else value for name, value in stored.items()}
