"""Times of day and local days.

Inside a day, a time is an integer of seconds after local midnight (names end in `_s`); an instant is aware
and in UTC (`_at`). The bridge between the two is here, and needs the district's time zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECONDS_PER_DAY = 86_400


def seconds_of_day(text: str) -> int:
    """Return `HH:MM` or `HH:MM:SS` as seconds after midnight; `24:00` is the day's end.

    Raises
    ------
    ValueError
        The text is no time of day.
    """
    parts = text.strip().split(":")
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdigit() for part in parts):
        message = f"not a time of day: {text!r}"
        raise ValueError(message)
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > SECONDS_PER_DAY:
        message = f"not a time of day: {text!r}"
        raise ValueError(message)
    return total


def time_of_day(seconds: int) -> str:
    """Return seconds after midnight as `HH:MM`, or `HH:MM:SS` where the seconds are not zero."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{left:02d}" if left else "")


def instant(day_date: date, seconds: int, zone: str) -> datetime:
    """Return the instant, in UTC, of a time of day on a local day."""
    days, rest = divmod(seconds, SECONDS_PER_DAY)
    midnight = datetime.combine(day_date + timedelta(days=days), time(), tzinfo=ZoneInfo(zone))
    return (midnight + timedelta(seconds=rest)).astimezone(UTC)


def seconds_on_day(at: datetime, day_date: date, zone: str) -> int:
    """Return an instant as seconds after the local midnight of a day; it may lie before or after that day."""
    local = at.astimezone(ZoneInfo(zone))
    days = (local.date() - day_date).days
    return days * SECONDS_PER_DAY + local.hour * 3600 + local.minute * 60 + local.second


def local_date(at: datetime, zone: str) -> date:
    """Return the local day on which an instant falls."""
    return at.astimezone(ZoneInfo(zone)).date()


def day_bounds(day_date: date, zone: str) -> tuple[datetime, datetime]:
    """Return the instants, in UTC, at which a local day begins and ends (half-open)."""
    return instant(day_date, 0, zone), instant(day_date + timedelta(days=1), 0, zone)
