"""Ask a routing server for tables, block by block: HTTP with a timeout and a limit, and errors that say what to do.

`ServerRouter` is all that servers share; `osrm` and `valhalla` know how one block is asked for. Servers limit the size
of a table, so that a day's places are asked for in squares of a few dozen. A server that knows no road near one of the
places refuses the whole block: then halves are asked for, down to the place that it is.
"""

import http.client
import json
import socket
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

import numpy as np

from supplyhub.core import clock
from supplyhub.integrations.roads import troubles
from supplyhub.integrations.roads.network import Floats
from supplyhub.integrations.roads.router import (
    NO_WAY,
    Cells,
    Point,
    Progress,
    RoadTable,
    Source,
    SourceKind,
    Unreachable,
    VehicleOnRoads,
    Why,
)
from supplyhub.integrations.roads.troubles import RoadsUnavailable, Trouble

BLOCK = 40
"""Places to a side of a block: 1,600 pairs of 80 places; usual limits: 2,500 pairs (Valhalla), 100 places (OSRM)."""
_LARGEST_ANSWER = 8_000_000
_READ_AT_ONCE = 1 << 16
# Once around the earth, and a year: what is above is no amount of a way.
_LONGEST_M, _LONGEST_S = 40_075_000.0, 31_536_000.0

Amounts = Sequence[Sequence[float | None]]
"""Metres or seconds from some places to others, None where there is no way."""
# Straight to the server: a proxy of the environment knows nothing of a server beside us.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoRoadNear(Exception):
    """The server knows no road near one of the places that it was asked about."""


class ServerRouter(ABC):
    """A `RoadRouter` that asks a server. Subclasses say how a block is asked for."""

    kind: ClassVar[SourceKind]

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url = require_web_address(url)
        self._timeout_s = timeout_s

    @property
    def source(self) -> Source:
        """The server's address, without a name and password that it may hold."""
        parts = urlsplit(self._url)
        return Source(kind=self.kind, name=parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl())

    def table(self, points: Sequence[Point], vehicle: VehicleOnRoads, *, progress: Progress | None = None) -> RoadTable:
        """Return the ways between all points.

        Parameters
        ----------
        points
            The places; those at one place are asked for once.
        vehicle
            Its kind chooses the server's profile; it never goes faster than its speed, whatever the server thinks.
        progress
            Is told the share of blocks that are answered.

        Returns
        -------
        RoadTable
            The ways in whole metres and seconds, rounded up; from road to road: servers leave out the metres between a
            place and its road.
        """
        places = list(dict.fromkeys((point.lat, point.lon) for point in points))
        number = {place: n for n, place in enumerate(places)}
        asked = [Point(point_id="", lat=lat, lon=lon) for lat, lon in places]
        metres, seconds = self._ask_all(asked, vehicle, progress)
        seconds = np.maximum(seconds, metres * 3.6 / vehicle.speed_kmh)
        np.fill_diagonal(metres, 0.0)
        np.fill_diagonal(seconds, 0.0)
        row_of = np.array([number[point.lat, point.lon] for point in points], dtype=np.int64)
        alone = _alone(metres)
        return RoadTable(
            distance_m=_cells(metres)[np.ix_(row_of, row_of)],
            duration_s=_cells(seconds)[np.ix_(row_of, row_of)],
            unreachable=tuple(
                Unreachable(point_id=point.point_id, why=Why.NO_ANSWER)
                for point, row in zip(points, row_of.tolist(), strict=True)
                if row in alone
            ),
        )

    def _ask_all(
        self, points: Sequence[Point], vehicle: VehicleOnRoads, progress: Progress | None
    ) -> tuple[Floats, Floats]:
        metres = np.full((len(points), len(points)), np.nan)
        seconds = metres.copy()
        blocks = [range(begin, min(begin + BLOCK, len(points))) for begin in range(0, len(points), BLOCK)]
        for done, (rows, columns) in enumerate(((rows, columns) for rows in blocks for columns in blocks), start=1):
            self._fill(metres, seconds, rows, columns, points=points, vehicle=vehicle)
            if progress is not None:
                progress(done / len(blocks) ** 2)
        return metres, seconds

    def _fill(
        self,
        metres: Floats,
        seconds: Floats,
        rows: range,
        columns: range,
        *,
        points: Sequence[Point],
        vehicle: VehicleOnRoads,
    ) -> None:
        try:
            some_m, some_s = self._ask([points[n] for n in rows], [points[n] for n in columns], vehicle)
        except NoRoadNear:
            # One place to one place that is refused: there is no way.
            if len(rows) > 1 or len(columns) > 1:
                for some_rows in _halves(rows):
                    for some_columns in _halves(columns):
                        self._fill(metres, seconds, some_rows, some_columns, points=points, vehicle=vehicle)
            return
        block = np.ix_(rows, columns)
        metres[block] = np.array(some_m, dtype=np.float64)
        seconds[block] = np.array(some_s, dtype=np.float64)

    @abstractmethod
    def _ask(
        self, sources: Sequence[Point], targets: Sequence[Point], vehicle: VehicleOnRoads
    ) -> tuple[Amounts, Amounts]:
        """Ask for one block: metres and seconds from some places to others.

        Raises
        ------
        NoRoadNear
            The server knows no road near one of the places.
        RoadsUnavailable
            There is no answer now.
        """

    def _ask_json(self, url: str, body: Mapping[str, Any] | None = None) -> tuple[int, Mapping[str, Any]]:
        """Return the status and the JSON object of the server's answer, also where it refuses.

        Raises
        ------
        of_server
            It does not answer in time, breaks, or answers with something else (`RoadsUnavailable`).
        """
        status, content = _answer(url, body, self._timeout_s)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise troubles.of_server(url, Trouble.NOT_AN_ANSWER, status=status)
        return status, found


def require_web_address(url: str) -> str:
    """Return an address of a server without the slash at its end.

    Raises
    ------
    RoadsUnavailable
        It is none.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise RoadsUnavailable(Trouble.NO_ADDRESS, url=url)
    return url.rstrip("/")


def read_amounts(url: str, table: object, rows: int, columns: int, *, metres_per_unit: float | None = None) -> Amounts:
    """Return a table of an answer, once it has the shape that was asked for.

    Parameters
    ----------
    url
        Where it was asked.
    table
        What came.
    rows, columns
        How many places were asked for.
    metres_per_unit
        Of distances; None for durations in seconds.

    Raises
    ------
    of_server
        It has not (`RoadsUnavailable`).
    """
    most = _LONGEST_S if metres_per_unit is None else _LONGEST_M / metres_per_unit
    is_table = (
        isinstance(table, list)
        and len(table) == rows
        and all(isinstance(row, list) and len(row) == columns for row in table)
        and all(cell is None or (_is_number(cell) and 0 <= cell <= most) for row in table for cell in row)
    )
    if not is_table:
        raise troubles.of_server(url, Trouble.NOT_A_TABLE)
    found: Amounts = table  # type: ignore[assignment]
    factor = metres_per_unit or 1.0
    return [[None if cell is None else cell * factor for cell in row] for row in found]


def refusal(url: str, status: int, said: object) -> RoadsUnavailable:
    """Return the error of a server that answers, but not with ways.

    Parameters
    ----------
    url
        Where it was asked.
    status
        Of its answer.
    said
        What it says of the reason, where it says something.
    """
    if isinstance(said, str) and said.strip():
        return troubles.of_server(url, Trouble.SAID, said=said.strip())
    return troubles.of_server(url, Trouble.STATUS, status=status)


def _answer(url: str, body: Mapping[str, Any] | None, timeout_s: float) -> tuple[int, bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked where the address comes in
        url, data=data, headers={"Content-Type": "application/json", "Accept": "application/json"}
    )
    ends_at = clock.monotonic() + timeout_s
    try:
        try:
            with _opener.open(request, timeout=timeout_s) as answer:
                return answer.status, _content(url, answer, ends_at, timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _content(url, error, ends_at, timeout_s)
    except OSError as error:
        raise _of_connection(url, error, timeout_s) from None
    except http.client.HTTPException:
        # What came is no HTTP.
        raise troubles.of_server(url, Trouble.NOT_AN_ANSWER, status="–") from None


def _content(url: str, answer: Any, ends_at: float, timeout_s: float) -> bytes:
    """Read an answer; a server that sends a little now and then has as long as one that says nothing.

    Raises
    ------
    of_server
        It is too long, or takes too long (`RoadsUnavailable`).
    """
    content = bytearray()
    while part := answer.read1(_READ_AT_ONCE):
        content += part
        if len(content) > _LARGEST_ANSWER:
            raise troubles.of_server(url, Trouble.TOO_LONG)
        if clock.monotonic() > ends_at:
            raise troubles.of_server(url, Trouble.TIMED_OUT, seconds=f"{timeout_s:g}")
    return bytes(content)


def _of_connection(url: str, error: OSError, timeout_s: float) -> RoadsUnavailable:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return troubles.of_server(url, Trouble.TIMED_OUT, seconds=f"{timeout_s:g}")
    if isinstance(reason, ConnectionRefusedError):
        return troubles.of_server(url, Trouble.CONNECTION_REFUSED)
    if isinstance(reason, socket.gaierror):
        return troubles.of_server(url, Trouble.UNKNOWN_HOST)
    problem = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return troubles.of_server(url, Trouble.UNREACHABLE, problem=problem)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _alone(metres: Floats) -> set[int]:
    """Return the places that nobody reaches, or that reach nobody."""
    if len(metres) < 2:
        return set()
    is_way = ~np.isnan(metres) & ~np.eye(len(metres), dtype=bool)
    return set(np.flatnonzero(~is_way.any(axis=0) | ~is_way.any(axis=1)).tolist())


def _halves(numbers: range) -> tuple[range, ...]:
    middle = len(numbers) // 2
    return (numbers[:middle], numbers[middle:]) if middle else (numbers,)


def _cells(amounts: Floats) -> Cells:
    # Fractions below a thousandth are the server's rounding, not way.
    return np.where(np.isnan(amounts), NO_WAY, np.ceil(np.round(amounts, 3))).astype(np.int32)
