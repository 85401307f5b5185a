"""The overview of a district's day: what it counts, what it asks for, and how much it asks of the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from supplyhub.accounts.roles import Role
from supplyhub.dashboards import queries
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning.plan import Reason
from supplyhub.rounds.operations import plans, publishing
from tests.support import day, factories
from tests.support.counting import counted_queries

URL = "/tianyuan/overview?day=2022-11-08"


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
    frozen_clock(day.CUTOFF_AT + timedelta(minutes=5))
    return factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)


@pytest.fixture
def ready(db_session, district, tiny):
    plan_id = day.make_plan(db_session, district, tiny)
    db_session.commit()
    return plan_id


@pytest.fixture
def published(db_session, district, ready):
    publishing.publish_plan(db_session, plan_id=ready, district=district, actor=None, now=day.CUTOFF_AT)
    db_session.commit()
    return ready


@pytest.fixture
def get_day(db_session, district, tiny):
    return lambda: queries.get_day(db_session, district=district, day_date=tiny.day_date)


def order_of(session, code):
    return session.scalars(select(Order).where(Order.code == code)).one()


class TestGetDay:
    def test_counts_a_day_without_a_plan(self, get_day, tiny):
        found = get_day()

        assert (found.orders, found.served, found.unserved, found.rounds) == (60, 0, 0, 0)
        assert (found.riders, found.shown) == (len(tiny.riders), None)
        assert sum(supplier.orders for supplier in found.suppliers) == 60
        assert sum(due.orders for due in found.due_times) == 60

    @pytest.mark.parametrize("state", ["ready", "published"])
    def test_counts_what_is_on_a_round(self, get_day, request, state):
        request.getfixturevalue(state)

        found = get_day()

        # The plan made by hand serves 40 of 60 orders with one rider.
        assert (found.served, found.unserved, found.rounds) == (40, 20, 1)
        assert found.share == pytest.approx(40 / 60)
        assert sum(supplier.served for supplier in found.suppliers) == 40
        assert sum(due.served for due in found.due_times) == 40
        assert [(row.words.code, row.count) for row in found.reasons] == [(Reason.NO_CAPACITY_LEFT, 20)]
        assert found.is_published is (state == "published")

    def test_names_the_compounds_that_come_off_worst_first(self, get_day, published, tiny):
        first = {order.compound_id for order in sorted(tiny.orders, key=lambda order: order.order_id)[:40]}
        nothing = {order.compound_id for order in tiny.orders} - first

        found = get_day()

        assert {compound.code for compound in found.never_served} == nothing
        shares = [compound.served / compound.orders for compound in found.worst_served]
        assert shares == sorted(shares)

    def test_counts_orders_that_came_after_the_plan(self, db_session, get_day, published):
        assert get_day().came_later == 0
        order_of(db_session, "O00060").placed_at = day.CUTOFF_AT + timedelta(minutes=1)
        db_session.flush()

        assert get_day().came_later == 1

    def test_counts_what_is_on_the_way_and_delivered(self, db_session, get_day, published):
        order_of(db_session, "O00001").state = OrderState.LOADED
        order_of(db_session, "O00002").state = OrderState.AT_GATE
        order_of(db_session, "O00003").state = OrderState.DELIVERED
        db_session.flush()

        found = get_day()

        assert (found.on_the_way, found.delivered, found.served) == (2, 1, 40)
        assert found.has_begun

    def test_does_not_count_what_was_cancelled(self, db_session, get_day):
        order_of(db_session, "O00060").state = OrderState.CANCELLED
        db_session.flush()

        assert get_day().orders == 59

    def test_keeps_showing_the_published_plan_while_a_newer_one_waits(
        self, db_session, get_day, published, district, tiny
    ):
        newer = day.make_plan(db_session, district, tiny, served=30)

        found = get_day()

        assert found.shown.id == published
        assert found.waits_to_be_published.id == newer

    def test_counts_orders_that_go_first_and_are_left_out(self, db_session, get_day, published):
        for order in db_session.scalars(select(Order)):
            order.priority = 3 if order.code in {"O00001", "O00060"} else 0
        db_session.flush()

        # O00001 is on a round.
        assert get_day().urgent_unserved == 1


class TestOverview:
    def test_calls_for_a_plan_first(self, staff):
        page = staff.get(URL)

        words = factories.words(page)
        assert "60 orders wait for a round" in words
        assert "Plan this day" in words

    def test_asks_to_publish_what_is_ready(self, staff, ready):
        words = factories.words(staff.get(URL))

        assert "Version 1 waits to be published" in words
        assert "not published yet" in words

    def test_leads_from_each_reason_to_its_orders(self, staff, published):
        page = staff.get(URL)

        words = factories.words(page)
        assert "20 orders are not on a round" in words
        assert "Most often: All riders are busy" in words
        assert f"/tianyuan/plans/{published}/unserved?reason=no_capacity_left" in page.text

    def test_shows_the_plan_that_is_being_made(self, staff, db_session, district, tiny):
        plans.start_plan(
            db_session,
            district=district,
            day_date=tiny.day_date,
            cutoff_at=day.CUTOFF_AT,
            search=plans.Search(seconds=60, seed=1),
            actor=None,
            now=day.CUTOFF_AT,
        )
        db_session.commit()

        assert "The day is being planned" in factories.words(staff.get(URL))

    def test_finds_the_newest_day_by_itself(self, staff, published):
        assert "60" in factories.words(staff.get("/tianyuan/overview"))

    def test_says_what_to_do_in_an_empty_district(self, client, db_session, tiny):
        day._district(db_session, "lusong", tiny.timezone)
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong")

        assert "Import a day" in factories.words(staff.get("/lusong/overview"))

    @pytest.mark.parametrize("state", ["staff", "ready", "published"])
    def test_asks_little_of_the_database(self, app, staff, request, state):
        request.getfixturevalue(state)

        with counted_queries(app) as sent:
            staff.get(URL)

        assert len(sent) <= 12

    def test_is_refused_to_another_district(self, client, db_session, district):
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong")

        assert staff.get(URL).status_code == 404
        assert staff.get("/tianyuan/overview/map.json").status_code == 404


class TestMapData:
    def test_shows_the_day_without_a_plan(self, staff, tiny):
        document = staff.get("/tianyuan/overview/map.json?day=2022-11-08").json

        assert len(document["compounds"]) == len(tiny.compounds)
        assert document["rounds"] == []

    def test_shows_the_rounds_of_the_plan(self, staff, published):
        document = staff.get("/tianyuan/overview/map.json?day=2022-11-08").json

        assert [line["id"] for line in document["rounds"]] == ["1"]
