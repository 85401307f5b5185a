"""From an extract to ways: contraction, one-ways, snapping, barriers, what cannot be reached; numbers by hand."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from supplyhub.integrations.roads import extract, graph
from supplyhub.integrations.roads.from_extract import ExtractRouter, OutsideExtract
from supplyhub.integrations.roads.graph import RoadGraph
from supplyhub.integrations.roads.router import NO_WAY, Kind, Point, RoadTable, VehicleOnRoads, Why
from tests.support import extracts

BUILT_AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
BIKE = VehicleOnRoads(name="ebike", kind=Kind.BICYCLE, speed_kmh=18)
VAN = VehicleOnRoads(name="van", kind=Kind.VAN, speed_kmh=25)
ROAD = {"highway": "residential"}

# A square of 300 m: 1 south-west, 2 south-east, 3 north-east, 4 north-west.
SQUARE = {1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300)}


def build(path: Path, **parts) -> RoadGraph:
    return extract.build_graph(extracts.write(path / "town.osm.pbf", **parts), built_at=BUILT_AT)


def point(point_id: str, east_m: float, north_m: float) -> Point:
    lat, lon = extracts.at(east_m, north_m)
    return Point(point_id=point_id, lat=lat, lon=lon)


def ways(made: RoadGraph, *points: Point, vehicle: VehicleOnRoads = VAN, within_m: float = 300) -> RoadTable:
    return ExtractRouter(made, within_m=within_m).table(points, vehicle)


class TestTable:
    def test_adds_the_road_and_the_straight_metres_at_both_ends(self, tmp_path):
        made = build(tmp_path, nodes={1: (0, 0), 2: (1000, 0)}, ways=[([1, 2], ROAD)])

        found = ways(made, point("a", 100, 20), point("b", 900, 30))

        # 800 m of road, 20 + 30 m beside it.
        assert found.distance_m.tolist() == [[0, 850], [850, 0]]
        # 800 m at 25 km/h are 115.2 s, 50 m at 10 km/h are 18 s: 133.2 s, rounded up.
        assert found.duration_s.tolist() == [[0, 134], [134, 0]]
        assert found.unreachable == ()

    def test_takes_the_class_s_speed_where_the_vehicle_is_faster(self, tmp_path):
        made = build(tmp_path, nodes={1: (0, 0), 2: (1000, 0)}, ways=[([1, 2], {"highway": "service"})])

        found = ways(made, point("a", 100, 0), point("b", 900, 0))

        # 800 m at 15 km/h.
        assert found.duration_s[0, 1] == 192

    def test_minimises_time_and_gives_the_metres_of_that_way(self, tmp_path):
        # The direct road is an alley of 1000 m at 10 km/h: 360 s. Around it are 1400 m at 25 km/h: 201.6 s.
        made = build(
            tmp_path,
            nodes={1: (0, 0), 2: (1000, 0), 3: (0, 200), 4: (1000, 200), 5: (-100, 0), 6: (1100, 0)},
            ways=[
                ([1, 2], {"highway": "service", "service": "alley"}),
                ([1, 3, 4, 2], ROAD),
                ([5, 1], ROAD),
                ([2, 6], ROAD),
            ],
        )

        found = ways(made, point("a", -100, 0), point("b", 1100, 0))

        # 100 + 1400 + 100 m; 1600 m at 25 km/h are 230.4 s. Twice left past the alley: 2.5 s, impact 2, traffic 1.5.
        assert found.distance_m[0, 1] == 1600
        assert found.duration_s[0, 1] == 246

    def test_two_places_on_one_piece_of_road_need_no_junction(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], ROAD)])

        found = ways(made, point("a", 100, 10), point("b", 200, 10))

        assert found.distance_m[0, 1] == 120

    def test_places_at_the_same_point_are_nothing_apart(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], ROAD)])

        found = ways(made, point("a", 100, 10), point("b", 100, 10), point("c", 200, 0))

        assert found.distance_m[0, 1] == found.duration_s[0, 1] == 0
        assert found.distance_m[0, 2] == found.distance_m[1, 2] == 110

    def test_is_the_same_whatever_the_order_of_points(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], {**ROAD, "oneway": "yes"})])
        points = [point(str(n), 30 * n, -5 * n) for n in range(8)]

        there, back = ways(made, *points), ways(made, *reversed(points))

        assert np.array_equal(there.distance_m, back.distance_m[::-1, ::-1])


class TestOneWay:
    def test_is_kept_by_vans_and_lifted_for_bicycles_by_its_tag(self, tmp_path):
        tags = {**ROAD, "oneway": "yes", "oneway:bicycle": "no"}
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], tags)])
        points = point("a", 100, 0), point("b", 200, 0)

        of_van, of_bike = ways(made, *points), ways(made, *points, vehicle=BIKE)

        # Back the van goes around: 1200 - 100 m.
        assert of_van.distance_m.tolist() == [[0, 100], [1100, 0]]
        assert of_bike.distance_m.tolist() == [[0, 100], [100, 0]]

    def test_against_the_drawing(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], {**ROAD, "oneway": "-1"})])

        found = ways(made, point("a", 100, 0), point("b", 200, 0))

        assert found.distance_m.tolist() == [[0, 1100], [100, 0]]

    def test_a_roundabout_is_gone_round(self, tmp_path):
        # Drawn against the clock; arms to the west at 1 and to the south at 2.
        nodes = {**SQUARE, 5: (-500, 0), 6: (300, -500)}
        made = build(
            tmp_path,
            nodes=nodes,
            ways=[([1, 2, 3, 4, 1], {**ROAD, "junction": "roundabout"}), ([5, 1], ROAD), ([2, 6], ROAD)],
        )

        found = ways(made, point("west", -500, 0), point("south", 300, -500))

        assert found.distance_m[0, 1] == 500 + 300 + 500
        assert found.distance_m[1, 0] == 500 + 900 + 500

    def test_two_places_at_one_spot_of_a_one_way_need_no_way_round(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], {**ROAD, "oneway": "yes"})])

        found = ways(made, point("a", 100, 5), point("b", 100, 10))

        assert found.distance_m.tolist() == [[0, 15], [15, 0]]

    def test_a_place_at_a_corner_uses_every_road_of_the_corner(self, tmp_path):
        # Two one-way streets that meet at 2: arriving by one, leaving by the other.
        nodes = {**SQUARE, 5: (600, 0), 6: (600, 300)}
        one_way = {**ROAD, "oneway": "yes"}
        made = build(tmp_path, nodes=nodes, ways=[([1, 2, 3, 4, 1], one_way), ([2, 5, 6, 3], one_way)])

        found = ways(made, point("corner", 300, 0), point("east", 500, 0), point("north", 300, 100))

        assert found.distance_m[0].tolist() == [0, 200, 100]


class TestSnapping:
    def test_goes_to_the_nearest_edge_not_to_the_nearest_node(self, tmp_path):
        # The long road passes 10 m away, its nodes are 1 km away; the other road has a node 60 m away.
        made = build(
            tmp_path,
            nodes={1: (-1000, 0), 2: (1000, 0), 3: (0, 70), 4: (-1000, 400), 5: (1000, 400)},
            ways=[([1, 2], ROAD), ([3, 4], ROAD), ([3, 5], ROAD), ([1, 4], ROAD), ([2, 5], ROAD)],
        )

        found = ways(made, point("a", 0, 10), point("b", 500, 0))

        assert found.distance_m[0, 1] == 510

    def test_passes_over_roads_of_other_kinds(self, tmp_path):
        made = build(
            tmp_path,
            nodes={1: (0, 0), 2: (1000, 0), 3: (0, 100), 4: (1000, 100)},
            ways=[([1, 2], {"highway": "cycleway"}), ([3, 4], ROAD), ([1, 3], ROAD)],
        )
        points = point("a", 400, 10), point("b", 600, 10)

        assert ways(made, *points).distance_m[0, 1] == 90 + 200 + 90
        assert ways(made, *points, vehicle=BIKE).distance_m[0, 1] == 10 + 200 + 10

    def test_prefers_the_network_to_a_road_that_is_cut_off(self, tmp_path):
        made = build(
            tmp_path,
            nodes={**SQUARE, 5: (100, -20), 6: (200, -20)},
            ways=[([1, 2, 3, 4, 1], ROAD), ([5, 6], ROAD)],
        )

        found = ways(made, point("a", 100, -20), point("b", 200, -20))

        assert found.distance_m[0, 1] == 20 + 100 + 20


class TestUnreachable:
    def test_places_are_named_with_the_reason_and_the_nearest_road(self, tmp_path):
        made = build(
            tmp_path,
            nodes={**SQUARE, 5: (5000, 0), 6: (5100, 0)},
            ways=[([1, 2, 3, 4, 1], ROAD), ([5, 6], ROAD)],
        )

        found = ways(
            made, point("on", 100, 0), point("far", 100, -1500), point("island", 5050, 0), point("too", 200, 0)
        )

        assert [(place.point_id, place.why, place.nearest_m) for place in found.unreachable] == [
            ("far", Why.NOTHING_NEAR, 1500),
            ("island", Why.CUT_OFF, 4750),
        ]
        assert found.distance_m[0].tolist() == [0, NO_WAY, NO_WAY, 100]
        assert found.distance_m[1].tolist() == [NO_WAY, 0, NO_WAY, NO_WAY]

    def test_the_limit_is_the_caller_s(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], ROAD)])
        points = point("a", 100, -50), point("b", 200, 0)

        assert ways(made, *points, within_m=51).distance_m[0, 1] == 150
        assert ways(made, *points, within_m=49).unreachable[0].why is Why.NOTHING_NEAR

    def test_a_day_elsewhere_is_refused_with_both_places(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], ROAD)])

        with pytest.raises(OutsideExtract, match=r"None of the 1 places .* 0\.0000, 0\.0000 .* at 27\.8270, 113\.0850"):
            ways(made, Point(point_id="a", lat=27.827, lon=113.085))


class TestBarriers:
    def test_bollards_stop_vans_and_let_bicycles_through(self, tmp_path):
        nodes = {**SQUARE, 5: (150, 0)}
        made = build(
            tmp_path,
            nodes=nodes,
            ways=[([1, 5, 2, 3, 4, 1], ROAD)],
            node_tags={5: {"barrier": "bollard"}},
        )
        points = point("a", 100, 0), point("b", 200, 0)

        assert ways(made, *points).distance_m[0, 1] == 1100
        assert ways(made, *points, vehicle=BIKE).distance_m[0, 1] == 100

    def test_a_closed_crossing_is_passed_in_no_direction(self, tmp_path):
        made = build(
            tmp_path,
            nodes={1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300), 9: (150, 0), 10: (150, -300)},
            ways=[([1, 9, 2, 3, 4, 1], ROAD), ([9, 10], ROAD)],
            node_tags={9: {"barrier": "gate", "access": "private"}},
        )

        found = ways(made, point("a", 100, 0), point("b", 200, 0), point("c", 150, -300), within_m=299)

        assert found.distance_m[0, 1] == 1100
        # The road behind the gate is cut off from the square, whose nearest road is 300 m away.
        assert [(place.point_id, place.why) for place in found.unreachable] == [("c", Why.CUT_OFF)]


class TestContraction:
    def test_keeps_junctions_and_ends_alone(self, tmp_path):
        # A road of four pieces, and a side road at its third node.
        made = build(
            tmp_path,
            nodes={1: (0, 0), 2: (100, 0), 3: (200, 50), 4: (300, 0), 5: (400, 0), 6: (200, 500)},
            ways=[([1, 2, 3], ROAD), ([3, 4, 5], {**ROAD, "maxspeed": "10"}), ([3, 6], ROAD)],
        )
        network = made.networks[Kind.VAN]

        assert network.junction_count == 4
        assert sorted(np.diff(network.first).tolist()) == [2, 3, 3]

    def test_ends_a_chain_where_the_directions_change(self, tmp_path):
        made = build(
            tmp_path,
            nodes={1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0)},
            ways=[([1, 2, 3], ROAD), ([3, 4], {**ROAD, "oneway": "yes"})],
        )

        assert made.networks[Kind.VAN].chain_count == 2

    def test_joins_one_ways_that_are_drawn_against_each_other(self, tmp_path):
        # 1 -> 2 drawn with the traffic, 2 -> 3 against it: one chain, and the whole ring is a way round.
        made = build(
            tmp_path,
            nodes=SQUARE,
            ways=[
                ([1, 2], {**ROAD, "oneway": "yes"}),
                ([3, 2], {**ROAD, "oneway": "-1"}),
                ([3, 4, 1], {**ROAD, "oneway": "yes"}),
            ],
        )

        found = ways(made, point("a", 100, 0), point("b", 300, 100))

        assert made.networks[Kind.VAN].chain_count == 1
        assert found.distance_m.tolist() == [[0, 300], [900, 0]]

    def test_of_two_roads_between_the_same_junctions_the_quicker_counts(self, tmp_path):
        made = build(
            tmp_path,
            nodes={1: (0, 0), 2: (400, 0), 3: (200, 300), 4: (-100, 0), 5: (500, 0)},
            ways=[([1, 2], ROAD), ([1, 3, 2], ROAD), ([4, 1], ROAD), ([2, 5], ROAD)],
        )

        assert ways(made, point("a", -100, 0), point("b", 500, 0)).distance_m[0, 1] == 600


class TestFile:
    def test_gives_back_the_same_ways_and_where_they_came_from(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], {**ROAD, "oneway": "yes"})])
        points = point("a", 100, 3), point("b", 200, -4)

        graph.write_graph(made, tmp_path / "new" / "roads.npz")
        read = graph.read_graph(tmp_path / "new" / "roads.npz")

        assert ways(read, *points).distance_m.tolist() == ways(made, *points).distance_m.tolist()
        assert (read.extract_name, read.built_at) == ("town.osm.pbf", "2026-11-24T08:00:00+00:00")
        assert read.extract_digest == extract.digest_of(tmp_path / "town.osm.pbf")
        assert ExtractRouter(read).source == ExtractRouter(made).source

    def test_of_another_version_is_refused(self, tmp_path, monkeypatch):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], ROAD)])
        with monkeypatch.context() as patched:
            patched.setattr(graph, "VERSION", 99)
            graph.write_graph(made, tmp_path / "roads.npz")

        with pytest.raises(graph.UnableToReadGraph, match="of version 99; this program reads version 2"):
            graph.read_graph(tmp_path / "roads.npz")

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"nothing of the kind" * 100])
    def test_that_is_none_is_refused(self, tmp_path, content):
        (tmp_path / "roads.npz").write_bytes(content)

        with pytest.raises(graph.UnableToReadGraph, match="is no road graph"):
            graph.read_graph(tmp_path / "roads.npz")

    def test_that_was_cut_short_is_refused(self, tmp_path):
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], ROAD)])
        graph.write_graph(made, tmp_path / "roads.npz")
        content = (tmp_path / "roads.npz").read_bytes()
        (tmp_path / "roads.npz").write_bytes(content[: len(content) // 2])

        with pytest.raises(graph.UnableToReadGraph, match="is no road graph"):
            graph.read_graph(tmp_path / "roads.npz")


class TestBadExtract:
    @pytest.mark.parametrize("content", [b"", b"a table,of something\n", bytes(range(256)) * 40])
    def test_that_is_no_extract_is_refused(self, tmp_path, content):
        (tmp_path / "town.osm.pbf").write_bytes(content)

        with pytest.raises(extract.UnableToReadExtract, match=r"town\.osm\.pbf"):
            extract.build_graph(tmp_path / "town.osm.pbf", built_at=BUILT_AT)

    def test_that_was_cut_short_is_refused(self, tmp_path):
        path = extracts.write(
            tmp_path / "town.osm.pbf",
            nodes={number: (number, number % 7) for number in range(1, 3000)},
            ways=[([number, number + 1], ROAD) for number in range(1, 2999)],
        )
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * 2 // 3])

        with pytest.raises(extract.UnableToReadExtract, match="cannot be read as an OpenStreetMap extract"):
            extract.build_graph(path, built_at=BUILT_AT)

    def test_without_roads_is_refused(self, tmp_path):
        with pytest.raises(extract.UnableToReadExtract, match="holds no roads"):
            build(tmp_path, nodes=SQUARE, ways=[([1, 2, 3, 4, 1], {"building": "yes"})])

    def test_whose_ways_leave_it_keeps_what_is_inside(self, tmp_path):
        # Node 99 is not in the extract.
        made = build(tmp_path, nodes=SQUARE, ways=[([1, 2, 99, 3, 4], ROAD), ([4, 1], ROAD)])

        found = ways(made, point("a", 100, 0), point("b", 100, 300))

        assert found.distance_m[0, 1] == 100 + 300 + 100
