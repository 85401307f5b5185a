"""Reading a district's day at a glance: few statements, each over the day's orders once. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import District, Risk
from supplyhub.riders.models import Rider
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan, PlanState, UnservedOrder
from supplyhub.rounds.queries import maps
from supplyhub.rounds.queries import plans as plan_queries
from supplyhub.rounds.reasons import ReasonWords, reason_words
from supplyhub.suppliers.models import Pickup

WORST = 8
URGENT = 3
"""The priority that goes first: medicine, infants, people living alone (formats/day.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierRow:
    """A pickup's day."""

    code: str
    name: str
    orders: int
    served: int
    weight_g: int

    @property
    def share(self) -> float:
        """The share of its orders that is on a round."""
        return self.served / self.orders if self.orders else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTime:
    """The orders that are due by one instant."""

    at: datetime
    orders: int
    served: int

    @property
    def unserved(self) -> int:
        """How many of them are on no round."""
        return self.orders - self.served


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """A reason with its number of orders."""

    words: ReasonWords
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A district's day: what is ordered, what is on a round of the plan that is shown, and what is not.

    `shown` is the published plan, else the newest that is ready; None where there is neither.
    """

    day_date: date
    plans: Sequence[Plan]
    shown: Plan | None
    orders: int
    came_later: int
    urgent_unserved: int
    reasons: Sequence[ReasonRow]
    compounds: Sequence[maps.CompoundPoint]
    suppliers: Sequence[SupplierRow]
    due_times: Sequence[DueTime]
    riders: int

    @property
    def under_way(self) -> Plan | None:
        """The plan that is being made, if there is one."""
        return next((plan for plan in self.plans if plan.state.is_under_way), None)

    @property
    def is_published(self) -> bool:
        """Whether the plan that is shown counts for riders and residents."""
        return self.shown is not None and policy.is_published(self.shown)

    @property
    def waits_to_be_published(self) -> Plan | None:
        """A plan that is ready and newer than the published one, if there is one."""
        ready = next((plan for plan in self.plans if policy.may_be_published(plan)), None)
        return ready if ready is not None and (not self.is_published or self._is_newer(ready)) else None

    @property
    def served(self) -> int:
        """How many orders are on a round."""
        return sum(compound.served for compound in self.compounds)

    @property
    def unserved(self) -> int:
        """How many orders the plan that is shown leaves out."""
        return sum(reason.count for reason in self.reasons)

    @property
    def share(self) -> float:
        """The share of the day's orders that is on a round."""
        return self.served / self.orders if self.orders else 0.0

    @property
    def rounds(self) -> int:
        """How many riders have a round."""
        return int(self.shown.figures.get("rounds", 0)) if self.shown else 0

    @property
    def never_served(self) -> list[maps.CompoundPoint]:
        """Compounds that ordered and get nothing."""
        return [compound for compound in self.compounds if compound.orders and not compound.served]

    @property
    def high_risk(self) -> list[maps.CompoundPoint]:
        """Compounds of high risk: served at the door."""
        return [compound for compound in self.compounds if compound.risk == Risk.HIGH]

    @property
    def worst_served(self) -> list[maps.CompoundPoint]:
        """Compounds with orders left out: the smallest share served first, then the most orders left out."""
        short = [compound for compound in self.compounds if compound.unserved]
        short.sort(key=lambda compound: (compound.served / compound.orders, -compound.unserved, compound.code))
        return short[:WORST]

    def _is_newer(self, plan: Plan) -> bool:
        return self.shown is None or plan.version > self.shown.version


def get_day(session: Session, *, district: District, day_date: date) -> Day:
    """Return a district's day."""
    plans = plan_queries.list_plans(session, district_id=district.id, day_date=day_date)
    shown = _shown(plans)
    orders, came_later, urgent = _count_orders(session, district=district, day_date=day_date, plan=shown)
    reasons = plan_queries.count_unserved(session, plan_id=shown.id) if shown else {}
    return Day(
        day_date=day_date,
        plans=plans,
        shown=shown,
        orders=orders,
        came_later=came_later,
        urgent_unserved=urgent,
        reasons=[ReasonRow(words=reason_words(code), count=count) for code, count in reasons.items()],
        compounds=maps.list_compound_points(session, district_id=district.id, day_date=day_date, plan=shown),
        suppliers=_suppliers(session, district=district, day_date=day_date, plan=shown),
        due_times=_due_times(session, district=district, day_date=day_date, plan=shown),
        riders=session.scalar(select(func.count()).where(Rider.district_id == district.id)) or 0,
    )


def find_shown_plan(session: Session, *, district_id: int, day_date: date) -> Plan | None:
    """Return the published plan of a day, else the newest that is ready, or None."""
    return _shown(plan_queries.list_plans(session, district_id=district_id, day_date=day_date))


def list_days(session: Session, *, district_id: int) -> list[date]:
    """Return the days that have orders, the newest first."""
    statement = select(Order.day_date).where(Order.district_id == district_id).distinct()
    return list(session.scalars(statement.order_by(Order.day_date.desc())))


def _shown(plans: Sequence[Plan]) -> Plan | None:
    published = next((plan for plan in plans if policy.is_published(plan)), None)
    return published or next((plan for plan in plans if plan.state == PlanState.READY), None)


def _count_orders(session: Session, *, district: District, day_date: date, plan: Plan | None) -> tuple[int, int, int]:
    """Return the day's orders, those that came after the plan's cut-off, and the urgent ones that it leaves out."""
    of_day = and_(Order.district_id == district.id, Order.day_date == day_date, Order.state.in_(plan_queries.COUNTED))
    if plan is None:
        return session.scalar(select(func.count()).where(of_day)) or 0, 0, 0
    is_open = Order.state.in_((OrderState.PLACED, OrderState.CONFIRMED))
    came_later = and_(is_open, or_(Order.placed_at > plan.cutoff_at, Order.state == OrderState.PLACED))
    left_out = and_(UnservedOrder.order_id == Order.id, UnservedOrder.plan_id == plan.id)
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((came_later, 1), else_=0)), 0),
            func.coalesce(
                func.sum(case((and_(UnservedOrder.order_id.is_not(None), Order.priority == URGENT), 1), else_=0)), 0
            ),
        )
        .select_from(Order)
        .outerjoin(UnservedOrder, left_out)
        .where(of_day)
    ).one()
    return row[0], row[1], row[2]


def _due_times(session: Session, *, district: District, day_date: date, plan: Plan | None) -> list[DueTime]:
    served, joined = maps.count_served(plan)
    statement = select(Order.due_at.label("at"), func.count().label("orders"), served.label("served"))
    if joined is not None:
        statement = statement.outerjoin(joined, joined.c.order_id == Order.id)
    rows = session.execute(
        statement.where(
            Order.district_id == district.id, Order.day_date == day_date, Order.state.in_(plan_queries.COUNTED)
        )
        .group_by(Order.due_at)
        .order_by(Order.due_at)
    )
    return [DueTime(**row) for row in rows.mappings()]


def _suppliers(session: Session, *, district: District, day_date: date, plan: Plan | None) -> list[SupplierRow]:
    served, joined = maps.count_served(plan)
    statement = select(
        Order.pickup_id,
        func.count().label("orders"),
        served.label("served"),
        func.sum(Order.weight_g).label("weight_g"),
    )
    if joined is not None:
        statement = statement.outerjoin(joined, joined.c.order_id == Order.id)
    counts = (
        statement.where(
            Order.district_id == district.id, Order.day_date == day_date, Order.state.in_(plan_queries.COUNTED)
        )
        .group_by(Order.pickup_id)
        .subquery()
    )
    rows = session.execute(
        select(Pickup.code, Pickup.name, counts.c.orders, counts.c.served, counts.c.weight_g)
        .join(counts, counts.c.pickup_id == Pickup.id)
        .order_by(counts.c.orders.desc(), Pickup.code, Pickup.id)
    )
    return [SupplierRow(**row) for row in rows.mappings()]
