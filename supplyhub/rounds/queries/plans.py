"""Reading plans: the days that can be planned, the plans of a day, one plan's rounds and its unserved orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core.errors import NotFound
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, Gate, Street
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.problems import PLANNED_STATES
from supplyhub.suppliers.models import Pickup
from supplyhub.wording import lazy_gettext

UNDER_WAY = (PlanState.QUEUED, PlanState.RUNNING)
ON_THE_WAY = (OrderState.LOADED, OrderState.AT_GATE, OrderState.DELIVERED)
COUNTED = frozenset(OrderState) - {OrderState.CANCELLED, OrderState.SHORT}
"""States of orders that count in a day."""


class PlanNotFound(NotFound):
    """There is no such plan in the district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """A day with its orders and the plan that counts: the published one, else the newest."""

    day_date: date
    order_count: int
    plan_count: int
    plan: Plan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """A round as a line of a table."""

    number: int
    rider_code: str
    rider_name: str
    company: str
    vehicle: str
    leaves_base_at: datetime
    back_at: datetime
    distance_m: int
    order_count: int
    loads: int
    hand_overs: int
    weight_g: int


def get_plan(session: Session, *, district_id: int, plan_id: int) -> Plan:
    """Return a plan of a district.

    Raises
    ------
    PlanNotFound
        The district has no such plan.
    """
    plan = session.scalars(select(Plan).where(Plan.id == plan_id, Plan.district_id == district_id)).one_or_none()
    if plan is None:
        raise PlanNotFound(lazy_gettext("This plan does not exist, or was thrown away."))
    return plan


def lock_plan(session: Session, *, district_id: int, plan_id: int) -> Plan:
    """Return a plan of a district as it stands now, held until the transaction ends.

    Raises
    ------
    PlanNotFound
        The district has no such plan.
    """
    plan = find_and_lock_plan(session, plan_id=plan_id)
    if plan is None or plan.district_id != district_id:
        raise PlanNotFound(lazy_gettext("This plan does not exist, or was thrown away."))
    return plan


def find_and_lock_plan(session: Session, *, plan_id: int) -> Plan | None:
    """Return a plan as it stands now, held until the transaction ends; None where it is gone."""
    statement = select(Plan).where(Plan.id == plan_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def find_published_plan(session: Session, *, district_id: int, day_date: date) -> Plan | None:
    """Return the published plan of a day, or None."""
    statement = select(Plan).where(
        Plan.district_id == district_id, Plan.day_date == day_date, Plan.state == PlanState.PUBLISHED
    )
    return session.scalars(statement).one_or_none()


def has_plan_under_way(session: Session, *, district_id: int, day_date: date) -> bool:
    """Tell whether a plan of the day is being made."""
    statement = select(Plan.id).where(
        Plan.district_id == district_id, Plan.day_date == day_date, Plan.state.in_(UNDER_WAY)
    )
    return session.scalars(statement.limit(1)).first() is not None


def list_plans(session: Session, *, district_id: int, day_date: date) -> list[Plan]:
    """Return the plans of a day, the newest first."""
    statement = (
        select(Plan)
        .where(Plan.district_id == district_id, Plan.day_date == day_date)
        .order_by(Plan.version.desc(), Plan.id)
    )
    return list(session.scalars(statement))


def list_days(session: Session, *, district_id: int, limit: int = 60) -> list[DayRow]:
    """Return the days that have orders or plans, the newest first."""
    counted = session.execute(
        select(Order.day_date, func.count())
        .where(Order.district_id == district_id, Order.state.in_(COUNTED))
        .group_by(Order.day_date)
    )
    counts = dict(counted.all())
    plans: dict[date, list[Plan]] = {}
    for plan in session.scalars(select(Plan).where(Plan.district_id == district_id).order_by(Plan.version, Plan.id)):
        plans.setdefault(plan.day_date, []).append(plan)
    days = sorted({*counts, *plans}, reverse=True)[:limit]
    return [
        DayRow(
            day_date=day,
            order_count=counts.get(day, 0),
            plan_count=len(plans.get(day, ())),
            plan=leading_plan(plans.get(day, ())),
        )
        for day in days
    ]


def leading_plan(plans: Sequence[Plan]) -> Plan | None:
    """Return the plan that counts among a day's: the published one, else the one of the highest version."""
    published = next((plan for plan in plans if plan.state == PlanState.PUBLISHED), None)
    return published or max(plans, key=lambda plan: plan.version, default=None)


def count_orders_in(session: Session, *, district_id: int, day_date: date, cutoff_at: datetime) -> int:
    """Return how many orders a plan with this cut-off would take in."""
    statement = select(func.count()).where(
        Order.district_id == district_id,
        Order.day_date == day_date,
        Order.state.in_(PLANNED_STATES),
        Order.placed_at <= cutoff_at,
    )
    return session.scalar(statement) or 0


def count_orders_under_way(session: Session, *, district_id: int, day_date: date) -> int:
    """Return how many orders of a day riders have loaded already."""
    statement = select(func.count()).where(
        Order.district_id == district_id, Order.day_date == day_date, Order.state.in_(ON_THE_WAY)
    )
    return session.scalar(statement) or 0


def in_plan(plan_id: int) -> ColumnElement[bool]:
    """Return the condition under which an order is in a plan: on a round, or left out with a reason."""
    on_rounds = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id, Visit.gate_id.is_not(None))
    )
    left_out = select(UnservedOrder.order_id).where(UnservedOrder.plan_id == plan_id)
    return or_(Order.id.in_(on_rounds), Order.id.in_(left_out))


def list_left_over(session: Session, *, district_id: int, day_date: date) -> list[int]:
    """Return the ids of a day's confirmed orders that are on no round of a published plan, ordered."""
    statement = select(Order.id).where(
        Order.district_id == district_id, Order.day_date == day_date, Order.state == OrderState.CONFIRMED
    )
    return list(session.scalars(statement.order_by(Order.id)))


def count_riders(session: Session, *, district_id: int) -> int:
    """Return how many riders of a district have a pass."""
    return session.scalar(select(func.count()).where(Rider.district_id == district_id)) or 0


def list_rounds(session: Session, *, plan_id: int) -> list[RoundRow]:
    """Return a plan's rounds, ordered by number."""
    visits = (
        select(
            Visit.round_id,
            func.sum(case((Visit.pickup_id.is_not(None), 1), else_=0)).label("loads"),
            func.sum(case((Visit.gate_id.is_not(None), 1), else_=0)).label("hand_overs"),
            func.sum(case((Visit.pickup_id.is_not(None), Visit.weight_g), else_=0)).label("weight_g"),
        )
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id)
        .group_by(Visit.round_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Round.number,
            Rider.code.label("rider_code"),
            Rider.name.label("rider_name"),
            RiderCompany.name.label("company"),
            Rider.vehicle,
            Round.leaves_base_at,
            Round.back_at,
            Round.distance_m,
            Round.order_count,
            func.coalesce(visits.c.loads, 0).label("loads"),
            func.coalesce(visits.c.hand_overs, 0).label("hand_overs"),
            func.coalesce(visits.c.weight_g, 0).label("weight_g"),
        )
        .join(Rider, Rider.id == Round.rider_id)
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .outerjoin(visits, visits.c.round_id == Round.id)
        .where(Round.plan_id == plan_id)
        .order_by(Round.number, Round.id)
    )
    return [RoundRow(**row) for row in rows.mappings()]


def get_round(session: Session, *, plan_id: int, number: int) -> Round:
    """Return a round with rider, company and visits, and their pickups, gates and compounds.

    Raises
    ------
    PlanNotFound
        The plan has no such round.
    """
    statement = (
        select(Round)
        .where(Round.plan_id == plan_id, Round.number == number)
        .options(
            joinedload(Round.rider).joinedload(Rider.company),
            selectinload(Round.visits).joinedload(Visit.pickup),
            selectinload(Round.visits).joinedload(Visit.gate).joinedload(Gate.compound),
        )
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise PlanNotFound(lazy_gettext("This plan has no such round."))
    return found


def count_rounds(session: Session, *, plan_id: int) -> int:
    """Return how many rounds a plan has."""
    return session.scalar(select(func.count()).where(Round.plan_id == plan_id)) or 0


def count_compounds_served(session: Session, *, plan_id: int) -> int:
    """Return at how many compounds a plan hands over."""
    statement = (
        select(func.count(Gate.compound_id.distinct()))
        .join(Visit, Visit.gate_id == Gate.id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id)
    )
    return session.scalar(statement) or 0


def count_unserved(session: Session, *, plan_id: int) -> dict[str, int]:
    """Return how many orders a plan leaves out for each reason, the most frequent first."""
    rows = session.execute(
        select(UnservedOrder.reason, func.count())
        .where(UnservedOrder.plan_id == plan_id)
        .group_by(UnservedOrder.reason)
        .order_by(func.count().desc(), UnservedOrder.reason)
    )
    return dict(rows.all())


def list_unserved_reasons(session: Session, *, plan_id: int) -> dict[int, str]:
    """Return why each order (by id) that a plan leaves out is left out, ordered by id."""
    rows = session.execute(
        select(UnservedOrder.order_id, UnservedOrder.reason)
        .where(UnservedOrder.plan_id == plan_id)
        .order_by(UnservedOrder.order_id)
    )
    return dict(rows.all())


def list_order_states(session: Session, *, district_id: int, day_date: date) -> dict[int, OrderState]:
    """Return where each order (by id) of a day stands, ordered by id."""
    rows = session.execute(
        select(Order.id, Order.state)
        .where(Order.district_id == district_id, Order.day_date == day_date)
        .order_by(Order.id)
    )
    return dict(rows.all())


def count_unserved_by_street(session: Session, *, plan_id: int, reason: str | None) -> list[tuple[str, int]]:
    """Return how many orders a plan leaves out in each street, the most first."""
    statement = _unserved(plan_id, reason, select(Street.name, func.count())).join(
        Street, Street.id == Compound.street_id
    )
    rows = session.execute(statement.group_by(Street.name).order_by(func.count().desc(), Street.name))
    return [(name, count) for name, count in rows]


def count_unserved_by_pickup(session: Session, *, plan_id: int, reason: str | None) -> list[tuple[str, int]]:
    """Return how many orders a plan leaves out of each pickup, the most first."""
    statement = _unserved(plan_id, reason, select(Pickup.name, func.count())).join(Pickup, Pickup.id == Order.pickup_id)
    rows = session.execute(statement.group_by(Pickup.name).order_by(func.count().desc(), Pickup.name))
    return [(name, count) for name, count in rows]


def select_unserved(*, plan_id: int, reason: str | None) -> Select[UnservedOrder]:
    """Return the statement of a plan's unserved orders with compound, street and pickup, the most urgent first."""
    statement = (
        select(UnservedOrder)
        .join(Order, Order.id == UnservedOrder.order_id)
        .where(UnservedOrder.plan_id == plan_id)
        .options(
            joinedload(UnservedOrder.order).joinedload(Order.compound).joinedload(Compound.street),
            joinedload(UnservedOrder.order).joinedload(Order.pickup),
        )
        .order_by(Order.priority.desc(), Order.due_at, Order.id)
    )
    return statement.where(UnservedOrder.reason == reason) if reason else statement


def _unserved(plan_id: int, reason: str | None, statement: "Select[str, int]") -> "Select[str, int]":
    statement = (
        statement.select_from(UnservedOrder)
        .join(Order, Order.id == UnservedOrder.order_id)
        .join(Compound, Compound.id == Order.compound_id)
        .where(UnservedOrder.plan_id == plan_id)
    )
    return statement.where(UnservedOrder.reason == reason) if reason else statement


def share_served(figures: Mapping[str, int]) -> float:
    """Return the share of a plan's orders that are on a round; 1 for a plan without orders."""
    served, unserved = figures.get("served", 0), figures.get("unserved", 0)
    return served / (served + unserved) if served + unserved else 1.0
