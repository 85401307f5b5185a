"""What is going on in compounds on one day, asked of who knows: places stand below orders and cannot look themselves.

`app.py` registers who answers. Where nobody does, a day has no orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

_SOURCE = "supplyhub_day_of_compounds"


class StateLike(Protocol):
    """A state of an order: it has a name for people and is text for templates."""

    @property
    def label(self) -> str:
        """The state's name for people."""

    @property
    def kind(self) -> str:
        """The colour family of the state."""

    @property
    def value(self) -> str:
        """The state's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundDay:
    """The orders of a compound on one day; `served_count` of them are on a round or further."""

    order_count: int = 0
    served_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many orders of a compound stand in one state."""

    state: StateLike
    count: int


class DaySource(Protocol):
    """Somebody who knows the orders."""

    def count_by_compound(self, session: Session, *, district_id: int, day_date: date) -> Mapping[int, CompoundDay]:
        """Return the day of each compound of a district that has orders, by the compound's id."""

    def count_by_state(self, session: Session, *, compound_id: int, day_date: date) -> Sequence[StateCount]:
        """Return how many orders of a compound stand in each state, in the order of the states."""


def register_day_source(app: Flask, source: DaySource) -> None:
    """Register who knows the orders of a day."""
    app.extensions[_SOURCE] = source


def count_by_compound(session: Session, *, district_id: int, day_date: date) -> Mapping[int, CompoundDay]:
    """Return the day of each compound of a district that has orders, by the compound's id."""
    source = _source()
    return source.count_by_compound(session, district_id=district_id, day_date=day_date) if source else {}


def count_by_state(session: Session, *, compound_id: int, day_date: date) -> Sequence[StateCount]:
    """Return how many orders of a compound stand in each state."""
    source = _source()
    return source.count_by_state(session, compound_id=compound_id, day_date=day_date) if source else ()


def _source() -> DaySource | None:
    return cast("DaySource | None", current_app.extensions.get(_SOURCE))
