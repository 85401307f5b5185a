"""Making plans: asking for one, beginning it, writing its result whole, stopping and throwing it away.

The planning itself happens between `begin_plan` and `write_plan`, in a job, with no transaction open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core.errors import Conflict, Invalid, NotAllowed
from supplyhub.jobs import operations as jobs
from supplyhub.jobs.models import JobState
from supplyhub.orders.models import Order
from supplyhub.permissions import Permission
from supplyhub.places.models import District, Gate
from supplyhub.riders.models import Rider
from supplyhub.rounds import policy, raises
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.operations import parts
from supplyhub.rounds.plan_rows import RoundRow
from supplyhub.rounds.queries import parts as part_queries
from supplyhub.rounds.queries import plans as queries
from supplyhub.suppliers.models import Pickup
from supplyhub.wording import lazy_gettext

JOB_NAME = "rounds.plan"


class UnableToPlan(Conflict):
    """A plan of this day cannot be made now."""


class NothingToPlan(Invalid):
    """The day has no orders, nobody to carry them, or has begun."""


class UnableToStop(Conflict):
    """The plan is no longer being made."""


class UnableToDiscard(Conflict):
    """The plan has been published; it stays on record."""


class MayNotPlan(NotAllowed):
    """The person may not make or publish plans of this district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How a plan is searched for: for seconds, or for so many iterations; whole, or in `groups` of suppliers."""

    seconds: int
    seed: int
    iterations: int | None = None
    groups: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a plan that was asked for wants, free of its session."""

    district: District
    day_date: date
    cutoff_at: datetime
    search: Search
    is_stopping: bool


def start_plan(
    session: Session,
    *,
    district: District,
    day_date: date,
    cutoff_at: datetime,
    search: Search,
    actor: SignedIn | None,
    now: datetime,
) -> Plan:
    """Ask for a new version of a day's plan: the row, and in the same transaction the job that makes it.

    `actor` None is the system itself: the command line and the demo.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    UnableToPlan
        A plan of this day is being made already.
    NothingToPlan
        No order of the day was placed by the cut-off, no rider has a pass, or riders are under way already.
    """
    require(actor, Permission.MAKE_PLAN, district)
    # Two who press the button at once: the second waits here, and then finds the first one's plan.
    session.execute(select(District.id).where(District.id == district.id).with_for_update(key_share=True))
    if queries.has_plan_under_way(session, district_id=district.id, day_date=day_date):
        raise UnableToPlan(
            lazy_gettext("A plan of this day is being made already. Wait for it, or stop it, then start again.")
        )
    _require_work(session, district=district, day_date=day_date, cutoff_at=cutoff_at)
    latest = session.scalar(
        select(func.max(Plan.version)).where(Plan.district_id == district.id, Plan.day_date == day_date)
    )
    plan = Plan(
        district_id=district.id,
        day_date=day_date,
        version=(latest or 0) + 1,
        state=PlanState.QUEUED,
        seed=search.seed,
        seconds=search.seconds,
        iterations=search.iterations,
        groups=search.groups,
        cutoff_at=cutoff_at,
        asked_by_id=actor.person_id if actor else None,
        asked_at=now,
    )
    session.add(plan)
    session.flush()
    plan.job_id = jobs.add_job(session, name=JOB_NAME, arguments={"plan_id": plan.id}, now=now).id
    session.flush()
    return plan


def begin_plan(session: Session, *, plan_id: int, now: datetime) -> Assignment | None:
    """Note that a plan is being made and return what is wanted; None where it is done, stopped or gone."""
    plan = queries.find_and_lock_plan(session, plan_id=plan_id)
    if plan is None or not plan.state.is_under_way:
        return None
    plan.state, plan.started_at = PlanState.RUNNING, plan.started_at or now
    session.flush()
    district = session.get_one(District, plan.district_id)
    return Assignment(
        district=district,
        day_date=plan.day_date,
        cutoff_at=plan.cutoff_at,
        search=Search(seconds=plan.seconds, seed=plan.seed, iterations=plan.iterations, groups=plan.groups),
        is_stopping=plan.stop_asked_at is not None,
    )


def write_plan(
    session: Session,
    *,
    plan_id: int,
    rounds: Sequence[RoundRow],
    unserved: Mapping[str, str],
    figures: Mapping[str, Any],
    fingerprint: str,
    now: datetime,
) -> bool:
    """Write a plan's whole result; False where the plan is no longer wanted (written, or thrown away).

    `unserved` maps the codes of orders to reasons.
    """
    plan = queries.find_and_lock_plan(session, plan_id=plan_id)
    if plan is None or plan.state != PlanState.RUNNING:
        return False
    orders = _order_ids(session, plan)
    riders = _ids_by_code(session, Rider, plan.district_id)
    _insert(
        session,
        Round,
        [
            {
                "plan_id": plan.id,
                "rider_id": riders[row.rider_code],
                "number": row.number,
                "leaves_base_at": row.leaves_base_at,
                "back_at": row.back_at,
                "stopped_at": row.stopped_at,
                "distance_m": row.distance_m,
                "order_count": row.order_count,
            }
            for row in rounds
        ],
    )
    _write_visits(session, plan, rounds, orders)
    _insert(
        session,
        UnservedOrder,
        [{"plan_id": plan.id, "order_id": orders[code], "reason": reason} for code, reason in unserved.items()],
    )
    raised = raises.list_raised(session, plan=plan)
    counts = {"raised": len(raised), "raised_served": sum(one.is_served for one in raised)}
    parts.forget_parts(session, plan_id=plan.id)
    plan.state, plan.finished_at = PlanState.READY, now
    plan.figures, plan.fingerprint = {**figures, **counts}, fingerprint
    session.flush()
    return True


def fail_plan(
    session: Session,
    *,
    plan_id: int,
    failure: policy.Failure,
    now: datetime,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Note that a plan could not be made; one that is gone or done is left as it is.

    `told` is what the sentence of the failure needs besides.
    """
    plan = queries.find_and_lock_plan(session, plan_id=plan_id)
    if plan is None or not plan.state.is_under_way:
        return
    parts.give_up_parts(session, plan=plan, now=now)
    plan.state, plan.finished_at = PlanState.FAILED, now
    plan.figures = {"failure": failure.value, **(told or {})}
    session.flush()


def fail_part(session: Session, *, plan_id: int, number: int, now: datetime) -> None:
    """Note that a part of a plan could not be made: nor can the plan, unless it was to stop, with what there is."""
    plan = queries.find_and_lock_plan(session, plan_id=plan_id)
    part = part_queries.find_part(session, plan_id=plan_id, number=number)
    if plan is None or part is None:
        return
    if plan.stop_asked_at is not None:
        parts.write_part(session, plan_id=plan_id, number=number, made={}, now=now)
        return
    plan.job_id = part.job_id  # the one that the operator is told of
    fail_plan(session, plan_id=plan_id, failure=policy.Failure.BROKEN, now=now)


def end_without_plan(session: Session, *, plan_id: int, now: datetime) -> None:
    """Note that a plan was stopped before there was anything to keep; one that is gone or done is left as it is."""
    plan = queries.find_and_lock_plan(session, plan_id=plan_id)
    if plan is None or not plan.state.is_under_way:
        return
    parts.give_up_parts(session, plan=plan, now=now)
    plan.state, plan.finished_at = PlanState.CANCELLED, now
    session.flush()


def stop_plan(session: Session, *, plan_id: int, district: District, actor: SignedIn | None, now: datetime) -> None:
    """Stop the planning: the best plan found so far is kept; one that has not begun is cancelled.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    PlanNotFound
        The district has no such plan.
    UnableToStop
        The plan is done already.
    """
    require(actor, Permission.MAKE_PLAN, district)
    plan = queries.lock_plan(session, district_id=district.id, plan_id=plan_id)
    if not policy.may_be_stopped(plan):
        raise UnableToStop(lazy_gettext("This plan is no longer being made."))
    plan.stop_asked_at = now
    if not parts.stop_parts(session, plan=plan, now=now):
        job = jobs.ask_to_cancel(session, job_id=plan.job_id, now=now) if plan.job_id is not None else None
        if job is None or job.state == JobState.CANCELLED:
            plan.state, plan.finished_at = PlanState.CANCELLED, now
    session.flush()


def discard_plan(session: Session, *, plan_id: int, district: District, actor: SignedIn | None, now: datetime) -> None:
    """Throw a plan away with all its rounds; planning that goes on ends without a result.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    PlanNotFound
        The district has no such plan.
    UnableToDiscard
        Riders have seen the plan.
    """
    require(actor, Permission.MAKE_PLAN, district)
    plan = queries.lock_plan(session, district_id=district.id, plan_id=plan_id)
    if not policy.may_be_discarded(plan):
        raise UnableToDiscard(
            lazy_gettext("A plan that riders have seen stays on record. Publish another one instead.")
        )
    if plan.state.is_under_way and plan.job_id is not None:
        jobs.ask_to_cancel(session, job_id=plan.job_id, now=now)
    parts.give_up_parts(session, plan=plan, now=now)
    session.expunge(plan)
    session.execute(delete(Plan).where(Plan.id == plan_id))


def require(actor: SignedIn | None, permission: Permission, district: District) -> None:
    """Let only those go on who hold a right on the district; None is the system itself.

    Raises
    ------
    MayNotPlan
        The person does not hold it.
    """
    if actor is not None and not actor.can(permission, district.path):
        raise MayNotPlan(lazy_gettext("Your role does not include making and publishing plans."))


def _require_work(session: Session, *, district: District, day_date: date, cutoff_at: datetime) -> None:
    loaded = queries.count_orders_under_way(session, district_id=district.id, day_date=day_date)
    if loaded:
        raise NothingToPlan(
            lazy_gettext(
                "Riders have already loaded %(count)s orders of this day; its rounds stay as they are. "
                "Choose another day.",
                count=loaded,
            ),
            field="day",
        )
    if not queries.count_orders_in(session, district_id=district.id, day_date=day_date, cutoff_at=cutoff_at):
        raise NothingToPlan(
            lazy_gettext("No order of this day had been placed by then. Choose a later time, or import the day first."),
            field="cutoff",
        )
    if not queries.count_riders(session, district_id=district.id):
        raise NothingToPlan(lazy_gettext("No rider has a pass yet. Import the day first."), field="day")


def _order_ids(session: Session, plan: Plan) -> dict[str, int]:
    rows = session.execute(
        select(Order.code, Order.id).where(Order.district_id == plan.district_id, Order.day_date == plan.day_date)
    )
    return dict(rows.all())


def _ids_by_code(session: Session, model: type[Rider | Pickup | Gate], district_id: int) -> dict[str, int]:
    rows = session.execute(select(model.code, model.id).where(model.district_id == district_id))
    return dict(rows.all())


def _write_visits(session: Session, plan: Plan, rounds: Sequence[RoundRow], orders: Mapping[str, int]) -> None:
    pickups = _ids_by_code(session, Pickup, plan.district_id)
    gates = _ids_by_code(session, Gate, plan.district_id)
    numbered = session.execute(select(Round.number, Round.id).where(Round.plan_id == plan.id))
    round_ids = dict(numbered.all())
    _insert(
        session,
        Visit,
        [
            {
                "round_id": round_ids[row.number],
                "position": visit.position,
                "pickup_id": pickups[visit.place_code] if visit.is_load else None,
                "gate_id": None if visit.is_load else gates[visit.place_code],
                "arrive_at": visit.arrive_at,
                "start_at": visit.start_at,
                "leave_at": visit.leave_at,
                "distance_m": visit.distance_m,
                "order_count": len(visit.order_codes),
                "weight_g": visit.weight_g,
                "volume_ml": visit.volume_ml,
            }
            for row in rounds
            for visit in row.visits
        ],
    )
    visit_ids = {
        (number, position): visit_id
        for number, position, visit_id in session.execute(
            select(Round.number, Visit.position, Visit.id)
            .join(Round, Round.id == Visit.round_id)
            .where(Round.plan_id == plan.id)
        )
    }
    _insert(
        session,
        VisitOrder,
        [
            {"visit_id": visit_ids[row.number, visit.position], "order_id": orders[code]}
            for row in rounds
            for visit in row.visits
            for code in visit.order_codes
        ],
    )


def _insert(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows; an empty list inserts nothing (SQLAlchemy would insert one row of defaults)."""
    rows = list(rows)
    if rows:
        session.execute(insert(model), rows)
