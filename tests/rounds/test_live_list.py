"""The day's list of what happened: recording, taking off, dropping; what cannot be so."""

from datetime import timedelta

import pytest

from supplyhub.accounts.roles import Role
from supplyhub.orders.states import OrderState
from supplyhub.planning.live.changes import ClosedGate, HighRiskCompound, LateRider, StoppedRider, StopReason
from supplyhub.rounds.live_day import WorkedOut, read_running, work_out
from supplyhub.rounds.models import LiveAnswer, LiveChange, LiveChangeKind, PlanState
from supplyhub.rounds.operations import live as operations
from supplyhub.rounds.operations.plans import MayNotPlan
from supplyhub.rounds.queries import live as queries
from tests.support import factories, live, published_day

STOPPED = StoppedRider(rider_id="R002", why=StopReason.DROPPED_OUT)


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def record(day):
    def record(*changes, minutes=0, actor=None, note=""):
        return operations.record_changes(
            day.session,
            district=day.district,
            day_date=day.day_date,
            changes=changes,
            note=note,
            actor=actor,
            now=day.at("08:00") + timedelta(minutes=minutes),
        )

    return record


def waiting(day):
    return queries.list_waiting(day.session, district_id=day.district.id, day_date=day.day_date)


def answered(day, plan=None) -> WorkedOut:
    running = read_running(day.session, district=day.district, plan=plan or day["plan 1"])
    return work_out(running, changed_at=day.at("08:00"), replan=live.replanning())


def keep(day, worked_out):
    return operations.keep_answer(
        day.session, district=day.district, worked_out=worked_out, actor=None, now=day.at("08:00")
    )


class TestRecord:
    def test_keeps_what_happened_who_said_it_and_when(self, day, record):
        staff = factories.actor((Role.DISTRICT_STAFF, day.district.path), person_id=day["staff"].id)

        recorded = record(STOPPED, actor=staff, note="车坏了")

        (entry,) = waiting(day)
        assert recorded == 1
        assert (entry.kind, entry.recorded_by, entry.note) == (LiveChangeKind.STOPPED_RIDER, "周敏", "车坏了")
        assert entry.recorded_at == day.at("08:00")
        assert entry.change == {"kind": "stopped_rider", "rider_id": "R002", "why": "dropped_out"}

    def test_changes_nothing_when_said_twice(self, day, record):
        record(STOPPED)

        assert record(STOPPED, minutes=1) == 0
        assert len(waiting(day)) == 1

    def test_replaces_an_earlier_time_of_the_same_rider_or_gate(self, day, record):
        record(LateRider(rider_id="R001", until_s=9 * 3600), ClosedGate(gate_id="G0001", from_s=8 * 3600))

        record(LateRider(rider_id="R001", until_s=10 * 3600), LateRider(rider_id="R002", until_s=9 * 3600))

        late = [entry.change for entry in waiting(day) if entry.kind is LiveChangeKind.LATE_RIDER]
        assert [(change["rider_id"], change["until"]) for change in late] == [
            ("R001", "10:00:00"),
            ("R002", "09:00:00"),
        ]
        assert len(waiting(day)) == 3

    def test_throws_away_what_was_worked_out_before(self, day, record):
        record(STOPPED)
        keep(day, answered(day))

        record(HighRiskCompound(compound_id="C001"))

        assert day.session.query(LiveAnswer).count() == 0

    def test_needs_a_published_plan(self, day, record):
        day["plan 1"].state = PlanState.SUPERSEDED
        day.session.flush()

        with pytest.raises(operations.UnableToChange, match="No plan of this day is published"):
            record(STOPPED)

    def test_is_about_today(self, day, record):
        with pytest.raises(operations.UnableToChange, match="Only the plan of today"):
            record(STOPPED, minutes=16 * 60)

    def test_goes_onto_the_list_of_the_day_after_another_version_was_published(self, day, record):
        day["plan 1"].state = PlanState.SUPERSEDED
        day.session.flush()
        day.plan(version=2)

        record(STOPPED)

        assert [entry.plan_id for entry in waiting(day)] == [None]

    def test_needs_the_right(self, day, record):
        street = factories.actor((Role.STREET_STAFF, day.district.path))

        with pytest.raises(MayNotPlan):
            record(STOPPED, actor=street)


class TestCancelOrders:
    def cancel(self, day, *codes):
        return operations.cancel_orders(
            day.session,
            district=day.district,
            day_date=day.day_date,
            codes=codes,
            note="",
            actor=None,
            now=day.at("08:00"),
        )

    def test_records_each_of_them(self, day):
        assert self.cancel(day, "O3", "O6") == 2
        assert [entry.change["order_id"] for entry in waiting(day)] == ["O3", "O6"]

    def test_names_those_that_the_plan_does_not_hold(self, day):
        day.order("O7", "P09", "C001")

        with pytest.raises(operations.UnableToRecord, match="no order with the number O7, O9") as refused:
            self.cancel(day, "O3", "O7", "O9")

        assert refused.value.field == "codes"
        assert waiting(day) == []

    def test_names_those_that_are_on_their_way(self, day):
        day["O3"].state = OrderState.LOADED
        day.session.flush()

        with pytest.raises(operations.UnableToRecord, match="O3: loaded, handed over or ended"):
            self.cancel(day, "O1", "O3")


class TestTakeInOrders:
    def take_in(self, day, *codes):
        return operations.take_in_orders(
            day.session,
            district=day.district,
            day_date=day.day_date,
            codes=codes,
            note="",
            actor=None,
            now=day.at("08:00"),
        )

    def test_records_the_order_as_the_planner_takes_it(self, day):
        day.order("O7", "P09", "C002", priority=2)

        self.take_in(day, "O7")

        (entry,) = waiting(day)
        assert entry.change["order"] == {
            "order_id": "O7",
            "pickup_id": "P09",
            "compound_id": "C002",
            "weight_g": 5000,
            "volume_ml": 9000,
            "ready_at": "07:00:00",
            "due_at": "19:00:00",
            "priority": 2,
            "source": "platform",
        }

    @pytest.mark.parametrize("code", ["O1", "O6", "O9"])
    def test_refuses_what_is_in_the_plan_or_unknown(self, day, code):
        # O1 is on a round, O6 is left out with a reason, O9 does not exist
        with pytest.raises(operations.UnableToRecord, match="in the plan by now, or gone"):
            self.take_in(day, code)

    def test_are_offered_the_most_urgent_first(self, day):
        day.order("O7", "P09", "C002")
        day.order("O8", "P08", "C001", priority=3)
        day.order("O9", "P08", "C001", state=OrderState.PLACED)

        offered = queries.list_new_orders(day.session, plan=day["plan 1"])

        assert [order.code for order in offered] == ["O8", "O7"]
        assert queries.count_new_orders(day.session, plan=day["plan 1"]) == 2


class TestShortage:
    def run_short(self, day, goods, *, at="08:00", pickup="P09"):
        return operations.record_shortage(
            day.session,
            district=day.district,
            day_date=day.day_date,
            pickup_code=pickup,
            goods=goods,
            actor=None,
            now=day.at(at),
        )

    def test_finds_the_orders_that_hold_the_goods(self, day):
        self.run_short(day, "鸡蛋 30枚")

        (entry,) = waiting(day)
        assert entry.change == {"kind": "out_of_stock", "pickup_id": "P09", "order_ids": ["O1"]}
        assert entry.note == "鸡蛋 30枚"

    def test_leaves_out_what_has_been_loaded_by_then(self, day):
        # the first load of P09 begins at 08:12, the other one at 08:15 with O4 alone
        self.run_short(day, None, at="08:13")

        (entry,) = waiting(day)
        assert entry.change["order_ids"] == ["O4"]

    def test_refuses_where_nothing_is_left(self, day):
        with pytest.raises(operations.UnableToRecord, match="No order with it is left"):
            self.run_short(day, "鸡蛋 30枚", at="08:13")

    def test_counts_the_goods_that_are_still_to_be_loaded(self, day):
        goods = queries.list_goods(day.session, plan=day["plan 1"], pickup_code="P09", now=day.at("08:00"))

        assert goods == [("蔬菜套餐 约5公斤", 4), ("婴儿奶粉 900克", 1), ("鸡蛋 30枚", 1)]


class TestTakeOff:
    def remove(self, day, change_id):
        operations.remove_change(
            day.session, district=day.district, change_id=change_id, actor=None, now=day.at("08:00")
        )

    def test_takes_one_off_and_keeps_the_rest(self, day, record):
        record(STOPPED, HighRiskCompound(compound_id="C001"))
        first, second = waiting(day)

        self.remove(day, first.id)

        assert waiting(day) == [second]

    def test_finds_no_fault_with_what_is_gone(self, day, record):
        record(STOPPED)
        (entry,) = waiting(day)
        self.remove(day, entry.id)

        self.remove(day, entry.id)

        assert waiting(day) == []

    def test_leaves_alone_what_is_published(self, day, record):
        record(STOPPED)
        (entry,) = waiting(day)
        entry.plan_id, entry.number = day["plan 1"].id, 0
        day.session.flush()

        with pytest.raises(operations.UnableToChange, match="published by now"):
            self.remove(day, entry.id)

    def test_leaves_another_districts_alone(self, day, record):
        record(STOPPED)
        (entry,) = waiting(day)
        other = published_day.Day(session=day.session, district_code="lusong").district

        operations.remove_change(day.session, district=other, change_id=entry.id, actor=None, now=day.at("08:00"))

        assert waiting(day) == [entry]

    def test_drops_all_of_them(self, day, record):
        record(STOPPED, HighRiskCompound(compound_id="C001"))
        keep(day, answered(day))

        dropped = operations.drop_changes(
            day.session, district=day.district, day_date=day.day_date, actor=None, now=day.at("08:00")
        )

        assert dropped == 2
        assert day.session.query(LiveChange).count() == 0
        assert day.session.query(LiveAnswer).count() == 0


class TestKeepAnswer:
    def test_keeps_one_for_a_plan(self, day, record):
        record(STOPPED)
        keep(day, answered(day))

        keep(day, answered(day))

        assert day.session.query(LiveAnswer).count() == 1

    def test_refuses_what_was_worked_out_for_another_list(self, day, record):
        record(STOPPED)
        worked_out = answered(day)
        record(HighRiskCompound(compound_id="C001"))

        with pytest.raises(operations.UnableToChange, match="changed the list"):
            keep(day, worked_out)

    def test_refuses_what_was_worked_out_for_another_version(self, day, record):
        record(STOPPED)
        worked_out = answered(day)
        day["plan 1"].state = PlanState.SUPERSEDED
        day.session.flush()
        day.plan(version=2)

        with pytest.raises(operations.UnableToChange, match="published a version meanwhile"):
            keep(day, worked_out)
