"""The ways of a day to be planned: its own matrix, what the settings' roads answer, or straight lines.

Roads are asked once for the same places, vehicles and source; what they answered is kept. While they are asked no
transaction is open. Where they give no answer there are no ways: straight lines never stand in for them.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from supplyhub.core import clock
from supplyhub.db.transaction import reading, transaction
from supplyhub.integrations.roads.router import Kind, Progress, RoadRouter, Source, VehicleOnRoads
from supplyhub.planning.problem import Problem, TravelModel
from supplyhub.rounds import kept_ways, roads
from supplyhub.rounds.operations import ways as operations
from supplyhub.rounds.roads import DayPlaces, Unreached
from supplyhub.rounds.ways_models import RoadMatrix, WaysFrom


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DayWays:
    """The day with its ways, and what is to be told of them."""

    problem: Problem
    source: WaysFrom
    name: str
    matrix_id: int | None
    unreached: tuple[Unreached, ...]


def find_ways(
    problem: Problem,
    *,
    district_id: int,
    kinds: Mapping[str, Kind],
    find_router: Callable[[], RoadRouter | None],
    progress: Progress,
) -> DayWays:
    """Return a day with the ways that it is planned on.

    Parameters
    ----------
    problem
        The day with what its rules say of ways.
    district_id
        Whose day it is.
    kinds
        Whose ways kinds of vehicle use, where the day's rules say it.
    find_router
        Gives the roads of the settings, None for straight lines; not asked where the day has a matrix of its own.
    progress
        Is told the share of ways that are known while roads are asked.

    Raises
    ------
    RoadsUnavailable
        The roads give no answer.
    """
    if problem.travel.model is TravelModel.MATRIX:
        unreached = roads.find_unreached(problem)
        return DayWays(problem=problem, source=WaysFrom.MATRIX, name="", matrix_id=None, unreached=unreached)
    router = find_router()
    if router is None:
        name = f"{problem.travel.detour:g}"
        return DayWays(problem=problem, source=WaysFrom.STRAIGHT, name=name, matrix_id=None, unreached=())
    places = roads.places_of(pickups=problem.pickups, gates=problem.gates, riders=problem.riders)
    vehicles = tuple(
        VehicleOnRoads(name=one.name, kind=kinds.get(one.name) or roads.kind_of(one.name), speed_kmh=one.speed_kmh)
        for one in problem.vehicles
    )
    matrix = _find_or_ask(places, vehicles, router, district_id=district_id, progress=progress)
    return DayWays(
        problem=problem.replace(travel=roads.unpack(matrix.content)),
        source=WaysFrom(router.source.kind.value),
        name=router.source.name,
        matrix_id=matrix.id,
        unreached=tuple(map(Unreached.from_json, matrix.unreached)),
    )


def digest_of(places: DayPlaces, vehicles: tuple[VehicleOnRoads, ...], source: Source) -> str:
    """Return the digest of a question to roads: the same places, vehicles and source have the same one."""
    digest = hashlib.sha256(repr(dataclasses.astuple(source)).encode())
    for vehicle in vehicles:
        digest.update(repr((vehicle.name, vehicle.kind.value, vehicle.speed_kmh)).encode())
    groups = [("", places.stops), *sorted(places.bases.items())]
    for name, points in groups:
        digest.update(repr((name, [(point.point_id, point.lat, point.lon) for point in points])).encode())
    return digest.hexdigest()


def _find_or_ask(
    places: DayPlaces,
    vehicles: tuple[VehicleOnRoads, ...],
    router: RoadRouter,
    *,
    district_id: int,
    progress: Progress,
) -> RoadMatrix:
    digest = digest_of(places, vehicles, router.source)
    with reading() as session:
        kept = kept_ways.find_matrix(
            session, district_id=district_id, digest=digest, since_at=_oldest_that_counts(clock.now())
        )
        if kept is not None:
            session.expunge(kept)
            return kept
    made = roads.compute(places, vehicles, router, progress=progress)
    with transaction() as session:
        return operations.keep_matrix(
            session,
            district_id=district_id,
            digest=digest,
            travel=made.travel(),
            unreached=made.unreached(),
            now=clock.now(),
        )


def _oldest_that_counts(now: datetime) -> datetime:
    return now - operations.KEPT
