"""Valhalla and OSRM by address, against a small server on this machine that answers as they do, or does not."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from supplyhub.integrations.roads import asking
from supplyhub.integrations.roads.osrm import OsrmRouter
from supplyhub.integrations.roads.router import NO_WAY, Kind, Point, RoadsUnavailable, VehicleOnRoads, Why
from supplyhub.integrations.roads.valhalla import ValhallaRouter

BIKE = VehicleOnRoads(name="ebike", kind=Kind.BICYCLE, speed_kmh=18)
VAN = VehicleOnRoads(name="van", kind=Kind.VAN, speed_kmh=36)
Answer = Callable[[str, dict], tuple[int, bytes]]


class Server:
    """Answers by a function of path and body, and notes what was asked."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _path, _body: (500, b"")
        self.asked: list[tuple[str, dict]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                outer.asked.append((self.path, body))
                status, content = outer.answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET  # noqa: N815 -- the library's name

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def points(count: int) -> list[Point]:
    """Return points whose numbers can be read from their latitudes."""
    return [Point(point_id=f"G{number}", lat=number / 1000, lon=113.0) for number in range(count)]


def metres(start: float, end: float) -> float:
    """Return what the server says: 100 m for each number between them, and 7 m more towards the north."""
    numbers = round(end * 1000) - round(start * 1000)
    return abs(numbers) * 100 + (7 if numbers > 0 else 0)


def valhalla(_path: str, body: dict) -> tuple[int, bytes]:
    far = [[metres(a["lat"], b["lat"]) for b in body["targets"]] for a in body["sources"]]
    tables = {
        "distances": [[m / 1000 for m in row] for row in far],
        "durations": [[m / 5 for m in row] for row in far],
    }
    return 200, json.dumps({"sources_to_targets": tables}).encode()


def osrm(path: str, _body: dict) -> tuple[int, bytes]:
    parts = urlsplit(path)
    lats = [float(place.split(",")[1]) for place in parts.path.rsplit("/", 1)[1].split(";")]
    query = parse_qs(parts.query)
    starts, ends = ([lats[int(n)] for n in query[name][0].split(";")] for name in ("sources", "destinations"))
    far = [[metres(a, b) for b in ends] for a in starts]
    found = {"code": "Ok", "distances": far, "durations": [[m / 5 for m in row] for row in far]}
    return 200, json.dumps(found).encode()


class TestValhalla:
    def test_gives_metres_and_seconds_in_both_directions(self, server):
        server.answer = valhalla

        found = ValhallaRouter(server.url + "/", timeout_s=5).table(points(3), BIKE)

        assert found.distance_m.tolist() == [[0, 107, 207], [100, 0, 107], [200, 100, 0]]
        # 107 m / 5 m/s are 21.4 s.
        assert found.duration_s.tolist() == [[0, 22, 42], [20, 0, 22], [40, 20, 0]]
        assert server.asked[0][0] == "/sources_to_targets"

    def test_asks_for_the_vehicle_s_costing(self, server):
        server.answer = valhalla
        router = ValhallaRouter(server.url, timeout_s=5)

        router.table(points(2), BIKE)
        router.table(points(2), VAN)

        assert server.asked[0][1]["costing_options"]["bicycle"]["cycling_speed"] == 18
        assert server.asked[1][1]["costing"] == "auto"

    def test_lets_nobody_go_faster_than_the_vehicle(self, server):
        server.answer = valhalla
        slow = VehicleOnRoads(name="van", kind=Kind.VAN, speed_kmh=9)

        found = ValhallaRouter(server.url, timeout_s=5).table(points(2), slow)

        # 100 m at 9 km/h are 40 s; the server said 20.
        assert found.duration_s[1, 0] == 40

    def test_asks_in_blocks_that_servers_take(self, server):
        server.answer = valhalla

        found = ValhallaRouter(server.url, timeout_s=5).table(points(asking.BLOCK + 1), BIKE)

        assert len(server.asked) == 4
        assert max(len(body["sources"]) for _, body in server.asked) == asking.BLOCK
        assert found.distance_m[0, asking.BLOCK] == asking.BLOCK * 100 + 7

    def test_finds_the_place_that_has_no_road(self, server):
        def without_third(path: str, body: dict) -> tuple[int, bytes]:
            if any(round(place["lat"] * 1000) == 3 for place in (*body["sources"], *body["targets"])):
                return 400, json.dumps({"error_code": 171, "error": "No suitable edges near location"}).encode()
            return valhalla(path, body)

        server.answer = without_third

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
        server.answer = osrm

        found = OsrmRouter(server.url, timeout_s=5).table(points(3), BIKE)

        assert found.distance_m.tolist() == [[0, 107, 207], [100, 0, 107], [200, 100, 0]]
        assert server.asked[0][0].startswith("/table/v1/cycling/113.000000,0.000000;")

    def test_finds_each_kind_s_server_behind_one_address(self, server):
        server.answer = osrm

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
        def late(path: str, body: dict) -> tuple[int, bytes]:
            time.sleep(0.6)
            return valhalla(path, body)

        server.answer = late

        with pytest.raises(RoadsUnavailable, match=r"did not answer within 0\.2 s"):
            ValhallaRouter(server.url, timeout_s=0.2).table(points(2), BIKE)

    def test_of_a_server_that_is_not_there(self, server):
        server.close()

        with pytest.raises(RoadsUnavailable, match="refused"):
            OsrmRouter(server.url, timeout_s=5).table(points(2), BIKE)

    @pytest.mark.parametrize("url", ["", "127.0.0.1:8002", "file:///etc/passwd"])
    def test_of_an_address_that_is_none(self, url):
        with pytest.raises(RoadsUnavailable, match="roads_url"):
            ValhallaRouter(url, timeout_s=5)
