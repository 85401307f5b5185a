"""A day with the planner itself: planned, published, changed twice while it is driven; records and plan agree."""

import dataclasses
from collections import Counter

import pytest
from sqlalchemy import select

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning import solve
from supplyhub.planning.live.changes import CancelledOrder, ClosedGate, LateRider, StoppedRider, StopReason
from supplyhub.planning.live.replan import replan
from supplyhub.planning.plan import VisitKind
from supplyhub.planning.stop import MaxIterations
from supplyhub.rounds import live_day, plan_rows, problems
from supplyhub.rounds.operations import live as operations
from supplyhub.rounds.operations import live_publishing, plans, publishing
from supplyhub.rounds.queries import planned
from supplyhub.rounds.queries import plans as queries
from tests.support import day as days

FIRST, SECOND = "10:00", "11:30"


@pytest.fixture
def problem():
    return days.read("tiny")


@pytest.fixture
def district(db_session, problem):
    """A district whose day is planned by the planner and published."""
    district = days.write(db_session, problem)
    plan_id = plans.start_plan(
        db_session,
        district=district,
        day_date=problem.day_date,
        cutoff_at=days.CUTOFF_AT,
        search=plans.Search(seconds=15, seed=1),
        actor=None,
        now=days.CUTOFF_AT,
    ).id
    plans.begin_plan(db_session, plan_id=plan_id, now=days.CUTOFF_AT)
    made = solve.solve(problem, stop=MaxIterations(300), seed=1)
    assert made.figures is not None
    plans.write_plan(
        db_session,
        plan_id=plan_id,
        rounds=plan_rows.round_rows(problem, made, instant=problems.instant_reader(problem.day_date, problem.timezone)),
        unserved={entry.order_id: entry.reason.value for entry in made.unserved},
        figures=dataclasses.asdict(made.figures),
        fingerprint=problem.fingerprint(),
        now=days.CUTOFF_AT,
    )
    publishing.publish_plan(db_session, plan_id=plan_id, district=district, actor=None, now=days.CUTOFF_AT)
    db_session.commit()
    return district


@pytest.fixture
def change(db_session, district, problem):
    """Record changes, work them out with the planner, publish: the plan that counts then, as it is read again."""

    def change(at, *changes):
        now = intervals.instant(problem.day_date, intervals.seconds_of_day(at), problem.timezone)
        common = {"district": district, "actor": None, "now": now}
        operations.record_changes(db_session, day_date=problem.day_date, changes=changes, note="", **common)
        former = queries.find_published_plan(db_session, district_id=district.id, day_date=problem.day_date)
        assert former is not None
        running = live_day.read_running(db_session, district=district, plan=former)
        worked_out = live_day.work_out(running, changed_at=now, replan=replan)
        kept = operations.keep_answer(db_session, worked_out=worked_out, **common)
        published = live_publishing.publish_answer(db_session, plan_id=former.id, answer_code=kept.code, **common).plan
        db_session.commit()
        db_session.expire_all()
        return planned.read_planned(db_session, district=district, plan=published)

    return change


def read(session, district, problem):
    plan = queries.find_published_plan(session, district_id=district.id, day_date=problem.day_date)
    assert plan is not None
    return planned.read_planned(session, district=district, plan=plan).plan


def begun(plan, at, *, but=()):
    """Return the visits that have begun by then, by rider, as they were planned; `but` some riders'."""
    at_s = intervals.seconds_of_day(at)
    found = {one.rider_id: [visit for visit in one.visits if visit.starts_s <= at_s] for one in plan.rounds}
    return {rider_id: visits for rider_id, visits in found.items() if visits and rider_id not in but}


def states(session):
    return dict(session.execute(select(Order.code, Order.state)).all())


def test_a_day_that_is_changed_twice(db_session, district, problem, change):
    before = read(db_session, district, problem)
    at_s = intervals.seconds_of_day(FIRST)
    to_come = [
        (one.rider_id, visit)
        for one in before.rounds
        for visit in one.visits
        if visit.kind is VisitKind.LOAD and visit.starts_s > at_s + 1800
    ]
    busy, loading = to_come[0]
    cancelled = loading.order_ids[0]
    stopping = next(one.rider_id for one in before.rounds if one.rider_id != busy and one.visits[-1].leaves_s > at_s)

    first = change(
        FIRST,
        CancelledOrder(order_id=cancelled),
        StoppedRider(rider_id=stopping, why=StopReason.PASS_REVOKED),
        LateRider(rider_id=busy, until_s=at_s + 1200),
    )

    assert not first.has_changed, "the day is built anew as it was changed"
    assert states(db_session)[cancelled] == OrderState.CANCELLED
    assert begun(first.plan, FIRST, but=[stopping]) == begun(before, FIRST, but=[stopping])
    stopped = next((one for one in first.plan.rounds if one.rider_id == stopping), None)
    assert stopped is None or stopped.stopped_s == at_s
    _agree(db_session, first.plan)

    at_s = intervals.seconds_of_day(SECOND)
    later = [
        visit for one in first.plan.rounds for visit in one.visits if visit.starts_s > at_s and not _is_load(visit)
    ]
    second = change(SECOND, ClosedGate(gate_id=later[0].place_id, from_s=at_s))

    assert not second.has_changed
    assert begun(second.plan, SECOND) == begun(first.plan, SECOND)
    gate = next(one for one in second.problem.gates if one.gate_id == later[0].place_id)
    assert gate.closes_s <= max([at_s, *(v.leaves_s for v in _at(second.plan, gate.gate_id))])
    again = next((one for one in second.plan.rounds if one.rider_id == stopping), None)
    assert again == stopped, "who has stopped stays where they are"
    _agree(db_session, second.plan)


def _is_load(visit):
    return visit.kind is VisitKind.LOAD


def _at(plan, gate_id):
    return [visit for one in plan.rounds for visit in one.visits if visit.place_id == gate_id]


def _agree(session, plan):
    """Check that each order stands where the plan has it: promised a gate, left out with its reason, or ended."""
    served = {code: visit.place_id for one in plan.rounds for visit in one.hand_overs for code in visit.order_ids}
    left_out = {entry.order_id: entry.reason.value for entry in plan.unserved}
    assert not served.keys() & left_out.keys()
    found: Counter[OrderState] = Counter()
    for order in session.scalars(select(Order)):
        if order.code in served:
            assert order.state == OrderState.PLANNED
            assert order.planned_gate_id is not None
        elif order.code in left_out:
            assert order.unplanned_reason == left_out[order.code]
            assert order.state == (OrderState.LOADED if left_out[order.code] == "stranded" else OrderState.CONFIRMED)
            assert order.planned_gate_id is None
        else:
            assert order.state == OrderState.CANCELLED
        found[order.state] += 1
    assert found[OrderState.PLANNED] == len(served)
