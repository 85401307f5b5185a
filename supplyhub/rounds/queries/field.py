"""Reading what a rider sees: today's round of the published plan, stop by stop. Never another day, never a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.places.models import District, Gate, Risk
from supplyhub.riders.models import Rider
from supplyhub.rounds import words
from supplyhub.rounds.models import Plan, PlanState, Round, Visit, VisitOrder
from supplyhub.rounds.slots import Slot, SlotGrid

FIRST_PRIORITY = 3
"""The priority of medicine, goods for infants and for people who live alone (formats/day.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop of a round: loading at a pickup, or handing over at a gate. `number` counts from 1."""

    visit_id: int
    number: int
    is_load: bool
    name: str
    code: str
    gate_name: str
    latitude: float
    longitude: float
    risk: Risk
    arrive_at: datetime
    start_at: datetime
    leave_at: datetime
    slot: Slot | None
    distance_m: int
    ride_s: int
    order_count: int
    first_count: int
    weight_g: int

    @property
    def is_high_risk(self) -> bool:
        """Whether residents of the compound may not leave their homes."""
        return self.risk == Risk.HIGH

    @property
    def is_risky(self) -> bool:
        """Whether the compound's risk asks something special of the rider."""
        return self.risk != Risk.LOW

    @property
    def on_arrival(self) -> str:
        """What to know there."""
        return words.on_arrival(self.risk)

    @property
    def wait_s(self) -> int:
        """How long the rider waits there before it begins."""
        return int((self.start_at - self.arrive_at).total_seconds())

    @property
    def geo_uri(self) -> str:
        """The place as an address that a phone's map opens (RFC 5870, WGS-84)."""
        point = f"{self.latitude:.6f},{self.longitude:.6f}"
        return f"geo:{point}?q={point}"

    def has_begun(self, now: datetime) -> bool:
        """Tell whether, by plan, the rider is at work there or was."""
        return self.start_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """An order at the next stop. `partner` is the other end: the compound it goes to, or the pickup it is from."""

    code: str
    partner: str
    weight_g: int
    goes_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderDay:
    """A rider's day as planned, seen at one instant. Without a round, `stops` is empty."""

    rider: Rider
    district: District
    day_date: date
    now: datetime
    is_published: bool
    round: Round | None
    stops: tuple[Stop, ...]
    cargo: tuple[Cargo, ...] = ()

    @property
    def past(self) -> tuple[Stop, ...]:
        """The stops whose planned end is over."""
        return tuple(stop for stop in self.stops if stop.leave_at <= self.now)

    @property
    def ahead(self) -> tuple[Stop, ...]:
        """The stops whose planned end is still to come; the first of them is next."""
        return self.stops[len(self.past) :]

    @property
    def places(self) -> tuple[tuple[Stop, ...], ...]:
        """The stops by place, in the order of the first visit; a rider loads at the same pickup again and again."""
        together: dict[tuple[str, float, float], list[Stop]] = {}
        for stop in self.stops:
            together.setdefault((stop.code, stop.latitude, stop.longitude), []).append(stop)
        return tuple(tuple(stops) for stops in together.values())

    @property
    def place_numbers(self) -> dict[int, int]:
        """The number that the map gives to the place of each visit, counted from 1."""
        return {stop.visit_id: number for number, stops in enumerate(self.places, start=1) for stop in stops}

    @property
    def next(self) -> Stop | None:
        """The stop to go to, or to be at, by plan."""
        return next(iter(self.ahead), None)

    @property
    def has_next_begun(self) -> bool:
        """Whether, by plan, the next stop is under way."""
        return self.next is not None and self.next.has_begun(self.now)

    @property
    def handed_over(self) -> int:
        """How many orders are handed over by now if all goes as planned."""
        return sum(stop.order_count for stop in self.past if not stop.is_load)

    @property
    def stopped_at(self) -> datetime | None:
        """When the rider stopped for today, or None; a round that only ends away from the base is not stopped."""
        at = self.round.stopped_at if self.round else None
        return at if at is not None and at <= self.now else None

    @property
    def pass_from_at(self) -> datetime:
        """When the pass begins to hold today."""
        return intervals.instant(self.day_date, self.rider.pass_from_s, self.district.timezone)

    @property
    def pass_until_at(self) -> datetime:
        """When the pass ceases to hold today."""
        return intervals.instant(self.day_date, self.rider.pass_until_s, self.district.timezone)

    @property
    def has_pass_ended(self) -> bool:
        """Whether the pass no longer opens a gate today."""
        return self.now >= self.pass_until_at


def find_rider_day(session: Session, *, paths: Sequence[str], now: datetime) -> RiderDay | None:
    """Return the day of the rider whose scope is among the paths, or None where there is no such rider.

    Where a person rides for two districts, the day with a round comes first.
    """
    statement = (
        select(Rider, District)
        .join(District, District.id == Rider.district_id)
        .where(Rider.path.in_(paths))
        .options(joinedload(Rider.company), selectinload(Rider.zones))
        .order_by(Rider.path, Rider.id)
    )
    days = [_rider_day(session, rider, district, now) for rider, district in session.execute(statement)]
    return next((day for day in days if day.round is not None), days[0] if days else None)


def _rider_day(session: Session, rider: Rider, district: District, now: datetime) -> RiderDay:
    day_date = intervals.local_date(now, district.timezone)
    plan_id = session.scalar(published_plan_id(district_id=district.id, day_date=day_date))
    statement = select(Round).where(Round.plan_id == plan_id, Round.rider_id == rider.id)
    planned = session.scalars(statement).one_or_none() if plan_id is not None else None
    stops = _list_stops(session, planned, day_date=day_date, timezone=district.timezone) if planned else ()
    upcoming = next((stop for stop in stops if stop.leave_at > now), None)
    return RiderDay(
        rider=rider,
        district=district,
        day_date=day_date,
        now=now,
        is_published=plan_id is not None,
        round=planned,
        stops=stops,
        cargo=_list_cargo(session, upcoming) if upcoming else (),
    )


def published_plan_id(*, district_id: int, day_date: date) -> Select[int]:
    """Return the statement for the id of the plan that is published for a district's day."""
    return select(Plan.id).where(
        Plan.district_id == district_id, Plan.day_date == day_date, Plan.state == PlanState.PUBLISHED
    )


def slot_grid(gate: Gate, *, day_date: date, timezone: str) -> SlotGrid:
    """Return how a gate's day is cut into slots."""
    return SlotGrid(
        day_date=day_date,
        timezone=timezone,
        opens_s=gate.opens_s,
        closes_s=gate.closes_s,
        slot_s=gate.slot_minutes * 60,
    )


def _list_stops(session: Session, planned: Round, *, day_date: date, timezone: str) -> tuple[Stop, ...]:
    statement = (
        select(Visit)
        .where(Visit.round_id == planned.id)
        .options(joinedload(Visit.pickup), joinedload(Visit.gate).joinedload(Gate.compound))
        .order_by(Visit.position, Visit.id)
    )
    first = _count_first(session, round_id=planned.id)
    stops: list[Stop] = []
    left_at = planned.leaves_base_at
    for number, visit in enumerate(session.scalars(statement), start=1):
        grid = slot_grid(visit.gate, day_date=day_date, timezone=timezone) if visit.gate else None
        slot = grid.slot_of(visit.start_at) if grid else None
        stops.append(_stop(visit, number=number, left_at=left_at, slot=slot, first_count=first.get(visit.id, 0)))
        left_at = visit.leave_at
    return tuple(stops)


def _stop(visit: Visit, *, number: int, left_at: datetime, slot: Slot | None, first_count: int) -> Stop:
    place = visit.pickup or visit.gate
    if place is None:  # the table's own check forbids it
        message = f"visit {visit.id} has no place"
        raise LookupError(message)
    compound = visit.gate.compound if visit.gate else None
    return Stop(
        visit_id=visit.id,
        number=number,
        is_load=compound is None,
        name=compound.name if compound else place.name,
        code=compound.code if compound else place.code,
        gate_name=place.name if compound else "",
        latitude=place.latitude,
        longitude=place.longitude,
        risk=compound.risk if compound else Risk.LOW,
        arrive_at=visit.arrive_at,
        start_at=visit.start_at,
        leave_at=visit.leave_at,
        slot=slot,
        distance_m=visit.distance_m,
        ride_s=int((visit.arrive_at - left_at).total_seconds()),
        order_count=visit.order_count,
        first_count=first_count,
        weight_g=visit.weight_g,
    )


def _count_first(session: Session, *, round_id: int) -> dict[int, int]:
    """Return how many orders of the first priority each visit of a round has."""
    statement = (
        select(VisitOrder.visit_id, func.count())
        .join(Order, Order.id == VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .where(Visit.round_id == round_id, Order.priority == FIRST_PRIORITY)
        .group_by(VisitOrder.visit_id)
    )
    return dict(session.execute(statement).all())


def _list_cargo(session: Session, stop: Stop) -> tuple[Cargo, ...]:
    statement = (
        select(Order)
        .join(VisitOrder, VisitOrder.order_id == Order.id)
        .where(VisitOrder.visit_id == stop.visit_id)
        .options(joinedload(Order.compound), joinedload(Order.pickup))
        .order_by(Order.priority.desc(), Order.code, Order.id)
    )
    return tuple(
        Cargo(
            code=order.code,
            partner=order.compound.name if stop.is_load else order.pickup.name,
            weight_g=order.weight_g,
            goes_first=order.priority == FIRST_PRIORITY,
        )
        for order in session.scalars(statement)
    )
