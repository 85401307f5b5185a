"""What is asked of roads, and what is answered: points and a vehicle in, a table of ways out.

Pure: knows no file, no server and no day. `RoadRouter` is what the rest of the product sees; what it raises when it has
no answer is in `troubles`.
"""

import dataclasses
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from supplyhub.wording import lazy_gettext

NO_WAY = -1
"""Stands in both tables where two points are not connected."""

Cells = npt.NDArray[np.int32]


Progress = Callable[[float], None]
"""Is told the share of ways that are known (0 to 1); to stop the asking, it raises."""


class SourceKind(StrEnum):
    """What kind of source ways come from."""

    EXTRACT = "extract"
    VALHALLA = "valhalla"
    OSRM = "osrm"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where ways come from: its kind, a name for people, and the state of what it knows.

    The same source gives the same answers; `state` is empty where nobody can tell, as with a server.
    """

    kind: SourceKind
    name: str
    state: str = ""


class Kind(StrEnum):
    """Which ways a vehicle may use: those of bicycles (scooters, tricycles), or those of motor vehicles."""

    BICYCLE = "bicycle"
    VAN = "van"


class Why(StrEnum):
    """Why a point is on no road."""

    NOTHING_NEAR = "nothing_near"
    CUT_OFF = "cut_off"
    NO_ANSWER = "no_answer"

    @property
    def label(self) -> str:
        """The reason for people."""
        return _WHYS[self]


_WHYS = {
    Why.NOTHING_NEAR: lazy_gettext("no road near enough"),
    Why.CUT_OFF: lazy_gettext("the roads nearby are cut off from the network"),
    Why.NO_ANSWER: lazy_gettext("the routing server knows no way to or from it"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place to be reached: its id in the tables, and where it lies (WGS-84 degrees)."""

    point_id: str
    lat: float
    lon: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VehicleOnRoads:
    """A kind of vehicle: whose ways it uses, and the speed that it never exceeds."""

    name: str
    kind: Kind
    speed_kmh: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A point without a way. `nearest_m`: straight metres to the nearest road of the network, where that is known."""

    point_id: str
    why: Why
    nearest_m: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadTable:
    """Ways between points, in their order: whole metres and seconds, `NO_WAY` where there is none."""

    distance_m: Cells
    duration_s: Cells
    unreachable: tuple[Unreachable, ...]


class RoadRouter(Protocol):
    """Knows the fastest way between any two of some points."""

    @property
    def source(self) -> Source:
        """What the ways come from."""

    def table(self, points: Sequence[Point], vehicle: VehicleOnRoads, *, progress: Progress | None = None) -> RoadTable:
        """Return the ways between all points.

        Raises
        ------
        RoadsUnavailable
            There is no answer now.
        """
