"""What a map of a plan shows, and the plan as a file: plain rows, two reads each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.places.models import Compound, Gate, Risk
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds.models import Plan, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.problems import seconds_reader
from supplyhub.rounds.queries.plans import COUNTED
from supplyhub.suppliers.models import Pickup


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundPoint:
    """A compound of the map with its orders of the day and how many are on a round of the plan."""

    code: str
    name: str
    latitude: float
    longitude: float
    risk: Risk
    orders: int
    served: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPoint:
    """A pickup of the map."""

    code: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLine:
    """A round of the map, from base to base."""

    number: int
    rider_name: str
    company: str
    points: tuple[tuple[float, float], ...]


def list_compound_points(
    session: Session, *, district_id: int, day_date: date, plan_id: int | None
) -> list[CompoundPoint]:
    """Return the district's compounds with their orders of a day and how many a plan serves, ordered by code."""
    if plan_id is None:
        statement = select(
            Order.compound_id, func.count().label("orders"), func.count(Order.planned_gate_id).label("served")
        )
    else:
        left_out = and_(UnservedOrder.order_id == Order.id, UnservedOrder.plan_id == plan_id)
        plan_cutoff = select(Plan.cutoff_at).where(Plan.id == plan_id).scalar_subquery()
        is_served = and_(UnservedOrder.order_id.is_(None), Order.placed_at <= plan_cutoff)
        served = func.sum(case((is_served, 1), else_=0))
        statement = select(Order.compound_id, func.count().label("orders"), served.label("served")).outerjoin(
            UnservedOrder, left_out
        )
    counts = (
        statement.where(Order.district_id == district_id, Order.day_date == day_date, Order.state.in_(COUNTED))
        .group_by(Order.compound_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Compound.code,
            Compound.name,
            Compound.latitude,
            Compound.longitude,
            Compound.risk,
            func.coalesce(counts.c.orders, 0).label("orders"),
            func.coalesce(counts.c.served, 0).label("served"),
        )
        .outerjoin(counts, counts.c.compound_id == Compound.id)
        .where(Compound.district_id == district_id)
        .order_by(Compound.code, Compound.id)
    )
    return [CompoundPoint(**row) for row in rows.mappings()]


def list_pickup_points(session: Session, *, district_id: int) -> list[PickupPoint]:
    """Return the district's pickups, ordered by code."""
    rows = session.execute(
        select(Pickup.code, Pickup.name, Pickup.latitude, Pickup.longitude)
        .where(Pickup.district_id == district_id)
        .order_by(Pickup.code, Pickup.id)
    )
    return [PickupPoint(**row) for row in rows.mappings()]


def list_round_lines(session: Session, *, plan_id: int, number: int | None = None) -> list[RoundLine]:
    """Return a plan's rounds (or one of them) as lines from base to base, ordered by number."""
    statement = (
        select(
            Round.number,
            Rider.name,
            RiderCompany.name,
            Rider.base_latitude,
            Rider.base_longitude,
            func.coalesce(Pickup.latitude, Gate.latitude),
            func.coalesce(Pickup.longitude, Gate.longitude),
        )
        .select_from(Round)
        .join(Rider, Rider.id == Round.rider_id)
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .join(Visit, Visit.round_id == Round.id)
        .outerjoin(Pickup, Pickup.id == Visit.pickup_id)
        .outerjoin(Gate, Gate.id == Visit.gate_id)
        .where(Round.plan_id == plan_id)
        .order_by(Round.number, Visit.position, Visit.id)
    )
    if number is not None:
        statement = statement.where(Round.number == number)
    lines: dict[int, tuple[str, str, list[tuple[float, float]]]] = {}
    bases: dict[int, tuple[float, float]] = {}
    for round_number, rider, company, base_latitude, base_longitude, latitude, longitude in session.execute(statement):
        bases[round_number] = (base_latitude, base_longitude)
        lines.setdefault(round_number, (rider, company, []))[2].append((latitude, longitude))
    return [
        RoundLine(
            number=round_number,
            rider_name=rider,
            company=company,
            points=(bases[round_number], *points, bases[round_number]),
        )
        for round_number, (rider, company, points) in lines.items()
    ]


def plan_document(session: Session, *, plan: Plan, zone: str) -> dict[str, object]:
    """Return a plan as a document of the format `supply-plan/1`, which the checker of day folders judges."""
    seconds = seconds_reader(plan.day_date, zone)
    orders: dict[int, list[str]] = {}
    for visit_id, code in session.execute(
        select(VisitOrder.visit_id, Order.code)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .join(Order, Order.id == VisitOrder.order_id)
        .where(Round.plan_id == plan.id)
        .order_by(VisitOrder.visit_id, Order.code)
    ):
        orders.setdefault(visit_id, []).append(code)
    visits: dict[int, list[dict[str, object]]] = {}
    for visit, pickup_code, gate_code in session.execute(
        select(Visit, Pickup.code, Gate.code)
        .join(Round, Round.id == Visit.round_id)
        .outerjoin(Pickup, Pickup.id == Visit.pickup_id)
        .outerjoin(Gate, Gate.id == Visit.gate_id)
        .where(Round.plan_id == plan.id)
        .order_by(Visit.round_id, Visit.position, Visit.id)
    ):
        place = {"pickup_id": pickup_code} if visit.gate_id is None else {"gate_id": gate_code}
        visits.setdefault(visit.round_id, []).append(
            {
                **place,
                "arrive": _clock(seconds(visit.arrive_at)),
                "start": _clock(seconds(visit.start_at)),
                "leave": _clock(seconds(visit.leave_at)),
                "orders": orders.get(visit.id, []),
            }
        )
    rounds = session.execute(
        select(Round.id, Rider.code, Round.leaves_base_at, Round.back_at)
        .join(Rider, Rider.id == Round.rider_id)
        .where(Round.plan_id == plan.id)
        .order_by(Round.number, Round.id)
    )
    return {
        "format": "supply-plan/1",
        "date": plan.day_date.isoformat(),
        "rounds": [
            {
                "rider_id": rider_code,
                "leaves_base_at": _clock(seconds(leaves_base_at)),
                "back_at": _clock(seconds(back_at)),
                "visits": visits.get(round_id, []),
            }
            for round_id, rider_code, leaves_base_at, back_at in rounds
        ],
        "unserved": list(_unserved_entries(session, plan)),
    }


def _unserved_entries(session: Session, plan: Plan) -> Iterable[dict[str, str]]:
    for code, reason in session.execute(
        select(Order.code, UnservedOrder.reason)
        .join(Order, Order.id == UnservedOrder.order_id)
        .where(UnservedOrder.plan_id == plan.id)
        .order_by(Order.code)
    ):
        yield {"order_id": code, "reason": reason}


def _clock(seconds: int) -> str:
    """Write seconds after midnight as HH:MM:SS, also those past midnight."""
    text = intervals.time_of_day(seconds)
    return text if text.count(":") == 2 else f"{text}:00"
