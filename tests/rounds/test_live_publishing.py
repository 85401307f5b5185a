"""Publishing what was worked out for a day's changes: all of it at once, once, and only while it still fits."""

import dataclasses
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from supplyhub.accounts.roles import Role
from supplyhub.db.transaction import transaction
from supplyhub.orders.models import Order, OrderTransition
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, District, Risk
from supplyhub.planning.live.answers import (
    ChangedVisit,
    LeftOutOrder,
    Refusal,
    Refused,
    StrandedOrder,
    VisitChange,
)
from supplyhub.planning.live.changes import (
    CancelledOrder,
    ClosedGate,
    HighRiskCompound,
    LateRider,
    OutOfStock,
    StoppedRider,
    StopReason,
)
from supplyhub.planning.plan import Reason, Unserved
from supplyhub.rounds import kept_ways, live_day
from supplyhub.rounds.models import LiveAnswer, LiveChange, LiveVersion, Plan, PlanState, Round, RoundChange
from supplyhub.rounds.operations import live as operations
from supplyhub.rounds.operations import live_publishing as publishing
from supplyhub.rounds.operations.plans import MayNotPlan
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries import maps, planned
from supplyhub.rounds.ways_models import PlanWays, WaysFrom
from tests.support import factories, live, published_day

# At 08:25 R001 has loaded O1, O2 and O3 at 天虹 and is on the way; the gates, and O5 at 麦德龙, are still to come.
REMOVED = live.changed_round(
    "R001",
    ChangedVisit(
        change=VisitChange.REMOVED,
        kind=live.HAND_OVER,
        place_id="G0004",
        before_s=9 * 3600 + 45 * 60,
        after_s=None,
        orders_removed=("O5",),
        because=(0,),
    ),
)
O5 = CancelledOrder(order_id="O5")


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def answer(day):
    """Record changes, work them out as the given planner does, and keep the answer."""

    def answer(changes, replan, *, at="08:25"):
        now = day.at(at)
        operations.record_changes(
            day.session, district=day.district, day_date=day.day_date, changes=changes, note="", actor=None, now=now
        )
        running = live_day.read_running(day.session, district=day.district, plan=day["plan 1"])
        worked_out = live_day.work_out(running, changed_at=now, replan=replan)
        return operations.keep_answer(
            day.session, district=day.district, worked_out=worked_out, actor=None, now=now
        ).code

    return answer


@pytest.fixture
def cancelled(answer):
    """Cancel O5 and keep the answer."""
    return answer([O5], live.replanning(lambda plan: live.without(plan, "O5"), rounds=[REMOVED]))


@pytest.fixture
def publish(day):
    def publish(code, *, at="08:26", actor=None, plan="plan 1"):
        return publishing.publish_answer(
            day.session,
            plan_id=day[plan].id,
            answer_code=code,
            district=day.district,
            actor=actor,
            now=day.at(at),
        )

    return publish


def order(day, code):
    day.session.flush()
    day.session.expire_all()
    return day.session.scalars(select(Order).where(Order.code == code)).one()


def visits_of(day, plan, rider):
    document: Any = maps.plan_document(day.session, plan=plan, zone=day.district.timezone)
    found = [one for one in document["rounds"] if one["rider_id"] == rider]
    return found[0] if found else None


class TestPublish:
    def test_replaces_the_version_before(self, day, cancelled, publish):
        published = publish(cancelled)

        assert published.is_new
        assert (published.plan.version, published.plan.state) == (2, PlanState.PUBLISHED)
        assert published.plan.published_at == day.at("08:26")
        assert day["plan 1"].state == PlanState.SUPERSEDED

    def test_writes_the_rounds_as_they_were_worked_out(self, day, cancelled, publish):
        plan = publish(cancelled).plan

        visits = visits_of(day, plan, "R001")["visits"]
        assert [visit.get("gate_id") or visit["pickup_id"] for visit in visits] == ["P09", "G0001", "G0003"]
        assert visits[1]["start"] == "08:31:00"
        assert visits_of(day, plan, "R002")["visits"][0]["orders"] == ["O4"]

    def test_keeps_the_numbers_of_rounds(self, day, publish, answer):
        # without R001's round, R002's would be the first if rounds were counted anew
        code = answer(
            [StoppedRider(rider_id="R001", why=StopReason.DROPPED_OUT)],
            live.replanning(lambda plan: plan.replace(rounds=plan.rounds[1:])),
        )

        plan = publish(code).plan

        rounds = day.session.scalars(select(Round).where(Round.plan_id == plan.id)).all()
        assert [one.number for one in rounds] == [2]

    def test_cancels_the_order_and_takes_its_promise_back(self, day, cancelled, publish):
        assert order(day, "O5").planned_from_at is not None

        plan = publish(cancelled).plan

        gone = order(day, "O5")
        assert (gone.state, gone.planned_gate_id, gone.planned_from_at) == (OrderState.CANCELLED, None, None)
        step = day.session.scalars(
            select(OrderTransition).where(OrderTransition.to_state == OrderState.CANCELLED)
        ).one()
        assert step.event_id == f"plan:{plan.id}:{gone.id}:cancelled"

    def test_leaves_other_orders_as_they_were(self, day, cancelled, publish):
        before = order(day, "O1").planned_from_at

        publish(cancelled)

        kept = order(day, "O1")
        assert (kept.state, kept.planned_from_at) == (OrderState.PLANNED, before)

    def test_keeps_who_published_which_changes(self, day, cancelled, publish):
        staff = factories.actor((Role.DISTRICT_STAFF, day.district.path), person_id=day["staff"].id)

        plan = publish(cancelled, actor=staff).plan

        version = queries.find_version(day.session, plan_id=plan.id)
        assert (version.former_id, version.published_by) == (day["plan 1"].id, "周敏")
        assert version.changed_at == day.at("08:25")
        assert [entry.change["order_id"] for entry in queries.list_taken(day.session, plan_ids=[plan.id])] == ["O5"]
        assert queries.list_waiting(day.session, district_id=day.district.id, day_date=day.day_date) == []

    def test_gives_the_riders_concerned_something_to_read(self, day, cancelled, publish):
        publish(cancelled)

        (change,) = day.session.scalars(select(RoundChange)).all()
        assert change.rider_id == day["R001"].id
        assert change.confirmed_at is None

    def test_asks_nobody_to_confirm_what_cannot_be_seen(self, day, answer, publish):
        moved = ChangedVisit(
            change=VisitChange.MOVED,
            kind=live.HAND_OVER,
            place_id="G0003",
            before_s=8 * 3600 + 50 * 60,
            after_s=8 * 3600 + 50 * 60 + 20,
        )
        risk = HighRiskCompound(compound_id="C001")
        code = answer([risk], live.replanning(rounds=[live.changed_round("R001", moved)]))

        publish(code)

        assert day.session.scalars(select(RoundChange)).all() == []

    def test_has_the_fingerprint_of_its_day(self, day, cancelled, publish):
        plan = publish(cancelled).plan

        assert not planned.read_planned(day.session, district=day.district, plan=plan).has_changed

    def test_drives_the_ways_of_the_version_before(self, day, cancelled, publish):
        draft = day.plan(version=2, state=PlanState.READY)
        for plan, name in ((day["plan 1"], "1.35"), (draft, "1.5")):
            day.session.add(
                PlanWays(plan_id=plan.id, source=WaysFrom.STRAIGHT, name=name, matrix_id=None, unreached=[])
            )
        day.session.flush()

        plan = publish(cancelled).plan

        assert plan.version == 3
        assert kept_ways.find_plan_ways(day.session, plan=plan).name == "1.35"

    def test_needs_the_right(self, day, cancelled, publish):
        street = factories.actor((Role.STREET_STAFF, day.district.path))

        with pytest.raises(MayNotPlan):
            publish(cancelled, actor=street)


class TestWhatBecomesOfOrders:
    def test_new_ones_are_planned(self, day, answer, publish):
        day.order("O7", "P09", "C001", placed_at=day.at("08:10"))
        operations.take_in_orders(
            day.session,
            district=day.district,
            day_date=day.day_date,
            codes=["O7"],
            note="",
            actor=None,
            now=day.at("08:20"),
        )
        code = answer([], live.replanning(_with_o7))

        plan = publish(code).plan

        taken = order(day, "O7")
        assert (taken.state, taken.planned_gate_id) == (OrderState.PLANNED, day["G0001"].id)
        assert not planned.read_planned(day.session, district=day.district, plan=plan).has_changed

    def test_those_left_out_go_back_to_waiting_with_their_reason(self, day, answer, publish):
        code = answer(
            [ClosedGate(gate_id="G0004", from_s=9 * 3600)],
            live.replanning(
                lambda plan: live.without(plan, "O5").replace(
                    unserved=(*plan.unserved, Unserved(order_id="O5", reason=Reason.NO_TIME))
                ),
                left_out=[LeftOutOrder(order_id="O5", reason=Reason.NO_TIME, because=(0,))],
            ),
        )

        publish(code)

        left = order(day, "O5")
        assert (left.state, left.unplanned_reason, left.planned_gate_id) == (OrderState.CONFIRMED, "no_time", None)

    def test_stranded_ones_are_on_their_way_and_not_carried_over(self, day, answer, publish):
        unserved = [Unserved(order_id=code, reason=Reason.STRANDED) for code in ("O1", "O2", "O3")]
        stranded = [
            StrandedOrder(order_id=one.order_id, rider_id="R001", place_id="P09", stopped_s=30300) for one in unserved
        ]
        code = answer(
            [StoppedRider(rider_id="R001", why=StopReason.PASS_REVOKED)],
            live.replanning(
                lambda plan: live.stopped(live.without(plan, "O5"), "R001", 30300, unserved=unserved),
                stranded=stranded,
            ),
        )

        plan = publish(code).plan

        assert [order(day, one).state for one in ("O1", "O2", "O3")] == [OrderState.LOADED] * 3
        assert order(day, "O1").unplanned_reason == "stranded"
        # 30300 s after midnight
        assert visits_of(day, plan, "R001")["stopped_at"] == "08:25:00"

    def test_short_ones_end_and_those_on_board_do_not(self, day, answer, publish):
        code = answer(
            [OutOfStock(pickup_id="P09", order_ids=("O3", "O4"))],
            live.replanning(
                lambda plan: live.without(plan, "O4"),
                refused=[Refused(number=0, why=Refusal.LOADED, order_id="O3", rider_id="R001")],
            ),
        )

        publish(code)

        assert order(day, "O4").state == OrderState.SHORT
        assert order(day, "O3").state == OrderState.PLANNED

    def test_a_refused_cancellation_ends_nothing(self, day, answer, publish):
        code = answer(
            [CancelledOrder(order_id="O1")],
            live.replanning(refused=[Refused(number=0, why=Refusal.LOADED, order_id="O1", rider_id="R001")]),
        )

        publish(code)

        assert order(day, "O1").state == OrderState.PLANNED

    def test_the_compounds_risk_is_written(self, day, answer, publish):
        code = answer([HighRiskCompound(compound_id="C001")], live.replanning())

        plan = publish(code).plan

        assert day.session.scalars(select(Compound.risk).where(Compound.code == "C001")).one() == Risk.HIGH
        assert not planned.read_planned(day.session, district=day.district, plan=plan).has_changed


class TestOnce:
    def test_asked_again_changes_nothing(self, day, cancelled, publish):
        first = publish(cancelled)

        again = publish(cancelled, at="08:27")

        assert (again.plan.id, again.is_new) == (first.plan.id, False)
        assert day.session.query(Plan).count() == 2

    def test_tells_the_second_that_the_plan_has_moved_on(self, day, cancelled, publish):
        publish(cancelled)

        with pytest.raises(publishing.PlanMovedOn, match=r"version 2 counts now"):
            publish("another answer")

        assert day.session.query(Plan).count() == 2

    def test_keeps_what_was_recorded_after_the_answer(self, day, cancelled, publish):
        operations.record_changes(
            day.session,
            district=day.district,
            day_date=day.day_date,
            changes=[HighRiskCompound(compound_id="C001")],
            note="",
            actor=None,
            now=day.at("08:26"),
        )

        with pytest.raises(publishing.AnswerOutdated, match="The list has changed"):
            publish(cancelled)

        assert day.session.query(LiveChange).count() == 2

    def test_two_at_once_publish_one_version(self, app, day, cancelled):
        plan_id, district_id, now = day["plan 1"].id, day.district.id, day.at("08:26")
        day.session.commit()
        together = threading.Barrier(2)
        outcomes = []

        def press():
            with app.app_context():
                together.wait()
                with transaction() as session:
                    published = publishing.publish_answer(
                        session,
                        plan_id=plan_id,
                        answer_code=cancelled,
                        district=session.get_one(District, district_id),
                        actor=None,
                        now=now,
                    )
                    outcomes.append((published.plan.version, published.is_new))

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == [(2, False), (2, True)]
        assert day.session.query(LiveVersion).count() == 1


class TestWhatNoLongerFits:
    def test_a_stop_that_has_begun_meanwhile(self, day, cancelled, publish):
        # the stop that would be cancelled begins at 09:45
        with pytest.raises(publishing.AnswerOutdated, match="1 of the stops that would change have begun"):
            publish(cancelled, at="09:46")

        assert day["plan 1"].state == PlanState.PUBLISHED

    def test_a_gate_with_other_hours(self, day, cancelled, publish):
        day["G0001"].closes_s -= 3600
        day.session.flush()

        with pytest.raises(publishing.AnswerOutdated, match="Orders, riders or gates have changed"):
            publish(cancelled)

    def test_another_day(self, cancelled, publish):
        with pytest.raises(operations.UnableToChange, match="Only the plan of today"):
            publish(cancelled, at="24:00")


class TestConfirm:
    def confirm(self, day, *riders, at="08:30"):
        ids = list(day.session.scalars(select(RoundChange.id)))
        paths = [day[rider].path for rider in riders]
        return publishing.confirm_changes(day.session, paths=paths, change_ids=ids, now=day.at(at))

    def test_is_noted_once(self, day, cancelled, publish):
        publish(cancelled)

        assert self.confirm(day, "R001") == 1
        assert self.confirm(day, "R001", at="08:40") == 0

        day.session.expire_all()
        assert day.session.scalars(select(RoundChange.confirmed_at)).one() == day.at("08:30")

    def test_is_for_the_own_round_alone(self, day, cancelled, publish):
        publish(cancelled)

        assert self.confirm(day, "R002") == 0
        assert day.session.scalars(select(RoundChange.confirmed_at)).one() is None


class TestNextChange:
    def test_builds_on_the_day_as_it_was_changed(self, day, answer, publish):
        closed = live.replanning()

        def close(problem, plan, now_s, changes, **options):
            replanned = closed(problem, plan, now_s, changes, **options)
            gates = tuple(_closed(gate) for gate in replanned.problem.gates)
            return dataclasses.replace(replanned, problem=replanned.problem.replace(gates=gates))

        publish(answer([ClosedGate(gate_id="G0002", from_s=9 * 3600)], close))

        plan = day.session.scalars(select(Plan).where(Plan.version == 2)).one()
        running = live_day.read_running(day.session, district=day.district, plan=plan)
        assert [gate.closes_s for gate in running.problem.gates if gate.gate_id == "G0002"] == [9 * 3600]
        assert [gate.closes_s for gate in running.records.gates if gate.gate_id == "G0002"] == [20 * 3600]
        assert day.session.query(LiveAnswer).count() == 0

    def test_remembers_who_is_late(self, day, answer, publish):

        until_s = 9 * 3600
        publish(answer([LateRider(rider_id="R001", until_s=until_s)], live.replanning()))
        plan = day.session.scalars(select(Plan).where(Plan.version == 2)).one()
        asked = []

        def ask(problem, plan, now_s, changes, **options):
            asked.append(list(changes))
            return live.replanning()(problem, plan, now_s, changes, **options)

        running = live_day.read_running(day.session, district=day.district, plan=plan)
        live_day.work_out(running, changed_at=day.at("08:40"), replan=ask)
        live_day.work_out(running, changed_at=day.at("09:10"), replan=ask)

        assert asked == [[LateRider(rider_id="R001", until_s=until_s)], []]


class TestGateAndSupplier:
    def test_follow(self, client, day, cancelled, publish, frozen_clock):
        frozen_clock(timedelta(minutes=26))
        publish(cancelled)

        loading = published_day.sign_in(client, day, "metro").get("/loading")
        assert "O5" not in loading.text
        assert "09:10–09:18" not in loading.text
        gate = published_day.sign_in(client, day, "keeper").get("/gate", follow_redirects=True)
        assert "2 riders still due" in " ".join(gate.text.split())
        rider = published_day.sign_in(client, day, "rider").get("/round")
        assert "2 stops left" in rider.text  # of five, the load is done and two were for O5


def _with_o7(plan):
    """Let R002 load O7 with O4 and hand both over together."""
    second = plan.rounds[1]
    visits = tuple(dataclasses.replace(visit, order_ids=(*visit.order_ids, "O7")) for visit in second.visits)
    return plan.replace(rounds=(plan.rounds[0], dataclasses.replace(second, visits=visits)))


def _closed(gate):
    return dataclasses.replace(gate, closes_s=9 * 3600) if gate.gate_id == "G0002" else gate
