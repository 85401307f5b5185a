"""Publishing what was worked out for the day's changes as the next version, and the riders' confirming it.

All of it is written in one transaction. Nothing is planned here: the rows were made when the answer was worked out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core.errors import Conflict
from supplyhub.orders import operations as orders
from supplyhub.orders.models import Order
from supplyhub.orders.states import OPEN_STATES, OrderState
from supplyhub.permissions import Permission
from supplyhub.places.models import Compound, District, Risk
from supplyhub.planning.live.answer_documents import read_answer
from supplyhub.planning.live.answers import Answer
from supplyhub.planning.live.changes import CancelledOrder, Change, HighRiskCompound, OutOfStock
from supplyhub.riders.models import Rider
from supplyhub.rounds import kept_ways, live_day, live_reading, live_rows, problems
from supplyhub.rounds.models import LiveAnswer, LiveChange, LiveVersion, Plan, PlanState, RoundChange
from supplyhub.rounds.operations import plans as plan_operations
from supplyhub.rounds.operations.live import require_today
from supplyhub.rounds.operations.publishing import SYSTEM, tell_orders
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries import planned, plans
from supplyhub.rounds.ways_models import PlanWays
from supplyhub.wording import lazy_gettext


class PlanMovedOn(Conflict):
    """Another version was published meanwhile."""


class AnswerOutdated(Conflict):
    """What was worked out no longer fits: the list, the day or the time is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The version that counts now. `is_new` is false where it had been published before, from the same answer."""

    plan: Plan
    is_new: bool


def publish_answer(
    session: Session, *, plan_id: int, answer_code: str, district: District, actor: SignedIn | None, now: datetime
) -> Published:
    """Publish what was worked out for a published plan as its next version; asked again, it changes nothing.

    Rounds, orders' states and promised slots, what each rider has to read, and the log are written together.

    Raises
    ------
    MayNotPlan
        The person may not publish plans here.
    PlanNotFound
        The district has no such plan.
    UnableToChange
        The day is not today.
    PlanMovedOn
        Another version was published meanwhile; the list is kept.
    AnswerOutdated
        The list, the day's orders, riders or gates, or the visits that have begun are others by now.
    IntegrityError
        The database refuses a row for another reason: a fault of the product.
    """
    plan_operations.require(actor, Permission.PUBLISH_PLAN, district)
    # Two who press the button at once: the second waits here, and then finds the first one's version.
    former = plans.lock_plan(session, district_id=district.id, plan_id=plan_id)
    known = queries.find_version_of(session, answer_code=answer_code)
    if known is not None and known.former_id == former.id:
        return Published(plan=plans.get_plan(session, district_id=district.id, plan_id=known.plan_id), is_new=False)
    require_today(district, day_date=former.day_date, now=now)
    answer = _require_answer(session, former, answer_code, district=district, now=now)
    waiting = queries.list_waiting(session, district_id=district.id, day_date=former.day_date)
    if [entry.id for entry in waiting] != answer.change_ids:
        raise AnswerOutdated(
            lazy_gettext("The list has changed since this was worked out. Show again what would move.")
        )
    told = read_answer(answer.answer)
    made = _made([live_day.change_of(entry) for entry in waiting], told)
    try:
        with session.begin_nested():  # all of it or nothing, whatever the caller keeps
            plan = _write_version(session, former, answer, actor=actor, now=now)
            _keep_record(session, plan, former, answer, waiting, actor=actor)
            _end_orders(session, plan, made, told, actor=actor, now=now)
            _mark_risk(session, district, made)
            tell_orders(session, plan, district=district, actor=actor, now=now)
            session.execute(delete(LiveAnswer).where(LiveAnswer.id == answer.id))
            session.flush()
    except IntegrityError:
        if not _is_replaced(session, former):
            raise
        raise PlanMovedOn(
            lazy_gettext("Somebody else has just published a plan of this day. Reload the page.")
        ) from None
    return Published(plan=plan, is_new=True)


def confirm_changes(session: Session, *, paths: Sequence[str], change_ids: Sequence[int], now: datetime) -> int:
    """Note that a rider has read what changed in the own round; return how many were not confirmed before.

    `paths` are the rider's own scopes: what changed for others is left as it is.
    """
    own = select(Rider.id).where(Rider.path.in_(paths))
    confirmed = session.execute(
        update(RoundChange)
        .where(RoundChange.id.in_(change_ids), RoundChange.rider_id.in_(own), RoundChange.confirmed_at.is_(None))
        .values(confirmed_at=now)
        .execution_options(synchronize_session=False)
        .returning(RoundChange.id)
    )
    return len(confirmed.all())


def _is_replaced(session: Session, former: Plan) -> bool:
    """Tell whether another plan of the day counts by now."""
    counts = plans.find_published_plan(session, district_id=former.district_id, day_date=former.day_date)
    return counts is None or counts.id != former.id


def _require_answer(
    session: Session, former: Plan, answer_code: str, *, district: District, now: datetime
) -> LiveAnswer:
    if former.state != PlanState.PUBLISHED:
        counts = plans.find_published_plan(session, district_id=district.id, day_date=former.day_date)
        by = queries.find_version(session, plan_id=counts.id) if counts else None
        raise PlanMovedOn(
            lazy_gettext(
                "The plan has moved on: version %(version)s counts now%(by)s. Nothing of your list is lost; "
                "show again what would move.",
                version=counts.version if counts else "–",
                by=f" ({by.published_by})" if by else "",
            )
        )
    answer = queries.find_answer(session, plan_id=former.id)
    if answer is None or answer.code != answer_code:
        raise AnswerOutdated(
            lazy_gettext("The list has changed since this was worked out. Show again what would move.")
        )
    begun = _count_begun(read_answer(answer.answer), answer, former, zone=district.timezone, now=now)
    if begun:
        raise AnswerOutdated(
            lazy_gettext(
                "The day has gone on: %(count)s of the stops that would change have begun since this was worked out. "
                "Show again what would move.",
                count=begun,
            )
        )
    _, problem = planned.read_day(session, district=district, plan=former)
    if problem.fingerprint() != answer.fingerprint:
        raise AnswerOutdated(
            lazy_gettext("Orders, riders or gates have changed since this was worked out. Show again what would move.")
        )
    return answer


def _count_begun(told: Answer, answer: LiveAnswer, plan: Plan, *, zone: str, now: datetime) -> int:
    """Return how many visits that would be otherwise have begun, by either version, since it was worked out."""
    seconds = problems.seconds_reader(plan.day_date, zone)
    worked_out_s, now_s = seconds(answer.worked_out_at), seconds(now)
    starts = ((visit.before_s, visit.after_s) for one in told.rounds for visit in one.visits)
    return sum(any(at is not None and worked_out_s < at <= now_s for at in pair) for pair in starts)


def _write_version(
    session: Session, former: Plan, answer: LiveAnswer, *, actor: SignedIn | None, now: datetime
) -> Plan:
    latest = session.scalar(
        select(func.max(Plan.version)).where(Plan.district_id == former.district_id, Plan.day_date == former.day_date)
    )
    person_id = actor.person_id if actor else None
    plan = Plan(
        district_id=former.district_id,
        day_date=former.day_date,
        version=(latest or 0) + 1,
        state=PlanState.RUNNING,
        seed=former.seed,
        seconds=former.seconds,
        cutoff_at=former.cutoff_at,
        asked_by_id=person_id,
        asked_at=answer.worked_out_at,
        started_at=answer.worked_out_at,
    )
    session.add(plan)
    session.flush()
    rows = live_rows.read_rows(answer.version)
    plan_operations.write_plan(
        session,
        plan_id=plan.id,
        rounds=rows.rounds,
        unserved=rows.unserved,
        figures=rows.figures,
        fingerprint=rows.fingerprint,
        now=now,
    )
    _keep_ways(session, plan, former)
    former.state = PlanState.SUPERSEDED
    session.flush()
    plan.state, plan.published_at, plan.published_by_id = PlanState.PUBLISHED, now, person_id
    session.flush()
    return plan


def _keep_ways(session: Session, plan: Plan, former: Plan) -> None:
    """Write that a version drives the ways of the one before, also where another has been planned in between."""
    ways = kept_ways.find_plan_ways(session, plan=former)
    if ways is not None:
        session.add(
            PlanWays(
                plan_id=plan.id,
                source=ways.source,
                name=ways.name,
                matrix_id=ways.matrix_id,
                unreached=ways.unreached,
            )
        )


def _keep_record(
    session: Session,
    plan: Plan,
    former: Plan,
    answer: LiveAnswer,
    taken: Sequence[LiveChange],
    *,
    actor: SignedIn | None,
) -> None:
    """Write the log: who published which changes, and what each rider has to read."""
    session.add(
        LiveVersion(
            plan_id=plan.id,
            former_id=former.id,
            answer_code=answer.code,
            answer=answer.answer,
            overlay=answer.version["overlay"],
            changed_at=answer.changed_at,
            published_by=actor.name if actor else SYSTEM,
        )
    )
    for number, entry in enumerate(taken):
        entry.plan_id, entry.number = plan.id, number
    documents = {
        str(one["rider_id"]): one
        for one in answer.answer["rounds"]
        if live_reading.must_be_confirmed(live_reading.read_round(one))
    }
    riders = session.execute(
        select(Rider.code, Rider.id)
        .where(Rider.district_id == plan.district_id, Rider.code.in_(documents))
        .order_by(Rider.id)
    )
    session.add_all(
        RoundChange(plan_id=plan.id, rider_id=rider_id, change=documents[code]) for code, rider_id in riders
    )
    session.flush()


def _made(changes: Sequence[Change], told: Answer) -> list[Change]:
    """Return the changes that the planner made; of a shortage that was refused in part, all of it."""
    refused = {one.number for one in told.refused if not isinstance(changes[one.number], OutOfStock)}
    return [change for number, change in enumerate(changes) if number not in refused]


def _end_orders(
    session: Session,
    plan: Plan,
    changes: Sequence[Change],
    told: Answer,
    *,
    actor: SignedIn | None,
    now: datetime,
) -> None:
    """Record what became of orders that are on no round any more: cancelled, short, or on a vehicle that stands."""
    refused = {one.order_id for one in told.refused}
    cancelled = {change.order_id for change in changes if isinstance(change, CancelledOrder)}
    short = {
        order_id
        for change in changes
        if isinstance(change, OutOfStock)
        for order_id in change.order_ids
        if order_id not in refused
    }
    stranded = {one.order_id for one in told.stranded}
    states = queries.list_orders_of_day(session, plan=plan, codes=[*cancelled, *short, *stranded])
    steps = [
        *_steps(plan, states, cancelled, OrderState.CANCELLED, OPEN_STATES, now),
        *_steps(plan, states, short - cancelled, OrderState.SHORT, OPEN_STATES, now),
        # loaded by plan: it must not be carried over to another day as if it still lay at the supplier's
        *_steps(plan, states, stranded, OrderState.LOADED, {OrderState.PLANNED}, now),
    ]
    orders.record_transitions(
        session,
        steps=steps,
        actor_id=actor.person_id if actor else None,
        actor_label=actor.name if actor else SYSTEM,
        now=now,
    )
    ended = [order.id for code, order in states.items() if code in cancelled | short]
    orders.withdraw_promises(session, reasons=dict.fromkeys(ended))


def _steps(
    plan: Plan,
    known: dict[str, Order],
    codes: Iterable[str],
    to_state: OrderState,
    from_states: Iterable[OrderState],
    now: datetime,
) -> list[orders.Step]:
    found = [known[code] for code in sorted(codes) if code in known]
    return [
        orders.Step(
            order_id=order.id, event_id=f"plan:{plan.id}:{order.id}:{to_state}", to_state=to_state, happened_at=now
        )
        for order in found
        if order.state in from_states
    ]


def _mark_risk(session: Session, district: District, changes: Sequence[Change]) -> None:
    """Write the risk onto compounds that have become high-risk: riders and gate keepers read it there."""
    codes = [change.compound_id for change in changes if isinstance(change, HighRiskCompound)]
    if codes:
        session.execute(
            update(Compound)
            .where(Compound.district_id == district.id, Compound.code.in_(codes))
            .values(risk=Risk.HIGH)
            .execution_options(synchronize_session=False)
        )
