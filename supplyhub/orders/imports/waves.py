"""The parts of a day in which deliveries are promised, and which one is next. Pure.

上午 is 08:00 to 12:30 and 下午 13:00 to 19:00, as the files of platforms mean them; 尽快 is the next that has not
begun.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from supplyhub.core import intervals
from supplyhub.wording import lazy_gettext


class Wave(StrEnum):
    """A part of a day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    WHOLE_DAY = "whole_day"

    @property
    def label(self) -> str:
        """The part's name for people, with its hours."""
        return _LABELS[self]

    @property
    def ready_s(self) -> int:
        """From when the goods are ready, in seconds after midnight."""
        return _HOURS[self][0]

    @property
    def due_s(self) -> int:
        """Until when they must be handed over."""
        return _HOURS[self][1]


_LABELS = {
    Wave.MORNING: lazy_gettext("Morning, 08:00 to 12:30"),
    Wave.AFTERNOON: lazy_gettext("Afternoon, 13:00 to 19:00"),
    Wave.WHOLE_DAY: lazy_gettext("All day, 08:00 to 19:00"),
}
_HOURS = {
    Wave.MORNING: (8 * 3600, 12 * 3600 + 1800),
    Wave.AFTERNOON: (13 * 3600, 19 * 3600),
    Wave.WHOLE_DAY: (8 * 3600, 19 * 3600),
}
_WRITTEN = {"上午": Wave.MORNING, "下午": Wave.AFTERNOON, "": Wave.WHOLE_DAY, "全天": Wave.WHOLE_DAY}
_AS_SOON_AS_POSSIBLE = "尽快"
_EXPECTED = re.compile(r"(?:([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?)?\s*(上午|下午|全天|尽快|)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a file says about when: a day or none, a part of it or as soon as possible (None)."""

    day_date: date | None
    wave: Wave | None


def read_expectation(text: str) -> Expectation | None:
    """Return what `2022-11-08 下午`, `尽快` or an empty cell says; None for what cannot be read."""
    found = _EXPECTED.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, part = found.groups()
    try:
        day_date = date(int(year), int(month), int(day)) if year else None
    except ValueError:
        return None
    soon = part == _AS_SOON_AS_POSSIBLE or not text.strip()
    return Expectation(day_date=day_date, wave=None if soon else _WRITTEN[part])


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an order may be loaded and must be handed over."""

    day_date: date
    wave: Wave
    ready_at: datetime
    due_at: datetime


def window(day_date: date, wave: Wave, zone: str) -> Window:
    """Return a part of a local day as instants."""
    return Window(
        day_date=day_date,
        wave=wave,
        ready_at=intervals.instant(day_date, wave.ready_s, zone),
        due_at=intervals.instant(day_date, wave.due_s, zone),
    )


def promised_window(expected: Expectation, *, chosen_date: date | None, now: datetime, zone: str) -> Window:
    """Return the window that an expectation means; the chosen day replaces the file's.

    As soon as possible, or a part of no day, is the next that has not begun; on a chosen day that is under way
    its last part.
    """
    day_date = chosen_date or expected.day_date
    waves = (Wave.MORNING, Wave.AFTERNOON) if expected.wave is None else (expected.wave,)
    if day_date is not None:
        windows = [window(day_date, wave, zone) for wave in waves]
        return next((one for one in windows if one.ready_at > now), windows[-1])
    today = intervals.local_date(now, zone)
    ahead = (window(today + timedelta(days=days), wave, zone) for days in (0, 1) for wave in waves)
    return next(one for one in ahead if one.ready_at > now)
