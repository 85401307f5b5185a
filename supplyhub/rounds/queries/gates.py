"""Reading what a gate keeper sees: who is due at one gate today by the published plan, slot by slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.places import queries as places
from supplyhub.places.models import Compound, District, Gate
from supplyhub.riders import words as riders_words
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import Round, Visit, VisitOrder
from supplyhub.rounds.queries import field
from supplyhub.rounds.slots import Slot
from supplyhub.suppliers.models import Pickup
from supplyhub.wording import lazy_gettext

LISTED_GATES = 60
"""How many gates the list to choose from shows; the search narrows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A rider who is due: what the keeper compares with the pass, and what is brought."""

    rider_name: str
    company: str
    vehicle: str
    pass_no: str
    pass_until_s: int
    start_at: datetime
    leave_at: datetime
    order_count: int
    weight_g: int
    suppliers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotArrivals:
    """The riders due in one slot, and how many the slot may take."""

    slot: Slot
    capacity: int
    arrivals: tuple[Arrival, ...]

    @property
    def order_count(self) -> int:
        """How many orders come in the slot."""
        return sum(arrival.order_count for arrival in self.arrivals)

    @property
    def weight_g(self) -> int:
        """How much they weigh."""
        return sum(arrival.weight_g for arrival in self.arrivals)

    def is_over(self, now: datetime) -> bool:
        """Tell whether the slot has ended and, by plan, everybody has left."""
        return self.slot.until_at <= now and all(arrival.leave_at <= now for arrival in self.arrivals)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDay:
    """One gate's day, seen at one instant."""

    gate: Gate
    path: str
    day_date: date
    now: datetime
    is_published: bool
    slots: tuple[SlotArrivals, ...]

    @property
    def past(self) -> tuple[SlotArrivals, ...]:
        """The slots that are over."""
        return tuple(one for one in self.slots if one.is_over(self.now))

    @property
    def current(self) -> tuple[SlotArrivals, ...]:
        """The slots in which riders are due now, or still at work."""
        return tuple(one for one in self.slots if one.slot.from_at <= self.now and not one.is_over(self.now))

    @property
    def later(self) -> tuple[SlotArrivals, ...]:
        """The slots still to come."""
        return tuple(one for one in self.slots if one.slot.from_at > self.now)

    @property
    def rider_count(self) -> int:
        """How many riders are due today."""
        return sum(len(one.arrivals) for one in self.slots)

    @property
    def riders_ahead(self) -> int:
        """How many riders are due now or later."""
        return sum(len(one.arrivals) for one in (*self.current, *self.later))

    @property
    def orders_ahead(self) -> int:
        """How many orders come now or later."""
        return sum(one.order_count for one in (*self.current, *self.later))


@dataclass(frozen=True, slots=True, kw_only=True)
class GateChoice:
    """A gate to choose, with how many riders are due there today."""

    path: str
    name: str
    compound: str
    rider_count: int


def get_gate_day(session: Session, *, path: str, now: datetime) -> GateDay:
    """Return who is due today at the gate that a path names.

    Raises
    ------
    PlaceNotFound
        There is no such gate.
    """
    gate = places.find_gate_by_path(session, path=path)
    if gate is None:
        raise places.PlaceNotFound(lazy_gettext("There is no such gate."))
    district = gate.compound.district
    day_date = intervals.local_date(now, district.timezone)
    plan_id = session.scalar(field.published_plan_id(district_id=district.id, day_date=day_date))
    slots = _list_slots(session, gate, plan_id=plan_id, day_date=day_date) if plan_id is not None else ()
    return GateDay(
        gate=gate, path=path, day_date=day_date, now=now, is_published=plan_id is not None, slots=tuple(slots)
    )


def _list_slots(session: Session, gate: Gate, *, plan_id: int, day_date: date) -> list[SlotArrivals]:
    visits = session.scalars(
        select(Visit)
        .join(Round, Round.id == Visit.round_id)
        .where(Visit.gate_id == gate.id, Round.plan_id == plan_id)
        .options(joinedload(Visit.round).joinedload(Round.rider).joinedload(Rider.company))
        .order_by(Visit.start_at, Visit.id)
    ).all()
    suppliers = _suppliers_by_visit(session, gate_id=gate.id, plan_id=plan_id)
    grid = field.slot_grid(gate, day_date=day_date, timezone=gate.compound.district.timezone)
    return [
        SlotArrivals(
            slot=slot,
            capacity=gate.riders_per_slot,
            arrivals=tuple(_arrival(visit, suppliers.get(visit.id, ())) for visit in together),
        )
        for slot, together in groupby(visits, key=lambda visit: grid.slot_of(visit.start_at))
    ]


def _arrival(visit: Visit, suppliers: tuple[str, ...]) -> Arrival:
    rider = visit.round.rider
    return Arrival(
        rider_name=rider.name,
        company=rider.company.name,
        vehicle=riders_words.vehicle_name(rider.vehicle),
        pass_no=rider.pass_no,
        pass_until_s=rider.pass_until_s,
        start_at=visit.start_at,
        leave_at=visit.leave_at,
        order_count=visit.order_count,
        weight_g=visit.weight_g,
        suppliers=suppliers,
    )


def _suppliers_by_visit(session: Session, *, gate_id: int, plan_id: int) -> dict[int, tuple[str, ...]]:
    statement = (
        select(VisitOrder.visit_id, Pickup.name)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .join(Order, Order.id == VisitOrder.order_id)
        .join(Pickup, Pickup.id == Order.pickup_id)
        .where(Visit.gate_id == gate_id, Round.plan_id == plan_id)
        .distinct()
        .order_by(VisitOrder.visit_id, Pickup.name)
    )
    rows = session.execute(statement).all()
    return {
        visit_id: tuple(name for _, name in together) for visit_id, together in groupby(rows, key=lambda row: row[0])
    }


def list_gates(session: Session, *, paths: Sequence[str], text: str, now: datetime) -> list[GateChoice]:
    """Return the gates within scopes whose compound's name or code holds a text, ordered by compound and gate.

    At most `LISTED_GATES`: the search narrows the rest.
    """
    path = Compound.path + "/" + Gate.code
    statement = (
        select(Gate, Compound, path)
        .join(Compound, Compound.id == Gate.compound_id)
        .where(or_(places.path_is_within(Compound.path, paths), path.in_(paths)))
        .order_by(Compound.name, Gate.name, Gate.id)
        .limit(LISTED_GATES)
    )
    if text:
        statement = statement.where(
            or_(Compound.name.contains(text, autoescape=True), Compound.code.istartswith(text, autoescape=True))
        )
    rows = session.execute(statement).all()
    due = _count_due(session, gates=[gate for gate, _, _ in rows], now=now)
    return [
        GateChoice(path=where, name=gate.name, compound=compound.name, rider_count=due.get(gate.id, 0))
        for gate, compound, where in rows
    ]


def _count_due(session: Session, *, gates: Sequence[Gate], now: datetime) -> dict[int, int]:
    """Return how many riders are due today at each gate, by the plans published for its district's day."""
    if not gates:
        return {}
    counts: dict[int, int] = {}
    district_ids = sorted({gate.district_id for gate in gates})
    districts = session.scalars(select(District).where(District.id.in_(district_ids)).order_by(District.id))
    for district in districts:
        day_date = intervals.local_date(now, district.timezone)
        plan_id = field.published_plan_id(district_id=district.id, day_date=day_date).scalar_subquery()
        statement = (
            select(Visit.gate_id, func.count())
            .join(Round, Round.id == Visit.round_id)
            .where(Round.plan_id == plan_id, Visit.gate_id.in_([gate.id for gate in gates]))
            .group_by(Visit.gate_id)
        )
        counts |= {gate_id: count for gate_id, count in session.execute(statement) if gate_id is not None}
    return counts
