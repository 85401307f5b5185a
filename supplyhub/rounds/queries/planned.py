"""A written plan as the planner's own value objects, with the day that it answers: for explaining and what-ifs."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import District, Gate
from supplyhub.planning import plan as planning
from supplyhub.planning.plan import Figures, Reason, Unserved, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.riders.models import Rider
from supplyhub.rounds import live_overlay, problems
from supplyhub.rounds.models import LiveVersion, Plan, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.queries.plans import in_plan
from supplyhub.suppliers.models import Pickup

_GONE = (OrderState.CANCELLED, OrderState.SHORT)
_REASONS = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A day and a plan of it. `has_changed`: the day is no longer the one that was planned.

    `records` is the day as the district's records say it, without what is otherwise for this day alone.
    """

    records: Problem
    problem: Problem
    plan: planning.Plan
    has_changed: bool


def read_planned(session: Session, *, district: District, plan: Plan) -> Planned:
    """Return a plan with rounds, and its day as it is now with the orders that were planned.

    Raises
    ------
    UnableToReadRules
        The rules kept with the day cannot be planned with.
    UnableToBuildProblem
        A rider's vehicle is not among the day's.
    """
    records, problem = read_day(session, district=district, plan=plan)
    made = planning.Plan(
        day_date=plan.day_date,
        rounds=_rounds(session, plan=plan, zone=district.timezone),
        unserved=_unserved(session, plan_id=plan.id),
        figures=_figures(plan.figures),
        fingerprint=plan.fingerprint,
        seed=plan.seed,
    )
    has_changed = problem.fingerprint() != plan.fingerprint or _has_other_orders(session, plan=plan, problem=problem)
    return Planned(records=records, problem=problem, plan=made, has_changed=has_changed)


def read_day(session: Session, *, district: District, plan: Plan) -> tuple[Problem, Problem]:
    """Return the day of a plan as the district's records say it, and with what is otherwise for this day alone.

    Raises
    ------
    UnableToReadRules
        The rules kept with the day cannot be planned with.
    UnableToBuildProblem
        A rider's vehicle is not among the day's.
    """
    records = problems.build_problem_of(session, district=district, plan=plan)
    overlay = session.scalar(select(LiveVersion.overlay).where(LiveVersion.plan_id == plan.id))
    return records, live_overlay.with_overlay(records, overlay or {})


def _has_other_orders(session: Session, *, plan: Plan, problem: Problem) -> bool:
    """Tell whether orders of the plan have been cancelled since, or others were placed by its cut-off."""
    counted = session.execute(
        select(Order.state, func.count())
        .where(
            Order.district_id == plan.district_id,
            Order.day_date == plan.day_date,
            (Order.placed_at <= plan.cutoff_at) | in_plan(plan.id),
        )
        .group_by(Order.state)
    )
    counts: dict[OrderState, int] = dict(counted.all())
    standing = sum(count for state, count in counts.items() if state not in _GONE and state != OrderState.PLACED)
    return standing != len(problem.orders)


def _rounds(session: Session, *, plan: Plan, zone: str) -> tuple[planning.Round, ...]:
    seconds = problems.seconds_reader(plan.day_date, zone)
    orders: defaultdict[int, list[str]] = defaultdict(list)
    for visit_id, code in session.execute(
        select(VisitOrder.visit_id, Order.code)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .join(Order, Order.id == VisitOrder.order_id)
        .where(Round.plan_id == plan.id)
        .order_by(VisitOrder.visit_id, Order.id)
    ):
        orders[visit_id].append(code)
    visits: defaultdict[int, list[planning.Visit]] = defaultdict(list)
    for row in session.execute(
        select(
            Visit.id,
            Visit.round_id,
            Visit.arrive_at,
            Visit.start_at,
            Visit.leave_at,
            Pickup.code.label("pickup"),
            Gate.code.label("gate"),
        )
        .join(Round, Round.id == Visit.round_id)
        .outerjoin(Pickup, Pickup.id == Visit.pickup_id)
        .outerjoin(Gate, Gate.id == Visit.gate_id)
        .where(Round.plan_id == plan.id)
        .order_by(Visit.round_id, Visit.position, Visit.id)
    ):
        visits[row.round_id].append(
            planning.Visit(
                kind=VisitKind.LOAD if row.gate is None else VisitKind.HAND_OVER,
                place_id=row.pickup if row.gate is None else row.gate,
                arrives_s=seconds(row.arrive_at),
                starts_s=seconds(row.start_at),
                leaves_s=seconds(row.leave_at),
                order_ids=tuple(orders[row.id]),
            )
        )
    rows = session.execute(
        select(Round.id, Rider.code, Round.leaves_base_at, Round.back_at, Round.stopped_at)
        .join(Rider, Rider.id == Round.rider_id)
        .where(Round.plan_id == plan.id)
        .order_by(Round.number, Round.id)
    )
    return tuple(
        planning.Round(
            rider_id=code,
            leaves_base_s=seconds(leaves_base_at),
            back_s=None if stopped_at else seconds(back_at),
            visits=tuple(visits[round_id]),
            stopped_s=seconds(stopped_at) if stopped_at else None,
        )
        for round_id, code, leaves_base_at, back_at, stopped_at in rows
    )


def _unserved(session: Session, *, plan_id: int) -> tuple[Unserved, ...]:
    rows = session.execute(
        select(Order.code, UnservedOrder.reason)
        .join(Order, Order.id == UnservedOrder.order_id)
        .where(UnservedOrder.plan_id == plan_id)
        .order_by(Order.id)
    )
    return tuple(
        Unserved(order_id=code, reason=Reason(reason) if reason in _REASONS else Reason.NO_CAPACITY_LEFT)
        for code, reason in rows
    )


def _figures(stored: dict[str, Any]) -> Figures | None:
    """Return the figures that were written with a plan; None where some are missing, to be measured anew."""
    names = ("score_m", "distance_m", "gate_visits", "loads", "rounds", "served", "unserved", "unserved_m")
    if any(name not in stored for name in names):
        return None
    return Figures(**{name: stored[name] for name in names})


def find_round_number(session: Session, *, plan_id: int, rider_code: str) -> int | None:
    """Return the number of a rider's round in a plan, or None."""
    statement = (
        select(Round.number)
        .join(Rider, Rider.id == Round.rider_id)
        .where(Round.plan_id == plan_id, Rider.code == rider_code)
        .order_by(Round.id)
    )
    return session.scalars(statement.limit(1)).first()


def holds_order(session: Session, *, plan_id: int, order_id: int) -> bool:
    """Tell whether an order is in a plan: on a round, or left out."""
    on_round = (
        select(VisitOrder.order_id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id, VisitOrder.order_id == order_id)
    )
    left_out = select(UnservedOrder.order_id).where(
        UnservedOrder.plan_id == plan_id, UnservedOrder.order_id == order_id
    )
    return bool(session.scalar(select(on_round.exists() | left_out.exists())))
