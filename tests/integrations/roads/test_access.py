"""What tags of ways and barriers mean for bicycles and for vans."""

import pytest

from supplyhub.integrations.roads import access
from supplyhub.integrations.roads.router import Kind

BICYCLE, VAN = Kind.BICYCLE, Kind.VAN


def directions(kind: Kind, **tags: str) -> tuple[bool, bool]:
    passage = access.way_passage({key.replace("__", ":"): value for key, value in tags.items()}, kind)
    return passage.forward, passage.backward


BOTH, AHEAD, BACK, NEITHER = (True, True), (True, False), (False, True), (False, False)


class TestDirections:
    @pytest.mark.parametrize(
        ("tags", "of_bicycle", "of_van"),
        [
            ({}, BOTH, BOTH),
            ({"oneway": "yes"}, AHEAD, AHEAD),
            ({"oneway": "1"}, AHEAD, AHEAD),
            ({"oneway": "-1"}, BACK, BACK),
            ({"oneway": "no"}, BOTH, BOTH),
            ({"oneway": "reversible"}, NEITHER, NEITHER),
            ({"oneway": "yes", "oneway__bicycle": "no"}, BOTH, AHEAD),
            ({"oneway": "yes", "oneway__bicycle": "-1"}, BACK, AHEAD),
            ({"oneway": "yes", "cycleway": "opposite"}, BOTH, AHEAD),
            ({"oneway": "yes", "cycleway": "opposite_lane"}, BOTH, AHEAD),
            ({"oneway": "yes", "cycleway__left": "lane", "cycleway__left__oneway": "-1"}, BOTH, AHEAD),
            ({"oneway": "yes", "cycleway__left": "no", "cycleway__left__oneway": "-1"}, AHEAD, AHEAD),
            ({"oneway__motor_vehicle": "yes"}, BOTH, AHEAD),
            ({"junction": "roundabout"}, AHEAD, AHEAD),
            ({"junction": "roundabout", "oneway": "no"}, BOTH, BOTH),
            ({"junction": "roundabout", "oneway": "-1"}, BACK, BACK),
        ],
    )
    def test_follow_the_tags(self, tags, of_bicycle, of_van):
        assert directions(BICYCLE, highway="residential", **tags) == of_bicycle
        assert directions(VAN, highway="residential", **tags) == of_van

    def test_a_motorway_is_one_way_by_itself_and_nothing_for_bicycles(self):
        assert directions(VAN, highway="motorway") == AHEAD
        assert directions(BICYCLE, highway="motorway") == NEITHER

    def test_pushing_goes_both_ways(self):
        assert directions(BICYCLE, highway="residential", oneway="yes", bicycle="dismount") == BOTH
        assert directions(BICYCLE, highway="residential", oneway="yes", maxspeed="5") == AHEAD


class TestAccess:
    @pytest.mark.parametrize(
        ("tags", "for_bicycle", "for_van"),
        [
            ({"highway": "residential", "access": "private"}, False, False),
            ({"highway": "residential", "access": "no"}, False, False),
            ({"highway": "residential", "access": "destination"}, True, True),
            ({"highway": "residential", "access": "no", "bicycle": "yes"}, True, False),
            ({"highway": "residential", "vehicle": "no"}, False, False),
            ({"highway": "residential", "motor_vehicle": "no"}, True, False),
            ({"highway": "residential", "motor_vehicle": "no", "goods": "yes"}, True, True),
            ({"highway": "residential", "bicycle": "no"}, False, True),
            ({"highway": "residential", "hgv": "no"}, True, True),
            ({"highway": "cycleway"}, True, False),
            ({"highway": "path"}, True, False),
            ({"highway": "footway"}, False, False),
            ({"highway": "footway", "bicycle": "yes"}, True, False),
            ({"highway": "footway", "bicycle": "dismount"}, True, False),
            ({"highway": "pedestrian"}, False, False),
            ({"highway": "pedestrian", "motor_vehicle": "delivery"}, False, True),
            ({"highway": "steps", "bicycle": "dismount"}, False, False),
            ({"highway": "construction"}, False, False),
            ({"highway": "proposed"}, False, False),
            ({}, False, False),
        ],
    )
    def test_follows_the_most_particular_tag(self, tags, for_bicycle, for_van):
        assert access.way_passage(tags, BICYCLE).forward is for_bicycle
        assert access.way_passage(tags, VAN).forward is for_van


class TestSpeeds:
    @pytest.mark.parametrize(
        ("tags", "speed_kmh"),
        [
            ({"highway": "primary"}, 45),
            ({"highway": "primary", "maxspeed": "30"}, 30),
            ({"highway": "primary", "maxspeed": "20 mph"}, 32),
            ({"highway": "primary", "maxspeed": "none"}, 45),
            ({"highway": "primary", "maxspeed": "0"}, 45),
            ({"highway": "service", "service": "alley"}, 10),
        ],
    )
    def test_are_the_class_s_within_the_limit(self, tags, speed_kmh):
        assert access.way_passage(tags, VAN).speed_kmh == speed_kmh

    def test_pushing_is_walking(self):
        assert access.way_passage({"highway": "footway", "bicycle": "dismount"}, BICYCLE).speed_kmh == 5


class TestStopping:
    def test_nobody_stops_on_a_motorway_or_in_a_tunnel(self):
        assert not access.way_passage({"highway": "motorway"}, VAN).is_stop
        assert not access.way_passage({"highway": "primary", "tunnel": "yes"}, VAN).is_stop
        assert access.way_passage({"highway": "primary"}, VAN).is_stop


class TestBarriers:
    @pytest.mark.parametrize(
        ("tags", "stops_bicycle", "stops_van"),
        [
            ({"barrier": "bollard"}, False, True),
            ({"barrier": "bollard", "motor_vehicle": "yes"}, False, False),
            ({"barrier": "cycle_barrier"}, False, True),
            ({"barrier": "block"}, False, True),
            ({"barrier": "chain"}, True, True),
            ({"barrier": "gate"}, False, False),
            ({"barrier": "lift_gate"}, False, False),
            ({"barrier": "gate", "access": "private"}, True, True),
            ({"barrier": "gate", "access": "no", "bicycle": "yes"}, False, True),
            ({"barrier": "kerb"}, False, False),
            ({"barrier": "turnstile"}, True, True),
            ({"highway": "crossing"}, False, False),
        ],
    )
    def test_stop_whom_they_are_made_for(self, tags, stops_bicycle, stops_van):
        assert access.is_closed_barrier(tags, BICYCLE) is stops_bicycle
        assert access.is_closed_barrier(tags, VAN) is stops_van
