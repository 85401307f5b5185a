from datetime import timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.orders import operations
from supplyhub.orders.models import Order, OrderTransition
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Gate
from tests.support import day
from tests.support.counting import counted_queries

NOW = day.CUTOFF_AT


@pytest.fixture
def orders(db_session):
    day.write(db_session, day.read("tiny"))
    return list(db_session.scalars(select(Order.id).order_by(Order.code)))


def step(order_id, to_state, event_id=None, minutes=0):
    return operations.Step(
        order_id=order_id,
        event_id=event_id or f"{to_state}:{order_id}",
        to_state=to_state,
        happened_at=NOW + timedelta(minutes=minutes),
        place="G0001",
    )


def record(session, *steps):
    return operations.record_transitions(session, steps=steps, actor_id=None, actor_label="门岗", now=NOW)


def state_of(session, order_id):
    return session.scalar(select(Order.state).where(Order.id == order_id))


class TestRecordTransitions:
    def test_moves_an_order_and_keeps_who_when_and_where(self, db_session, orders):
        count = record(db_session, step(orders[0], OrderState.PLANNED, minutes=3))

        kept = db_session.scalars(select(OrderTransition)).one()
        assert count == 1
        assert state_of(db_session, orders[0]) == OrderState.PLANNED
        assert (kept.from_state, kept.to_state) == (OrderState.CONFIRMED, OrderState.PLANNED)
        assert kept.happened_at == NOW + timedelta(minutes=3)
        assert kept.recorded_at == NOW
        assert (kept.actor_label, kept.place) == ("门岗", "G0001")

    def test_takes_several_steps_of_an_order_in_their_order(self, db_session, orders):
        steps = [step(orders[0], state) for state in (OrderState.PLANNED, OrderState.LOADED, OrderState.AT_GATE)]

        count = record(db_session, *steps)

        assert count == 3
        assert state_of(db_session, orders[0]) == OrderState.AT_GATE

    def test_records_an_event_once_however_often_it_is_sent(self, db_session, orders):
        sent = step(orders[0], OrderState.PLANNED)

        counts = [record(db_session, sent, sent), record(db_session, sent)]

        assert counts == [1, 0]
        assert db_session.scalar(select(func.count()).select_from(OrderTransition)) == 1

    def test_takes_what_is_new_beside_what_was_sent_before(self, db_session, orders):
        record(db_session, step(orders[0], OrderState.PLANNED))

        count = record(db_session, step(orders[0], OrderState.PLANNED), step(orders[0], OrderState.LOADED))

        assert count == 1
        assert state_of(db_session, orders[0]) == OrderState.LOADED

    def test_refuses_a_leap_and_then_records_nothing(self, db_session, orders):
        with pytest.raises(operations.UnableToMoveOrder):
            record(db_session, step(orders[0], OrderState.PLANNED), step(orders[1], OrderState.DELIVERED))

        assert state_of(db_session, orders[0]) == OrderState.CONFIRMED
        assert db_session.scalar(select(func.count()).select_from(OrderTransition)) == 0

    def test_refuses_an_order_that_does_not_exist(self, db_session, orders):
        with pytest.raises(operations.OrderNotFound):
            record(db_session, step(max(orders) + 1, OrderState.PLANNED))

    def test_reads_little_for_many_orders(self, app, db_session, orders):
        steps = [step(order_id, OrderState.PLANNED) for order_id in orders]

        with counted_queries(app) as sent:
            record(db_session, *steps)

        # Where the orders stand, and which events are known.
        assert len(sent) == 2


class TestPromiseSlots:
    def test_writes_the_gate_and_its_slot(self, db_session, orders):
        order = db_session.get_one(Order, orders[0])
        order.unplanned_reason = "no_time"
        db_session.flush()
        gate_id = _any_gate(db_session)

        operations.promise_slots(
            db_session,
            promises=[
                operations.Promise(
                    order_id=orders[0], gate_id=gate_id, from_at=NOW, until_at=NOW + timedelta(minutes=10)
                )
            ],
        )

        db_session.refresh(order)
        assert (order.planned_gate_id, order.planned_from_at) == (gate_id, NOW)
        assert order.planned_until_at == NOW + timedelta(minutes=10)
        assert order.unplanned_reason is None

    def test_can_be_withdrawn_with_a_reason(self, db_session, orders):
        promise = operations.Promise(
            order_id=orders[0], gate_id=_any_gate(db_session), from_at=NOW, until_at=NOW + timedelta(minutes=10)
        )
        operations.promise_slots(db_session, promises=[promise])

        operations.withdraw_promises(db_session, reasons={orders[0]: "no_gate_slot", orders[1]: None})

        order = db_session.get_one(Order, orders[0])
        assert (order.planned_gate_id, order.planned_from_at, order.planned_until_at) == (None, None, None)
        assert order.unplanned_reason == "no_gate_slot"


def _any_gate(session):
    return session.scalar(select(func.min(Gate.id)))
