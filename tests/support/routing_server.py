"""A routing server on this machine that answers as Valhalla and OSRM do, or slowly, or wrongly, or not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from supplyhub.core import geo

Place = tuple[float, float]
Content = bytes | Iterable[bytes]
Answer = Callable[[str, dict], tuple[int | None, Content]]
"""Status and content by path and body; without a status the content is all that is sent, HTTP or not."""

DETOUR, METRES_PER_SECOND = 1.4, 5


def along_roads_m(start: Place, end: Place) -> float:
    """Return what the server takes for metres between two places, where a test says nothing else."""
    return DETOUR * geo.haversine_m(*start, *end)


class RoutingServer:
    """Answers by a function of path and body, and notes what was asked."""

    def __init__(self, metres: Callable[[Place, Place], float] = along_roads_m) -> None:
        self.metres = metres
        self.answer: Answer = self.both
        self.asked: list[tuple[str, dict]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                outer.asked.append((self.path, body))
                status, content = outer.answer(self.path, body)
                parts = [content] if isinstance(content, bytes) else content
                try:
                    if status is not None:
                        self.send_response(status)
                        self.end_headers()
                    for part in parts:
                        self.wfile.write(part)
                        self.wfile.flush()
                except OSError:
                    pass  # who asked has gone

            do_POST = do_GET  # noqa: N815 -- the library's name

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop: whoever asks from now on is refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def both(self, path: str, body: dict) -> tuple[int, bytes]:
        """Answer as the server whose way of asking it is."""
        return self.valhalla(path, body) if path == "/sources_to_targets" else self.osrm(path, body)

    def valhalla(self, _path: str, body: dict) -> tuple[int, bytes]:
        """Answer as Valhalla does."""
        sources, targets = ([(place["lat"], place["lon"]) for place in body[key]] for key in ("sources", "targets"))
        metres, seconds = self._tables(sources, targets)
        kilometres = [[cell / 1000 for cell in row] for row in metres]
        tables = {"distances": kilometres, "durations": seconds}
        return 200, json.dumps({"sources_to_targets": tables}).encode()

    def osrm(self, path: str, _body: dict) -> tuple[int, bytes]:
        """Answer as OSRM does."""
        parts = urlsplit(path)
        pairs = [place.split(",") for place in parts.path.rsplit("/", 1)[1].split(";")]
        places = [(float(lat), float(lon)) for lon, lat in pairs]
        query = parse_qs(parts.query)
        sources, targets = ([places[int(n)] for n in query[name][0].split(";")] for name in ("sources", "destinations"))
        metres, seconds = self._tables(sources, targets)
        return 200, json.dumps({"code": "Ok", "distances": metres, "durations": seconds}).encode()

    def late(self, seconds: float) -> Answer:
        """Answer as it should be, after some time."""

        def answer(path: str, body: dict) -> tuple[int, bytes]:
            time.sleep(seconds)
            return self.both(path, body)

        return answer

    def dripping(self, pause_s: float) -> Answer:
        """Answer a byte at a time."""

        def drip(content: bytes) -> Iterator[bytes]:
            for number in range(len(content)):
                time.sleep(pause_s)
                yield content[number : number + 1]

        def answer(path: str, body: dict) -> tuple[int, Iterator[bytes]]:
            status, content = self.both(path, body)
            return status, drip(content)

        return answer

    def without(self, is_refused: Callable[[Place], bool]) -> Answer:
        """Answer as Valhalla that knows no road near some places."""

        def answer(path: str, body: dict) -> tuple[int, bytes]:
            if any(is_refused((place["lat"], place["lon"])) for place in (*body["sources"], *body["targets"])):
                return 400, json.dumps({"error_code": 171, "error": "No suitable edges near location"}).encode()
            return self.valhalla(path, body)

        return answer

    def _tables(self, sources: list[Place], targets: list[Place]) -> tuple[list[list[float]], list[list[float]]]:
        metres = [[self.metres(start, end) for end in targets] for start in sources]
        return metres, [[cell / METRES_PER_SECOND for cell in row] for row in metres]


@contextmanager
def running(metres: Callable[[Place, Place], float] = along_roads_m) -> Iterator[RoutingServer]:
    """Give a server that runs while it is needed."""
    server = RoutingServer(metres)
    try:
        yield server
    finally:
        server.close()
