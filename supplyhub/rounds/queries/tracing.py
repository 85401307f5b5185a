"""Reading everything near one rider on past days: each hand-over with its households, and other riders who were there.

What is read is what the published plans foresee until now; hand-overs that were reported since are marked. Read-only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, District, Gate, Household, Risk
from supplyhub.planning import exposure
from supplyhub.planning.exposure import Meeting
from supplyhub.planning.plan import VisitKind
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import Plan, PlanState, Round, Visit
from supplyhub.rounds.queries.exposure import list_stays, riders_by_code
from supplyhub.suppliers.models import Pickup

_REPORTED = frozenset({OrderState.AT_GATE, OrderState.DELIVERED, OrderState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop of the traced rider: with its orders, each with household and building, and how many are reported."""

    day_date: date
    place: str
    gate: str
    compound_code: str
    street: str
    risk: Risk | None
    arrive_at: datetime
    start_at: datetime
    leave_at: datetime
    orders: tuple[Order, ...]
    reported: int

    @property
    def is_load(self) -> bool:
        """Whether the rider loaded there; otherwise something was handed over."""
        return self.risk is None

    @property
    def is_high_risk(self) -> bool:
        """Whether it was at a compound of high risk."""
        return self.risk == Risk.HIGH

    @property
    def is_reported(self) -> bool:
        """Whether the hand-over of an order was reported; otherwise it is known by plan alone."""
        return bool(self.reported)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """A meeting with another rider, from `at` on. `overlap_s` is 0 where both only had the same slot of the gate."""

    day_date: date
    place: str
    is_load: bool
    at: datetime
    overlap_s: int
    is_same_slot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MetRider:
    """Another rider with all encounters, in the order of time."""

    code: str
    name: str
    company: str
    encounters: tuple[Encounter, ...]

    @property
    def overlap_s(self) -> int:
        """How long both were at the same places at the same time, together."""
        return sum(encounter.overlap_s for encounter in self.encounters)

    @property
    def longest(self) -> Encounter:
        """The longest encounter."""
        return max(self.encounters, key=lambda encounter: encounter.overlap_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Everything near one rider on some days: the newest day first, each day's stops in the order of time."""

    rider: Rider
    from_date: date
    until_date: date
    plan_days: tuple[date, ...]
    stops: tuple[Stop, ...]
    met: tuple[MetRider, ...]

    @property
    def hand_overs(self) -> tuple[Stop, ...]:
        """The stops at gates."""
        return tuple(stop for stop in self.stops if not stop.is_load)

    @property
    def compounds(self) -> int:
        """How many different compounds the rider handed over at."""
        return len({stop.compound_code for stop in self.hand_overs})

    @property
    def order_count(self) -> int:
        """How many orders the rider handed over."""
        return sum(len(stop.orders) for stop in self.hand_overs)

    @property
    def household_count(self) -> int:
        """How many households these went to, as far as they are known."""
        found = {order.household_id for stop in self.hand_overs for order in stop.orders}
        return len(found - {None})

    @property
    def reported(self) -> int:
        """How many of the hand-overs were reported."""
        return sum(1 for stop in self.hand_overs if stop.is_reported)

    @property
    def high_risk(self) -> int:
        """How many of the hand-overs were at compounds of high risk."""
        return sum(1 for stop in self.hand_overs if stop.is_high_risk)


def trace_rider(
    session: Session, *, district: District, rider: Rider, from_date: date, until_date: date, now: datetime
) -> Trace:
    """Return what the published plans of some days say about a rider until now: stops, and other riders there."""
    plans = list(
        session.scalars(
            select(Plan)
            .where(
                Plan.district_id == district.id,
                Plan.state == PlanState.PUBLISHED,
                Plan.day_date.between(from_date, until_date),
            )
            .order_by(Plan.day_date.desc(), Plan.id)
        )
    )
    riders = riders_by_code(session, district_id=district.id)
    places = _names_of_places(session, district_id=district.id)
    stops: list[Stop] = []
    met: dict[str, list[Encounter]] = {}
    for plan in plans:
        of_day = _list_stops(session, plan=plan, rider_id=rider.id, until_at=now)
        if not of_day:
            continue
        stops.extend(of_day)
        near = list_stays(session, plan=plan, timezone=district.timezone, near_rider_id=rider.id, until_at=now)
        midnight = intervals.instant(plan.day_date, 0, district.timezone)
        for meeting in exposure.find_meetings(near, rider_id=rider.code):
            met.setdefault(meeting.other.rider_id, []).append(_encounter(meeting, plan, midnight, places))
    return Trace(
        rider=rider,
        from_date=from_date,
        until_date=until_date,
        plan_days=tuple(plan.day_date for plan in plans),
        stops=tuple(stops),
        met=_met_riders(met, riders),
    )


def _list_stops(session: Session, *, plan: Plan, rider_id: int, until_at: datetime) -> list[Stop]:
    """Return the stops of a rider that have begun by then, in the order of time, with their orders and households."""
    visits = session.scalars(
        select(Visit)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan.id, Round.rider_id == rider_id, Visit.arrive_at <= until_at)
        .options(
            joinedload(Visit.pickup),
            joinedload(Visit.gate).joinedload(Gate.compound).joinedload(Compound.street),
            selectinload(Visit.orders).joinedload(Order.household).joinedload(Household.building),
        )
        .order_by(Visit.position, Visit.id)
    )
    stops = []
    for visit in visits.unique():
        compound = visit.gate.compound if visit.gate else None
        stops.append(
            Stop(
                day_date=plan.day_date,
                place=compound.name if compound else (visit.pickup.name if visit.pickup else ""),
                gate=visit.gate.name if visit.gate else "",
                compound_code=compound.code if compound else "",
                street=compound.street.name if compound else "",
                risk=compound.risk if compound else None,
                arrive_at=visit.arrive_at,
                start_at=visit.start_at,
                leave_at=visit.leave_at,
                orders=tuple(visit.orders),
                reported=sum(order.state in _REPORTED for order in visit.orders),
            )
        )
    return stops


def _encounter(meeting: Meeting, plan: Plan, midnight: datetime, places: Mapping[str, str]) -> Encounter:
    return Encounter(
        day_date=plan.day_date,
        place=places[meeting.own.place_id],
        is_load=meeting.own.kind is VisitKind.LOAD,
        at=midnight + timedelta(seconds=max(meeting.own.arrives_s, meeting.other.arrives_s)),
        overlap_s=meeting.overlap_s,
        is_same_slot=meeting.is_same_slot,
    )


def _met_riders(met: Mapping[str, Sequence[Encounter]], riders: Mapping[str, Rider]) -> tuple[MetRider, ...]:
    """Return the riders who were met, those with the longest time together first."""
    found = [
        MetRider(
            code=code,
            name=riders[code].name,
            company=riders[code].company.name,
            encounters=tuple(sorted(encounters, key=lambda encounter: encounter.at)),
        )
        for code, encounters in met.items()
    ]
    return tuple(sorted(found, key=lambda rider: (-rider.overlap_s, -len(rider.encounters), rider.code)))


def _names_of_places(session: Session, *, district_id: int) -> dict[str, str]:
    """Return the names of a district's pickups and gates, by code."""
    pickups = session.execute(
        select(Pickup.code, Pickup.name).where(Pickup.district_id == district_id).order_by(Pickup.id)
    )
    gates = session.execute(
        select(Gate.code, Compound.name, Gate.name)
        .join(Compound, Compound.id == Gate.compound_id)
        .where(Gate.district_id == district_id)
        .order_by(Gate.id)
    )
    return {**dict(pickups.all()), **{code: f"{compound} {gate}" for code, compound, gate in gates}}
