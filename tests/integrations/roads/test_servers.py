"""Valhalla and OSRM by address, against a small server on this machine that answers as they do, or does not."""

import json
import socket
from collections.abc import Iterator

import pytest

from supplyhub.integrations.roads import asking
from supplyhub.integrations.roads.osrm import OsrmRouter
from supplyhub.integrations.roads.router import NO_WAY, Kind, Point, SourceKind, VehicleOnRoads, Why
from supplyhub.integrations.roads.troubles import RoadsUnavailable, Trouble, sentence
from supplyhub.integrations.roads.valhalla import ValhallaRouter
from tests.support import routing_server
from tests.support.routing_server import Place, RoutingServer

BIKE = VehicleOnRoads(name="ebike", kind=Kind.BICYCLE, speed_kmh=18)
VAN = VehicleOnRoads(name="van", kind=Kind.VAN, speed_kmh=36)


def metres(start: Place, end: Place) -> float:
    """Return what the server says: 100 m for each number between them, and 7 m more towards the north."""
    numbers = round(end[0] * 1000) - round(start[0] * 1000)
    return abs(numbers) * 100 + (7 if numbers > 0 else 0)


@pytest.fixture
def server() -> Iterator[RoutingServer]:
    with routing_server.running(metres) as found:
        yield found


def points(count: int) -> list[Point]:
    """Return points whose numbers can be read from their latitudes."""
    return [Point(point_id=f"G{number}", lat=number / 1000, lon=113.0) for number in range(count)]


class TestValhalla:
    def test_gives_metres_and_seconds_in_both_directions(self, server):
        found = ValhallaRouter(server.url + "/", timeout_s=5).table(points(3), BIKE)

        assert found.distance_m.tolist() == [[0, 107, 207], [100, 0, 107], [200, 100, 0]]
        # 107 m / 5 m/s are 21.4 s.
        assert found.duration_s.tolist() == [[0, 22, 42], [20, 0, 22], [40, 20, 0]]
        assert server.asked[0][0] == "/sources_to_targets"

    def test_asks_for_the_vehicle_s_costing(self, server):
        router = ValhallaRouter(server.url, timeout_s=5)

        router.table(points(2), BIKE)
        router.table(points(2), VAN)

        assert server.asked[0][1]["costing_options"]["bicycle"]["cycling_speed"] == 18
        assert server.asked[1][1]["costing"] == "auto"

    def test_lets_nobody_go_faster_than_the_vehicle(self, server):
        slow = VehicleOnRoads(name="van", kind=Kind.VAN, speed_kmh=9)

        found = ValhallaRouter(server.url, timeout_s=5).table(points(2), slow)

        # 100 m at 9 km/h are 40 s; the server said 20.
        assert found.duration_s[1, 0] == 40

    def test_asks_in_blocks_that_servers_take(self, server):
        found = ValhallaRouter(server.url, timeout_s=5).table(points(asking.BLOCK + 1), BIKE)

        assert len(server.asked) == 4
        assert max(len(body["sources"]) for _, body in server.asked) == asking.BLOCK
        assert found.distance_m[0, asking.BLOCK] == asking.BLOCK * 100 + 7

    def test_finds_the_place_that_has_no_road(self, server):
        server.answer = server.without(lambda place: round(place[0] * 1000) == 3)

        found = ValhallaRouter(server.url, timeout_s=5).table(points(5), BIKE)

        assert [(place.point_id, place.why) for place in found.unreachable] == [("G3", Why.NO_ANSWER)]
        assert found.distance_m[0].tolist() == [0, 107, 207, NO_WAY, 407]

    def test_reads_null_as_no_way(self, server):
        tables = {"distances": [[0, None], [0.1, 0]], "durations": [[0, None], [20, 0]]}
        server.answer = lambda _path, _body: (200, json.dumps({"sources_to_targets": tables}).encode())

        found = ValhallaRouter(server.url, timeout_s=5).table(points(2), BIKE)

        assert found.distance_m.tolist() == [[0, NO_WAY], [100, 0]]


class TestOsrm:
    def test_gives_metres_and_seconds_in_both_directions(self, server):
        found = OsrmRouter(server.url, timeout_s=5).table(points(3), BIKE)

        assert found.distance_m.tolist() == [[0, 107, 207], [100, 0, 107], [200, 100, 0]]
        assert server.asked[0][0].startswith("/table/v1/cycling/113.000000,0.000000;")

    def test_finds_each_kind_s_server_behind_one_address(self, server):
        OsrmRouter(server.url + "/{kind}", timeout_s=5).table(points(2), VAN)

        assert server.asked[0][0].startswith("/van/table/v1/driving/")

    def test_names_a_server_that_finds_the_table_too_big(self, server):
        refusal = json.dumps({"code": "TooBig", "message": "Too many table coordinates"}).encode()
        server.answer = lambda _path, _body: (400, refusal)

        with pytest.raises(RoadsUnavailable, match="Too many table coordinates"):
            OsrmRouter(server.url, timeout_s=5).table(points(2), BIKE)


class TestTrouble:
    @pytest.mark.parametrize(
        ("status", "content", "problem"),
        [
            (500, b'{"error": "tiles are gone"}', "tiles are gone"),
            (503, b"<html>away</html>", "status 503"),
            (200, b"", "status 200"),
            (200, b"[1, 2]", "status 200"),
            (200, b"{}", "not a table"),
            (200, b'{"sources_to_targets": {"distances": [[0]], "durations": [[0]]}}', "not a table"),
            (200, b'{"sources_to_targets": {"distances": [[0, "x"], [1, 0]], "durations": []}}', "not a table"),
            (200, b'{"sources_to_targets": {"distances": [[0, 1e999], [1, 0]], "durations": []}}', "not a table"),
            (200, b'{"sources_to_targets": {"distances": [[0, NaN], [1, 0]], "durations": []}}', "not a table"),
            (200, b'{"sources_to_targets": {"distances": [[0, -1], [1, 0]], "durations": []}}', "not a table"),
            (200, b'{"sources_to_targets": {"distances": [[0, true], [1, 0]], "durations": []}}', "not a table"),
            (200, b"[" * 100_000, "status 200"),
            (200, b'"\xff"', "status 200"),
        ],
    )
    def test_is_named_with_the_address_and_what_to_do(self, server, status, content, problem):
        server.answer = lambda _path, _body: (status, content)

        with pytest.raises(RoadsUnavailable, match=problem) as raised:
            ValhallaRouter(server.url, timeout_s=5).table(points(2), BIKE)

        assert server.url in str(raised.value)
        assert "roads_source" in str(raised.value)

    def test_of_an_answer_without_end(self, server):
        server.answer = lambda _path, _body: (200, b" " * 9_000_000)

        with pytest.raises(RoadsUnavailable, match="too long"):
            ValhallaRouter(server.url, timeout_s=5).table(points(2), BIKE)

    def test_of_a_server_that_is_slow(self, server):
        server.answer = server.late(0.6)

        with pytest.raises(RoadsUnavailable, match=r"did not answer within 0\.2 s"):
            ValhallaRouter(server.url, timeout_s=0.2).table(points(2), BIKE)

    def test_of_a_server_that_sends_a_little_now_and_then(self, server):
        server.answer = server.dripping(0.05)

        with pytest.raises(RoadsUnavailable, match=r"did not answer within 0\.2 s"):
            ValhallaRouter(server.url, timeout_s=0.2).table(points(2), BIKE)

    @pytest.mark.parametrize("content", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 what?\r\n\r\n", b"\x16\x03\x01\x00"])
    def test_of_a_server_of_another_kind(self, server, content):
        server.answer = lambda _path, _body: (None, content)

        with pytest.raises(RoadsUnavailable, match="not what it should be"):
            OsrmRouter(server.url, timeout_s=5).table(points(2), BIKE)

    def test_of_a_server_that_hangs_up(self, server):
        server.answer = lambda _path, _body: (None, b"")

        with pytest.raises(RoadsUnavailable, match="cannot be reached"):
            OsrmRouter(server.url, timeout_s=5).table(points(2), BIKE)

    def test_of_a_name_that_is_not_known(self, monkeypatch):
        def know_nothing(*_arguments: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", know_nothing)

        with pytest.raises(RoadsUnavailable, match=r"roads\.example gives no ways: a machine of this name"):
            OsrmRouter("http://roads.example", timeout_s=5).table(points(2), BIKE)

    def test_of_a_server_that_is_not_there(self, server):
        server.close()

        with pytest.raises(RoadsUnavailable, match="refused"):
            OsrmRouter(server.url, timeout_s=5).table(points(2), BIKE)

    @pytest.mark.parametrize(
        "url", ["", "127.0.0.1:8002", "file:///etc/passwd", "http://", "http://[::1", "http://a:b"]
    )
    def test_of_an_address_that_is_none(self, url):
        with pytest.raises(RoadsUnavailable, match="roads_url"):
            ValhallaRouter(url, timeout_s=5)

    def test_can_be_told_again_from_what_was_kept(self, server):
        server.answer = lambda _path, _body: (500, b'{"error": "tiles are gone"}')

        with pytest.raises(RoadsUnavailable) as raised:
            ValhallaRouter(server.url, timeout_s=5).table(points(2), BIKE)
        kept = json.loads(json.dumps([raised.value.trouble, raised.value.fields]))

        assert sentence(Trouble(kept[0]), kept[1]) == raised.value.message


class TestSource:
    def test_is_the_address_without_a_password(self):
        source = ValhallaRouter("http://me:secret@roads.example:8002/eu/", timeout_s=5).source

        assert (source.kind, source.name) == (SourceKind.VALHALLA, "http://roads.example:8002/eu")


class TestPlaces:
    def test_that_lie_together_are_asked_for_once(self, server):
        two = points(2)
        bases = [Point(point_id=f"base:R{number}", lat=two[1].lat, lon=two[1].lon) for number in range(50)]

        found = ValhallaRouter(server.url, timeout_s=5).table([*two, *bases], BIKE)

        assert [len(body["sources"]) for _, body in server.asked] == [2]
        assert found.distance_m[0].tolist() == [0, *[107] * 51]
        assert found.distance_m[30].tolist() == [100, *[0] * 51]

    def test_share_of_answers_is_told(self, server):
        told: list[float] = []

        ValhallaRouter(server.url, timeout_s=5).table(points(asking.BLOCK + 1), BIKE, progress=told.append)

        assert told == [0.25, 0.5, 0.75, 1.0]
