"""Ask a routing server for tables, block by block: HTTP with a timeout and a limit, and errors that say what to do.

Servers limit the size of a table, so that a day's places are asked for in squares of a few dozen. A server that knows
no road near one of the places refuses the whole block: then halves are asked for, down to the place that it is.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from supplyhub.integrations.roads.router import (
    NO_WAY,
    Cells,
    Point,
    RoadsUnavailable,
    RoadTable,
    Unreachable,
    VehicleOnRoads,
    Why,
)
from supplyhub.wording import lazy_gettext

BLOCK = 40
"""Places to a side of a block: 1,600 pairs of 80 places; usual limits: 2,500 pairs (Valhalla), 100 places (OSRM)."""
_LARGEST_ANSWER = 8_000_000

Amounts = Sequence[Sequence[float | None]]
AskBlock = Callable[[Sequence[Point], Sequence[Point]], tuple[Amounts, Amounts]]
"""Return metres and seconds from some places to others, None where there is no way."""


class NoRoadNear(Exception):
    """The server knows no road near one of the places that it was asked about."""


def require_web_address(url: str) -> str:
    """Return an address of a server without the slash at its end.

    Raises
    ------
    RoadsUnavailable
        It is none.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise RoadsUnavailable(
            lazy_gettext(
                "The settings name no routing server: roads_url is “%(url)s”. Write its address, such as "
                "http://127.0.0.1:8002, or choose another roads_source.",
                url=url,
            )
        )
    return url.rstrip("/")


def ask_json(url: str, *, timeout_s: float, body: Mapping[str, Any] | None = None) -> tuple[int, Mapping[str, Any]]:
    """Ask a server and return the status and the JSON object of its answer, also where it refuses.

    Raises
    ------
    unavailable
        It does not answer in time, breaks, or answers with something else (`RoadsUnavailable`).
    """
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked where the address comes in
        url, data=data, headers={"Content-Type": "application/json", "Accept": "application/json"}
    )
    try:
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
                status, content = answer.status, answer.read(_LARGEST_ANSWER + 1)
        except urllib.error.HTTPError as error:
            with error:
                status, content = error.code, error.read(_LARGEST_ANSWER + 1)
    except TimeoutError:
        raise unavailable(
            url, lazy_gettext("it did not answer within %(seconds)s s", seconds=f"{timeout_s:g}")
        ) from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            said = lazy_gettext("it did not answer within %(seconds)s s", seconds=f"{timeout_s:g}")
            raise unavailable(url, said) from None
        raise unavailable(url, str(reason)) from None
    if len(content) > _LARGEST_ANSWER:
        raise unavailable(url, lazy_gettext("its answer is too long"))
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise unavailable(url, lazy_gettext("its answer (status %(status)s) is not what it should be", status=status))
    return status, found


def unavailable(url: str, problem: str) -> RoadsUnavailable:
    """Return the error that names the server, what is wrong, and what can be done."""
    parts = urlsplit(url)
    return RoadsUnavailable(
        lazy_gettext(
            "The routing server %(address)s gives no ways: %(problem)s. See that it runs and plan again, or set "
            "roads_source to crow or extract.",
            address=f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
            problem=problem,
        )
    )


def read_amounts(url: str, table: object, rows: int, columns: int) -> Amounts:
    """Return a table of an answer, once it has the shape that was asked for.

    Raises
    ------
    unavailable
        It has not (`RoadsUnavailable`).
    """
    is_table = (
        isinstance(table, list)
        and len(table) == rows
        and all(isinstance(row, list) and len(row) == columns for row in table)
        and all(cell is None or (_is_number(cell) and cell >= 0) for row in table for cell in row)
    )
    if not is_table:
        raise unavailable(url, lazy_gettext("its answer is not a table of the places asked for"))
    return table  # type: ignore[return-value]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def ask_table(points: Sequence[Point], vehicle: VehicleOnRoads, ask: AskBlock) -> RoadTable:
    """Ask for all ways between points, in blocks.

    Parameters
    ----------
    points
        The places.
    vehicle
        It never goes faster than its speed, whatever the server thinks.
    ask
        Asks for one block.

    Returns
    -------
    RoadTable
        Whole metres and seconds, rounded up.
    """
    metres = np.full((len(points), len(points)), np.nan)
    seconds = metres.copy()
    blocks = [range(begin, min(begin + BLOCK, len(points))) for begin in range(0, len(points), BLOCK)]
    for rows in blocks:
        for columns in blocks:
            _fill(metres, seconds, rows, columns, points=points, ask=ask)
    seconds = np.maximum(seconds, metres * 3.6 / vehicle.speed_kmh)
    distance_m, duration_s = _cells(metres), _cells(seconds)
    np.fill_diagonal(distance_m, 0)
    np.fill_diagonal(duration_s, 0)
    others = ~np.eye(len(points), dtype=bool)
    is_alone = ((distance_m == NO_WAY) | ~others).all(axis=0) | ((distance_m == NO_WAY) | ~others).all(axis=1)
    unreachable = tuple(
        Unreachable(point_id=points[number].point_id, why=Why.NO_ANSWER)
        for number in (np.flatnonzero(is_alone).tolist() if len(points) > 1 else ())
    )
    return RoadTable(distance_m=distance_m, duration_s=duration_s, unreachable=unreachable)


def _fill(
    metres: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    seconds: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    rows: range,
    columns: range,
    *,
    points: Sequence[Point],
    ask: AskBlock,
) -> None:
    try:
        some_m, some_s = ask([points[n] for n in rows], [points[n] for n in columns])
    except NoRoadNear:
        # One place to one place that is refused: there is no way.
        if len(rows) > 1 or len(columns) > 1:
            for some_rows in _halves(rows):
                for some_columns in _halves(columns):
                    _fill(metres, seconds, some_rows, some_columns, points=points, ask=ask)
        return
    block = np.ix_(rows, columns)
    metres[block] = np.array(some_m, dtype=np.float64)
    seconds[block] = np.array(some_s, dtype=np.float64)


def _halves(numbers: range) -> tuple[range, ...]:
    middle = len(numbers) // 2
    return (numbers[:middle], numbers[middle:]) if middle else (numbers,)


def _cells(amounts: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Cells:
    # Fractions below a thousandth are the server's rounding, not way.
    return np.where(np.isnan(amounts), NO_WAY, np.ceil(np.round(amounts, 3))).astype(np.int32)
