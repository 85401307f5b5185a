"""Hand-overs of the invented day that the clock has passed: loaded, at the gate, at the door. Nothing ahead of it.

Each step is the one that the published plan foresaw; the way from the gate to the door takes some minutes more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from supplyhub.accounts.models import RoleGrant
from supplyhub.demo import chance
from supplyhub.demo.district import SEED
from supplyhub.orders import operations as orders
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, Gate
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import Plan, Round, Visit, VisitOrder
from supplyhub.suppliers.models import Pickup, Supplier

RETURNED_SHARE = 0.004
FULL_ROUND = 50
"""Orders of a round that is worth showing."""
VOLUNTEERS = "志愿者"


class _Stop(NamedTuple):
    """An order at a visit that is over."""

    rider_name: str
    order_id: int
    is_load: bool
    place: str
    over_at: datetime


def record_hand_overs(session: Session, *, plan: Plan, now: datetime) -> int:
    """Record what the published plan foresaw up to now and return how many steps that were.

    Raises
    ------
    UnableToMoveOrder
        An order of the plan is not on a round any more.
    """
    doors = chance.stream(SEED, "doors")
    recorded = 0
    for rider_name, stops in groupby(_stops_until(session, plan.id, now), key=lambda stop: stop.rider_name):
        ridden: list[orders.Step] = []
        carried: list[orders.Step] = []
        for stop in stops:
            ridden.append(_step(stop, OrderState.LOADED if stop.is_load else OrderState.AT_GATE, stop.over_at))
            if stop.is_load:
                continue
            # drawn for every order, so that the clock changes how many steps there are and not what they are
            state = OrderState.RETURNED if doors.random() < RETURNED_SHARE else OrderState.DELIVERED
            at_door_at = stop.over_at + timedelta(minutes=doors.randint(4, 35))
            if at_door_at <= now:
                carried.append(_step(stop, state, at_door_at))
        for steps, label in ((ridden, rider_name), (carried, VOLUNTEERS)):
            recorded += orders.record_transitions(session, steps=steps, actor_id=None, actor_label=label, now=now)
    return recorded


def give_rider_a_round(session: Session, *, plan: Plan, path: str) -> None:
    """Let the rider of the log-ins have a full day: with less, change places with the fullest round of an e-bike."""
    shown = session.scalars(select(Rider).where(Rider.path == path)).one()
    rounds = (
        select(Round)
        .join(Rider, Rider.id == Round.rider_id)
        .where(Round.plan_id == plan.id)
        .options(joinedload(Round.rider))
    )
    own = session.scalars(rounds.where(Rider.id == shown.id)).one_or_none()
    if own is not None and own.order_count >= FULL_ROUND:
        return
    same_kind = rounds.where(Rider.vehicle == shown.vehicle)
    fullest = session.scalars(same_kind.order_by(Round.order_count.desc(), Round.id).limit(1)).one_or_none()
    if fullest is None or fullest.rider is shown:
        return
    busy = fullest.rider
    busy.name, shown.name = shown.name, busy.name
    session.execute(update(RoleGrant).where(RoleGrant.scope == path).values(scope=busy.path))
    session.flush()


def _step(stop: _Stop, state: OrderState, happened_at: datetime) -> orders.Step:
    event_id = f"demo:{stop.order_id}:{state}"
    return orders.Step(
        order_id=stop.order_id, event_id=event_id, to_state=state, happened_at=happened_at, place=stop.place
    )


def _stops_until(session: Session, plan_id: int, now: datetime) -> Iterator[_Stop]:
    """Yield the orders of the visits that are over, rider by rider and in the order of the round."""
    statement = (
        select(
            Rider.name,
            Order.id,
            Visit.gate_id.is_(None),
            Supplier.path,
            Compound.path + "/" + Gate.code,
            Visit.leave_at,
        )
        .join(Round, Round.id == Visit.round_id)
        .join(Rider, Rider.id == Round.rider_id)
        .join(VisitOrder, VisitOrder.visit_id == Visit.id)
        .join(Order, Order.id == VisitOrder.order_id)
        .outerjoin(Pickup, Pickup.id == Visit.pickup_id)
        .outerjoin(Supplier, Supplier.id == Pickup.supplier_id)
        .outerjoin(Gate, Gate.id == Visit.gate_id)
        .outerjoin(Compound, Compound.id == Gate.compound_id)
        .where(Round.plan_id == plan_id, Visit.leave_at <= now)
        .order_by(Round.number, Visit.position, Order.id)
    )
    for name, order_id, is_load, supplier, gate, leave_at in session.execute(statement):
        place = supplier if is_load else gate
        yield _Stop(name, order_id, bool(is_load), place or "", leave_at)
