"""Coordinates of a day that were read off a Chinese map become WGS-84.

`day.toml` says which system its files use: `[coordinates]` with `system = "wgs84"` (as without it), `"gcj02"` (AMap,
Tencent) or `"bd09"` (Baidu).
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from supplyhub.core.coordinates import System, to_wgs84
from supplyhub.core.errors import Invalid
from supplyhub.planning import day_folder
from supplyhub.planning.problem import Compound, Gate, Pickup, Problem
from supplyhub.planning.reading import FILES, DayReading
from supplyhub.wording import lazy_gettext

_Day = TypeVar("_Day", DayReading, Problem)
_Place = TypeVar("_Place", Pickup, Compound, Gate)
_TABLE = "coordinates"


class UnknownSystem(Invalid):
    """The day names a system of coordinates that nobody here knows, or another than it was handed in with."""


def system_of(files: Mapping[str, bytes], *, chosen: System | None = None) -> System:
    """Return the system of coordinates that a day's files use: what `day.toml` says, or what a person has chosen.

    Raises
    ------
    UnknownSystem
        `day.toml` names one that is not known, or another than the person.
    """
    said = _said(files.get(FILES[0], b""))
    if said is None:
        return chosen or System.WGS84
    if not isinstance(said, str) or said not in set(System):
        raise UnknownSystem(
            lazy_gettext(
                "day.toml: the system of coordinates is “%(value)s”, not one of %(known)s.",
                value=str(said),
                known=", ".join(System),
            ),
            field="system",
        )
    if chosen is not None and chosen is not System(said):
        raise UnknownSystem(
            lazy_gettext(
                "day.toml says that its coordinates are %(said)s, and %(chosen)s was chosen. Only one can be right: "
                "a wrong one moves every place by hundreds of metres.",
                said=said,
                chosen=chosen.value,
            ),
            field="system",
        )
    return System(said)


def _said(rules: bytes) -> object:
    """Return what `day.toml` says; None where it says nothing. That it cannot be read is said elsewhere."""
    try:
        table = tomllib.loads(rules.decode("utf-8-sig")).get(_TABLE)
    except ValueError:
        return None
    return table.get("system") if isinstance(table, dict) else table


def as_wgs84(day: _Day, system: System) -> _Day:
    """Return a day with its coordinates in WGS-84."""
    if system is System.WGS84:
        return day
    riders = []
    for rider in day.riders:
        lat, lon = to_wgs84(system, rider.base_lat, rider.base_lon)
        riders.append(dataclasses.replace(rider, base_lat=lat, base_lon=lon))
    return dataclasses.replace(
        day,
        pickups=tuple(_moved(one, system) for one in day.pickups),
        compounds=tuple(_moved(one, system) for one in day.compounds),
        gates=tuple(_moved(one, system) for one in day.gates),
        riders=tuple(riders),
    )


def _moved(place: _Place, system: System) -> _Place:
    lat, lon = to_wgs84(system, place.lat, place.lon)
    return dataclasses.replace(place, lat=lat, lon=lon)


def read_day(folder: Path) -> Problem:
    """Read a day folder in which nothing is wrong, its coordinates in WGS-84.

    Raises
    ------
    DayFolderError
        With every fault of every file.
    UnknownSystem
        `day.toml` names a system of coordinates that is not known.
    """
    problem = day_folder.read_day(folder)
    return as_wgs84(problem, system_of({FILES[0]: (folder / FILES[0]).read_bytes()}))
