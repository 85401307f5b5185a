"""Tables of ways: matrices that roads answered with, kept for the next time, and the ways that plans were made with.

A day's own matrix, which was imported with it, is kept with its rules instead (`rounds.rules`).
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from supplyhub.db.base import Base, Instant, PrimaryKey, code_column, reference
from supplyhub.wording import lazy_gettext

LONGEST_NAME = 300


class WaysFrom(StrEnum):
    """Where the ways of a plan come from."""

    STRAIGHT = "straight"
    MATRIX = "matrix"
    EXTRACT = "extract"
    VALHALLA = "valhalla"
    OSRM = "osrm"

    @property
    def label(self) -> str:
        """The source for people; `%(name)s` stands for its name."""
        return _LABELS[self]

    @property
    def is_openstreetmap(self) -> bool:
        """Whether the ways are OpenStreetMap's, whose contributors are named where figures made of them are shown."""
        return self in {WaysFrom.EXTRACT, WaysFrom.VALHALLA, WaysFrom.OSRM}


_LABELS = {
    WaysFrom.STRAIGHT: lazy_gettext("Straight lines, times %(name)s"),
    WaysFrom.MATRIX: lazy_gettext("The travel matrix that was imported with the day"),
    WaysFrom.EXTRACT: lazy_gettext("Roads of %(name)s"),
    WaysFrom.VALHALLA: lazy_gettext("Roads of the Valhalla server %(name)s"),
    WaysFrom.OSRM: lazy_gettext("Roads of the OSRM server %(name)s"),
}


class RoadMatrix(Base):
    """The ways between a day's places as roads were asked for them once.

    `digest` is that of places, vehicles and source: the same question has the same answer. `content` is what
    `rounds.roads.pack` makes; `unreached` names the places without a road (`rounds.roads.Unreached`).
    """

    __tablename__ = "road_matrix"
    __table_args__ = (Index(None, "district_id", "digest"),)

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    unreached: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_at: Mapped[Instant]


class PlanWays(Base):
    """The ways that a plan was made with. `name` is the source's: a file, an address, the detour of straight lines."""

    __tablename__ = "plan_ways"

    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", primary_key=True, index=False)
    source: Mapped[WaysFrom] = mapped_column(code_column(WaysFrom, "source"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    matrix_id: Mapped[int | None] = reference("road_matrix.id")
    unreached: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
