"""Changing orders: transitions along the hand-over chain, and the promise that a published plan makes.

Everything here works on many orders at once and on Core rows; a day has more than ten thousand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Date, Update, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.core.errors import Conflict, NotFound
from supplyhub.orders.models import Order, OrderTransition
from supplyhub.orders.states import OrderState, may_become
from supplyhub.wording import lazy_gettext

# Both databases limit the parameters of one statement; SQLite allows the fewer.
_AT_ONCE = 5_000
_Item = TypeVar("_Item")


class UnableToMoveOrder(Conflict):
    """An order cannot pass from the state in which it is to the wanted one."""


class OrderNotFound(NotFound):
    """There is no such order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One wished transition. `event_id` names what happened: sent again, it changes nothing."""

    order_id: int
    event_id: str
    to_state: OrderState
    happened_at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The slot of a gate in which an order will be handed over."""

    order_id: int
    gate_id: int
    from_at: datetime
    until_at: datetime


def record_transitions(
    session: Session, *, steps: Sequence[Step], actor_id: int | None, actor_label: str, now: datetime
) -> int:
    """Move orders to their next states and record each move; return how many were new.

    Steps whose event is on record already are left out. Several steps of one order are taken in their order.
    All are recorded, or none.

    Raises
    ------
    OrderNotFound
        An order does not exist.
    UnableToMoveOrder
        The table of transitions does not allow a step.
    """
    states = _lock_states(session, {step.order_id for step in steps})
    known = _known_events(session, [step.event_id for step in steps])
    rows = []
    for step in steps:
        if step.event_id in known:
            continue
        known.add(step.event_id)
        if step.order_id not in states:
            raise OrderNotFound(lazy_gettext("There is no such order."))
        current = states[step.order_id]
        if not may_become(current, step.to_state):
            raise UnableToMoveOrder(
                lazy_gettext(
                    "An order that is “%(current)s” cannot become “%(wanted)s”.",
                    current=current.label,
                    wanted=step.to_state.label,
                )
            )
        states[step.order_id] = step.to_state
        rows.append(
            {
                "order_id": step.order_id,
                "event_id": step.event_id,
                "from_state": current,
                "to_state": step.to_state,
                "happened_at": step.happened_at,
                "recorded_at": now,
                "actor_id": actor_id,
                "actor_label": actor_label,
                "place": step.place,
            }
        )
    if rows:
        session.execute(insert(OrderTransition), rows)
        _write_states(session, {int(str(row["order_id"])): states[int(str(row["order_id"]))] for row in rows})
    return len(rows)


def promise_slots(session: Session, *, promises: Sequence[Promise]) -> None:
    """Write the promised gate and slot onto orders; what was said before is replaced."""
    if not promises:
        return
    statement = (
        update(Order.__table__)  # type: ignore[arg-type]
        .where(Order.__table__.c.id == bindparam("the_order"))
        .values(
            planned_gate_id=bindparam("gate"),
            planned_from_at=bindparam("from_at"),
            planned_until_at=bindparam("until_at"),
            unplanned_reason=None,
        )
    )
    session.connection().execute(
        statement,
        [
            {
                "the_order": promise.order_id,
                "gate": promise.gate_id,
                "from_at": promise.from_at,
                "until_at": promise.until_at,
            }
            for promise in promises
        ],
    )


def withdraw_promises(session: Session, *, reasons: Mapping[int, str | None]) -> None:
    """Take the promised slot off orders (by id), and write why they are on no round, where that is known."""
    by_reason: dict[str | None, list[int]] = {}
    for order_id, reason in reasons.items():
        by_reason.setdefault(reason, []).append(order_id)
    for reason, order_ids in by_reason.items():
        for chunk in _chunks(order_ids):
            session.execute(
                update(Order)
                .where(Order.id.in_(chunk))
                .values(planned_gate_id=None, planned_from_at=None, planned_until_at=None, unplanned_reason=reason)
                .execution_options(synchronize_session=False)
            )


def write_raises(session: Session, *, district_id: int, day_date: date, causes: Mapping[int, str]) -> None:
    """Write onto a day's orders why they go before others (causes by order id); what was said before is replaced."""
    of_the_day = (Order.district_id == district_id, Order.day_date == day_date, Order.raised_because.is_not(None))
    _update(session, update(Order).where(*of_the_day).values(raised_because=None))
    by_cause: dict[str, list[int]] = {}
    for order_id, cause in causes.items():
        by_cause.setdefault(cause, []).append(order_id)
    for cause, order_ids in by_cause.items():
        for chunk in _chunks(order_ids):
            _update(session, update(Order).where(Order.id.in_(chunk)).values(raised_because=cause))


def carry_over(
    session: Session,
    *,
    order_ids: Sequence[int],
    to_date: date,
    timezone: str,
    actor_id: int | None,
    actor_label: str,
    now: datetime,
) -> int:
    """Move orders that are on no round to a later day, at the same times of day; return how many.

    The day that each was first meant for stays written on it, and the step is on record.

    Raises
    ------
    UnableToMoveOrder
        An order is on a round, or it has ended.
    """
    steps = [
        Step(
            order_id=order_id,
            event_id=f"carry:{to_date.isoformat()}:{order_id}",
            to_state=OrderState.CONFIRMED,
            happened_at=now,
        )
        for order_id in order_ids
    ]
    record_transitions(session, steps=steps, actor_id=actor_id, actor_label=actor_label, now=now)
    orders = Order.__table__.c
    moves = []
    for chunk in _chunks(sorted(order_ids)):
        rows = session.execute(
            select(Order.id, Order.day_date, Order.ready_at, Order.due_at).where(Order.id.in_(chunk)).order_by(Order.id)
        )
        for order_id, day_date, ready_at, due_at in rows:
            on_new_day = [
                intervals.instant(to_date, intervals.seconds_on_day(at, day_date, timezone), timezone)
                for at in (ready_at, due_at)
            ]
            moves.append({"the_order": order_id, "from_date": day_date, "ready": on_new_day[0], "due": on_new_day[1]})
    statement = (
        update(Order.__table__)  # type: ignore[arg-type]
        .where(orders.id == bindparam("the_order"))
        .values(
            day_date=to_date,
            carried_from_date=func.coalesce(orders.carried_from_date, bindparam("from_date", type_=Date)),
            ready_at=bindparam("ready"),
            due_at=bindparam("due"),
            unplanned_reason=None,
            raised_because=None,
        )
    )
    if moves:
        session.connection().execute(statement, moves)
    return len(moves)


def _update(session: Session, statement: Update) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


def _lock_states(session: Session, order_ids: Iterable[int]) -> dict[int, OrderState]:
    states: dict[int, OrderState] = {}
    # In the order of their ids, so that two writers wait for each other and never deadlock.
    for chunk in _chunks(sorted(order_ids)):
        statement = (
            select(Order.id, Order.state).where(Order.id.in_(chunk)).order_by(Order.id).with_for_update(key_share=True)
        )
        states.update((order_id, state) for order_id, state in session.execute(statement))
    return states


def _known_events(session: Session, event_ids: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for chunk in _chunks(event_ids):
        known.update(session.scalars(select(OrderTransition.event_id).where(OrderTransition.event_id.in_(chunk))))
    return known


def _write_states(session: Session, states: Mapping[int, OrderState]) -> None:
    by_state: dict[OrderState, list[int]] = {}
    for order_id, state in states.items():
        by_state.setdefault(state, []).append(order_id)
    for state, order_ids in by_state.items():
        for chunk in _chunks(order_ids):
            session.execute(
                update(Order)
                .where(Order.id.in_(chunk))
                .values(state=state)
                .execution_options(synchronize_session=False)
            )


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
