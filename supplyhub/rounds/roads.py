"""From a day's places to the ways between them: which places, whose ways, and the table as the planner takes it.

Asks a `RoadRouter`, once for each kind of vehicle; touches no file and no database.
"""

import dataclasses
import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from supplyhub.core.errors import Invalid
from supplyhub.integrations.roads.router import (
    NO_WAY,
    Cells,
    Kind,
    Point,
    Progress,
    RoadRouter,
    Unreachable,
    VehicleOnRoads,
    Why,
)
from supplyhub.planning import travel as planning_travel
from supplyhub.planning.problem import Gate, Pickup, Problem, Rider, Travel, TravelModel, TravelTable
from supplyhub.wording import lazy_gettext

_OF_BICYCLES = ("bike", "cycle", "trike", "scooter", "moped", "电动", "单车", "自行车", "三轮", "摩托")

BASE = "base:"
"""What the ids of riders' bases begin with."""


class UnableToReadVehicle(Invalid):
    """A kind of vehicle lacks what its ways depend on."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DayPlaces:
    """All places of a day; bases belong to the riders with that kind of vehicle, and nobody rides from base to base."""

    stops: tuple[Point, ...]
    bases: Mapping[str, tuple[Point, ...]]

    @property
    def place_ids(self) -> tuple[str, ...]:
        """The ids of all places, in the order of the tables."""
        return tuple(sorted({point.point_id for point in (*self.stops, *_flat(self.bases.values()))}))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A place of a day without a road, and for which kinds of vehicle.

    `why` is None where only the matrix is known; `nearest_m` are straight metres to the nearest road of the network.
    """

    place_id: str
    vehicles: tuple[str, ...]
    why: Why | None = None
    nearest_m: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        why = None if self.why is None else self.why.value
        return {"place": self.place_id, "vehicles": list(self.vehicles), "why": why, "nearest_m": self.nearest_m}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Unreached":
        """Return what `as_json` kept."""
        return cls(
            place_id=kept["place"],
            vehicles=tuple(kept["vehicles"]),
            why=None if kept["why"] is None else Why(kept["why"]),
            nearest_m=kept["nearest_m"],
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayMatrix:
    """The ways between a day's places: squares of metres and seconds over `place_ids` by kind of vehicle.

    `NO_WAY` stands where there is none, and where nobody goes: from a place to itself, between bases.
    `unreachable` names places without a road, by kind of vehicle.
    """

    place_ids: tuple[str, ...]
    tables: Mapping[str, tuple[Cells, Cells]]
    unreachable: Mapping[str, tuple[Unreachable, ...]]

    def travel(self) -> Travel:
        """Return the ways as the planner's travel model."""
        return Travel(
            model=TravelModel.MATRIX,
            place_ids=self.place_ids,
            tables=tuple(
                TravelTable(
                    vehicle=vehicle,
                    distance_m=tuple(metres.ravel().tolist()),
                    duration_s=tuple(seconds.ravel().tolist()),
                )
                for vehicle, (metres, seconds) in sorted(self.tables.items())
            ),
        )

    def way_count(self) -> int:
        """Return how many ways there are."""
        return sum(int((metres != NO_WAY).sum()) for metres, _ in self.tables.values())

    def unreached(self) -> tuple[Unreached, ...]:
        """Return the places without a road, each once, by id."""
        vehicles: defaultdict[str, list[str]] = defaultdict(list)
        first: dict[str, Unreachable] = {}
        for vehicle, found in sorted(self.unreachable.items()):
            for place in found:
                vehicles[place.point_id].append(vehicle)
                first.setdefault(place.point_id, place)
        return tuple(
            Unreached(place_id=place_id, vehicles=tuple(vehicles[place_id]), why=place.why, nearest_m=place.nearest_m)
            for place_id, place in sorted(first.items())
        )

    def csv_lines(self) -> Iterator[str]:
        """Write `travel.csv`, some lines at a time."""
        yield "vehicle,from_id,to_id,distance_m,duration_s\n"
        for vehicle, (metres, seconds) in sorted(self.tables.items()):
            for number, place_id in enumerate(self.place_ids):
                columns = np.flatnonzero(metres[number] != NO_WAY)
                ends = [self.place_ids[column] for column in columns]
                along = zip(ends, metres[number, columns].tolist(), seconds[number, columns].tolist(), strict=True)
                yield "".join([f"{vehicle},{place_id},{end},{m},{s}\n" for end, m, s in along])


def places_of(*, pickups: Iterable[Pickup], gates: Iterable[Gate], riders: Iterable[Rider]) -> DayPlaces:
    """Return the places of a day."""
    stops = [Point(point_id=pickup.pickup_id, lat=pickup.lat, lon=pickup.lon) for pickup in pickups]
    stops += [Point(point_id=gate.gate_id, lat=gate.lat, lon=gate.lon) for gate in gates]
    bases: dict[str, list[Point]] = {}
    for rider in riders:
        point = Point(point_id=rider.base_id, lat=rider.base_lat, lon=rider.base_lon)
        bases.setdefault(rider.vehicle, []).append(point)
    return DayPlaces(stops=tuple(stops), bases={vehicle: tuple(points) for vehicle, points in bases.items()})


def vehicles_of(tables: Mapping[str, Any], *, kinds: Mapping[str, Kind] | None = None) -> tuple[VehicleOnRoads, ...]:
    """Return the kinds of vehicle of a day's `[vehicles.NAME]` tables as the roads see them.

    Whose ways a kind uses is what `kinds` says, else its own key `roads`, else what its name says.

    Raises
    ------
    UnableToReadVehicle
        A speed is missing, or `roads` names no kind (`read_kind`).
    """
    found = []
    for name, table in tables.items():
        speed, said = table.get("speed_kmh"), table.get("roads")
        if not isinstance(speed, int | float) or isinstance(speed, bool) or not speed > 0:
            raise UnableToReadVehicle(
                lazy_gettext("The day's rules give vehicle %(name)s no speed_kmh, which ways depend on.", name=name)
            )
        kind = (kinds or {}).get(name) or (kind_of(name) if said is None else read_kind(name, said))
        found.append(VehicleOnRoads(name=name, kind=kind, speed_kmh=float(speed)))
    return tuple(found)


def read_kind(name: str, said: object) -> Kind:
    """Return whose ways a kind of vehicle uses, as its key `roads` says.

    Raises
    ------
    UnableToReadVehicle
        It names something else.
    """
    if not isinstance(said, str) or said not in set(Kind):
        raise UnableToReadVehicle(
            lazy_gettext("Vehicle %(name)s: roads is %(value)s, not bicycle or van.", name=name, value=str(said))
        )
    return Kind(said)


def kind_of(name: str) -> Kind:
    """Return whose ways a kind of vehicle uses, going by its name: motor vehicles' unless it sounds like a cycle."""
    return Kind.BICYCLE if any(part in name.lower() for part in _OF_BICYCLES) else Kind.VAN


def compute(
    places: DayPlaces, vehicles: Sequence[VehicleOnRoads], router: RoadRouter, *, progress: Progress | None = None
) -> DayMatrix:
    """Ask for the ways between a day's places, for each kind of vehicle that a rider has.

    Parameters
    ----------
    places
        The day's.
    vehicles
        All kinds.
    router
        Who knows the roads.
    progress
        Is told the share of ways that are known.

    Raises
    ------
    RoadsUnavailable
        The router does not answer.
    OutsideExtract
        Not one place is near a road of the extract.
    """
    ids = places.place_ids
    number = {place_id: n for n, place_id in enumerate(ids)}
    tables, unreachable = {}, {}
    used = [vehicle for vehicle in vehicles if places.bases.get(vehicle.name)]
    for done, vehicle in enumerate(used):
        points = (*places.stops, *places.bases[vehicle.name])
        found = router.table(points, vehicle, progress=_part(progress, done, len(used)))
        rows = np.array([number[point.point_id] for point in points])
        squares = np.full((2, len(ids), len(ids)), NO_WAY, dtype=np.int32)
        squares[:, rows[:, None], rows[None, :]] = found.distance_m, found.duration_s
        at_bases = rows[len(places.stops) :]
        squares[:, at_bases[:, None], at_bases[None, :]] = NO_WAY
        squares[:, np.arange(len(ids)), np.arange(len(ids))] = NO_WAY
        tables[vehicle.name] = (squares[0], squares[1])
        unreachable[vehicle.name] = found.unreachable
    return DayMatrix(place_ids=ids, tables=tables, unreachable=unreachable)


def _part(progress: Progress | None, done: int, parts: int) -> Progress | None:
    """Return the progress of one of several equal parts."""
    return None if progress is None else lambda share: progress((done + share) / parts)


def find_unreached(problem: Problem) -> tuple[Unreached, ...]:
    """Return the places of a day that its travel matrix does not reach, for the kinds of vehicle that riders have.

    A base counts for its own rider's kind; a place that can only be left, or only be reached, is not reached.
    """
    places = planning_travel.build(problem)
    stops = [*places.pickup_number.values(), *places.gate_number.values()]
    bases: defaultdict[str, set[int]] = defaultdict(set)
    for rider, base in zip(problem.riders, places.base_of_rider, strict=True):
        bases[rider.vehicle].add(base)
    vehicles: defaultdict[str, list[str]] = defaultdict(list)
    for number, vehicle in enumerate(problem.vehicles):
        if not bases[vehicle.name]:
            continue
        rows = np.array([*stops, *sorted(bases[vehicle.name])])
        is_way = places.metres[number][np.ix_(rows, rows)] < planning_travel.NO_WAY
        np.fill_diagonal(is_way, val=False)
        for row in np.flatnonzero(~is_way.any(axis=0) | ~is_way.any(axis=1)).tolist():
            vehicles[places.ids[rows[row]]].append(vehicle.name)
    return tuple(Unreached(place_id=place_id, vehicles=tuple(names)) for place_id, names in sorted(vehicles.items()))


def pack(travel: Travel) -> bytes:
    """Return a travel matrix as compressed bytes.

    Parameters
    ----------
    travel
        A travel model with tables.
    """
    size = len(travel.place_ids)
    arrays: dict[str, Any] = {"place_ids": np.array(travel.place_ids, dtype=np.str_)}
    for table in travel.tables:
        for name, cells in (("m", table.distance_m), ("s", table.duration_s)):
            arrays[f"{name} {table.vehicle}"] = np.array(cells, dtype=np.int32).reshape(size, size)
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    return zlib.compress(packed.getvalue(), level=4)


def unpack(content: bytes) -> Travel:
    """Return the travel matrix that `pack` made bytes of.

    Parameters
    ----------
    content
        The bytes.
    """
    with np.load(io.BytesIO(zlib.decompress(content)), allow_pickle=False) as arrays:
        vehicles = sorted(name[2:] for name in arrays.files if name.startswith("m "))
        return Travel(
            model=TravelModel.MATRIX,
            place_ids=tuple(arrays["place_ids"].tolist()),
            tables=tuple(
                TravelTable(
                    vehicle=vehicle,
                    distance_m=tuple(arrays[f"m {vehicle}"].ravel().tolist()),
                    duration_s=tuple(arrays[f"s {vehicle}"].ravel().tolist()),
                )
                for vehicle in vehicles
            ),
        )


def _flat(groups: Iterable[tuple[Point, ...]]) -> Iterator[Point]:
    for group in groups:
        yield from group
