"""Reading what a supplier loads today by the published plan: load by load, order by order."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload

from supplyhub.core import intervals
from supplyhub.core.errors import NotFound
from supplyhub.orders.models import Order, OrderLine
from supplyhub.places import queries as places
from supplyhub.places.models import Compound, District, Gate
from supplyhub.riders import words as riders_words
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.queries import field
from supplyhub.suppliers.models import Pickup, Supplier
from supplyhub.wording import lazy_gettext


class LoadNotFound(NotFound):
    """There is no such load at this pickup today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedOrder:
    """An order of a load. `lines` are names with quantities."""

    code: str
    weight_g: int
    goes_first: bool
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The orders of a load that are handed over together; `number` counts the load's hand-overs from 1."""

    number: int
    compound: str
    gate: str
    start_at: datetime
    orders: tuple[LoadedOrder, ...]

    @property
    def weight_g(self) -> int:
        """How much the drop weighs."""
        return sum(order.weight_g for order in self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One vehicle that loads here. `docks_used` counts the vehicles loading when it starts, itself included.

    `drops` are in loading order: what is handed over last is loaded first. They are empty where only the list of
    loads was asked for.
    """

    visit_id: int
    round_number: int
    position: int
    rider_name: str
    company: str
    vehicle: str
    pass_no: str
    start_at: datetime
    leave_at: datetime
    order_count: int
    weight_g: int
    volume_ml: int
    docks_used: int
    drops: tuple[Drop, ...] = ()

    @property
    def code(self) -> str:
        """What the load is called: the round's number and the stop's."""
        return f"{self.round_number}-{self.position}"

    @property
    def volume_l(self) -> int:
        """The volume in litres, rounded up."""
        return -(-self.volume_ml // 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadingDay:
    """A pickup's day, seen at one instant. `unserved` are its orders on no round: code and reason's code."""

    pickup: Pickup
    district: District
    day_date: date
    now: datetime
    is_published: bool
    loads: tuple[Load, ...]
    unserved: tuple[tuple[str, str], ...]

    @property
    def past(self) -> tuple[Load, ...]:
        """The loads whose planned end is over."""
        return tuple(load for load in self.loads if load.leave_at <= self.now)

    @property
    def current(self) -> tuple[Load, ...]:
        """The loads that are at a dock now, by plan."""
        return tuple(load for load in self.loads if load.start_at <= self.now < load.leave_at)

    @property
    def later(self) -> tuple[Load, ...]:
        """The loads still to come."""
        return tuple(load for load in self.loads if load.start_at > self.now)

    @property
    def order_count(self) -> int:
        """How many orders are loaded today."""
        return sum(load.order_count for load in self.loads)

    @property
    def weight_g(self) -> int:
        """How much is loaded today."""
        return sum(load.weight_g for load in self.loads)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why orders are on no round, and how many, the most frequent first."""
        return Counter(reason for _, reason in self.unserved).most_common()


def list_pickups(session: Session, *, paths: Sequence[str]) -> list[tuple[Pickup, District]]:
    """Return the pickups of the suppliers within scopes and their district, ordered by district and code."""
    statement = (
        select(Pickup, District)
        .join(Supplier, Supplier.id == Pickup.supplier_id)
        .join(District, District.id == Pickup.district_id)
        .where(places.path_is_within(Supplier.path, paths))
        .order_by(District.name, Pickup.code, Pickup.id)
    )
    return [(pickup, district) for pickup, district in session.execute(statement)]


def get_loading_day(
    session: Session, *, pickup: Pickup, district: District, now: datetime, with_drops: bool = False
) -> LoadingDay:
    """Return today's loads of a pickup in the order in which they begin; with their orders where asked for."""
    day_date = intervals.local_date(now, district.timezone)
    plan_id = session.scalar(field.published_plan_id(district_id=district.id, day_date=day_date))
    loads: tuple[Load, ...] = ()
    unserved: tuple[tuple[str, str], ...] = ()
    if plan_id is not None:
        visits = session.scalars(_load_visits(plan_id=plan_id, pickup_id=pickup.id)).all()
        ids = select(Visit.id).join(Round, Round.id == Visit.round_id)
        ids = ids.where(Round.plan_id == plan_id, Visit.pickup_id == pickup.id)
        drops = _drops_by_load(session, ids) if with_drops else {}
        loads = tuple(_load(visit, visits, drops.get(visit.id, ())) for visit in visits)
        unserved = _list_unserved(session, plan_id=plan_id, pickup_id=pickup.id)
    return LoadingDay(
        pickup=pickup,
        district=district,
        day_date=day_date,
        now=now,
        is_published=plan_id is not None,
        loads=loads,
        unserved=unserved,
    )


def get_load(
    session: Session, *, pickup: Pickup, district: District, number: int, position: int, now: datetime
) -> Load:
    """Return one of today's loads of a pickup with its orders in loading order.

    Raises
    ------
    LoadNotFound
        The pickup has no such load today.
    """
    day_date = intervals.local_date(now, district.timezone)
    plan_id = session.scalar(field.published_plan_id(district_id=district.id, day_date=day_date))
    visits = session.scalars(_load_visits(plan_id=plan_id, pickup_id=pickup.id)).all()
    found = next((visit for visit in visits if (visit.round.number, visit.position) == (number, position)), None)
    if found is None:
        raise LoadNotFound(lazy_gettext("There is no such load here today."))
    drops = _drops_by_load(session, select(Visit.id).where(Visit.id == found.id))
    return _load(found, visits, drops.get(found.id, ()))


def _load_visits(*, plan_id: int | None, pickup_id: int) -> Select[Visit]:
    return (
        select(Visit)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan_id, Visit.pickup_id == pickup_id)
        .options(joinedload(Visit.round).joinedload(Round.rider).joinedload(Rider.company))
        .order_by(Visit.start_at, Visit.id)
    )


def _load(visit: Visit, all_visits: Sequence[Visit], drops: tuple[Drop, ...]) -> Load:
    rider = visit.round.rider
    return Load(
        visit_id=visit.id,
        round_number=visit.round.number,
        position=visit.position,
        rider_name=rider.name,
        company=rider.company.name,
        vehicle=riders_words.vehicle_name(rider.vehicle),
        pass_no=rider.pass_no,
        start_at=visit.start_at,
        leave_at=visit.leave_at,
        order_count=visit.order_count,
        weight_g=visit.weight_g,
        volume_ml=visit.volume_ml,
        docks_used=sum(other.start_at <= visit.start_at < other.leave_at for other in all_visits),
        drops=drops,
    )


def _drops_by_load(session: Session, load_ids: Select[int]) -> dict[int, tuple[Drop, ...]]:
    """Return each load's drops in loading order. Rows, not objects: a large supplier has 2,000 orders a day."""
    lines = _lines_by_order(session, load_ids)
    by_load: dict[int, list[Drop]] = defaultdict(list)
    rows = session.execute(_hand_overs(load_ids)).all()
    for (load_id, _), together in groupby(rows, key=lambda row: (row.load_id, row.position)):
        dropped = list(together)
        by_load[load_id].append(
            Drop(
                number=len(by_load[load_id]) + 1,
                compound=dropped[0].compound,
                gate=dropped[0].gate,
                start_at=dropped[0].start_at,
                orders=tuple(
                    LoadedOrder(
                        code=row.code,
                        weight_g=row.weight_g,
                        goes_first=row.priority == field.FIRST_PRIORITY,
                        lines=tuple(lines.get(row.order_id, ())),
                    )
                    for row in dropped
                ),
            )
        )
    return {load_id: tuple(reversed(drops)) for load_id, drops in by_load.items()}


def _hand_overs(load_ids: Select[int]) -> Select[int, int, int, str, int, int, datetime, str, str]:
    """Return the statement for the orders of loads with the visit at which each is handed over, in that order."""
    load, loaded = aliased(Visit), aliased(VisitOrder)
    drop, dropped = aliased(Visit), aliased(VisitOrder)
    return (
        select(
            load.id.label("load_id"),
            drop.position,
            Order.id.label("order_id"),
            Order.code,
            Order.weight_g,
            Order.priority,
            drop.start_at,
            Gate.name.label("gate"),
            Compound.name.label("compound"),
        )
        .select_from(load)
        .join(loaded, loaded.visit_id == load.id)
        .join(Order, Order.id == loaded.order_id)
        .join(drop, (drop.round_id == load.round_id) & drop.gate_id.is_not(None))
        .join(dropped, (dropped.visit_id == drop.id) & (dropped.order_id == Order.id))
        .join(Gate, Gate.id == drop.gate_id)
        .join(Compound, Compound.id == Gate.compound_id)
        .where(load.id.in_(load_ids))
        .order_by(load.start_at, load.id, drop.position, Order.code, Order.id)
    )


def _lines_by_order(session: Session, load_ids: Select[int]) -> dict[int, list[tuple[str, int]]]:
    statement = (
        select(OrderLine.order_id, OrderLine.name, OrderLine.quantity)
        .join(VisitOrder, VisitOrder.order_id == OrderLine.order_id)
        .where(VisitOrder.visit_id.in_(load_ids))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for order_id, name, quantity in session.execute(statement):
        lines[order_id].append((name, quantity))
    return lines


def _list_unserved(session: Session, *, plan_id: int, pickup_id: int) -> tuple[tuple[str, str], ...]:
    statement = (
        select(Order.code, UnservedOrder.reason)
        .join(Order, Order.id == UnservedOrder.order_id)
        .where(UnservedOrder.plan_id == plan_id, Order.pickup_id == pickup_id)
        .order_by(Order.code, Order.id)
    )
    return tuple((code, reason) for code, reason in session.execute(statement))
