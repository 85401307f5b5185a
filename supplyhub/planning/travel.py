"""Turn a problem's travel model into square tables of metres and seconds over all of its places.

Crow distances are computed with NumPy and equal the definition to the metre (see `_crow_metres`).
"""

import dataclasses
import math

import numpy as np
import numpy.typing as npt

from supplyhub.core import geo
from supplyhub.planning.problem import Problem, Travel, TravelModel

# Stands for "no way" in both tables: far above any day, and sums of many stay inside 64 bits.
NO_WAY = 1_000_000_000
# Products within this of a whole number are computed again as the definition says: NumPy's sine may
# differ from the C library's in the last bit, and the ceiling would make a metre of it.
_DOUBT_M = 1e-5

Table = npt.NDArray[np.int32]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Numbers of the places: pickups first, then gates, then bases.

    `metres` and `seconds` have shape (kinds of vehicle, places, places).
    """

    pickup_number: dict[str, int]
    gate_number: dict[str, int]
    base_of_rider: tuple[int, ...]
    ids: tuple[str, ...]
    metres: Table
    seconds: Table


def build(problem: Problem) -> Places:
    """Give each place of a problem a number and compute all ways between them.

    Parameters
    ----------
    problem
        The day.

    Returns
    -------
    Places
        Numbers and tables; the tables' first axis follows `problem.vehicles`.
    """
    pickups = {pickup.pickup_id: number for number, pickup in enumerate(problem.pickups)}
    gates = {gate.gate_id: len(pickups) + n for n, gate in enumerate(problem.gates)}
    ids = [*pickups, *gates]
    points = [(pickup.lat, pickup.lon) for pickup in problem.pickups]
    points += [(gate.lat, gate.lon) for gate in problem.gates]
    is_crow = problem.travel.model is TravelModel.CROW
    base_numbers: dict[object, int] = {}
    base_of_rider = []
    for rider in problem.riders:
        # Riders lodge together: under crow travel one point is one place. A matrix names each base.
        point = (rider.base_lat, rider.base_lon)
        key = point if is_crow else rider.base_id
        if key not in base_numbers:
            base_numbers[key] = len(ids)
            ids.append(rider.base_id)
            points.append(point)
        base_of_rider.append(base_numbers[key])
    if is_crow:
        metres, seconds = _crow_tables(problem, points)
    else:
        metres, seconds = _matrix_tables(problem, ids)
    return Places(
        pickup_number=pickups,
        gate_number=gates,
        base_of_rider=tuple(base_of_rider),
        ids=tuple(ids),
        metres=metres,
        seconds=seconds,
    )


def _crow_tables(problem: Problem, points: list[tuple[float, float]]) -> tuple[Table, Table]:
    metres = _crow_metres(points, problem.travel.detour)
    seconds = [np.ceil(metres * 3.6 / vehicle.speed_kmh) for vehicle in problem.vehicles]
    shape = (len(problem.vehicles), *metres.shape)
    return (
        np.broadcast_to(np.minimum(metres, NO_WAY), shape).astype(np.int32),
        np.minimum(np.array(seconds).reshape(shape), NO_WAY).astype(np.int32),
    )


def _crow_metres(points: list[tuple[float, float]], detour: float) -> npt.NDArray[np.float64]:
    """Return ceil(detour x great circle), exactly as `geo.haversine_m` would give it."""
    lat = np.array([point[0] for point in points])
    lon = np.array([point[1] for point in points])
    phi = np.radians(lat)
    a = (
        np.sin((phi[None, :] - phi[:, None]) / 2) ** 2
        + np.cos(phi)[:, None] * np.cos(phi)[None, :] * np.sin(np.radians(lon[None, :] - lon[:, None]) / 2) ** 2
    )
    crow = detour * (2 * geo.EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, a))))
    metres: npt.NDArray[np.float64] = np.ceil(crow)
    doubtful = np.abs(crow - np.rint(crow)) < np.maximum(_DOUBT_M, crow * 1e-12)
    for start, end in np.argwhere(doubtful):
        exact = detour * geo.haversine_m(*points[start], *points[end])
        metres[start, end] = math.ceil(exact)
    return metres


def _matrix_tables(problem: Problem, ids: list[str]) -> tuple[Table, Table]:
    travel = problem.travel
    tables = {table.vehicle: table for table in travel.tables}
    shape = (len(problem.vehicles), len(ids), len(ids))
    metres = np.full(shape, NO_WAY, dtype=np.int32)
    seconds = np.full(shape, NO_WAY, dtype=np.int32)
    known = {place_id: number for number, place_id in enumerate(travel.place_ids)}
    inside = [number for number, place_id in enumerate(ids) if place_id in known]
    rows = np.array([known[ids[number]] for number in inside], dtype=np.int64)
    for kind, vehicle in enumerate(problem.vehicles):
        # A row for the vehicle comes before a row for all.
        for name in ("", vehicle.name):
            if name in tables:
                part_m = _square(travel, tables[name].distance_m)[np.ix_(rows, rows)]
                part_s = _square(travel, tables[name].duration_s)[np.ix_(rows, rows)]
                here = np.ix_([kind], inside, inside)
                metres[here] = np.where(part_m >= 0, part_m, metres[here])
                seconds[here] = np.where(part_m >= 0, part_s, seconds[here])
        np.fill_diagonal(metres[kind], 0)
        np.fill_diagonal(seconds[kind], 0)
    return metres, seconds


def _square(travel: Travel, cells: tuple[int, ...]) -> npt.NDArray[np.int64]:
    size = len(travel.place_ids)
    return np.array(cells, dtype=np.int64).reshape(size, size)
