"""Carrying orders over: what a day left on no round waits for the next one, and goes first there (`rounds.raises`)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import intervals
from supplyhub.core.errors import Conflict
from supplyhub.orders import operations as orders
from supplyhub.permissions import Permission
from supplyhub.places.models import District
from supplyhub.rounds.operations.plans import require
from supplyhub.rounds.operations.publishing import SYSTEM
from supplyhub.rounds.queries import plans as queries
from supplyhub.wording import lazy_gettext


class UnableToCarryOver(Conflict):
    """Nothing of this day can wait for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How many orders were carried over, and to which day."""

    count: int
    to_date: date


def find_target_day(session: Session, *, district: District, day_date: date, now: datetime) -> date | None:
    """Return the day to which orders of a day can be carried over, or None while the day itself can still be planned.

    It is the first day from the next one, and from today on, of which riders have loaded nothing yet.
    """
    today = intervals.local_date(now, district.timezone)
    has_begun = queries.count_orders_under_way(session, district_id=district.id, day_date=day_date)
    if day_date >= today and not has_begun:
        return None
    target = max(day_date + timedelta(days=1), today)
    while queries.count_orders_under_way(session, district_id=district.id, day_date=target):
        target += timedelta(days=1)
    return target


def find_left_over(session: Session, *, district: District, day_date: date, now: datetime) -> Carried | None:
    """Return how many orders of a day can be carried over, and to which day; None where there are none.

    The day has a published plan.
    """
    to_date = find_target_day(session, district=district, day_date=day_date, now=now)
    if to_date is None:
        return None
    count = len(queries.list_left_over(session, district_id=district.id, day_date=day_date))
    return Carried(count=count, to_date=to_date) if count else None


def carry_over(
    session: Session, *, district: District, day_date: date, actor: SignedIn | None, now: datetime
) -> Carried:
    """Carry over a day's confirmed orders that are on no round of its published plan.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToCarryOver
        The day can still be planned, has no published plan, or left no order over.
    """
    require(actor, Permission.MAKE_PLAN, district)
    to_date = find_target_day(session, district=district, day_date=day_date, now=now)
    if to_date is None:
        raise UnableToCarryOver(lazy_gettext("No rider has begun this day yet. Plan it again instead."))
    if queries.find_published_plan(session, district_id=district.id, day_date=day_date) is None:
        raise UnableToCarryOver(lazy_gettext("No plan of this day was published, so nobody was left out of it."))
    order_ids = queries.list_left_over(session, district_id=district.id, day_date=day_date)
    if not order_ids:
        raise UnableToCarryOver(lazy_gettext("No order of this day is left over."))
    count = orders.carry_over(
        session,
        order_ids=order_ids,
        to_date=to_date,
        timezone=district.timezone,
        actor_id=actor.person_id if actor else None,
        actor_label=actor.name if actor else SYSTEM,
        now=now,
    )
    return Carried(count=count, to_date=to_date)
