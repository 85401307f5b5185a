"""Coordinates of a day that were read off a Chinese map become WGS-84.

`day.toml` says which system its files use: `[coordinates]` with `system = "wgs84"` (as without it), `"gcj02"` (AMap,
Tencent) or `"bd09"` (Baidu).
"""

import dataclasses
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from supplyhub.core import geo
from supplyhub.core.errors import Invalid
from supplyhub.planning.problem import Compound, Gate, Pickup
from supplyhub.planning.reading import FILES, DayReading
from supplyhub.wording import lazy_gettext

_Place = TypeVar("_Place", Pickup, Compound, Gate)


class System(StrEnum):
    """A system of coordinates that people's lists use."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class UnknownSystem(Invalid):
    """The day names a system of coordinates that nobody here knows."""


_FROM: dict[System, Callable[[float, float], tuple[float, float]]] = {
    System.GCJ02: geo.wgs84_from_gcj02,
    System.BD09: geo.wgs84_from_bd09,
}
# A tenth of a metre: more would be invented.
_DECIMALS = 6


def system_of(files: Mapping[str, bytes]) -> System:
    """Return the system of coordinates that a day's files use.

    Raises
    ------
    UnknownSystem
        `day.toml` names another.
    """
    try:
        table = tomllib.loads(files.get(FILES[0], b"").decode("utf-8-sig")).get("coordinates", {})
    except ValueError:
        # That the file cannot be read is said elsewhere.
        return System.WGS84
    said = table.get("system", System.WGS84) if isinstance(table, dict) else table
    if said not in set(System):
        raise UnknownSystem(
            lazy_gettext(
                "day.toml: the system of coordinates is “%(value)s”, not one of %(known)s.",
                value=str(said),
                known=", ".join(System),
            )
        )
    return System(said)


def as_wgs84(reading: DayReading, system: System) -> DayReading:
    """Return a day's rows with their coordinates in WGS-84."""
    if system is System.WGS84:
        return reading

    def moved(lat: float, lon: float) -> tuple[float, float]:
        found_lat, found_lon = _FROM[system](lat, lon)
        return round(found_lat, _DECIMALS), round(found_lon, _DECIMALS)

    riders = []
    for rider in reading.riders:
        lat, lon = moved(rider.base_lat, rider.base_lon)
        riders.append(dataclasses.replace(rider, base_lat=lat, base_lon=lon))
    return dataclasses.replace(
        reading,
        pickups=tuple(_at(one, *moved(one.lat, one.lon)) for one in reading.pickups),
        compounds=tuple(_at(one, *moved(one.lat, one.lon)) for one in reading.compounds),
        gates=tuple(_at(one, *moved(one.lat, one.lon)) for one in reading.gates),
        riders=tuple(riders),
    )


def _at(place: _Place, lat: float, lon: float) -> _Place:
    return dataclasses.replace(place, lat=lat, lon=lon)
