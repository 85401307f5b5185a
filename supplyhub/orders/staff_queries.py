"""Reading a district's orders for its staff: lists with filters, one order, the day of compounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core.errors import NotFound
from supplyhub.orders.models import Order, OrderSource
from supplyhub.orders.states import OrderState
from supplyhub.places.day import CompoundDay, StateCount
from supplyhub.places.models import Compound, Household
from supplyhub.places.queries import path_is_within
from supplyhub.suppliers.models import Pickup
from supplyhub.webkit.pagination import Page, paginate
from supplyhub.wording import lazy_gettext

SERVED_STATES = (OrderState.PLANNED, OrderState.LOADED, OrderState.AT_GATE, OrderState.DELIVERED)
"""States of an order that is on a round or further."""
FIRST_PRIORITY = 3
"""Medicine, infants, people who live alone (formats/day.md: 0 to 3)."""


AnySelect = TypeVar("AnySelect", bound=Select[*tuple[Any, ...]])


class OrderNotFound(NotFound):
    """There is no such order, or it is not the asker's to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What a list of orders is narrowed to; `text` is the beginning or a part of the order's code."""

    day_date: date
    state: OrderState | None = None
    pickup_id: int | None = None
    compound_code: str = ""
    source: OrderSource | None = None
    reason: str = ""
    text: str = ""


def page_of_orders(
    session: Session, *, district_id: int, paths: Sequence[str], wanted: OrderFilter, number: int = 1
) -> Page[Order]:
    """Return a page of the orders of a day in the compounds that the scopes cover.

    The most urgent first: by priority, then by the time until which they are due. Loaded with compound, pickup,
    household with building, and promised gate.
    """
    statement = (
        _narrowed(select(Order), district_id=district_id, paths=paths, wanted=wanted)
        .options(
            joinedload(Order.compound),
            joinedload(Order.pickup),
            joinedload(Order.household).joinedload(Household.building),
            joinedload(Order.planned_gate),
        )
        .order_by(Order.priority.desc(), Order.due_at, Order.id)
    )
    return paginate(session, statement, number=number)


def count_orders(
    session: Session, *, district_id: int, paths: Sequence[str], wanted: OrderFilter
) -> dict[OrderState, int]:
    """Return how many orders of the same list stand in each state."""
    statement = _narrowed(
        select(Order.state, func.count().label("number")), district_id=district_id, paths=paths, wanted=wanted
    ).group_by(Order.state)
    counts = {row.state: row.number for row in session.execute(statement)}
    return {state: counts[state] for state in OrderState if state in counts}


def _narrowed(statement: AnySelect, *, district_id: int, paths: Sequence[str], wanted: OrderFilter) -> AnySelect:
    narrowed = statement.join(Compound, Compound.id == Order.compound_id).where(
        Order.district_id == district_id, Order.day_date == wanted.day_date, path_is_within(Compound.path, paths)
    )
    if wanted.state is not None:
        narrowed = narrowed.where(Order.state == wanted.state)
    if wanted.pickup_id is not None:
        narrowed = narrowed.where(Order.pickup_id == wanted.pickup_id)
    if wanted.compound_code:
        narrowed = narrowed.where(Compound.code == wanted.compound_code)
    if wanted.source is not None:
        narrowed = narrowed.where(Order.source == wanted.source)
    if wanted.reason:
        narrowed = narrowed.where(Order.unplanned_reason == wanted.reason)
    if wanted.text:
        narrowed = narrowed.where(Order.code.icontains(wanted.text, autoescape=True))
    return narrowed


def get_order(session: Session, *, district_id: int, code: str, paths: Sequence[str]) -> Order:
    """Return an order with everything that its page shows, if one of the scopes covers its compound.

    Raises
    ------
    OrderNotFound
        There is no such order within the scopes.
    """
    statement = (
        select(Order)
        .join(Compound, Compound.id == Order.compound_id)
        .where(Order.district_id == district_id, Order.code == code, path_is_within(Compound.path, paths))
        .options(
            joinedload(Order.compound).joinedload(Compound.street),
            joinedload(Order.pickup).joinedload(Pickup.supplier),
            joinedload(Order.household).joinedload(Household.building),
            joinedload(Order.planned_gate),
            selectinload(Order.lines),
            selectinload(Order.transitions),
        )
    )
    order = session.scalars(statement).unique().one_or_none()
    if order is None:
        raise OrderNotFound(lazy_gettext("There is no such order."))
    return order


def find_nearest_day(session: Session, *, district_id: int, day_date: date) -> date | None:
    """Return the last day up to a day that has orders, else the first after it, or None where there are none."""
    before = session.scalar(
        select(func.max(Order.day_date)).where(Order.district_id == district_id, Order.day_date <= day_date)
    )
    if before is not None:
        return before
    return session.scalar(select(func.min(Order.day_date)).where(Order.district_id == district_id))


class DayOfCompounds:
    """Tells places about the orders of a day (`places.day.DaySource`)."""

    def count_by_compound(self, session: Session, *, district_id: int, day_date: date) -> Mapping[int, CompoundDay]:
        """Return the day of each compound of a district that has orders, by the compound's id."""
        statement = (
            select(
                Order.compound_id,
                func.count().label("orders"),
                func.sum(case((Order.state.in_(SERVED_STATES), 1), else_=0)).label("served"),
            )
            .where(Order.district_id == district_id, Order.day_date == day_date, Order.state != OrderState.CANCELLED)
            .group_by(Order.compound_id)
        )
        return {
            row.compound_id: CompoundDay(order_count=row.orders, served_count=int(row.served))
            for row in session.execute(statement)
        }

    def count_by_state(self, session: Session, *, compound_id: int, day_date: date) -> Sequence[StateCount]:
        """Return how many orders of a compound stand in each state, in the order of the states."""
        statement = (
            select(Order.state, func.count().label("number"))
            .where(Order.compound_id == compound_id, Order.day_date == day_date)
            .group_by(Order.state)
        )
        counts = {row.state: row.number for row in session.execute(statement)}
        return [StateCount(state=state, count=counts[state]) for state in OrderState if state in counts]
