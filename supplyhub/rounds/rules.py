"""The rules of a day that are not rows of places or riders: travel, hand-over, ride time, score, vehicles. Pure.

They are the tables of a day folder's `day.toml` , kept as they came with the day; a day without
its own has the defaults below. A travel matrix is kept in the same place, compressed (`kept_travel`).
"""

import base64
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from supplyhub.core.errors import Invalid
from supplyhub.integrations.roads.router import Kind
from supplyhub.planning.problem import Handover, Ride, ScoreSettings, Travel, TravelModel, Vehicle
from supplyhub.rounds import roads
from supplyhub.wording import lazy_gettext

DEFAULT_RULES: dict[str, Any] = {
    "travel": {"model": "crow", "detour": 1.35},
    "handover": {"fixed_s": 120, "per_order_s": 10},
    "ride": {"max_minutes": 100},
    "score": {"contact_m": 500, "rider_m": 3000, "unserved_m": [10_000, 20_000, 50_000, 200_000]},
    "vehicles": {
        "ebike": {"speed_kmh": 18, "capacity_g": 60_000, "capacity_ml": 200_000},
        "van": {"speed_kmh": 25, "capacity_g": 600_000, "capacity_ml": 3_200_000},
    },
}
"""The rules of the reference day `district` (2022-11-08, Tianyuan; its day.toml), used where a day brings none."""


class UnableToReadRules(Invalid):
    """The rules kept with the day cannot be planned with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules as the planner takes them."""

    travel: Travel
    handover: Handover
    ride: Ride
    score: ScoreSettings
    vehicles: tuple[Vehicle, ...]


def read_rules(stored: Mapping[str, Any] | None) -> Rules:
    """Return the planner's rules from the tables kept with a day; a missing table is the default's.

    Raises
    ------
    UnableToReadRules
        A table lacks a value, or the travel matrix cannot be read.
    """
    tables = {**DEFAULT_RULES, **(stored or {})}
    try:
        return _rules(tables)
    except (KeyError, TypeError, ValueError, zlib.error):
        raise UnableToReadRules(
            lazy_gettext("The rules kept with this day cannot be read. Import the day again.")
        ) from None


def road_kinds(stored: Mapping[str, Any] | None) -> dict[str, Kind]:
    """Return whose ways kinds of vehicle use, where the tables kept with a day say it."""
    vehicles = (stored or {}).get("vehicles", {})
    return {name: Kind(table["roads"]) for name, table in vehicles.items() if table.get("roads") in set(Kind)}


def kept_travel(travel: Travel) -> dict[str, Any]:
    """Return the table `[travel]` as it is kept with the day, a matrix with it.

    Parameters
    ----------
    travel
        How the day's ways are known.
    """
    if travel.model is TravelModel.CROW:
        return {"model": travel.model.value, "detour": travel.detour}
    return {"model": travel.model.value, "matrix": base64.b64encode(roads.pack(travel)).decode("ascii")}


def _travel(table: Mapping[str, Any]) -> Travel:
    if table.get("model", TravelModel.CROW) == TravelModel.CROW:
        return Travel(model=TravelModel.CROW, detour=table["detour"])
    return roads.unpack(base64.b64decode(table["matrix"]))


def _rules(tables: Mapping[str, Any]) -> Rules:
    score, handover = tables["score"], tables["handover"]
    return Rules(
        travel=_travel(tables["travel"]),
        handover=Handover(fixed_s=handover["fixed_s"], per_order_s=handover["per_order_s"]),
        ride=Ride(max_s=math.floor(tables["ride"]["max_minutes"] * 60)),
        score=ScoreSettings(
            contact_m=score["contact_m"], rider_m=score["rider_m"], unserved_m=tuple(score["unserved_m"])
        ),
        vehicles=tuple(
            Vehicle(
                name=name,
                speed_kmh=vehicle["speed_kmh"],
                capacity_g=vehicle["capacity_g"],
                capacity_ml=vehicle["capacity_ml"],
            )
            for name, vehicle in tables["vehicles"].items()
        ),
    )
