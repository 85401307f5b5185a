"""Read `day.toml` into checked settings, naming every key that is missing or cannot be used.

Works on bytes in memory.
"""

import contextlib
import dataclasses
import math
import tomllib
import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeGuard

from supplyhub.planning.issues import Issue, IssueCode
from supplyhub.planning.problem import (
    PRIORITIES,
    Handover,
    Ride,
    ScoreSettings,
    TravelModel,
    Vehicle,
)

FILE = "day.toml"
FORMAT = "supply-day/1"
# Above this, sums of a day's costs could leave the integers that the engine counts in.
_LARGEST = 10**9


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `day.toml` says. `detour` is 1.0 under matrix travel."""

    day_date: date
    timezone: str
    model: TravelModel
    detour: float
    handover: Handover
    ride: Ride
    score: ScoreSettings
    vehicles: tuple[Vehicle, ...]


def read_settings(content: bytes) -> tuple[Settings | None, tuple[Issue, ...]]:
    """Read the bytes of `day.toml`.

    Parameters
    ----------
    content
        The file.

    Returns
    -------
    tuple
        The settings, or None when something is wrong, and what is wrong.
    """
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        return None, (Issue(file=FILE, code=IssueCode.NOT_UTF8, row=row),)
    except tomllib.TOMLDecodeError as error:
        fields = (("problem", str(error)),)
        return None, (Issue(file=FILE, code=IssueCode.NOT_TOML, fields=fields),)
    keys = _Keys(table)
    settings = _settings(keys)
    return (None if keys.issues else settings), tuple(keys.issues)


def _settings(keys: "_Keys") -> Settings:
    declared = keys.text("format", stand_in="")
    if declared and declared != FORMAT:
        keys.refuse(IssueCode.UNKNOWN_FORMAT, "format", value=declared, expected=FORMAT)
    model = TravelModel.CROW
    named = keys.text("travel.model", stand_in=TravelModel.CROW)
    if named in set(TravelModel):
        model = TravelModel(named)
    else:
        choices = ", ".join(TravelModel)
        keys.refuse(IssueCode.NOT_A_CHOICE, "travel.model", value=named, choices=choices)
    is_crow = model is TravelModel.CROW
    return Settings(
        day_date=keys.day("date"),
        timezone=keys.zone("timezone"),
        model=model,
        detour=keys.positive("travel.detour") if is_crow else 1.0,
        handover=Handover(fixed_s=keys.whole("handover.fixed_s"), per_order_s=keys.whole("handover.per_order_s")),
        ride=Ride(max_s=math.floor(keys.positive("ride.max_minutes") * 60)),
        score=ScoreSettings(
            contact_m=keys.whole("score.contact_m"),
            rider_m=keys.whole("score.rider_m"),
            unserved_m=keys.by_priority("score.unserved_m"),
        ),
        vehicles=tuple(
            Vehicle(
                name=name,
                speed_kmh=keys.positive(f"vehicles.{name}.speed_kmh") if is_crow else 0.0,
                capacity_g=keys.whole(f"vehicles.{name}.capacity_g"),
                capacity_ml=keys.whole(f"vehicles.{name}.capacity_ml"),
            )
            for name in keys.names("vehicles")
        ),
    )


class _Keys:
    """Dotted look-ups in a TOML table that note every fault and return a stand-in."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._table = table
        self.issues: list[Issue] = []

    def refuse(self, code: IssueCode, key: str, **fields: str | int) -> None:
        """Note a fault of this key."""
        self.issues.append(Issue(file=FILE, code=code, column=key, fields=tuple(fields.items())))

    def text(self, key: str, *, stand_in: str) -> str:
        """Return the text under the key."""
        value = self._find(key)
        if isinstance(value, str):
            return value
        self._refuse_value(key, value, "a text")
        return stand_in

    def day(self, key: str) -> date:
        """Return the date under the key."""
        value = self._find(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                return date.fromisoformat(value)
        self._refuse_value(key, value, "a date such as 2022-11-08")
        return date.min

    def zone(self, key: str) -> str:
        """Return the name of the time zone under the key."""
        value = self._find(key)
        if isinstance(value, str):
            with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
                return zoneinfo.ZoneInfo(value).key
        self._refuse_value(key, value, "a time zone such as Asia/Shanghai")
        return ""

    def positive(self, key: str) -> float:
        """Return the number above zero under the key."""
        value = self._find(key)
        if isinstance(value, int | float) and value is not True and 0 < value <= _LARGEST:
            return value
        self._refuse_value(key, value, "a number above 0")
        return 1.0

    def whole(self, key: str) -> int:
        """Return the integer from zero up under the key."""
        value = self._find(key)
        if _is_whole(value):
            return value
        self._refuse_value(key, value, "a whole number from 0")
        return 0

    def by_priority(self, key: str) -> tuple[int, ...]:
        """Return the list of one integer per priority under the key."""
        value = self._find(key)
        if isinstance(value, list) and len(value) == PRIORITIES and all(map(_is_whole, value)):
            return tuple(value)
        self._refuse_value(key, value, f"a list of {PRIORITIES} whole numbers from 0")
        return (0,) * PRIORITIES

    def names(self, key: str) -> tuple[str, ...]:
        """Return the names of the tables under the key."""
        value = self._find(key)
        if isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values()):
            return tuple(value)
        self._refuse_value(key, value, "a table for each kind of vehicle")
        return ()

    def _find(self, key: str) -> object:
        value: object = self._table
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def _refuse_value(self, key: str, value: object, expected: str) -> None:
        if value is None:
            self.refuse(IssueCode.MISSING_KEY, key)
        else:
            self.refuse(IssueCode.BAD_SETTING, key, value=str(value), expected=expected)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
