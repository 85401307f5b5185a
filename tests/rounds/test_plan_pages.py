"""The pages of plans: who may see and do what, what they say, and how much they ask of the database."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.accounts.roles import Role
from supplyhub.jobs.models import Job, JobState
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning import day_folder
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan, PlanState
from supplyhub.rounds.operations import plans as operations
from tests.support import day, factories
from tests.support.counting import counted_queries

DAY = "2022-11-08"


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(db_session, tiny):
    district = day.write(db_session, tiny)
    db_session.commit()
    return district


@pytest.fixture
def staff(client, db_session, district, frozen_clock):
    """A client of the district's staff, on the evening before the day."""
    frozen_clock(day.CUTOFF_AT + timedelta(minutes=5))
    return factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)


@pytest.fixture
def ready(db_session, district, tiny):
    plan_id = day.make_plan(db_session, district, tiny)
    db_session.commit()
    return plan_id


def fresh(session, model, **wanted):
    session.rollback()
    return session.scalars(select(model).filter_by(**wanted)).one_or_none()


def start(staff, **changes):
    data = {"day": DAY, "cutoff": "2022-11-07T20:00", "seconds": "15"}
    return factories.send(staff, "/tianyuan/plans", {**data, **changes})


class TestIndex:
    def test_offers_the_day_with_its_orders(self, staff):
        page = staff.get("/tianyuan/plans")

        assert "60 orders are in" in factories.words(page)
        assert f'value="{DAY}"' in page.text
        # The cut-off stands at now, 20:05 in Zhuzhou.
        assert 'value="2022-11-07T20:05"' in page.text

    def test_lists_the_plans_of_the_day(self, staff, ready):
        words = factories.words(staff.get("/tianyuan/plans"))

        # 40 of 60 orders.
        assert "Version 1" in words
        assert "66.7% on a round" in words

    def test_says_what_to_do_where_there_are_no_orders(self, client, db_session, frozen_clock):
        empty = day.read("tiny").replace(orders=())
        other = day._district(db_session, "lusong", empty.timezone)
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, other.path)

        words = factories.words(staff.get("/lusong/plans"))

        assert "Import a day" in words

    def test_offers_the_next_day_once_riders_have_loaded(self, client, db_session, district, tiny, frozen_clock):
        frozen_clock(day.CUTOFF_AT + timedelta(hours=12))
        order = fresh(db_session, Order, code="O00001")
        order.state = OrderState.LOADED
        columns = {column.key: getattr(order, column.key) for column in Order.__table__.columns if column.key != "id"}
        tomorrow = tiny.day_date + timedelta(days=1)
        db_session.add(Order(**{**columns, "code": "T1", "day_date": tomorrow, "state": OrderState.CONFIRMED}))
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)

        page = staff.get("/tianyuan/plans")

        assert "1 order is in" in factories.words(page)

    def test_ignores_a_day_that_is_none(self, staff):
        assert staff.get("/tianyuan/plans?day=yesterday").status_code == 200


class TestCount:
    def test_tells_how_many_orders_are_in(self, staff):
        words = factories.words(staff.get(f"/tianyuan/plans/count?day={DAY}&cutoff=2022-11-07T20:00"))

        assert "60 orders are in" in words

    def test_tells_when_there_are_none(self, staff):
        words = factories.words(staff.get(f"/tianyuan/plans/count?day={DAY}&cutoff=2022-11-07T06:00"))

        assert "No order of this day had been placed by then" in words

    @pytest.mark.parametrize(("year", "sentence"), [("0001", "No order of this day"), ("9999", "60 orders are in")])
    def test_takes_any_time_that_a_field_can_hold(self, staff, year, sentence):
        answer = staff.get(f"/tianyuan/plans/count?day={DAY}&cutoff={year}-12-31T23:59")

        assert answer.status_code == 200
        assert sentence in factories.words(answer)

    def test_waits_for_a_time(self, staff):
        words = factories.words(staff.get(f"/tianyuan/plans/count?day={DAY}&cutoff="))

        assert "Choose the day and the time" in words


class TestStart:
    def test_leads_to_the_plan_that_waits(self, staff, db_session):
        answer = start(staff)

        plan = fresh(db_session, Plan)
        assert answer.status_code == 302
        assert answer.location.endswith(f"/tianyuan/plans/{plan.id}")
        assert (plan.seconds, plan.state) == (15, PlanState.QUEUED)
        # The whole minute of 20:00 is in.
        assert plan.cutoff_at == day.CUTOFF_AT + timedelta(seconds=59)

    def test_never_looks_into_the_future(self, staff, db_session):
        start(staff, cutoff="2022-11-09T00:00")

        assert fresh(db_session, Plan).cutoff_at == day.CUTOFF_AT + timedelta(minutes=5)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"day": "2022-01-01"}, "Not a valid choice"),
            ({"cutoff": "soon"}, "Not a valid datetime value"),
            ({"cutoff": ""}, "Enter a day and a time"),
            ({"seconds": "7200"}, "Not a valid choice"),
            ({"cutoff": "2022-11-07T06:00"}, "No order of this day had been placed by then"),
            ({"cutoff": "0001-01-01T00:00"}, "No order of this day had been placed by then"),
        ],
    )
    def test_names_the_field_at_fault(self, staff, db_session, changes, sentence):
        answer = start(staff, **changes)

        assert answer.status_code == 422
        assert sentence in factories.words(answer)
        assert fresh(db_session, Plan) is None

    def test_refuses_a_second_one_at_once(self, staff):
        start(staff)

        answer = start(staff)

        assert answer.status_code == 409
        assert "being made already" in factories.words(answer)
        # The form stays, and so does the way to the plan that is being made.
        assert "See how far it is" in factories.words(answer)


class TestUnderWay:
    @pytest.fixture
    def running(self, staff, db_session):
        start(staff)
        plan = fresh(db_session, Plan)
        plan.state = PlanState.RUNNING
        job = db_session.get(Job, plan.job_id)
        job.state, job.share = JobState.RUNNING, 0.4
        job.progress = {"score_m": 9_616_242, "unserved": 12, "iterations": 700, "trend": [[0.0, 20], [0.4, 10]]}
        db_session.commit()
        return plan

    def test_shows_how_far_it_is(self, staff, running):
        page = staff.get(f"/tianyuan/plans/{running.id}")

        words = factories.words(page)
        assert "40% of the time used" in words
        # 60 % of 15 seconds.
        assert "about 9 seconds left" in words
        assert "Time to search 15 seconds" in words
        assert "9,616" in words
        assert 'hx-trigger="every 1s"' in page.text
        assert "<noscript>" in page.text

    def test_answers_a_fragment_until_it_is_done(self, staff, running, db_session):
        url = f"/tianyuan/plans/{running.id}/progress"

        under_way = staff.get(url)
        running.state = PlanState.READY
        db_session.commit()
        done = staff.get(url)

        assert "<html" not in under_way.text
        assert done.headers["HX-Refresh"] == "true"

    def test_can_be_stopped(self, staff, running, db_session):
        answer = factories.send(staff, f"/tianyuan/plans/{running.id}/stop")

        assert answer.status_code == 302
        assert fresh(db_session, Job).cancel_asked

    def test_can_be_thrown_away(self, staff, running, db_session):
        answer = factories.send(staff, f"/tianyuan/plans/{running.id}/discard")

        assert answer.location.endswith(f"/tianyuan/plans?day={DAY}")
        assert fresh(db_session, Plan) is None

    def test_says_why_it_failed(self, staff, running, db_session):
        operations.fail_plan(db_session, plan_id=running.id, failure=policy.Failure.BROKEN, now=day.CUTOFF_AT)
        db_session.commit()

        assert "Planning broke off several times" in factories.words(staff.get(f"/tianyuan/plans/{running.id}"))


class TestShow:
    def test_says_what_publishing_will_do(self, staff, ready):
        words = factories.words(staff.get(f"/tianyuan/plans/{ready}"))

        assert "1 rider sees the own round." in words
        assert "40 orders get their time at the gate" in words

    def test_warns_where_publishing_would_deliver_nothing(self, staff, ready, db_session):
        plan = db_session.get_one(Plan, ready)
        plan.figures = {**plan.figures, "served": 0, "unserved": 60, "rounds": 0}
        db_session.commit()

        words = factories.words(staff.get(f"/tianyuan/plans/{ready}"))

        assert "With this plan nothing is delivered" in words
        assert "0 orders get their time" not in words

    def test_explains_what_is_left_out(self, staff, ready):
        page = staff.get(f"/tianyuan/plans/{ready}")

        assert "All riders are busy" in factories.words(page)
        assert f"/tianyuan/plans/{ready}/unserved?reason=no_capacity_left" in page.text

    def test_filters_and_sorts_the_rounds(self, staff, ready):
        one = factories.words(staff.get(f"/tianyuan/plans/{ready}?vehicle=ebike&sort=-orders"))
        none = factories.words(staff.get(f"/tianyuan/plans/{ready}?company=nobody&sort=nonsense"))

        assert "Round 1" in one
        assert "0 of 1" in none

    def test_asks_little_of_the_database(self, app, staff, ready):
        with counted_queries(app) as sent:
            staff.get(f"/tianyuan/plans/{ready}")

        # Person and grants, district (twice), plan, published plan, rounds, reasons, riders, compounds, ways, changes.
        # changes of the running day.
        assert len(sent) <= 12

    def test_publishes(self, staff, ready, db_session):
        answer = factories.send(staff, f"/tianyuan/plans/{ready}/publish", follow_redirects=True)

        assert "The plan is published" in factories.words(answer)
        assert fresh(db_session, Plan).state == PlanState.PUBLISHED
        assert fresh(db_session, Order, code="O00001").state == OrderState.PLANNED

    def test_says_why_it_cannot_be_published(self, staff, ready, db_session):
        fresh(db_session, Order, code="O00001").state = OrderState.CANCELLED
        db_session.commit()

        answer = factories.send(staff, f"/tianyuan/plans/{ready}/publish", follow_redirects=True)

        assert "Plan the day again and publish the new plan." in factories.words(answer)
        assert fresh(db_session, Plan).state == PlanState.READY

    def test_warns_that_promises_change(self, staff, ready, db_session, district, tiny):
        factories.send(staff, f"/tianyuan/plans/{ready}/publish")
        second = day.make_plan(db_session, district, tiny, served=30)
        db_session.commit()

        words = factories.words(staff.get(f"/tianyuan/plans/{second}"))

        assert "It replaces version 1, which is published now" in words


class TestShowRound:
    def test_tells_the_stops_in_time_order(self, staff, ready):
        words = factories.words(staff.get(f"/tianyuan/plans/{ready}/rounds/1"))

        # The plan made by hand leaves at 8:50, loads at 9:00 and hands over at 9:05.
        assert words.index("08:50") < words.index("09:00–09:02") < words.index("09:05–09:07")
        assert "hands over 1 order" in words

    def test_does_not_exist_beyond_the_last(self, staff, ready):
        assert staff.get(f"/tianyuan/plans/{ready}/rounds/2").status_code == 404


class TestUnserved:
    def test_lists_the_orders_with_what_would_help(self, staff, ready):
        words = factories.words(staff.get(f"/tianyuan/plans/{ready}/unserved?reason=no_capacity_left"))

        assert "O00060" in words
        assert "O00001" not in words
        assert "Issue more passes" in words

    def test_says_when_a_reason_has_none(self, staff, ready):
        words = factories.words(staff.get(f"/tianyuan/plans/{ready}/unserved?reason=no_time"))

        assert "No order is left out for this reason" in words

    def test_ignores_a_reason_that_is_none(self, staff, ready):
        words = factories.words(staff.get(f"/tianyuan/plans/{ready}/unserved?reason=<b>"))

        assert "1 to 20 of 20" in words


class TestMapData:
    def test_holds_compounds_pickups_and_rounds(self, staff, ready, tiny):
        document = staff.get(f"/tianyuan/plans/{ready}/map.json").json

        served = sum(compound["served"] for compound in document["compounds"])
        assert len(document["compounds"]) == len(tiny.compounds)
        assert served == 40
        # From the base over 80 visits and home.
        assert [len(line["points"]) for line in document["rounds"]] == [82]

    def test_of_a_round_holds_its_places_only(self, staff, ready, tiny):
        document = staff.get(f"/tianyuan/plans/{ready}/map.json?round=1").json

        orders = sorted(tiny.orders, key=lambda order: order.order_id)[:40]
        assert {place["code"] for place in document["compounds"]} == {order.compound_id for order in orders}
        assert {place["code"] for place in document["pickups"]} == {order.pickup_id for order in orders}


class TestDownload:
    def test_is_a_plan_file(self, staff, ready, tiny, tmp_path):
        answer = staff.get(f"/tianyuan/plans/{ready}/plan.json")

        path = tmp_path / "plan.json"
        path.write_text(json.dumps(answer.json), "utf-8")
        written, wanted = day_folder.read_plan(path), day.planned(tiny)
        assert written.rounds == wanted.rounds
        assert {entry.order_id for entry in written.unserved} == {entry.order_id for entry in wanted.unserved}
        assert "attachment" in answer.headers["Content-Disposition"]


class TestAccess:
    @pytest.mark.parametrize(
        "page", ["", "/{id}", "/{id}/progress", "/{id}/rounds/1", "/{id}/unserved", "/{id}/map.json"]
    )
    def test_is_refused_to_another_district(self, client, db_session, ready, page):
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong")

        assert staff.get("/tianyuan/plans" + page.format(id=ready)).status_code == 404

    @pytest.mark.parametrize("step", ["publish", "stop", "discard"])
    def test_of_steps_is_refused_to_another_district(self, client, db_session, ready, step):
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong")

        assert factories.send(staff, f"/tianyuan/plans/{ready}/{step}").status_code == 404
        assert fresh(db_session, Plan).state == PlanState.READY

    def test_does_not_reach_a_plan_by_way_of_the_own_district(self, client, db_session, ready, tiny):
        day._district(db_session, "lusong", tiny.timezone)
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong")

        assert staff.get(f"/lusong/plans/{ready}").status_code == 404
        assert factories.send(staff, f"/lusong/plans/{ready}/publish").status_code == 404

    def test_is_refused_to_riders(self, client, db_session, ready):
        rider = factories.staff_client(client, db_session, Role.RIDER, "zhuzhou/tianyuan/riders/R001")

        assert rider.get(f"/tianyuan/plans/{ready}").status_code == 404

    def test_needs_a_form_of_ours(self, staff, ready, db_session):
        assert staff.post(f"/tianyuan/plans/{ready}/publish").status_code == 403
        assert db_session.scalar(select(func.count()).where(Plan.state == PlanState.PUBLISHED)) == 0
