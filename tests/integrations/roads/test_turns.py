"""What turns cost, and where nobody may turn: on crossings drawn by hand, seconds reckoned beside them."""

from datetime import UTC, datetime

import pytest

from supplyhub.integrations.roads import extract
from supplyhub.integrations.roads.from_extract import ExtractRouter
from supplyhub.integrations.roads.restrictions import Restriction, read_restriction
from supplyhub.integrations.roads.router import Kind, Point, VehicleOnRoads
from tests.support import extracts

BUILT_AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
BIKE = VehicleOnRoads(name="ebike", kind=Kind.BICYCLE, speed_kmh=18)
VAN = VehicleOnRoads(name="van", kind=Kind.VAN, speed_kmh=18)
ROAD, MAIN = {"highway": "residential", "name": "A"}, {"highway": "primary", "name": "B"}
# A crossing at 9; each arm ends 500 m away. 360 m at 18 km/h take 72 s.
ARMS = {1: (-500, 0), 2: (500, 0), 3: (0, 500), 4: (0, -500), 9: (0, 0)}
PLACES = {"west": (-180, 0), "east": (180, 0), "north": (0, 180), "south": (0, -180)}
RIDE_S = 72
# Whoever may not turn goes on to the end of a road, 500 m, and comes back.
DIRECT_S = 100


def table(folder, ways, vehicle=VAN, restrictions=()):
    """Return the ways between the four places, by their names."""
    path = extracts.write(folder / "town.osm.pbf", nodes=ARMS, ways=ways, restrictions=restrictions)
    router = ExtractRouter(extract.build_graph(path, built_at=BUILT_AT))
    points = []
    for name, place in PLACES.items():
        lat, lon = extracts.at(*place)
        points.append(Point(point_id=name, lat=lat, lon=lon))
    found = router.table(points, vehicle)
    names = list(PLACES)

    def seconds(start, end):
        return int(found.duration_s[names.index(start), names.index(end)])

    return seconds


class TestSeconds:
    def test_grow_from_straight_on_to_across_the_traffic(self, tmp_path):
        # A T: the arm to the north is missing. All roads are of one class, so that their impact is 3; traffic 1.5.
        seconds = table(tmp_path, [([1, 9, 2], ROAD), ([4, 9], ROAD)])

        assert seconds("west", "east") == RIDE_S + 3  # 0.5 x 3 x 1.5 = 2.25
        assert seconds("west", "south") == RIDE_S + 5  # to the right: 1 x 3 x 1.5 = 4.5
        assert seconds("east", "south") == RIDE_S + 12  # to the left: 2.5 x 3 x 1.5 = 11.25

    def test_are_those_of_a_crossing_between_two_roads(self, tmp_path):
        seconds = table(tmp_path, [([1, 9, 2], ROAD), ([4, 9, 3], ROAD)])

        assert seconds("west", "east") == RIDE_S + 9  # 2 x 3 x 1.5

    def test_are_the_side_road_s_not_the_main_road_s(self, tmp_path):
        seconds = table(tmp_path, [([1, 9, 2], MAIN), ([4, 9, 3], ROAD)])

        # A primary road is four classes above: it runs through, and the others wait (7 x 2 x 1.5).
        assert seconds("west", "east") == RIDE_S
        assert seconds("south", "north") == RIDE_S + 21

    def test_are_less_for_bicycles(self, tmp_path):
        seconds = table(tmp_path, [([1, 9, 2], ROAD), ([4, 9], ROAD)], vehicle=BIKE)

        assert seconds("west", "east") == RIDE_S + 1  # 0.15 x 3
        assert seconds("east", "south") == RIDE_S + 3  # 1 x 3

    def test_are_nothing_where_a_road_only_bends(self, tmp_path):
        seconds = table(tmp_path, [([1, 9], ROAD), ([9, 3], {**ROAD, "oneway": "no", "maxspeed": "18"})])

        assert seconds("west", "north") == RIDE_S


class TestBans:
    WAYS = (([1, 9], ROAD), ([9, 2], ROAD), ([4, 9], ROAD), ([9, 3], ROAD))
    """Ways 1 west, 2 east, 3 south, 4 north."""

    @pytest.mark.parametrize(
        ("tags", "of_van", "of_bicycle"),
        [
            ({"restriction": "no_left_turn"}, False, False),
            ({"restriction": "no_left_turn", "except": "bicycle"}, False, True),
            ({"restriction": "no_left_turn", "except": "psv;goods"}, True, False),
            ({"restriction:motorcar": "no_left_turn"}, False, True),
            ({"restriction:hgv": "no_left_turn"}, True, True),
        ],
    )
    def test_hold_for_those_whom_the_tags_name(self, tmp_path, tags, of_van, of_bicycle):
        ban = [(1, 9, 4, tags)]

        for vehicle, is_allowed in ((VAN, of_van), (BIKE, of_bicycle)):
            seconds = table(tmp_path, self.WAYS, vehicle=vehicle, restrictions=ban)
            assert (seconds("west", "north") < DIRECT_S) is is_allowed
            assert max(seconds("west", "east"), seconds("north", "west")) < DIRECT_S

    def test_leave_one_turn_where_only_that_is_allowed(self, tmp_path):
        seconds = table(tmp_path, self.WAYS, restrictions=[(1, 9, 2, {"restriction": "only_straight_on"})])

        assert max(seconds("west", "east"), seconds("east", "south")) < DIRECT_S
        assert seconds("west", "south") > DIRECT_S

    def test_nobody_turns_round_where_there_is_another_way(self, tmp_path):
        ban = [(1, 9, way, {"restriction": "no_entry"}) for way in (3, 4)]

        seconds = table(tmp_path, self.WAYS, restrictions=ban)

        # On to the end of the road in the east, 500 m at 5 m/s, and back: the only place to turn.
        assert seconds("west", "north") > RIDE_S + 2 * 100

    def test_of_a_way_between_are_not_read(self):
        members = [("from", "w", 1), ("via", "w", 2), ("to", "w", 3)]

        assert read_restriction({"restriction": "no_u_turn"}, members, Kind.VAN) is None

    def test_are_read_with_their_members(self):
        members = [("to", "w", 3), ("from", "w", 1), ("via", "n", 2)]

        assert read_restriction({"restriction": "only_right_turn"}, members, Kind.VAN) == Restriction(
            from_way=1, via_node=2, to_way=3, is_only=True
        )
