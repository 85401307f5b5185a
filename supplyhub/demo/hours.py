"""The clock of the invented district. Pure.

Pages are about what comes next today; loaded in the evening, a district in Zhuzhou's zone would have nothing left to
show. So the invented district lives in Zhuzhou's zone only while it is morning there. Otherwise it lives in the zone,
nearest to it, in which it is morning now, and the log-in page says what its clock shows.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from supplyhub.demo.district import TIMEZONE

HOME_OFFSET_H = 8
HOME_HOURS = range(7, 14)
"""Hours of Zhuzhou's day at which the demo keeps its zone: rounds are under way, and more are to come."""
MORNING_HOURS = range(8, 12)
OFFSETS_H = range(-12, 15)


def zone_at(now: datetime) -> str:
    """Return the zone in which the invented district lives when it is loaded at an instant."""
    if now.astimezone(ZoneInfo(TIMEZONE)).hour in HOME_HOURS:
        return TIMEZONE
    hour = now.astimezone(UTC).hour
    mornings = [offset for offset in OFFSETS_H if (hour + offset) % 24 in MORNING_HOURS]
    nearest = min(mornings, key=lambda offset: (abs(offset - HOME_OFFSET_H), offset))
    # POSIX turns the sign: Etc/GMT-8 is eight hours ahead of Greenwich
    return f"Etc/GMT{-nearest:+d}"
