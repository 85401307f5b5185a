"""What riders do on one day, asked of who knows: riders stand below rounds and cannot look themselves.

`app.py` registers who answers. Where nobody does, nobody rides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

_SOURCE = "supplyhub_day_of_riders"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderDay:
    """A rider's round of the published plan of one day; `address` is its page, where there is one for staff."""

    order_count: int
    visit_count: int
    distance_m: int
    leaves_base_at: datetime
    back_at: datetime
    address: str | None = None


class DaySource(Protocol):
    """Somebody who knows the rounds."""

    def rounds_of_day(
        self, session: Session, *, district_id: int, day_date: date, rider_id: int | None = None
    ) -> Mapping[int, RiderDay]:
        """Return the rounds of a day's published plan by the rider's id: all, or one rider's."""


def register_day_source(app: Flask, source: DaySource) -> None:
    """Register who knows the rounds of a day."""
    app.extensions[_SOURCE] = source


def rounds_of_day(
    session: Session, *, district_id: int, day_date: date, rider_id: int | None = None
) -> Mapping[int, RiderDay]:
    """Return the rounds of a day's published plan by the rider's id: all, or one rider's."""
    source = cast("DaySource | None", current_app.extensions.get(_SOURCE))
    if source is None:
        return {}
    return source.rounds_of_day(session, district_id=district_id, day_date=day_date, rider_id=rider_id)
