"""Reading live changes: the day's list, what was worked out for it, versions that came of it, who has confirmed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from supplyhub.orders.models import Order, OrderLine
from supplyhub.orders.states import OPEN_STATES, OrderState
from supplyhub.places.models import Compound, Gate, Risk
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import LiveAnswer, LiveChange, LiveVersion, Plan, Round, RoundChange, Visit, VisitOrder
from supplyhub.rounds.queries.plans import in_plan
from supplyhub.suppliers.models import Pickup

LISTED_NEW_ORDERS = 300
"""How many orders without a round the form lists; the most urgent come first."""


# --- the list and the answer -----------------------------------------------------------------------------------------


def list_waiting(session: Session, *, district_id: int, day_date: date) -> list[LiveChange]:
    """Return what waits on a day's list, in the order in which it was recorded."""
    return list(session.scalars(_waiting(district_id, day_date).order_by(LiveChange.id)))


def count_waiting(session: Session, *, district_id: int, day_date: date) -> int:
    """Return how many changes wait on a day's list."""
    return session.scalar(select(func.count()).select_from(_waiting(district_id, day_date).subquery())) or 0


def find_change(session: Session, *, district_id: int, change_id: int) -> LiveChange | None:
    """Return a recorded change of a district, or None where it is gone."""
    statement = select(LiveChange).where(LiveChange.id == change_id, LiveChange.district_id == district_id)
    return session.scalars(statement).one_or_none()


def list_taken(session: Session, *, plan_ids: Sequence[int]) -> list[LiveChange]:
    """Return the changes that versions took in, version by version in the order of their numbers."""
    statement = select(LiveChange).where(LiveChange.plan_id.in_(plan_ids))
    return list(session.scalars(statement.order_by(LiveChange.plan_id, LiveChange.number, LiveChange.id)))


def list_taken_today(session: Session, *, district_id: int, day_date: date) -> list[LiveChange]:
    """Return the changes that versions of a day took in, in the order in which they were recorded."""
    statement = select(LiveChange).where(
        LiveChange.district_id == district_id, LiveChange.day_date == day_date, LiveChange.plan_id.is_not(None)
    )
    return list(session.scalars(statement.order_by(LiveChange.id)))


def find_answer(session: Session, *, plan_id: int) -> LiveAnswer | None:
    """Return what was worked out for the next version of a plan, or None."""
    return session.scalars(select(LiveAnswer).where(LiveAnswer.plan_id == plan_id)).one_or_none()


def find_version(session: Session, *, plan_id: int) -> LiveVersion | None:
    """Return what is on record of a version that came of live changes, or None for a plan that was planned anew."""
    return session.scalars(select(LiveVersion).where(LiveVersion.plan_id == plan_id)).one_or_none()


def find_version_of(session: Session, *, answer_code: str) -> LiveVersion | None:
    """Return the version that was published from an answer, or None."""
    return session.scalars(select(LiveVersion).where(LiveVersion.answer_code == answer_code)).one_or_none()


def _waiting(district_id: int, day_date: date) -> Select[LiveChange]:
    return select(LiveChange).where(
        LiveChange.district_id == district_id, LiveChange.day_date == day_date, LiveChange.plan_id.is_(None)
    )


# --- what the forms offer --------------------------------------------------------------------------------------------


def list_new_orders(session: Session, *, plan: Plan, but: Iterable[str] = ()) -> list[Order]:
    """Return the confirmed orders of a plan's day that are not in it, with compound and pickup, the most urgent first.

    `but` are codes to leave out. At most `LISTED_NEW_ORDERS`.
    """
    statement = (
        select(Order)
        .where(*_new_to(plan), Order.code.not_in(list(but)))
        .options(joinedload(Order.compound), joinedload(Order.pickup))
        .order_by(Order.priority.desc(), Order.due_at, Order.id)
    )
    return list(session.scalars(statement.limit(LISTED_NEW_ORDERS)))


def count_new_orders(session: Session, *, plan: Plan) -> int:
    """Return how many confirmed orders of a plan's day are not in it."""
    return session.scalar(select(func.count(Order.id)).where(*_new_to(plan))) or 0


def _new_to(plan: Plan) -> tuple[ColumnElement[bool], ...]:
    return (
        Order.district_id == plan.district_id,
        Order.day_date == plan.day_date,
        Order.state == OrderState.CONFIRMED,
        ~in_plan(plan.id),
    )


def list_order_states_of(session: Session, *, plan: Plan, codes: Sequence[str]) -> dict[str, OrderState]:
    """Return where those of some orders (by code) stand that a plan holds."""
    rows = session.execute(
        select(Order.code, Order.state)
        .where(Order.district_id == plan.district_id, Order.code.in_(codes), in_plan(plan.id))
        .order_by(Order.id)
    )
    return dict(rows.all())


def list_orders_of_day(session: Session, *, plan: Plan, codes: Sequence[str]) -> dict[str, Order]:
    """Return some orders of a plan's district by code."""
    statement = select(Order).where(Order.district_id == plan.district_id, Order.code.in_(codes)).order_by(Order.id)
    return {order.code: order for order in session.scalars(statement)}


def list_riders_of(session: Session, *, plan_id: int, now: datetime) -> list[tuple[str, str]]:
    """Return code and name of the riders of a plan's rounds who have not stopped, ordered by code."""
    rows = session.execute(
        select(Rider.code, Rider.name)
        .join(Round, Round.rider_id == Rider.id)
        .where(Round.plan_id == plan_id, or_(Round.stopped_at.is_(None), Round.stopped_at > now))
        .order_by(Rider.code, Rider.id)
    )
    return [(code, name) for code, name in rows]


def list_compounds(session: Session, *, district_id: int) -> list[tuple[str, str]]:
    """Return code and name of a district's compounds that are not high-risk yet, ordered by code."""
    rows = session.execute(
        select(Compound.code, Compound.name)
        .where(Compound.district_id == district_id, Compound.risk != Risk.HIGH)
        .order_by(Compound.code, Compound.id)
    )
    return [(code, name) for code, name in rows]


def list_gates(session: Session, *, district_id: int) -> list[tuple[str, str]]:
    """Return the code of each gate of a district with the names of its compound and its own, ordered by code."""
    rows = session.execute(
        select(Gate.code, Compound.name, Gate.name)
        .join(Compound, Compound.id == Gate.compound_id)
        .where(Gate.district_id == district_id)
        .order_by(Gate.code, Gate.id)
    )
    return [(code, f"{compound} {gate}") for code, compound, gate in rows]


def list_pickups_of(session: Session, *, plan_id: int) -> list[tuple[str, str]]:
    """Return code and name of the pickups at which a plan loads, ordered by code."""
    rows = session.execute(
        select(Pickup.code, Pickup.name)
        .join(Visit, Visit.pickup_id == Pickup.id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id)
        .distinct()
        .order_by(Pickup.code)
    )
    return [(code, name) for code, name in rows]


def list_goods(session: Session, *, plan: Plan, pickup_code: str, now: datetime) -> list[tuple[str, int]]:
    """Return what a pickup's orders hold that are still to be loaded, with their number, the most asked for first."""
    rows = session.execute(
        select(OrderLine.name, func.count(OrderLine.order_id.distinct()))
        .join(Order, Order.id == OrderLine.order_id)
        .where(*_not_loaded(plan, pickup_code, now))
        .group_by(OrderLine.name)
        .order_by(func.count(OrderLine.order_id.distinct()).desc(), OrderLine.name)
    )
    return [(name, count) for name, count in rows]


def list_orders_without(
    session: Session, *, plan: Plan, pickup_code: str, goods: str | None, now: datetime
) -> list[str]:
    """Return the codes of a pickup's orders still to be loaded that hold some goods, or (None) of all, ordered."""
    statement = select(Order.code).where(*_not_loaded(plan, pickup_code, now))
    if goods is not None:
        statement = statement.where(Order.id.in_(select(OrderLine.order_id).where(OrderLine.name == goods)))
    return list(session.scalars(statement.order_by(Order.code)))


def _not_loaded(plan: Plan, pickup_code: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say which orders of a pickup are in a plan, open, and not at a load that has begun by plan."""
    begun = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan.id, Visit.pickup_id.is_not(None), Visit.start_at <= now)
    )
    pickup = select(Pickup.id).where(Pickup.district_id == plan.district_id, Pickup.code == pickup_code)
    return (
        Order.pickup_id == pickup.scalar_subquery(),
        Order.state.in_(OPEN_STATES),
        in_plan(plan.id),
        Order.id.not_in(begun),
    )


# --- what riders have read -------------------------------------------------------------------------------------------


def list_unread(session: Session, *, rider_id: int, day_date: date) -> list[tuple[RoundChange, Plan]]:
    """Return what versions of a day changed in a rider's round and the rider has not confirmed, the newest first."""
    rows = session.execute(
        select(RoundChange, Plan)
        .join(Plan, Plan.id == RoundChange.plan_id)
        .where(RoundChange.rider_id == rider_id, Plan.day_date == day_date, RoundChange.confirmed_at.is_(None))
        .order_by(Plan.version.desc(), RoundChange.id)
    )
    return [(change, plan) for change, plan in rows]


def list_round_changes(session: Session, *, plan: Plan) -> list[tuple[RoundChange, Plan]]:
    """Return what a version and those of the same day before it changed for riders, with the rider, newest first.

    Of the versions before, only what has not been confirmed.
    """
    rows = session.execute(
        select(RoundChange, Plan)
        .join(Plan, Plan.id == RoundChange.plan_id)
        .join(Rider, Rider.id == RoundChange.rider_id)
        .where(
            Plan.district_id == plan.district_id,
            Plan.day_date == plan.day_date,
            Plan.version <= plan.version,
            or_(Plan.id == plan.id, RoundChange.confirmed_at.is_(None)),
        )
        .options(joinedload(RoundChange.rider))
        .order_by(Plan.version.desc(), Rider.code, RoundChange.id)
    )
    return [(change, changed) for change, changed in rows]
