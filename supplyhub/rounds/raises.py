"""Who goes before others because of the last day of deliveries: whoever went without then (docs/decisions/0015).

Reads the published plan of that day and the orders of this one; the rule itself is `orders.raises`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from supplyhub.orders.models import Order
from supplyhub.orders.raises import RaiseCause
from supplyhub.orders.states import OrderState
from supplyhub.planning import fairness
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder, Visit, VisitOrder

AnySelect = TypeVar("AnySelect", bound=Select[*tuple[Any, ...]])
NOT_CANCELLED = Order.state != OrderState.CANCELLED
REMEMBERED_DAYS = 7
"""How far back the last day of deliveries may lie; what was longer ago is no reason to go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """Who went without on the last day of deliveries: orders, households and compounds by id. None of it may be."""

    day_date: date | None = None
    left_out: frozenset[int] = frozenset()
    households: frozenset[int] = frozenset()
    compounds: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()

    def cause_of(self, *, order_id: int, household_id: int | None, compound_id: int) -> RaiseCause | None:
        """Return why an order goes before others, or None."""
        if order_id in self.left_out:
            return RaiseCause.LEFT_OUT
        went_without = compound_id in self.compounds if household_id is None else household_id in self.households
        if went_without:
            return RaiseCause.WENT_WITHOUT
        return RaiseCause.COMPOUND_LAST if compound_id in self.last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An order of a plan that goes before others."""

    order_id: int
    cause: RaiseCause
    is_served: bool


def find_last_plan(session: Session, *, district_id: int, day_date: date) -> Plan | None:
    """Return the published plan of the last day of deliveries before a day, or None where it is too long ago."""
    statement = (
        select(Plan)
        .where(
            Plan.district_id == district_id,
            Plan.state == PlanState.PUBLISHED,
            Plan.day_date < day_date,
            Plan.day_date >= day_date - timedelta(days=REMEMBERED_DAYS),
        )
        .order_by(Plan.day_date.desc(), Plan.id)
        .limit(1)
    )
    return session.scalars(statement).first()


def read_last_time(session: Session, *, district_id: int, day_date: date) -> LastTime:
    """Return who went without on the last day of deliveries before a day.

    A household (where none is known: a compound) went without when all it had ordered was left out. An order that was
    cancelled meanwhile counts for nobody.
    """
    plan = find_last_plan(session, district_id=district_id, day_date=day_date)
    if plan is None:
        return LastTime()
    left_out = session.execute(
        select(Order.id, Order.household_id, Order.compound_id)
        .join(UnservedOrder, UnservedOrder.order_id == Order.id)
        .where(UnservedOrder.plan_id == plan.id, NOT_CANCELLED)
        .order_by(Order.id)
    ).all()
    if not left_out:
        return LastTime(day_date=plan.day_date)
    counts = count_by_compound(session, plan_id=plan.id)
    last = fairness.find_last({str(compound_id): count for compound_id, count in counts.items()})
    households = {household_id for _, household_id, _ in left_out if household_id is not None}
    return LastTime(
        day_date=plan.day_date,
        left_out=frozenset(order_id for order_id, _, _ in left_out),
        households=frozenset(households) - _served_households(session, plan_id=plan.id),
        compounds=frozenset(compound_id for compound_id, (served, _) in counts.items() if not served),
        last=frozenset(int(compound_id) for compound_id in last),
    )


def count_by_compound(session: Session, *, plan_id: int) -> dict[int, tuple[int, int]]:
    """Return, by the compound's id, how many of how many orders a plan serves."""
    statement = _handed_over(select(Order.compound_id, func.count()), plan_id).where(NOT_CANCELLED)
    served = dict(session.execute(statement.group_by(Order.compound_id).order_by(Order.compound_id)).all())
    left_out = dict(
        session.execute(
            select(Order.compound_id, func.count())
            .join(UnservedOrder, UnservedOrder.order_id == Order.id)
            .where(UnservedOrder.plan_id == plan_id, NOT_CANCELLED)
            .group_by(Order.compound_id)
            .order_by(Order.compound_id)
        ).all()
    )
    return {
        compound_id: (served.get(compound_id, 0), served.get(compound_id, 0) + left_out.get(compound_id, 0))
        for compound_id in (*served, *(left_out.keys() - served.keys()))
    }


def list_raised(session: Session, *, plan: Plan) -> list[Raised]:
    """Return the orders that a plan's day puts before others, ordered by id; those whose own priority is as high, not.

    For a plan that is ready or published these are the orders that were planned so, as long as the plan of the day
    before is still the same.
    """
    last_time = read_last_time(session, district_id=plan.district_id, day_date=plan.day_date)
    if not last_time.left_out:
        return []
    orders = select(Order.id, Order.household_id, Order.compound_id, Order.priority).order_by(Order.id)
    left_out = select(UnservedOrder.order_id).where(UnservedOrder.plan_id == plan.id)
    found = []
    for statement, is_served in (
        (_handed_over(orders, plan.id), True),
        (orders.where(Order.id.in_(left_out)), False),
    ):
        for order_id, household_id, compound_id, priority in session.execute(statement):
            cause = last_time.cause_of(order_id=order_id, household_id=household_id, compound_id=compound_id)
            if cause is not None and cause.raised(priority) > priority:
                found.append(Raised(order_id=order_id, cause=cause, is_served=is_served))
    return sorted(found, key=lambda raised: raised.order_id)


def count_causes(raised: Sequence[Raised]) -> Mapping[RaiseCause, int]:
    """Return how many orders go before others for each cause that there is."""
    counts = {cause: sum(1 for one in raised if one.cause == cause) for cause in RaiseCause}
    return {cause: count for cause, count in counts.items() if count}


def _served_households(session: Session, *, plan_id: int) -> frozenset[int]:
    statement = _handed_over(select(Order.household_id), plan_id).where(NOT_CANCELLED).distinct()
    found = session.scalars(statement.order_by(Order.household_id))
    return frozenset(household_id for household_id in found if household_id is not None)


def _handed_over(statement: AnySelect, plan_id: int) -> AnySelect:
    handed_over = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id, Visit.gate_id.is_not(None))
    )
    return statement.where(Order.id.in_(handed_over))
