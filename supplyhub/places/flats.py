"""Checks a flat that somebody entered field by field against the compound's own building list. Pure.

Forgiving of how it is written (`3栋`, `03`, `3 号楼`), strict in what it is: a flat that is not on the list is refused
with the field at fault. Addresses in one line are another matter (`addresses`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from supplyhub.core import text
from supplyhub.core.errors import Invalid
from supplyhub.places.models import Building
from supplyhub.wording import lazy_gettext

_BUILDING_WORDS = re.compile(r"(号楼|号栋|栋|幢|座|楼|号|#|building)", re.IGNORECASE)
_UNIT_WORDS = re.compile(r"(单元|unit|门)", re.IGNORECASE)
_ROOM_WORDS = re.compile(r"(室|房|号|room)", re.IGNORECASE)


class FlatNotFound(Invalid):
    """The flat is not on the building list; `field` is `building`, `unit` or `room`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A flat of the building list."""

    building: Building
    unit: str
    room: str


def find_flat(buildings: Sequence[Building], *, building: str, unit: str, room: str) -> Flat:
    """Return the flat that was meant.

    Raises
    ------
    FlatNotFound
        Building, unit or room is not on the list.
    """
    found = _find_building(buildings, building)
    return Flat(building=found, unit=_find_unit(found, unit), room=_find_room(found, room))


def count_flats(building: Building) -> int:
    """Return how many flats a building has."""
    return max(1, len(building.units)) * building.floors * building.rooms_per_floor


def _bare(typed: str, words: re.Pattern[str]) -> str:
    """Return what is left of a part of an address without its words, spaces and leading zeros."""
    bare = words.sub("", text.half_width(typed)).replace(" ", "").upper()
    return bare.lstrip("0") or bare


def _find_building(buildings: Sequence[Building], typed: str) -> Building:
    if not buildings:
        raise FlatNotFound(
            lazy_gettext("The building list of this compound is not there yet. Ask the community to add it."),
            field="building",
        )
    wanted = _bare(typed, _BUILDING_WORDS)
    for building in buildings:
        if _bare(building.name, _BUILDING_WORDS) == wanted:
            return building
    raise FlatNotFound(lazy_gettext("This compound has no such building. Choose one of the list."), field="building")


def _find_unit(building: Building, typed: str) -> str:
    wanted = _bare(typed, _UNIT_WORDS)
    if not building.units:
        if wanted:
            raise FlatNotFound(
                lazy_gettext("Building %(building)s has no units. Leave this empty.", building=building.name),
                field="unit",
            )
        return ""
    if not wanted and len(building.units) == 1:
        return building.units[0]
    for unit in building.units:
        if _bare(unit, _UNIT_WORDS) == wanted:
            return unit
    raise FlatNotFound(
        lazy_gettext(
            "Building %(building)s has these units: %(units)s.",
            building=building.name,
            units=", ".join(building.units),
        ),
        field="unit",
    )


def _find_room(building: Building, typed: str) -> str:
    wanted = _bare(typed, _ROOM_WORDS)
    if wanted.isascii() and wanted.isdigit() and len(wanted) >= 3:
        floor, number = int(wanted[:-2]), int(wanted[-2:])
        if 1 <= floor <= building.floors and 1 <= number <= building.rooms_per_floor:
            return f"{floor}{number:02d}"
    raise FlatNotFound(
        lazy_gettext(
            "Building %(building)s has %(floors)s floors with rooms 01 to %(rooms)s. "
            "Write the floor and the room, such as 501.",
            building=building.name,
            floors=building.floors,
            rooms=f"{building.rooms_per_floor:02d}",
        ),
        field="room",
    )
