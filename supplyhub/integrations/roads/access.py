"""Who may use a way, in which direction and how fast, from its OpenStreetMap tags. Pure.

The tags' meaning is the OpenStreetMap wiki's (Key:access, Key:highway, Key:oneway, Key:barrier, Key:cycleway; read
2026-11). Where the wiki leaves a choice, it is made here and told in docs/roads.md. Not read: turn restrictions,
conditional and time-dependent tags, lanes, heights and weights.
"""

import dataclasses
import re
from collections.abc import Mapping

from supplyhub.integrations.roads.router import Kind

Tags = Mapping[str, str]

PUSHING_KMH = 5
"""Where a bicycle has to be pushed: walking pace."""

# Usual speeds in a town, km/h, where no limit is tagged; a vehicle's own speed caps them. What lights and crossings
# take is said by the turns. Vans avoid living streets and tracks, as Valhalla's cars do (figures: docs/roads.md).
_VAN_KMH = {
    "motorway": 80, "motorway_link": 50, "trunk": 60, "trunk_link": 40, "primary": 45, "primary_link": 35,
    "secondary": 40, "secondary_link": 35, "tertiary": 35, "tertiary_link": 30, "unclassified": 30, "road": 30,
    "residential": 25, "living_street": 7, "service": 15, "track": 5,
}  # fmt: skip
_BICYCLE_KMH = {
    "trunk": 20, "trunk_link": 20, "primary": 20, "primary_link": 20, "secondary": 20, "secondary_link": 20,
    "tertiary": 20, "tertiary_link": 20, "unclassified": 20, "road": 20, "residential": 20, "living_street": 15,
    "service": 15, "cycleway": 22, "track": 12, "path": 15,
}  # fmt: skip
# Ways on which a bicycle rides only where a tag says so.
_BICYCLE_BY_TAG_KMH = {"footway": 10, "pedestrian": 10, "bridleway": 10, "motorway": 14, "motorway_link": 14}
# Where a limit says nothing of how fast a van gets on.
_SLOW = {"living_street", "track", "service", "pedestrian"}
_NARROW_SERVICES = {"driveway", "parking_aisle", "drive-through", "alley"}
_NARROW_KMH = 10

_MODES = {
    Kind.BICYCLE: ("bicycle", "vehicle", "access"),
    # Goods of less than 3.5 t: `hgv` is not theirs.
    Kind.VAN: ("goods", "motorcar", "motor_vehicle", "vehicle", "access"),
}
_CLOSED = {
    "no", "private", "none", "agricultural", "forestry", "agricultural;forestry", "military", "emergency", "restricted",
    "permit", "residents", "employees",
}  # fmt: skip
_FORWARD = {"yes", "true", "1"}
_BACKWARD = {"-1", "reverse"}
_ROUNDABOUTS = {"roundabout", "circular"}
_OPPOSITE = {"opposite", "opposite_lane", "opposite_track", "opposite_share_busway"}
_CYCLEWAY_SIDES = ("cycleway:left", "cycleway:right", "cycleway:both")
# Nobody stops on these to load or hand over.
_NO_STOPPING = {"motorway", "motorway_link", "trunk_link"}

# Barriers that a kind does not pass unless a tag lets it. Gates, lift gates, entrances and kerbs are passable unless a
# tag closes them: the entrances of compounds are the district's to open, and stand in its own list of gates.
_CLOSED_TO_ALL = {
    "block", "chain", "debris", "fence", "full-height_turnstile", "hampshire_gate", "jersey_barrier", "kissing_gate",
    "log", "rope", "stile", "turnstile", "wall", "hedge", "retaining_wall", "guard_rail", "handrail", "delineators",
}  # fmt: skip
_CLOSED_TO = {
    Kind.BICYCLE: _CLOSED_TO_ALL - {"block"},
    Kind.VAN: _CLOSED_TO_ALL | {"bollard", "bus_trap", "cycle_barrier", "motorcycle_barrier", "planter", "sump_buster"},
}
# Far above any speed.
_NO_LIMIT = 1000
_SPEED = re.compile(r"(\d{1,3})\s*(mph)?")
_KMH_PER_MPH = 1.609344


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """What a way allows a kind of vehicle: both directions, the usual speed, and whether one may stop there."""

    forward: bool
    backward: bool
    speed_kmh: int
    is_stop: bool


CLOSED = Passage(forward=False, backward=False, speed_kmh=0, is_stop=False)
CLASSES = {
    "motorway": 0, "trunk": 1, "primary": 2, "secondary": 3, "tertiary": 4, "unclassified": 5, "road": 5,
    "residential": 6, "living_street": 6,
}  # fmt: skip
"""Classes of roads, the most important first; all others are `OTHER_CLASS`."""
OTHER_CLASS = 7


def road_class(tags: Tags) -> int:
    """Return the class of a way; a link has that of the road it leads to."""
    return CLASSES.get(tags.get("highway", "").removesuffix("_link"), OTHER_CLASS)


def way_passage(tags: Tags, kind: Kind) -> Passage:
    """Return what a way allows a kind of vehicle.

    Parameters
    ----------
    tags
        Those of the way.
    kind
        Whose ways are wanted.
    """
    highway = tags.get("highway", "")
    speed_kmh = _van_speed(highway, tags) if kind is Kind.VAN else _bicycle_speed(highway, tags)
    if not speed_kmh:
        return CLOSED
    if kind is Kind.BICYCLE and tags.get("bicycle") == "dismount":
        # On foot a one-way street has two directions.
        return Passage(forward=True, backward=True, speed_kmh=speed_kmh, is_stop=True)
    forward, backward = _directions(highway, tags, kind)
    is_stop = highway not in _NO_STOPPING and tags.get("tunnel", "no") in {"no", "building_passage"}
    return Passage(forward=forward, backward=backward, speed_kmh=speed_kmh, is_stop=is_stop)


def is_closed_barrier(tags: Tags, kind: Kind) -> bool:
    """Tell whether a node stops a kind of vehicle: a barrier, or anything that is tagged as closed.

    Parameters
    ----------
    tags
        Those of the node.
    kind
        Whose ways are wanted.
    """
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    said = _said(tags, kind)
    if said is not None:
        return said in _CLOSED
    return barrier in _CLOSED_TO[kind]


def _said(tags: Tags, kind: Kind) -> str | None:
    """Return the most particular of the tags that say who may pass."""
    return next((tags[mode] for mode in _MODES[kind] if mode in tags), None)


def _van_speed(highway: str, tags: Tags) -> int:
    usual = _VAN_KMH.get(highway, 0)
    said = _said(tags, Kind.VAN)
    if highway == "pedestrian" and _said_itself(tags, Kind.VAN) in {"yes", "permissive", "delivery", "destination"}:
        usual = _NARROW_KMH
    if not usual or said in _CLOSED:
        return 0
    if highway == "service" and tags.get("service") in _NARROW_SERVICES:
        usual = _NARROW_KMH
    limit = _limit(tags)
    # On streets people drive what they may.
    return limit if limit < _NO_LIMIT and highway not in _SLOW else min(usual, limit)


def _bicycle_speed(highway: str, tags: Tags) -> int:
    said, itself = _said(tags, Kind.BICYCLE), tags.get("bicycle")
    if said in _CLOSED:
        return 0
    if itself == "dismount":
        return PUSHING_KMH if highway in _BICYCLE_KMH or highway in _BICYCLE_BY_TAG_KMH else 0
    usual = _BICYCLE_KMH.get(highway, 0)
    if not usual and itself is not None:
        usual = _BICYCLE_BY_TAG_KMH.get(highway, 0)
    if highway == "service" and tags.get("service") in _NARROW_SERVICES:
        usual = _NARROW_KMH
    return min(usual, _limit(tags))


def _said_itself(tags: Tags, kind: Kind) -> str | None:
    """Return what is said of this kind, not of everybody."""
    return next((tags[mode] for mode in _MODES[kind] if mode in tags and mode != "access"), None)


def _limit(tags: Tags) -> int:
    """Return the speed limit in km/h; far above any speed where there is none that can be read."""
    match = _SPEED.fullmatch(tags.get("maxspeed", ""))
    if match is None or not int(match[1]):
        return _NO_LIMIT
    return max(1, round(int(match[1]) * (_KMH_PER_MPH if match[2] else 1)))


def _directions(highway: str, tags: Tags, kind: Kind) -> tuple[bool, bool]:
    if kind is Kind.BICYCLE:
        own = tags.get("oneway:bicycle")
        if own is not None:
            return _read_oneway(own)
        if _has_contraflow(tags):
            return True, True
    else:
        own = tags.get("oneway:motor_vehicle", tags.get("oneway:motorcar"))
        if own is not None:
            return _read_oneway(own)
    implied = tags.get("junction") in _ROUNDABOUTS or highway in {"motorway", "motorway_link"}
    return _read_oneway(tags.get("oneway", "yes" if implied else "no"))


def _read_oneway(value: str) -> tuple[bool, bool]:
    if value == "reversible":
        # Changes with the time of day, which nobody here knows.
        return False, False
    return value not in _BACKWARD, value not in _FORWARD


def _has_contraflow(tags: Tags) -> bool:
    if tags.get("cycleway") in _OPPOSITE:
        return True
    return any(
        tags.get(side) in _OPPOSITE or (tags.get(side, "no") != "no" and tags.get(f"{side}:oneway") in {"-1", "no"})
        for side in _CYCLEWAY_SIDES
    )
