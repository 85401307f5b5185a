"""What a map of a plan shows, and the plan as a file: plain rows, two reads each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, func, literal, select
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.places.models import Compound, Gate, Risk, Street
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder, Visit, VisitOrder
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
    street: str
    orders: int
    served: int

    @property
    def unserved(self) -> int:
        """How many orders are on no round."""
        return self.orders - self.served


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPoint:
    """A pickup of the map."""

    code: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLine:
    """A round of the map, from base to base, or to where the rider stopped."""

    plan_id: int
    number: int
    rider_name: str
    company: str
    points: tuple[tuple[float, float], ...]


def count_served(plan: Plan | None) -> tuple[ColumnElement[int], Subquery | None]:
    """Return how to count, in a statement over orders, those on a round of a plan; and what to join by order for it.

    A published plan has written its slots onto the orders. For another one its hand-overs are looked up.
    """
    if plan is None:
        return literal(0), None
    if plan.state == PlanState.PUBLISHED:
        return func.count(Order.planned_gate_id), None
    handed_over = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan.id, Visit.gate_id.is_not(None))
        .subquery()
    )
    return func.count(handed_over.c.order_id), handed_over


def list_compound_points(
    session: Session, *, district_id: int, day_date: date, plan: Plan | None
) -> list[CompoundPoint]:
    """Return the district's compounds with their orders of a day and how many a plan serves, ordered by code.

    Orders that the plan left out count for its day also when they were carried over to a later one.
    """
    served, joined = count_served(plan)
    statement = select(Order.compound_id, func.count().label("orders"), served.label("served"))
    if joined is not None:
        statement = statement.outerjoin(joined, joined.c.order_id == Order.id)
    counts = (
        statement.where(Order.district_id == district_id, Order.day_date == day_date, Order.state.in_(COUNTED))
        .group_by(Order.compound_id)
        .subquery()
    )
    carried = _count_carried(plan)
    rows = session.execute(
        select(
            Compound.code,
            Compound.name,
            Compound.latitude,
            Compound.longitude,
            Compound.risk,
            Street.name.label("street"),
            (func.coalesce(counts.c.orders, 0) + func.coalesce(carried.c.orders, 0)).label("orders"),
            func.coalesce(counts.c.served, 0).label("served"),
        )
        .join(Street, Street.id == Compound.street_id)
        .outerjoin(counts, counts.c.compound_id == Compound.id)
        .outerjoin(carried, carried.c.compound_id == Compound.id)
        .where(Compound.district_id == district_id)
        .order_by(Compound.code, Compound.id)
    )
    return [CompoundPoint(**row) for row in rows.mappings()]


def _count_carried(plan: Plan | None) -> Subquery:
    """Return how many of the orders that a plan left out are meant for another day by now, by compound."""
    return (
        select(Order.compound_id, func.count().label("orders"))
        .join(UnservedOrder, UnservedOrder.order_id == Order.id)
        .where(
            UnservedOrder.plan_id == (plan.id if plan else None),
            Order.day_date != (plan.day_date if plan else None),
            Order.state.in_(COUNTED),
        )
        .group_by(Order.compound_id)
        .subquery()
    )


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
            Round.stopped_at,
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
    ways_home: dict[int, tuple[tuple[float, float], ...]] = {}
    for (
        round_number,
        stopped_at,
        rider,
        company,
        base_latitude,
        base_longitude,
        latitude,
        longitude,
    ) in session.execute(statement):
        bases[round_number] = (base_latitude, base_longitude)
        ways_home[round_number] = () if stopped_at else (bases[round_number],)
        lines.setdefault(round_number, (rider, company, []))[2].append((latitude, longitude))
    return [
        RoundLine(
            plan_id=plan_id,
            number=round_number,
            rider_name=rider,
            company=company,
            points=(bases[round_number], *points, *ways_home[round_number]),
        )
        for round_number, (rider, company, points) in lines.items()
    ]


def list_codes_of_round(session: Session, *, plan_id: int, number: int) -> set[str]:
    """Return the codes of the compounds and pickups of a round."""
    rows = session.scalars(
        select(func.coalesce(Pickup.code, Compound.code))
        .select_from(Visit)
        .join(Round, Round.id == Visit.round_id)
        .outerjoin(Pickup, Pickup.id == Visit.pickup_id)
        .outerjoin(Gate, Gate.id == Visit.gate_id)
        .outerjoin(Compound, Compound.id == Gate.compound_id)
        .where(Round.plan_id == plan_id, Round.number == number)
        .order_by(Visit.position, Visit.id)
    )
    return set(rows)


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
        select(Round.id, Rider.code, Round.leaves_base_at, Round.back_at, Round.stopped_at)
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
                **(
                    {"stopped_at": _clock(seconds(stopped_at))} if stopped_at else {"back_at": _clock(seconds(back_at))}
                ),
                "visits": visits.get(round_id, []),
            }
            for round_id, rider_code, leaves_base_at, back_at, stopped_at in rounds
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
