"""Turn a district's day in the database into the planner's problem: the same that its day folder gives.

Reads plain columns, in a dozen statements at most, whatever the size. Orders of those who went without on the day
before have their priority raised (`rounds.raises`). Who may plan and what follows is said elsewhere.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.core.errors import Conflict
from supplyhub.integrations.roads.router import Kind
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, District, Gate, Street
from supplyhub.planning import problem as planning
from supplyhub.riders.models import Rider, RiderCompany, RiderZone
from supplyhub.rounds import kept_ways, raises
from supplyhub.rounds.models import Plan, PlanningDay, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.rules import read_rules, road_kinds
from supplyhub.suppliers.models import Pickup, Supplier
from supplyhub.wording import lazy_gettext

PLANNED_STATES = frozenset({OrderState.CONFIRMED, OrderState.PLANNED})
"""States in which an order goes into a plan: sure to come, and not loaded yet."""


class UnableToBuildProblem(Conflict):
    """The day cannot be planned as its data stand."""


def build_problem(
    session: Session,
    *,
    district: District,
    day_date: date,
    cutoff_at: datetime,
    travel: planning.Travel | None = None,
) -> planning.Problem:
    """Build the problem of a day: its open orders that were placed by the cut-off, and all who may carry them.

    `travel` are ways that roads were asked for; None: those that the day's rules say.

    Raises
    ------
    UnableToReadRules
        The rules kept with the day cannot be planned with.
    UnableToBuildProblem
        A rider's vehicle is not among the day's.
    """
    wanted = Order.state.in_(PLANNED_STATES) & (Order.placed_at <= cutoff_at)
    return _build(session, district=district, day_date=day_date, wanted=wanted, travel=travel)


def build_problem_of(session: Session, *, district: District, plan: Plan) -> planning.Problem:
    """Build the problem that a plan answers: its own orders, wherever they are by now, all riders, and its ways.

    As long as nothing but the state of orders has changed it has the plan's fingerprint.

    Raises
    ------
    UnableToReadRules
        The rules kept with the day cannot be planned with.
    UnableToBuildProblem
        A rider's vehicle is not among the day's.
    """
    on_rounds = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan.id, Visit.gate_id.is_not(None))
    )
    left_out = select(UnservedOrder.order_id).where(UnservedOrder.plan_id == plan.id)
    wanted = Order.id.in_(on_rounds) | Order.id.in_(left_out)
    travel = kept_ways.find_travel(session, plan=plan)
    return _build(session, district=district, day_date=plan.day_date, wanted=wanted, travel=travel)


def read_kinds(session: Session, *, district: District, day_date: date) -> dict[str, Kind]:
    """Return whose ways the day's kinds of vehicle use, where its rules say it."""
    return road_kinds(_stored_rules(session, district=district, day_date=day_date))


def _stored_rules(session: Session, *, district: District, day_date: date) -> Mapping[str, Any] | None:
    return session.scalar(
        select(PlanningDay.rules).where(PlanningDay.district_id == district.id, PlanningDay.day_date == day_date)
    )


def _build(
    session: Session,
    *,
    district: District,
    day_date: date,
    wanted: ColumnElement[bool],
    travel: planning.Travel | None,
) -> planning.Problem:
    rules = read_rules(_stored_rules(session, district=district, day_date=day_date))
    riders = _riders(session, district_id=district.id)
    unknown = sorted({rider.vehicle for rider in riders} - {vehicle.name for vehicle in rules.vehicles})
    if unknown:
        raise UnableToBuildProblem(
            lazy_gettext(
                "Riders have vehicles that the day's rules do not describe: %(vehicles)s.", vehicles=", ".join(unknown)
            )
        )
    return planning.Problem(
        day_date=day_date,
        timezone=district.timezone,
        travel=travel or rules.travel,
        handover=rules.handover,
        ride=rules.ride,
        score=rules.score,
        vehicles=rules.vehicles,
        pickups=_pickups(session, district_id=district.id),
        compounds=_compounds(session, district_id=district.id),
        gates=_gates(session, district_id=district.id),
        riders=riders,
        orders=_orders(session, district=district, day_date=day_date, wanted=wanted),
    )


def _pickups(session: Session, *, district_id: int) -> tuple[planning.Pickup, ...]:
    rows = session.execute(
        select(
            Pickup.code,
            Pickup.name,
            Supplier.kind,
            Pickup.latitude,
            Pickup.longitude,
            Pickup.opens_s,
            Pickup.closes_s,
            Pickup.loading_minutes,
            Pickup.docks,
        )
        .join(Supplier, Supplier.id == Pickup.supplier_id)
        .where(Pickup.district_id == district_id)
        .order_by(Pickup.id)
    )
    return tuple(
        planning.Pickup(
            pickup_id=code,
            name=name,
            kind=planning.PickupKind(kind.value),
            lat=latitude,
            lon=longitude,
            opens_s=opens_s,
            closes_s=closes_s,
            loading_s=loading_minutes * 60,
            docks=docks,
        )
        for code, name, kind, latitude, longitude, opens_s, closes_s, loading_minutes, docks in rows
    )


def _compounds(session: Session, *, district_id: int) -> tuple[planning.Compound, ...]:
    rows = session.execute(
        select(
            Compound.code,
            Compound.name,
            Street.name,
            Compound.latitude,
            Compound.longitude,
            Compound.risk,
            Compound.household_count,
            Compound.resident_count,
        )
        .join(Street, Street.id == Compound.street_id)
        .where(Compound.district_id == district_id)
        .order_by(Compound.id)
    )
    return tuple(
        planning.Compound(
            compound_id=code,
            name=name,
            street=street,
            lat=latitude,
            lon=longitude,
            risk=planning.Risk(risk.value),
            households=households,
            residents=residents,
        )
        for code, name, street, latitude, longitude, risk, households, residents in rows
    )


def _gates(session: Session, *, district_id: int) -> tuple[planning.Gate, ...]:
    rows = session.execute(
        select(
            Gate.code,
            Compound.code,
            Gate.name,
            Gate.latitude,
            Gate.longitude,
            Gate.opens_s,
            Gate.closes_s,
            Gate.slot_minutes,
            Gate.riders_per_slot,
        )
        .join(Compound, Compound.id == Gate.compound_id)
        .where(Gate.district_id == district_id)
        .order_by(Gate.id)
    )
    return tuple(
        planning.Gate(
            gate_id=code,
            compound_id=compound_code,
            name=name,
            lat=latitude,
            lon=longitude,
            opens_s=opens_s,
            closes_s=closes_s,
            slot_s=slot_minutes * 60,
            riders_per_slot=riders_per_slot,
        )
        for code, compound_code, name, latitude, longitude, opens_s, closes_s, slot_minutes, riders_per_slot in rows
    )


def _riders(session: Session, *, district_id: int) -> tuple[planning.Rider, ...]:
    zones: dict[int, list[str]] = {}
    for rider_id, street in session.execute(
        select(RiderZone.rider_id, Street.name)
        .join(Street, Street.id == RiderZone.street_id)
        .where(Street.district_id == district_id)
        .order_by(Street.name, RiderZone.rider_id)
    ):
        zones.setdefault(rider_id, []).append(street)
    rows = session.execute(
        select(Rider, RiderCompany.name, Pickup.code)
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .outerjoin(Pickup, Pickup.id == Rider.pickup_id)
        .where(Rider.district_id == district_id)
        .order_by(Rider.id)
    )
    return tuple(
        planning.Rider(
            rider_id=rider.code,
            name=rider.name,
            company=company,
            vehicle=rider.vehicle,
            pickup_id=pickup_code,
            # By code point, as day folders write them: Python's order, not the database's collation.
            zones=None if rider.any_zone else tuple(sorted(zones.get(rider.id, ()))),
            high_risk=rider.enters_high_risk,
            pass_no=rider.pass_no,
            pass_from_s=rider.pass_from_s,
            pass_until_s=rider.pass_until_s,
            shift_start_s=rider.shift_start_s,
            shift_end_s=rider.shift_end_s,
            base_lat=rider.base_latitude,
            base_lon=rider.base_longitude,
        )
        for rider, company, pickup_code in rows
    )


def _orders(
    session: Session, *, district: District, day_date: date, wanted: ColumnElement[bool]
) -> tuple[planning.Order, ...]:
    last_time = raises.read_last_time(session, district_id=district.id, day_date=day_date)
    rows = session.execute(
        select(
            Order.id,
            Order.household_id,
            Order.compound_id,
            Order.code,
            Pickup.code.label("pickup"),
            Compound.code.label("compound"),
            Order.weight_g,
            Order.volume_ml,
            Order.ready_at,
            Order.due_at,
            Order.priority,
            Order.source,
        )
        .join(Pickup, Pickup.id == Order.pickup_id)
        .join(Compound, Compound.id == Order.compound_id)
        .where(
            Order.district_id == district.id,
            Order.day_date == day_date,
            wanted,
        )
        .order_by(Order.id)
    )
    seconds = seconds_reader(day_date, district.timezone)
    orders = []
    for row in rows:
        cause = last_time.cause_of(order_id=row.id, household_id=row.household_id, compound_id=row.compound_id)
        order = planning.Order(
            order_id=row.code,
            pickup_id=row.pickup,
            compound_id=row.compound,
            weight_g=row.weight_g,
            volume_ml=row.volume_ml,
            ready_s=seconds(row.ready_at),
            due_s=seconds(row.due_at),
            priority=cause.raised(row.priority) if cause else row.priority,
            source=planning.Source(row.source.value),
        )
        orders.append(order)
    return tuple(orders)


def seconds_reader(day_date: date, zone: str) -> Callable[[datetime], int]:
    """Return a function from instants to seconds of the local day that computes each instant once."""
    known: dict[datetime, int] = {}

    def read(at: datetime) -> int:
        if at not in known:
            known[at] = intervals.seconds_on_day(at, day_date, zone)
        return known[at]

    return read


def instant_reader(day_date: date, zone: str) -> Callable[[int], datetime]:
    """Return a function from seconds of the local day to instants."""
    midnight = intervals.instant(day_date, 0, zone)
    next_midnight = intervals.instant(day_date, intervals.SECONDS_PER_DAY, zone)
    if next_midnight - midnight == timedelta(seconds=intervals.SECONDS_PER_DAY):
        return lambda seconds: midnight + timedelta(seconds=seconds)
    # A day on which the clocks change: each second by the zone's own rules.
    return lambda seconds: intervals.instant(day_date, seconds, zone)


def read_orders(
    session: Session, *, district: District, day_date: date, codes: Collection[str]
) -> tuple[planning.Order, ...]:
    """Return some orders of a day (by code) as the planner takes them, wherever they are by now."""
    return _orders(session, district=district, day_date=day_date, wanted=Order.code.in_(codes))
