"""The slots of a gate."""

from datetime import date

import pytest

from supplyhub.core import intervals
from supplyhub.rounds.slots import Slot, SlotGrid

DAY = date(2022, 11, 24)


def at(text):
    return intervals.instant(DAY, intervals.seconds_of_day(text), "Asia/Shanghai")


def grid(*, opens="08:00", closes="20:00", minutes=10):
    return SlotGrid(
        day_date=DAY,
        timezone="Asia/Shanghai",
        opens_s=intervals.seconds_of_day(opens),
        closes_s=intervals.seconds_of_day(closes),
        slot_s=minutes * 60,
    )


class TestSlotGrid:
    @pytest.mark.parametrize(
        ("start", "slot"),
        [
            ("08:00", ("08:00", "08:10")),
            ("10:29:59", ("10:20", "10:30")),
            ("10:30", ("10:30", "10:40")),
            ("07:10", ("08:00", "08:10")),  # before opening: the first
            ("20:00", ("19:50", "20:00")),  # at closing: the last
        ],
    )
    def test_gives_the_slot_in_which_a_hand_over_starts(self, start, slot):
        assert grid().slot_of(at(start)) == Slot(from_at=at(slot[0]), until_at=at(slot[1]))

    def test_ends_the_last_slot_when_the_gate_closes(self):
        assert grid(closes="08:25").slot_of(at("08:21")) == Slot(from_at=at("08:20"), until_at=at("08:25"))

    def test_counts_from_the_opening_and_not_from_the_hour(self):
        assert grid(opens="08:05", minutes=15).slot_of(at("08:21")).from_at == at("08:20")

    def test_holds_its_beginning_but_not_its_end(self):
        slot = grid().slot_of(at("10:20"))

        assert slot.holds(at("10:20"))
        assert not slot.holds(at("10:30"))
