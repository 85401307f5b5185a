"""The pages of live changes: the list, the short forms, what would move, publishing, what the rider reads."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from supplyhub.accounts.roles import Role
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning.live.answers import (
    ChangedVisit,
    LateOrder,
    LeftOutOrder,
    Refusal,
    Refused,
    StrandedOrder,
    VisitChange,
)
from supplyhub.planning.plan import Reason, Unserved
from supplyhub.rounds.models import LiveAnswer, LiveChange, LiveChangeKind, Plan, PlanState, RoundChange
from supplyhub.rounds.web import live as pages
from tests.support import factories, live, published_day
from tests.support.counting import counted_queries

MOST_QUERIES = 12


def moved(place, before, after, *, because=(0,)):
    return ChangedVisit(
        change=VisitChange.MOVED,
        kind=live.HAND_OVER,
        place_id=place,
        before_s=clock(before),
        after_s=clock(after),
        because=because,
    )


def clock(text):
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


REMOVED = ChangedVisit(
    change=VisitChange.REMOVED,
    kind=live.HAND_OVER,
    place_id="G0004",
    before_s=clock("09:45"),
    after_s=None,
    orders_removed=("O5",),
    because=(0,),
)


@pytest.fixture
def day(db_session, frozen_clock):
    day = published_day.write_small_day(db_session)
    day["plan 1"].figures = {"served": 5, "unserved": 1, "rounds": 2, "distance_m": 34200, "gate_visits": 4}
    frozen_clock(timedelta(minutes=25))
    return day


@pytest.fixture
def staff(client, day):
    return published_day.sign_in(client, day, "staff")


@pytest.fixture
def home(day):
    return f"/tianyuan/plans/{day['plan 1'].id}/changes"


@pytest.fixture
def answering(monkeypatch):
    """Let the planner answer as a test wants it to."""

    def answering(*args, **options):
        monkeypatch.setattr(pages, "replan", live.replanning(*args, **options))

    return answering


@pytest.fixture
def cancel(staff, home, answering):
    """Put the cancelled O5 on the list and work out what would move."""

    def cancel(visits=(REMOVED,), **said):
        answering(lambda plan: live.without(plan, "O5"), rounds=[live.changed_round("R001", *visits)], **said)
        record(staff, home, "cancelled_order", codes="O5")
        return factories.send(staff, f"{home}/answer", {"at": ""})

    return cancel


def record(client, home, kind, *, query="", **data):
    return factories.send(client, f"{home}/new/{kind}{query}", data)


def waiting(session):
    session.rollback()
    return list(session.scalars(select(LiveChange).where(LiveChange.plan_id.is_(None)).order_by(LiveChange.id)))


def shown(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return factories.words(answer)


def publish(client, home):
    page = client.get(home).text
    code = re.search(r'name="answer" value="([^"]+)"', page)
    return factories.send(client, f"{home}/publish", {"answer": code[1] if code else "none"})


class TestList:
    def test_says_what_to_do_when_it_is_empty(self, staff, home):
        words = shown(staff, home)

        assert "Nothing on the list" in words
        assert "Rider stops" in words
        assert "Show what would move" not in words

    def test_shows_what_was_recorded_in_words_with_who_and_when(self, staff, home):
        record(staff, home, "stopped_rider", who="R002", why="pass_revoked", note="抗原阳性")

        words = shown(staff, home)

        assert "周建国 R002: the pass is revoked" in words
        assert "抗原阳性" in words
        assert "08:25, staff" in words

    def test_counts_the_orders_that_no_round_has(self, staff, home, day):
        day.order("O7", "P09", "C001")
        day.session.commit()

        assert "1 waits" in shown(staff, home)

        record(staff, home, "new_order", orders="O7")
        assert "1 waits" not in shown(staff, home)

    def test_takes_one_off(self, staff, home, day, db_session):
        record(staff, home, "stopped_rider", who="R002", why="dropped_out")
        (entry,) = waiting(db_session)

        answer = factories.send(staff, f"{home}/{entry.id}/remove")

        assert answer.location.endswith(home)
        assert waiting(db_session) == []

    def test_is_dropped_after_a_question(self, staff, home, db_session):
        record(staff, home, "stopped_rider", who="R002", why="dropped_out")
        assert "Drop it?" in shown(staff, home)

        factories.send(staff, f"{home}/drop")

        assert waiting(db_session) == []
        assert "The list is empty" in shown(staff, home)

    def test_is_that_of_the_version_that_counts(self, staff, home, day):
        day["plan 1"].state = PlanState.SUPERSEDED
        second = day.plan(version=2)
        day.session.commit()

        assert staff.get(home).location.endswith(f"/plans/{second.id}/changes")

    def test_is_for_today(self, staff, home, frozen_clock):
        frozen_clock(timedelta(days=1))

        assert "This plan is not being driven today" in shown(staff, home)

    def test_asks_little_of_the_database(self, app, staff, home, cancel):
        cancel()

        with counted_queries(app) as sent:
            staff.get(home)

        # Person and grants, district (twice), plan, list, answer, riders, pickups, gates, orders, new orders.
        assert len(sent) <= MOST_QUERIES

    def test_is_led_to_from_the_plan(self, staff, home, day):
        page = staff.get(f"/tianyuan/plans/{day['plan 1'].id}")

        assert f'href="{home}"' in page.text


class TestForms:
    @pytest.mark.parametrize("kind", list(LiveChangeKind))
    def test_are_there(self, staff, home, kind):
        assert staff.get(f"{home}/new/{kind}").status_code == 200

    def test_an_unknown_one_is_not(self, staff, home):
        assert staff.get(f"{home}/new/earthquake").status_code == 404

    @pytest.mark.parametrize(
        ("kind", "data", "change"),
        [
            ("stopped_rider", {"who": "R002 周建国", "why": "dropped_out"}, {"rider_id": "R002", "why": "dropped_out"}),
            ("stopped_rider", {"who": "周建国", "why": "dropped_out"}, {"rider_id": "R002", "why": "dropped_out"}),
            ("late_rider", {"who": "r001", "until": "09:10"}, {"rider_id": "R001", "until": "09:10:00"}),
            ("high_risk_compound", {"where": "明月湖"}, {"compound_id": "C001"}),
            ("closed_gate", {"where": "明月湖小区 南门", "since": "08:20"}, {"gate_id": "G0002", "from": "08:20:00"}),
            ("cancelled_order", {"codes": "o5"}, {"order_id": "O5"}),
        ],
    )
    def test_record_one_thing(self, staff, home, db_session, kind, data, change):
        answer = record(staff, home, kind, **data)

        (entry,) = waiting(db_session)
        assert answer.location.endswith(home)
        assert entry.change == {"kind": kind, **change}

    def test_record_several_cancelled_orders(self, staff, home, db_session):
        record(staff, home, "cancelled_order", codes="O3, O5、O6\nO5")

        assert [entry.change["order_id"] for entry in waiting(db_session)] == ["O3", "O5", "O6"]
        assert "3 changes are on the list" in shown(staff, home)

    def test_take_in_all_new_orders_with_one_press(self, staff, home, day, db_session):
        day.order("O7", "P09", "C001")
        day.order("O8", "P09", "C002", priority=3)
        day.session.commit()
        page = shown(staff, f"{home}/new/new_order")
        assert page.index("O8") < page.index("O7")  # what goes first stands first

        record(staff, home, "new_order", all="1")

        assert {entry.change["order"]["order_id"] for entry in waiting(db_session)} == {"O7", "O8"}
        assert "All of them are on the list" in shown(staff, f"{home}/new/new_order")

    def test_find_what_holds_the_goods_that_are_out_of_stock(self, staff, home, db_session):
        offered = shown(staff, f"{home}/new/out_of_stock?pickup=P08")
        assert "蔬菜套餐 约5公斤: 1 order" in offered

        record(staff, home, "out_of_stock", query="?pickup=P08", goods="蔬菜套餐 约5公斤")

        (entry,) = waiting(db_session)
        assert entry.change == {"kind": "out_of_stock", "pickup_id": "P08", "order_ids": ["O5"]}
        assert "麦德龙 · 蔬菜套餐 约5公斤 · 1 order" in shown(staff, home)

    def test_say_that_it_is_on_the_list_already(self, staff, home, db_session):
        record(staff, home, "stopped_rider", who="R002", why="dropped_out")

        record(staff, home, "stopped_rider", who="R002", why="dropped_out")

        assert len(waiting(db_session)) == 1
        assert "It is on the list already" in shown(staff, home)

    @pytest.mark.parametrize(
        ("kind", "data", "sentence"),
        [
            ("stopped_rider", {"who": "", "why": "dropped_out"}, "Enter the rider's code or name."),
            ("stopped_rider", {"who": "R003", "why": "dropped_out"}, "No rider of this plan has this code or name."),
            ("stopped_rider", {"who": "R001"}, "Choose what happened."),
            ("late_rider", {"who": "R001", "until": "soon"}, "Not a valid time value"),
            ("late_rider", {"who": "R001", "until": "08:20"}, "This time has passed."),
            ("high_risk_compound", {"where": "小区"}, "Several compounds have this name."),
            ("high_risk_compound", {"where": "大江观邸"}, "No compound has this code or name."),
            ("closed_gate", {"where": "南门", "since": "08:20"}, "Several gates have this name."),
            ("closed_gate", {"where": "G0001", "since": ""}, "Enter the time from which it is closed"),
            ("cancelled_order", {"codes": "O9"}, "The plan holds no order with the number O9."),
            ("cancelled_order", {"codes": " "}, "Enter the number of at least one order."),
            ("new_order", {}, "Choose at least one order."),
            ("out_of_stock", {}, "Choose what is out of stock."),
            (
                "stopped_rider",
                {"who": "R001", "why": "dropped_out", "note": "x" * 121},
                "Write at most 120 characters.",
            ),
        ],
    )
    def test_name_what_is_wrong(self, staff, home, day, db_session, kind, data, sentence):
        day.order("O7", "P09", "C001")  # a new order, so that its form has something to choose from
        day.session.commit()

        query = "?pickup=P08" if kind == "out_of_stock" else ""
        answer = record(staff, home, kind, query=query, **data)

        assert answer.status_code == 422
        assert sentence in factories.words(answer)
        assert waiting(db_session) == []

    def test_lose_nothing_when_another_version_was_published(self, staff, home, day, db_session):
        day["plan 1"].state = PlanState.SUPERSEDED
        second = day.plan(version=2)
        day.round(
            1, "R002", plan=2, leaves="08:05", back="09:00", visits=[("P09", "08:15", "08:15", "08:23", 4100, ["O4"])]
        )
        day.session.commit()

        record(staff, home, "stopped_rider", who="R002", why="dropped_out")

        assert len(waiting(db_session)) == 1
        words = shown(staff, f"/tianyuan/plans/{second.id}/changes")
        assert "your change is on the list of the one that counts" in words
        assert "周建国 R002" in words


class TestAnswer:
    def test_says_how_many_stops_change_for_whom_and_why(self, staff, home, cancel):
        answer = cancel([REMOVED, moved("G0003", "08:50", "08:45")])

        words = shown(staff, home)
        assert answer.location.endswith(f"{home}#answer")
        assert "2 stops change" in words
        assert "on the round of 1 rider" in words
        assert "易师傅 R001 · 美团" in words
        assert "09:45 大江观邸 东门 No longer: do not go there · orders were cancelled" in words
        assert "5 min earlier (was 08:50)" in words
        assert "Every order keeps a place" in words

    def test_sets_figures_beside_each_other(self, staff, home, cancel):
        cancel()

        assert "Orders on a round 5 4 -1" in shown(staff, home)

    def test_says_what_is_stranded_with_what_to_do(self, staff, home, day, answering):
        unserved = [Unserved(order_id=code, reason=Reason.STRANDED) for code in ("O1", "O2")]
        answering(
            lambda plan: live.stopped(live.without(plan, "O3", "O5"), "R001", clock("08:25"), unserved=unserved),
            stranded=[
                StrandedOrder(order_id=one.order_id, rider_id="R001", place_id="P09", stopped_s=clock("08:25"))
                for one in unserved
            ],
        )
        record(staff, home, "stopped_rider", who="R001", why="dropped_out")
        factories.send(staff, f"{home}/answer", {"at": ""})

        words = shown(staff, home)

        phone = day["rider"].phone
        assert "2 orders stay on the vehicle" in words
        assert "The rider stopped at 08:25; last stop by plan: 天虹" in words
        assert f"{phone[3:6]}****{phone[-4:]} (美团)" in words
        assert phone[3:] not in words
        assert "1 of them goes first" in words  # O1 holds infants' milk
        assert "send somebody with a pass" in words

    def test_says_what_a_rider_who_drives_on_cannot_hand_over(self, staff, home, answering):
        answering(
            lambda plan: live.without(plan, "O3").replace(
                unserved=(*plan.unserved, Unserved(order_id="O3", reason=Reason.STRANDED))
            ),
            stranded=[
                StrandedOrder(order_id="O3", rider_id="R001", place_id="G0004", stopped_s=clock("09:48"), because=(0,))
            ],
        )
        record(staff, home, "high_risk_compound", where="C002")
        factories.send(staff, f"{home}/answer", {"at": ""})

        words = shown(staff, home)

        assert "On board of 易师傅, and not to be handed over" in words
        assert "金帆小区 is high-risk now. The rider drives on until 09:48; last stop by plan: 大江观邸 东门." in words
        assert "to meet the vehicle on its way" in words

    def test_says_what_comes_too_late(self, staff, home, answering):
        answering(refused=[Refused(number=0, why=Refusal.LOADED, order_id="O3", rider_id="R001")])
        record(staff, home, "cancelled_order", codes="O3")
        factories.send(staff, f"{home}/answer", {"at": ""})

        words = shown(staff, home)

        assert "Comes too late" in words
        assert "O3 is on board of 易师傅 R001 already." in words
        assert "No stop changes" in words

    def test_says_who_is_left_out_and_who_is_late(self, staff, home, cancel):
        cancel(
            left_out=[LeftOutOrder(order_id="O4", reason=Reason.NO_CAPACITY_LEFT, because=(0,))],
            late=[
                LateOrder(order_id="O3", rider_id="R001", due_s=clock("09:00"), handed_s=clock("09:12"), because=(0,))
            ],
        )

        words = shown(staff, home)

        assert "No longer on a round: All riders are busy" in words
        assert "O3 金帆小区 易师傅 R001 09:00 09:12" in words
        assert "Every order keeps a place" not in words

    def test_survives_reloading_and_goes_when_the_list_changes(self, staff, home, cancel, db_session):
        cancel()
        assert "What would move" in shown(staff, home)

        record(staff, home, "stopped_rider", who="R002", why="dropped_out")

        assert "What would move" not in shown(staff, home)
        assert db_session.scalars(select(LiveAnswer)).all() == []

    def test_counts_from_the_time_that_is_entered(self, staff, home, day, answering, db_session):
        answering(lambda plan: live.without(plan, "O5"))
        record(staff, home, "cancelled_order", codes="O5")

        factories.send(staff, f"{home}/answer", {"at": "08:10"})

        assert db_session.scalars(select(LiveAnswer.changed_at)).one() == day.at("08:10")

    @pytest.mark.parametrize(("at", "sentence"), [("08:30", "still to come"), ("at noon", "Not a valid time value")])
    def test_refuses_a_time_that_cannot_be(self, staff, home, answering, at, sentence):
        answering()
        record(staff, home, "cancelled_order", codes="O5")

        answer = factories.send(staff, f"{home}/answer", {"at": at})

        assert answer.status_code == 422
        assert sentence in factories.words(answer)

    def test_refuses_a_time_before_the_last_version(self, staff, home, cancel, db_session, answering):
        cancel()
        second = publish(staff, home).location.split("#")[0] + "/changes"
        record(staff, second, "stopped_rider", who="R002", why="dropped_out")

        answer = factories.send(staff, f"{second}/answer", {"at": "08:20"})

        assert answer.status_code == 422
        assert "The last version counts from 08:25 on" in factories.words(answer)

    def test_asks_for_something_on_the_list(self, staff, home, answering):
        answering()

        factories.send(staff, f"{home}/answer", {"at": ""})

        assert "Record first what happened" in shown(staff, home)

    def test_names_the_change_that_cannot_be_meant(self, staff, home, day, db_session):
        # the planner itself: the rider is gone from the district since the change was recorded
        record(staff, home, "late_rider", who="R002", until="09:00")
        (entry,) = waiting(db_session)
        entry.change = {**entry.change, "rider_id": "R009"}
        db_session.commit()

        factories.send(staff, f"{home}/answer", {"at": ""})

        assert "Change 1 on the list cannot be made. The district no longer has the rider R009." in shown(staff, home)


class TestPublish:
    def test_leads_to_the_new_version_and_its_log(self, staff, home, cancel, day):
        cancel()

        answer = publish(staff, home)

        words = shown(staff, answer.location)
        assert "Version 2 is published." in words
        assert "What changed in this version" in words
        assert "From 08:25 on; published 08:25 by staff." in words
        assert "O5 · 大江观邸 · 麦德龙" in words
        assert day.session.scalars(select(Order.state).where(Order.code == "O5")).one() == OrderState.CANCELLED

    def test_twice_says_so_and_publishes_once(self, staff, home, cancel, db_session):
        cancel()
        code = re.search(r'name="answer" value="([^"]+)"', staff.get(home).text)[1]
        factories.send(staff, f"{home}/publish", {"answer": code})

        again = factories.send(staff, f"{home}/publish", {"answer": code})

        assert "published already, as version 2" in shown(staff, again.location)
        assert len(db_session.scalars(select(Plan)).all()) == 2

    def test_tells_who_comes_second_and_keeps_their_list(self, staff, home, cancel, day, db_session):
        cancel()
        publish(staff, home)
        record(staff, home, "stopped_rider", who="R002", why="dropped_out")

        answer = factories.send(staff, f"{home}/publish", {"answer": "what they had seen"}, follow_redirects=True)

        words = factories.words(answer)
        assert "The plan has moved on: version 2 counts now (staff)" in words
        assert "周建国 R002" in words
        assert len(waiting(db_session)) == 1

    def test_shows_who_has_not_confirmed_with_the_phone_masked(self, staff, home, cancel, day, db_session):
        cancel()
        version = publish(staff, home).location
        phone = day["rider"].phone

        before = shown(staff, version)
        db_session.scalars(select(RoundChange)).one().confirmed_at = day.at("08:30")
        db_session.commit()
        after = shown(staff, version)

        assert "1 rider has not confirmed yet" in before
        assert f"{phone[3:6]}****{phone[-4:]}" in before
        assert phone[3:] not in before
        assert "Every rider has confirmed" in after

    def test_of_a_planned_version_there_is_nothing_to_tell(self, staff, day):
        assert "What changed in this version" not in shown(staff, f"/tianyuan/plans/{day['plan 1'].id}")


class TestRider:
    @pytest.fixture
    def published(self, staff, home, cancel):
        def published(*visits, **said):
            cancel(visits, **said)
            publish(staff, home)

        return published

    def test_reads_what_changed_on_top_of_the_round(self, client, day, published):
        published(REMOVED, moved("G0003", "08:50", "09:05"))

        rider = published_day.sign_in(client, day, "rider")
        words = shown(rider, "/round")

        card = words[: words.index("Next stop")]
        assert "Your round has changed" in card
        assert "09:45 大江观邸 东门 No longer: do not go there · orders were cancelled" in card
        assert "09:05 金帆小区 南门 15 min later (was 08:50)" in card

    def test_reads_it_until_it_is_confirmed(self, client, day, published, db_session, frozen_clock):
        published(REMOVED)
        rider = published_day.sign_in(client, day, "rider")
        change = re.search(r'name="change" value="(\d+)"', rider.get("/round").text)[1]
        frozen_clock(timedelta(minutes=3))

        answer = factories.send(rider, "/round/changes", {"change": change})

        assert answer.location.endswith("/round")
        assert "Your round has changed" not in shown(rider, "/round")
        assert db_session.scalars(select(RoundChange.confirmed_at)).one() == day.at("08:28")

    def test_confirms_nothing_of_another_rider(self, client, day, published, db_session):
        published(REMOVED)
        change_id = db_session.scalars(select(RoundChange.id)).one()
        other = published_day.sign_in(client, day, "other rider")

        factories.send(other, "/round/changes", {"change": str(change_id)})

        db_session.rollback()
        assert db_session.scalars(select(RoundChange.confirmed_at)).one() is None
        assert "Your round has changed" not in shown(other, "/round")

    def test_reads_many_stops_in_a_row_as_one(self, client, day, published):
        gates = ("G0001", "G0002", "G0003", "G0004")
        published(*(moved(gate, f"{9 + at}:00", f"{9 + at}:1{at}") for at, gate in enumerate(gates)))

        words = shown(published_day.sign_in(client, day, "rider"), "/round")

        assert "明月湖小区 北门 and 3 more stops" in words
        assert "10 min to 13 min later, until 12:13" in words

    def test_reads_that_the_own_round_ends(self, client, day, staff, home, answering):
        answering(
            lambda plan: live.stopped(live.without(plan, "O1", "O2", "O3", "O5"), "R001", clock("08:25")),
            rounds=[live.changed_round("R001", REMOVED, stopped_s=clock("08:25"))],
        )
        record(staff, home, "stopped_rider", who="R001", why="pass_revoked")
        factories.send(staff, f"{home}/answer", {"at": ""})
        publish(staff, home)

        words = shown(published_day.sign_in(client, day, "rider"), "/round")

        assert "You stop here for today" in words
        assert "the pass is revoked" in words

    def test_reads_little(self, app, client, day, published):
        published(REMOVED, moved("G0003", "08:50", "09:05"))
        rider = published_day.sign_in(client, day, "rider")

        with counted_queries(app) as sent:
            rider.get("/round")

        # Person and grants, rider, zones, plan, round, stops, first orders, cargo; what changed, why, two of places.
        assert len(sent) <= 14


class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.STREET_STAFF, Role.COMMUNITY_STAFF, Role.RIDER_COMPANY, Role.SUPPLIER])
    def test_only_those_who_make_plans(self, client, day, home, role, db_session):
        db_session.commit()
        person = factories.staff_client(client, db_session, role, day.district.path)

        assert person.get(home).status_code in {403, 404}
        assert person.get(f"{home}/new/stopped_rider").status_code in {403, 404}
        for path in ("new/stopped_rider", "answer", "publish", "drop", "1/remove"):
            assert factories.send(person, f"{home}/{path}").status_code in {403, 404}

    def test_nobody_of_another_district(self, client, day, home, db_session):
        other = published_day.Day(session=db_session, district_code="lusong").district
        db_session.commit()
        stranger = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, other.path)

        for path in (home, f"{home}/new/stopped_rider", home.replace("tianyuan", "lusong")):
            assert stranger.get(path).status_code == 404
        assert factories.send(stranger, f"{home.replace('tianyuan', 'lusong')}/publish").status_code == 404

    def test_riders_alone_confirm(self, client, day, db_session):
        resident = published_day.sign_in(client, day, "resident")

        assert factories.send(resident, "/round/changes", {"change": "1"}).status_code == 403
