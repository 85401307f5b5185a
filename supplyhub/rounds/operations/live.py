"""What happens while a published plan is being driven: recording it, taking it off the list, keeping an answer.

The list belongs to the day, not to a version of its plan: what somebody records while another publishes is not lost.
Working out what would move (`rounds.live_day`) happens between reading and `keep_answer`, with no transaction open.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import ids, intervals
from supplyhub.core.errors import Conflict, Invalid
from supplyhub.orders.states import OPEN_STATES
from supplyhub.permissions import Permission
from supplyhub.places.models import District
from supplyhub.planning.live.change_documents import change_document
from supplyhub.planning.live.changes import CancelledOrder, Change, NewOrder, OutOfStock
from supplyhub.rounds import problems
from supplyhub.rounds.live_day import WorkedOut
from supplyhub.rounds.live_rows import rows_document
from supplyhub.rounds.models import LiveAnswer, LiveChange, LiveChangeKind, Plan, PlanState
from supplyhub.rounds.operations.plans import require
from supplyhub.rounds.operations.publishing import SYSTEM
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries import plans
from supplyhub.wording import lazy_gettext

MOST_WAITING = 500
"""Changes that wait at a time; more are a new plan."""
CODE_LENGTH = 16
_SUBJECTS = ("order_id", "rider_id", "compound_id", "gate_id", "pickup_id")


class UnableToChange(Conflict):
    """The day is not being driven, or its plan has moved on."""


class UnableToRecord(Invalid):
    """What is said to have happened cannot be so."""


def record_changes(
    session: Session,
    *,
    district: District,
    day_date: date,
    changes: Sequence[Change],
    note: str,
    actor: SignedIn | None,
    now: datetime,
) -> int:
    """Put changes on the list of the day that is being driven; return how many were new.

    What is on the list already changes nothing; another time for the same rider or gate replaces the one before.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        The day is not today, or no plan of it is published.
    UnableToRecord
        The list is too long.
    """
    require(actor, Permission.MAKE_PLAN, district)
    plan = lock_driven_plan(session, district=district, day_date=day_date, now=now)
    waiting = {_subject(entry.change): entry for entry in _list_waiting(session, plan)}
    recorded = 0
    for change in changes:
        document = change_document(change)
        former = waiting.get(_subject(document))
        if former is not None and former.change == document:
            continue
        if former is not None:
            session.delete(former)
        entry = LiveChange(
            district_id=district.id,
            day_date=day_date,
            kind=LiveChangeKind(str(document["kind"])),
            change=document,
            recorded_at=now,
            recorded_by_id=actor.person_id if actor else None,
            recorded_by=actor.name if actor else SYSTEM,
            note=note,
        )
        session.add(entry)
        waiting[_subject(document)] = entry
        recorded += 1
    if len(waiting) > MOST_WAITING:
        raise UnableToRecord(
            lazy_gettext("More than %(most)s changes wait. Publish those on the list first.", most=MOST_WAITING)
        )
    if recorded:
        _forget_answer(session, plan)
    session.flush()
    return recorded


def take_in_orders(
    session: Session,
    *,
    district: District,
    day_date: date,
    codes: Sequence[str],
    note: str,
    actor: SignedIn | None,
    now: datetime,
) -> int:
    """Put new orders (by code) on the list: confirmed orders of the day that its plan does not hold.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        The day is not today, or no plan of it is published.
    UnableToRecord
        One of them is not such an order, or the list is too long.
    """
    plan = lock_driven_plan(session, district=district, day_date=day_date, now=now)
    known = queries.list_order_states_of(session, plan=plan, codes=codes)
    orders = problems.read_orders(session, district=district, day_date=day_date, codes=codes)
    if known or len(orders) < len(set(codes)):
        raise UnableToRecord(
            lazy_gettext("Some of these orders are in the plan by now, or gone. Choose again."), field="orders"
        )
    return record_changes(
        session,
        district=district,
        day_date=day_date,
        changes=[NewOrder(order=order) for order in orders],
        note=note,
        actor=actor,
        now=now,
    )


def cancel_orders(
    session: Session,
    *,
    district: District,
    day_date: date,
    codes: Sequence[str],
    note: str,
    actor: SignedIn | None,
    now: datetime,
) -> int:
    """Put cancelled orders (by code) on the list: orders of the plan that nobody has loaded, as far as is on record.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        The day is not today, or no plan of it is published.
    UnableToRecord
        The plan does not hold one of them, it is on its way or over, or the list is too long.
    """
    plan = lock_driven_plan(session, district=district, day_date=day_date, now=now)
    states = queries.list_order_states_of(session, plan=plan, codes=codes)
    unknown = [code for code in codes if code not in states]
    if unknown:
        raise UnableToRecord(
            lazy_gettext("The plan holds no order with the number %(codes)s.", codes=_some(unknown)), field="codes"
        )
    gone = [code for code in codes if states[code] not in OPEN_STATES]
    if gone:
        raise UnableToRecord(
            lazy_gettext(
                "%(codes)s: loaded, handed over or ended already. Only what has not been loaded can be cancelled.",
                codes=_some(gone),
            ),
            field="codes",
        )
    return record_changes(
        session,
        district=district,
        day_date=day_date,
        changes=[CancelledOrder(order_id=code) for code in codes],
        note=note,
        actor=actor,
        now=now,
    )


def record_shortage(
    session: Session,
    *,
    district: District,
    day_date: date,
    pickup_code: str,
    goods: str | None,
    actor: SignedIn | None,
    now: datetime,
) -> int:
    """Put a supplier's shortage on the list: all orders still to be loaded there that hold the goods, or (None) any.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        The day is not today, or no plan of it is published.
    UnableToRecord
        No such order is left to be loaded there, or the list is too long.
    """
    plan = lock_driven_plan(session, district=district, day_date=day_date, now=now)
    codes = queries.list_orders_without(session, plan=plan, pickup_code=pickup_code, goods=goods, now=now)
    if not codes:
        raise UnableToRecord(
            lazy_gettext("No order with it is left to be loaded there. Choose something else."), field="goods"
        )
    return record_changes(
        session,
        district=district,
        day_date=day_date,
        changes=[OutOfStock(pickup_id=pickup_code, order_ids=tuple(codes))],
        note=goods or "",
        actor=actor,
        now=now,
    )


def remove_change(
    session: Session, *, district: District, change_id: int, actor: SignedIn | None, now: datetime
) -> None:
    """Take a change off its day's list; one that is gone already is no fault.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        A published version holds it, or its day is not being driven.
    """
    require(actor, Permission.MAKE_PLAN, district)
    entry = queries.find_change(session, district_id=district.id, change_id=change_id)
    if entry is None:
        return
    plan = lock_driven_plan(session, district=district, day_date=entry.day_date, now=now)
    session.refresh(entry)
    if entry.plan_id is not None:
        raise UnableToChange(lazy_gettext("This change is published by now; it stays on record."))
    session.delete(entry)
    _forget_answer(session, plan)
    session.flush()


def drop_changes(session: Session, *, district: District, day_date: date, actor: SignedIn | None, now: datetime) -> int:
    """Empty the list of a day; return how many changes were on it. The plan stays as it is published.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        The day is not today, or no plan of it is published.
    """
    require(actor, Permission.MAKE_PLAN, district)
    plan = lock_driven_plan(session, district=district, day_date=day_date, now=now)
    waiting = _list_waiting(session, plan)
    for entry in waiting:
        session.delete(entry)
    _forget_answer(session, plan)
    session.flush()
    return len(waiting)


def keep_answer(
    session: Session, *, district: District, worked_out: WorkedOut, actor: SignedIn | None, now: datetime
) -> LiveAnswer:
    """Keep what was worked out for a day's list, in place of the answer before, so that it can be read and published.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToChange
        The day is not today, another version was published, or the list is another by now.
    """
    require(actor, Permission.MAKE_PLAN, district)
    plan = lock_driven_plan(session, district=district, day_date=worked_out.day_date, now=now)
    waiting = [entry.id for entry in _list_waiting(session, plan)]
    if plan.id != worked_out.plan_id or waiting != list(worked_out.change_ids):
        raise UnableToChange(
            lazy_gettext("Somebody has changed the list or published a version meanwhile. Look at it, and show again.")
        )
    _forget_answer(session, plan)
    kept = LiveAnswer(
        plan_id=plan.id,
        code=ids.new_spoken_code(CODE_LENGTH),
        changed_at=worked_out.changed_at,
        worked_out_at=now,
        worked_out_by=actor.name if actor else SYSTEM,
        change_ids=waiting,
        fingerprint=worked_out.fingerprint,
        answer=worked_out.answer,
        version=rows_document(worked_out.rows),
    )
    session.add(kept)
    session.flush()
    return kept


def lock_driven_plan(session: Session, *, district: District, day_date: date, now: datetime) -> Plan:
    """Return the published plan of the day that is being driven, held until the transaction ends.

    Raises
    ------
    UnableToChange
        The day is not today, or no plan of it is published.
    """
    require_today(district, day_date=day_date, now=now)
    published = plans.find_published_plan(session, district_id=district.id, day_date=day_date)
    plan = plans.find_and_lock_plan(session, plan_id=published.id) if published else None
    if plan is not None and plan.state != PlanState.PUBLISHED:  # another was faster: its version counts
        return lock_driven_plan(session, district=district, day_date=day_date, now=now)
    if plan is None:
        raise UnableToChange(lazy_gettext("No plan of this day is published. Publish one first."))
    return plan


def require_today(district: District, *, day_date: date, now: datetime) -> None:
    """Let only those go on who change the day that is being driven.

    Raises
    ------
    UnableToChange
        It is another day.
    """
    if intervals.local_date(now, district.timezone) != day_date:
        raise UnableToChange(
            lazy_gettext("Only the plan of today can be changed while it is driven. Plan another day anew instead.")
        )


def _list_waiting(session: Session, plan: Plan) -> list[LiveChange]:
    return queries.list_waiting(session, district_id=plan.district_id, day_date=plan.day_date)


def _forget_answer(session: Session, plan: Plan) -> None:
    """Throw away what was worked out: the list is another now."""
    session.execute(delete(LiveAnswer).where(LiveAnswer.plan_id == plan.id))


def _subject(document: object) -> tuple[object, ...]:
    """Return what a change is about: two changes of one kind about the same thing cannot both be so."""
    facts = document if isinstance(document, dict) else {}
    order = facts.get("order")
    order_id = order.get("order_id") if isinstance(order, dict) else None
    # a shortage is of some orders; others of the same pickup may run short as well
    orders = tuple(facts.get("order_ids", ()))
    return (facts.get("kind"), order_id, orders, *(facts.get(name) for name in _SUBJECTS))


def _some(codes: Sequence[str]) -> str:
    """Write a few of many codes."""
    shown = ", ".join(codes[:5])
    return f"{shown} …" if len(codes) > 5 else shown
