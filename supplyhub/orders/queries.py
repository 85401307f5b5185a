"""Reading orders as their household sees them. Every query is bound to the person's own households."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core import intervals
from supplyhub.core.errors import NotFound
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.orders.views import OrderView
from supplyhub.places.models import Compound, Household, HouseholdMember
from supplyhub.wording import lazy_gettext

HOME_LIMIT = 30
"""How many orders the start page looks at; the list of orders shows them all."""
_OPEN = [state for state in OrderState if state not in {OrderState.DELIVERED, OrderState.CANCELLED, OrderState.SHORT}]


class OrderNotFound(NotFound):
    """There is no such order, or it is another household's."""


def list_households_of(session: Session, *, person_id: int) -> list[Household]:
    """Return the households in which a person lives, the first joined first, with building, compound and gates."""
    statement = (
        select(Household)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.person_id == person_id)
        .options(
            joinedload(Household.building),
            joinedload(Household.compound).joinedload(Compound.street),
            joinedload(Household.compound).joinedload(Compound.district),
            joinedload(Household.compound).selectinload(Compound.gates),
        )
        .order_by(HouseholdMember.since_at, Household.id)
    )
    return list(session.scalars(statement).unique())


def list_coming_orders(session: Session, *, household: Household, now: datetime) -> list[OrderView]:
    """Return a household's orders that are still to come, the next to arrive first.

    Promised times that are ahead come first, then those that have passed without news, then orders without a time.
    """
    timezone = household.compound.district.timezone
    statement = (
        _shown(select(Order))
        .where(
            Order.household_id == household.id,
            Order.state.in_(_OPEN),
            Order.day_date >= intervals.local_date(now, timezone),
        )
        .order_by(Order.day_date, Order.planned_from_at, Order.id)
        .limit(HOME_LIMIT)
    )
    orders = [_view(order, timezone=timezone, now=now) for order in session.scalars(statement)]
    return sorted(orders, key=lambda one: (not one.is_expected, not one.is_slot_over, one.order.day_date, _when(one)))


def orders_of(household_ids: Sequence[int]) -> Select[Order]:
    """Return the statement for the orders of households, the newest first, with what a list shows."""
    return (
        _shown(select(Order))
        .where(Order.household_id.in_(household_ids))
        .order_by(Order.day_date.desc(), Order.planned_from_at, Order.id.desc())
    )


def view_of(order: Order, *, households: Sequence[Household], now: datetime) -> OrderView:
    """Return how a household's order looks at an instant, in the zone of its district."""
    home = next(household for household in households if household.id == order.household_id)
    return _view(order, timezone=home.compound.district.timezone, now=now)


def get_household_order(session: Session, *, code: str, households: Sequence[Household], now: datetime) -> OrderView:
    """Return an order of one of the households by its code, with every transition.

    Raises
    ------
    OrderNotFound
        None of the households has such an order.
    """
    statement = (
        _shown(select(Order))
        .where(Order.code == code, Order.household_id.in_([household.id for household in households]))
        .options(selectinload(Order.transitions))
        .order_by(Order.id)
        .limit(1)
    )
    order = session.scalars(statement).one_or_none()
    if order is None:
        raise OrderNotFound(lazy_gettext("There is no such order in your household."))
    return view_of(order, households=households, now=now)


def _shown(statement: Select[Order]) -> Select[Order]:
    return statement.options(joinedload(Order.pickup), joinedload(Order.planned_gate), selectinload(Order.lines))


def _view(order: Order, *, timezone: str, now: datetime) -> OrderView:
    today: date = intervals.local_date(now, timezone)
    return OrderView(order=order, today=today, now=now)


def _when(one: OrderView) -> datetime:
    return one.order.planned_from_at or one.order.due_at
