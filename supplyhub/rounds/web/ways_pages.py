"""What the page of a plan says of its ways: whose roads, and which places no road reaches. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from supplyhub.places.models import District
from supplyhub.riders import words as riders_words
from supplyhub.rounds import kept_ways
from supplyhub.rounds.models import Plan
from supplyhub.rounds.queries import ways as queries
from supplyhub.rounds.queries.ways import NamedPlace
from supplyhub.rounds.roads import Unreached


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedLine:
    """A place without a road. `vehicles` is empty where it holds for all that go there."""

    place: NamedPlace
    why: str
    nearest_m: int | None
    vehicles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysShown:
    """The ways of a plan, for people."""

    source: str
    is_openstreetmap: bool
    unreached: Sequence[UnreachedLine]


def ways_shown(session: Session, *, district: District, plan: Plan) -> WaysShown | None:
    """Return what is to be said of a plan's ways; None for a plan that was made before this was kept."""
    ways = kept_ways.find_plan_ways(session, plan=plan)
    if ways is None:
        return None
    places = [Unreached.from_json(kept) for kept in ways.unreached]
    named = queries.name_places(session, district_id=district.id, codes=[place.place_id for place in places])
    return WaysShown(
        source=str(ways.source.label) % {"name": ways.name},
        is_openstreetmap=ways.source.is_openstreetmap,
        unreached=[
            UnreachedLine(
                place=named.get(place.place_id) or NamedPlace(code=place.place_id, name=""),
                why="" if place.why is None else str(place.why.label),
                nearest_m=place.nearest_m,
                vehicles=[riders_words.vehicle_name(vehicle) for vehicle in place.vehicles],
            )
            for place in places
        ],
    )
