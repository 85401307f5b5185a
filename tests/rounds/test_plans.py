"""Asking for plans, writing, publishing, replacing and throwing them away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.accounts.roles import Role
from supplyhub.jobs.models import Job, JobState
from supplyhub.orders.models import Order, OrderTransition
from supplyhub.orders.states import OrderState
from supplyhub.permissions import Permission
from supplyhub.places.models import Gate
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.rounds.operations import plans, publishing
from supplyhub.rounds.queries import plans as queries
from tests.support import day, factories

NOW = day.CUTOFF_AT + timedelta(hours=1)


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(db_session, tiny):
    return day.write(db_session, tiny)


@pytest.fixture
def start(db_session, district, tiny):
    def start(**changes):
        wanted = {
            "district": district,
            "day_date": tiny.day_date,
            "cutoff_at": day.CUTOFF_AT,
            "search": plans.Search(seconds=60, seed=1),
            "actor": None,
            "now": NOW,
        }
        return plans.start_plan(db_session, **{**wanted, **changes})

    return start


@pytest.fixture
def make(db_session, district, tiny):
    return lambda served=40: day.make_plan(db_session, district, tiny, served=served)


@pytest.fixture
def publish(db_session, district):
    return lambda plan_id, actor=None: publishing.publish_plan(
        db_session, plan_id=plan_id, district=district, actor=actor, now=NOW
    )


def count(session, model, *conditions):
    return session.scalar(select(func.count()).select_from(model).where(*conditions))


def order_of(session, code):
    order = session.scalars(select(Order).where(Order.code == code)).one()
    session.refresh(order)
    return order


class TestStartPlan:
    def test_writes_the_plan_and_its_job(self, db_session, start):
        plan = start()

        job = db_session.get_one(Job, plan.job_id)
        assert (plan.version, plan.state) == (1, PlanState.QUEUED)
        assert (job.name, job.arguments, job.state) == ("rounds.plan", {"plan_id": plan.id}, JobState.WAITING)

    def test_counts_the_versions_of_a_day(self, start, make):
        make()

        assert start().version == 2

    def test_waits_for_the_plan_that_is_being_made(self, start):
        start()

        with pytest.raises(plans.UnableToPlan, match="being made already"):
            start()

    def test_needs_orders_placed_by_then(self, start):
        with pytest.raises(plans.NothingToPlan) as refused:
            start(cutoff_at=day.PLACED_AT - timedelta(minutes=1))

        assert refused.value.field == "cutoff"

    def test_leaves_a_day_alone_that_has_begun(self, db_session, start):
        order_of(db_session, "O00001").state = OrderState.DELIVERED
        db_session.flush()

        with pytest.raises(plans.NothingToPlan, match="already loaded 1 orders") as refused:
            start()

        assert refused.value.field == "day"

    def test_is_not_for_other_districts(self, start):
        with pytest.raises(plans.MayNotPlan):
            start(actor=factories.actor((Role.DISTRICT_STAFF, "zhuzhou/lusong")))


class TestWritePlan:
    def test_writes_rounds_visits_and_what_is_left_out(self, db_session, make, tiny):
        plan_id = make(served=40)

        plan = db_session.get_one(Plan, plan_id)
        assert plan.state == PlanState.READY
        assert plan.fingerprint == tiny.fingerprint()
        # One round; each of the 40 orders is loaded once and handed over once.
        assert count(db_session, Round, Round.plan_id == plan_id) == 1
        assert count(db_session, Visit) == 80
        assert count(db_session, VisitOrder) == 80
        assert count(db_session, UnservedOrder, UnservedOrder.plan_id == plan_id) == 20

    def test_measures_ways_as_the_planner_does(self, db_session, make):
        plan_id = make()

        shown = db_session.scalars(select(Round).where(Round.plan_id == plan_id)).one()
        ways = db_session.scalar(select(func.sum(Visit.distance_m)))
        assert shown.distance_m == db_session.get_one(Plan, plan_id).figures["distance_m"]
        # The round also has the way home.
        assert 0 < ways < shown.distance_m

    def test_writes_once_only(self, db_session, make):
        plan_id = make()

        again = plans.write_plan(
            db_session, plan_id=plan_id, rounds=(), unserved={}, figures={}, fingerprint="", now=NOW
        )

        assert not again
        assert count(db_session, Round) == 1

    def test_writes_nothing_for_a_plan_that_was_thrown_away(self, db_session, district, start):
        plan_id = start().id
        plans.begin_plan(db_session, plan_id=plan_id, now=NOW)
        plans.discard_plan(db_session, plan_id=plan_id, district=district, actor=None, now=NOW)

        written = plans.write_plan(
            db_session, plan_id=plan_id, rounds=(), unserved={}, figures={}, fingerprint="", now=NOW
        )

        assert not written


class TestStopPlan:
    def test_cancels_what_has_not_begun(self, db_session, district, start):
        plan = start()

        plans.stop_plan(db_session, plan_id=plan.id, district=district, actor=None, now=NOW)

        assert plan.state == PlanState.CANCELLED
        assert db_session.get_one(Job, plan.job_id).state == JobState.CANCELLED

    def test_asks_a_job_that_works_to_stop(self, db_session, district, start):
        plan = start()
        job = db_session.get_one(Job, plan.job_id)
        job.state = JobState.RUNNING
        plans.begin_plan(db_session, plan_id=plan.id, now=NOW)

        plans.stop_plan(db_session, plan_id=plan.id, district=district, actor=None, now=NOW)

        # The job writes the best plan found so far.
        assert job.cancel_asked
        assert plan.state == PlanState.RUNNING

    def test_refuses_a_plan_that_is_done(self, db_session, district, make):
        with pytest.raises(plans.UnableToStop):
            plans.stop_plan(db_session, plan_id=make(), district=district, actor=None, now=NOW)


class TestDiscardPlan:
    def test_deletes_everything_of_it(self, db_session, district, make):
        plans.discard_plan(db_session, plan_id=make(), district=district, actor=None, now=NOW)

        assert [count(db_session, model) for model in (Plan, Round, Visit, VisitOrder, UnservedOrder)] == [0] * 5

    def test_keeps_what_riders_have_seen(self, db_session, district, make, publish):
        plan_id = make()
        publish(plan_id)

        with pytest.raises(plans.UnableToDiscard):
            plans.discard_plan(db_session, plan_id=plan_id, district=district, actor=None, now=NOW)

    def test_is_not_for_other_districts(self, db_session, make, tiny):
        other = day.write(db_session, tiny, code="lusong")

        with pytest.raises(queries.PlanNotFound):
            plans.discard_plan(db_session, plan_id=make(), district=other, actor=None, now=NOW)


class TestPublishPlan:
    def test_promises_the_slot_in_which_the_hand_over_starts(self, db_session, make, publish):
        publish(make())

        # The first order is handed over at 9:05 by the plan made by hand, in the zone of Shanghai.
        order = order_of(db_session, "O00001")
        gate = db_session.get_one(Gate, order.planned_gate_id)
        slot = timedelta(minutes=gate.slot_minutes)
        hand_over_at = db_session.scalar(select(func.min(Visit.start_at)).where(Visit.gate_id == gate.id))
        assert order.state == OrderState.PLANNED
        assert order.planned_until_at - order.planned_from_at == slot
        assert order.planned_from_at <= hand_over_at < order.planned_until_at
        # Slots are counted from the gate's opening.
        opens_at = (
            hand_over_at.replace(hour=0, minute=0, second=0) - timedelta(hours=8) + timedelta(seconds=gate.opens_s)
        )
        assert (order.planned_from_at - opens_at) % slot == timedelta(0)

    def test_writes_why_orders_are_on_no_round(self, db_session, make, publish):
        publish(make(served=40))

        left_out = order_of(db_session, "O00041")
        assert (left_out.state, left_out.unplanned_reason) == (OrderState.CONFIRMED, "no_capacity_left")
        assert left_out.planned_gate_id is None

    def test_records_each_transition_with_its_event(self, db_session, district, make, publish):
        staff = factories.make_person(db_session, (Role.DISTRICT_STAFF, district.path))
        plan_id = make()

        publish(plan_id, actor=factories.actor((Role.DISTRICT_STAFF, district.path), person_id=staff.id))

        order = order_of(db_session, "O00001")
        kept = db_session.scalars(select(OrderTransition).where(OrderTransition.order_id == order.id)).one()
        assert kept.event_id == f"plan:{plan_id}:{order.id}"
        assert (kept.actor_id, kept.actor_label) == (staff.id, "周敏")
        assert count(db_session, OrderTransition) == 40

    def test_replaces_the_plan_before_it(self, db_session, make, publish):
        first = make(served=40)
        publish(first)
        second = make(served=30)

        publish(second)

        assert db_session.get_one(Plan, first).state == PlanState.SUPERSEDED
        assert db_session.get_one(Plan, second).state == PlanState.PUBLISHED
        dropped, kept = order_of(db_session, "O00031"), order_of(db_session, "O00030")
        assert (dropped.state, dropped.planned_gate_id) == (OrderState.CONFIRMED, None)
        assert dropped.unplanned_reason == "no_capacity_left"
        assert kept.state == OrderState.PLANNED
        # 40 put on rounds by the first, 10 taken off by the second.
        assert count(db_session, OrderTransition) == 50

    def test_gives_a_place_to_orders_that_had_none(self, db_session, make, publish):
        publish(make(served=30))

        publish(make(served=40))

        order = order_of(db_session, "O00031")
        assert (order.state, order.unplanned_reason) == (OrderState.PLANNED, None)

    def test_refuses_to_do_it_twice(self, make, publish):
        plan_id = make()
        publish(plan_id)

        with pytest.raises(publishing.UnableToPublish, match="published already"):
            publish(plan_id)

    def test_refuses_a_plan_that_is_not_ready(self, start, publish):
        with pytest.raises(publishing.UnableToPublish, match="ready"):
            publish(start().id)

    def test_refuses_when_orders_have_changed_since(self, db_session, make, publish):
        plan_id = make()
        order_of(db_session, "O00001").state = OrderState.CANCELLED
        db_session.flush()

        with pytest.raises(publishing.UnableToPublish, match=r"then: 60, now: 59.*Plan the day again"):
            publish(plan_id)

    def test_refuses_when_a_gate_has_changed_since(self, db_session, make, publish):
        plan_id = make()
        gate = db_session.scalars(select(Gate).order_by(Gate.id)).first()
        gate.riders_per_slot += 1
        db_session.flush()

        with pytest.raises(publishing.UnableToPublish, match="have changed"):
            publish(plan_id)

    def test_leaves_out_orders_that_came_later(self, db_session, make, publish):
        plan_id = make()
        order = order_of(db_session, "O00001")
        order.id, order.code, order.placed_at = None, "O99999", day.CUTOFF_AT + timedelta(minutes=1)
        columns = {c.key: getattr(order, c.key) for c in Order.__table__.columns if c.key != "id"}
        db_session.expunge(order)
        db_session.add(Order(**columns))
        db_session.flush()

        assert publish(plan_id).state == PlanState.PUBLISHED

    def test_refuses_once_riders_have_loaded(self, db_session, make, publish):
        publish(make())
        second = make(served=30)
        order_of(db_session, "O00001").state = OrderState.LOADED
        db_session.flush()

        with pytest.raises(publishing.UnableToPublish, match="already loaded 1 orders"):
            publish(second)

    def test_is_for_those_who_may(self, make, publish, district):
        rider = factories.actor((Role.RIDER, f"{district.path}/riders/R001"))

        assert not rider.can(Permission.PUBLISH_PLAN, district.path)
        with pytest.raises(plans.MayNotPlan):
            publish(make(), actor=rider)
