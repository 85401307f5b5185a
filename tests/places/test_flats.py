"""Flats entered field by field, against the compound's building list."""

import pytest

from supplyhub.places import flats
from supplyhub.places.models import Building

LIST = [
    Building(name="3", units=["1", "2", "3"], floors=18, rooms_per_floor=4),
    Building(name="9", units=[], floors=6, rooms_per_floor=12),
    Building(name="A座", units=["1"], floors=30, rooms_per_floor=2),
]


def find(building, unit, room):
    return flats.find_flat(LIST, building=building, unit=unit, room=room)


class TestFindFlat:
    @pytest.mark.parametrize(
        ("typed", "flat"),
        [
            (("3", "2", "501"), ("3", "2", "501")),
            (("3栋", "2单元", "501室"), ("3", "2", "501")),
            (("３ 号楼", "０2", " 0501 "), ("3", "2", "501")),
            (("03", "unit 2", "Room 1804"), ("3", "2", "1804")),
            (("9", "", "612"), ("9", "", "612")),
            (("a座", "", "3002"), ("A座", "1", "3002")),
        ],
    )
    def test_reads_it_however_it_is_written(self, typed, flat):
        found = find(*typed)

        assert (found.building.name, found.unit, found.room) == flat

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            (("33", "2", "501"), "building"),
            (("", "2", "501"), "building"),
            (("3", "4", "501"), "unit"),
            (("3", "", "501"), "unit"),
            (("9", "1", "501"), "unit"),
            (("3", "2", "1901"), "room"),  # 18 floors
            (("3", "2", "505"), "room"),  # 4 rooms a floor
            (("3", "2", "500"), "room"),
            (("3", "2", "51"), "room"),
            (("3", "2", "五零一"), "room"),
            (("3", "2", "-501"), "room"),
            (("3", "2", "5０1.5"), "room"),
            (("3", "2", ""), "room"),
        ],
    )
    def test_names_the_field_at_fault(self, typed, field):
        with pytest.raises(flats.FlatNotFound) as refusal:
            find(*typed)

        assert refusal.value.field == field

    def test_says_that_a_compound_has_no_building_list(self):
        with pytest.raises(flats.FlatNotFound) as refusal:
            flats.find_flat([], building="3", unit="2", room="501")

        assert refusal.value.field == "building"


class TestCountFlats:
    def test_counts_units_floors_and_rooms(self):
        assert [flats.count_flats(building) for building in LIST] == [3 * 18 * 4, 6 * 12, 30 * 2]
