"""Publishing a plan: its rounds are frozen, orders get their promised slot, the plan before it is replaced."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core.errors import Conflict
from supplyhub.orders import operations as orders
from supplyhub.orders.states import OrderState
from supplyhub.permissions import Permission
from supplyhub.places.models import District, Gate
from supplyhub.rounds import kept_ways, policy, problems, raises
from supplyhub.rounds.models import Plan, PlanState, Round, Visit, VisitOrder
from supplyhub.rounds.operations.plans import require
from supplyhub.rounds.queries import plans as queries
from supplyhub.rounds.slots import Slot, SlotGrid
from supplyhub.wording import lazy_gettext

SYSTEM = "SupplyHub"


class UnableToPublish(Conflict):
    """The plan cannot be published as things stand."""


def publish_plan(session: Session, *, plan_id: int, district: District, actor: SignedIn | None, now: datetime) -> Plan:
    """Publish a plan: from now on riders, gates, suppliers and residents see it in place of the one before.

    Raises
    ------
    MayNotPlan
        The person may not publish plans here.
    PlanNotFound
        The district has no such plan.
    UnableToPublish
        The plan is not ready, riders have begun the day, or orders, riders or places have changed since it was made.
    """
    require(actor, Permission.PUBLISH_PLAN, district)
    plan = queries.lock_plan(session, district_id=district.id, plan_id=plan_id)
    _require_publishable(session, plan, district)
    former = queries.find_published_plan(session, district_id=district.id, day_date=plan.day_date)
    try:
        with session.begin_nested():
            if former is not None:
                former.state = PlanState.SUPERSEDED
                session.flush()
            plan.state = PlanState.PUBLISHED
            plan.published_at, plan.published_by_id = now, actor.person_id if actor else None
            session.flush()
    except IntegrityError:
        raise UnableToPublish(
            lazy_gettext("Somebody else has just published a plan of this day. Reload the page.")
        ) from None
    tell_orders(session, plan, district=district, actor=actor, now=now)
    session.flush()
    return plan


def _require_publishable(session: Session, plan: Plan, district: District) -> None:
    if plan.state == PlanState.PUBLISHED:
        raise UnableToPublish(lazy_gettext("This plan is published already."))
    if not policy.may_be_published(plan):
        raise UnableToPublish(lazy_gettext("Only a plan that is ready can be published."))
    loaded = queries.count_orders_under_way(session, district_id=district.id, day_date=plan.day_date)
    if loaded:
        raise UnableToPublish(
            lazy_gettext(
                "Riders have already loaded %(count)s orders of this day. Their rounds stay as they are; "
                "plan what is left for the next day.",
                count=loaded,
            )
        )
    problem = problems.build_problem(
        session,
        district=district,
        day_date=plan.day_date,
        cutoff_at=plan.cutoff_at,
        travel=kept_ways.find_travel(session, plan=plan),
    )
    if problem.fingerprint() != plan.fingerprint:
        planned = int(plan.figures.get("served", 0)) + int(plan.figures.get("unserved", 0))
        raise UnableToPublish(
            lazy_gettext(
                "Orders, riders or gates have changed since this plan was made "
                "(orders then: %(planned)s, now: %(count)s). "
                "Plan the day again and publish the new plan.",
                planned=planned,
                count=len(problem.orders),
            )
        )


def tell_orders(
    session: Session,
    plan: Plan,
    *,
    district: District,
    actor: SignedIn | None,
    now: datetime,
) -> None:
    """Write onto the orders of a plan the slots that it promises, why the rest is on no round, and every transition."""
    promises = list(_promises(session, plan, zone=district.timezone))
    served = {promise.order_id for promise in promises}
    unserved = queries.list_unserved_reasons(session, plan_id=plan.id)
    states = queries.list_order_states(session, district_id=district.id, day_date=plan.day_date)
    left_out = {order_id for order_id, state in states.items() if state == OrderState.PLANNED} - served
    steps = [
        *_steps(
            plan, sorted(order for order in served if states[order] == OrderState.CONFIRMED), OrderState.PLANNED, now
        ),
        *_steps(plan, sorted(left_out), OrderState.CONFIRMED, now),
    ]
    orders.record_transitions(
        session,
        steps=steps,
        actor_id=actor.person_id if actor else None,
        actor_label=actor.name if actor else SYSTEM,
        now=now,
    )
    orders.promise_slots(session, promises=promises)
    orders.withdraw_promises(session, reasons={**dict.fromkeys(left_out), **unserved})
    causes = {raised.order_id: raised.cause.value for raised in raises.list_raised(session, plan=plan)}
    orders.write_raises(session, district_id=plan.district_id, day_date=plan.day_date, causes=causes)


def _steps(plan: Plan, order_ids: Iterable[int], to_state: OrderState, now: datetime) -> Iterable[orders.Step]:
    return [
        orders.Step(order_id=order_id, event_id=f"plan:{plan.id}:{order_id}", to_state=to_state, happened_at=now)
        for order_id in order_ids
    ]


def _promises(session: Session, plan: Plan, *, zone: str) -> Iterable[orders.Promise]:
    """Give each order the slot of the gate in which its hand-over starts."""
    slots: dict[int, Slot] = {}
    rows = session.execute(
        select(VisitOrder.order_id, Visit.id, Visit.start_at, Gate.id, Gate.opens_s, Gate.closes_s, Gate.slot_minutes)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .join(Gate, Gate.id == Visit.gate_id)
        .where(Round.plan_id == plan.id)
        .order_by(VisitOrder.order_id)
    )
    for order_id, visit_id, start_at, gate_id, opens_s, closes_s, slot_minutes in rows:
        if visit_id not in slots:
            grid = SlotGrid(
                day_date=plan.day_date, timezone=zone, opens_s=opens_s, closes_s=closes_s, slot_s=slot_minutes * 60
            )
            slots[visit_id] = grid.slot_of(start_at)
        slot = slots[visit_id]
        yield orders.Promise(order_id=order_id, gate_id=gate_id, from_at=slot.from_at, until_at=slot.until_at)
