"""The slots of a gate: its hours cut into pieces in which so many hand-overs may start. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from supplyhub.core import intervals


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Slot:
    """A slot: from its first instant up to, but without, its last."""

    from_at: datetime
    until_at: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant lies in the slot."""
        return self.from_at <= at < self.until_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotGrid:
    """How a gate's day is cut. `slot_s` is the length; the last slot ends when the gate closes."""

    day_date: date
    timezone: str
    opens_s: int
    closes_s: int
    slot_s: int

    def slot_of(self, at: datetime) -> Slot:
        """Return the slot in which an instant falls; before opening it is the first, after closing the last."""
        wanted_s = intervals.seconds_on_day(at, self.day_date, self.timezone)
        last = max(0, -(-(self.closes_s - self.opens_s) // self.slot_s) - 1)
        index = min(max(0, (wanted_s - self.opens_s) // self.slot_s), last)
        from_s = self.opens_s + index * self.slot_s
        until_s = max(from_s, min(from_s + self.slot_s, self.closes_s))
        return Slot(
            from_at=intervals.instant(self.day_date, from_s, self.timezone),
            until_at=intervals.instant(self.day_date, until_s, self.timezone),
        )
