"""Reading a district's day at a glance: few statements, each over the day's orders once. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from supplyhub.orders.models import Order
from supplyhub.orders.reasons import ReasonWords, reason_words
from supplyhub.orders.states import OrderState
from supplyhub.places.models import District, Risk
from supplyhub.riders.models import Rider
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan, PlanState, UnservedOrder
from supplyhub.rounds.queries import maps
from supplyhub.rounds.queries import plans as plan_queries
from supplyhub.suppliers.models import Pickup

WORST = 15
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
    on_the_way: int
    delivered: int
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
    def has_begun(self) -> bool:
        """Whether riders have loaded orders of the day: its rounds stay as they are."""
        return bool(self.on_the_way or self.delivered)

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
    tallies = _tally(session, district=district, day_date=day_date, plan=shown)
    reasons = plan_queries.count_unserved(session, plan_id=shown.id) if shown else {}
    compounds = maps.list_compound_points(session, district_id=district.id, day_date=day_date, plan=shown)
    return Day(
        day_date=day_date,
        plans=plans,
        shown=shown,
        orders=sum(compound.orders for compound in compounds),
        on_the_way=sum(tally.on_the_way for tally in tallies),
        delivered=sum(tally.delivered for tally in tallies),
        came_later=sum(tally.later for tally in tallies),
        urgent_unserved=_count_urgent_unserved(session, plan=shown),
        reasons=[ReasonRow(words=reason_words(code), count=count) for code, count in reasons.items()],
        compounds=compounds,
        suppliers=_suppliers(tallies),
        due_times=_due_times(tallies),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """The day's orders of one pickup that are due by one instant."""

    code: str
    name: str
    at: datetime
    orders: int
    served: int
    weight_g: int
    on_the_way: int
    delivered: int
    later: int


def _tally(session: Session, *, district: District, day_date: date, plan: Plan | None) -> list[_Tally]:
    """Count the day's orders by pickup and due time, in one pass over them: the rest of the page is sums of these."""
    served, joined = maps.count_served(plan)
    statement = select(
        Order.pickup_id,
        Order.due_at.label("at"),
        func.count().label("orders"),
        served.label("served"),
        func.sum(Order.weight_g).label("weight_g"),
        _count_in(OrderState.LOADED, OrderState.AT_GATE).label("on_the_way"),
        _count_in(OrderState.DELIVERED).label("delivered"),
        _came_later(plan).label("later"),
    ).select_from(Order)
    if joined is not None:
        statement = statement.outerjoin(joined, joined.c.order_id == Order.id)
    counts = (
        statement.where(
            Order.district_id == district.id, Order.day_date == day_date, Order.state.in_(plan_queries.COUNTED)
        )
        .group_by(Order.pickup_id, Order.due_at)
        .subquery()
    )
    columns = [column for column in counts.c if column.key != "pickup_id"]
    rows = session.execute(
        select(Pickup.code, Pickup.name, *columns)
        .join(counts, counts.c.pickup_id == Pickup.id)
        .order_by(Pickup.code, counts.c.at, Pickup.id)
    )
    return [_Tally(**row) for row in rows.mappings()]


def _count_in(*states: OrderState) -> ColumnElement[int]:
    return func.sum(case((Order.state.in_(states), 1), else_=0))


def _came_later(plan: Plan | None) -> ColumnElement[int]:
    """Return how to count orders that came in after a plan's cut-off."""
    if plan is None:
        return literal(0)
    is_open = Order.state.in_((OrderState.PLACED, OrderState.CONFIRMED))
    came_later = and_(is_open, or_(Order.placed_at > plan.cutoff_at, Order.state == OrderState.PLACED))
    return func.sum(case((came_later, 1), else_=0))


def _count_urgent_unserved(session: Session, *, plan: Plan | None) -> int:
    """Return how many of the orders that a plan leaves out go first."""
    if plan is None:
        return 0
    statement = (
        select(func.count())
        .select_from(UnservedOrder)
        .join(Order, Order.id == UnservedOrder.order_id)
        .where(UnservedOrder.plan_id == plan.id, Order.priority == URGENT)
    )
    return session.scalar(statement) or 0


def _suppliers(tallies: Sequence[_Tally]) -> list[SupplierRow]:
    """Return the pickups of a day, the one with the most orders first."""
    by_code: dict[str, list[_Tally]] = {}
    for tally in tallies:
        by_code.setdefault(tally.code, []).append(tally)
    rows = [
        SupplierRow(
            code=code,
            name=parts[0].name,
            orders=sum(part.orders for part in parts),
            served=sum(part.served for part in parts),
            weight_g=sum(part.weight_g for part in parts),
        )
        for code, parts in by_code.items()
    ]
    return sorted(rows, key=lambda row: (-row.orders, row.code))


def _due_times(tallies: Sequence[_Tally]) -> list[DueTime]:
    """Return the day's orders by the instant by which they are due, the earliest first."""
    by_time: dict[datetime, list[_Tally]] = {}
    for tally in tallies:
        by_time.setdefault(tally.at, []).append(tally)
    return [
        DueTime(at=at, orders=sum(part.orders for part in parts), served=sum(part.served for part in parts))
        for at, parts in sorted(by_time.items())
    ]
