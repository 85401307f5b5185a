"""The page that says why an order is on no round, and what would free it: who may see it, and what it says."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from supplyhub.accounts.roles import Role
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Gate
from supplyhub.planning import problem as planning
from supplyhub.planning.explain import answers
from supplyhub.rounds.models import Plan, PlanState, Round, Visit
from supplyhub.rounds.queries import planned
from supplyhub.rounds.web.why_words import Words
from tests.planning import days
from tests.planning.explain.test_answers import nobody_served, served
from tests.support import day, factories
from tests.support.counting import counted_queries

HTMX = {"HX-Request": "true"}


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(db_session, tiny):
    district = day.write(db_session, tiny)
    db_session.commit()
    return district


@pytest.fixture
def plan_id(db_session, district, tiny):
    plan_id = day.make_plan(db_session, district, tiny)
    db_session.commit()
    return plan_id


@pytest.fixture
def staff(client, db_session, district, frozen_clock):
    frozen_clock(day.CUTOFF_AT + timedelta(minutes=5))
    return factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)


def url_of(plan_id, code):
    return f"/tianyuan/plans/{plan_id}/orders/{code}"


class TestUnserved:
    def test_the_page_comes_at_once_and_asks_for_the_answer(self, staff, plan_id):
        page = staff.get(url_of(plan_id, "O00060"))

        assert page.status_code == 200
        assert 'hx-trigger="load"' in page.text
        # Without scripts a link leads to the answer.
        assert f"{url_of(plan_id, 'O00060')}?answer=1" in page.text.split("<noscript>")[1]
        assert "What stands in the way" not in page.text

    def test_the_answer_says_why_and_what_would_help(self, staff, plan_id, tiny):
        fragment = staff.get(url_of(plan_id, "O00060"), headers=HTMX)

        words = factories.words(fragment)
        assert "<html" not in fragment.text
        # 20 of 60 orders are left out by hand: there is room for each of them.
        assert "Plan again: it fits in as things stand." in words
        assert f"{len(tiny.riders)} riders with a pass" in words
        assert "It fits in as things stand" in words
        assert "The plan's cost" in words

    def test_the_link_without_scripts_shows_the_whole(self, staff, plan_id):
        page = staff.get(url_of(plan_id, "O00060") + "?answer=1")

        assert "<html" in page.text
        assert "What would help" in factories.words(page)

    def test_is_linked_from_the_list_of_what_is_left_out(self, staff, plan_id):
        assert url_of(plan_id, "O00060") in staff.get(f"/tianyuan/plans/{plan_id}/unserved").text

    def test_says_that_the_day_has_changed(self, staff, plan_id, db_session):
        db_session.scalars(select(Gate).limit(1)).one().closes_s -= 600
        db_session.commit()

        words = factories.words(staff.get(url_of(plan_id, "O00060"), headers=HTMX))

        assert "The day has changed since this plan was made" in words

    def test_asks_little_of_the_database(self, app, staff, plan_id):
        with counted_queries(app) as sent:
            staff.get(url_of(plan_id, "O00060"), headers=HTMX)

        assert len(sent) <= 32


class TestServed:
    def test_says_when_and_by_whom(self, staff, plan_id, tiny):
        words = factories.words(staff.get(url_of(plan_id, "O00001"), headers=HTMX))

        # Loaded at 9:00 and handed over at 9:05 in the plan made by hand.
        assert "09:05" in words
        assert f"({tiny.riders[0].rider_id}) hands it over then." in words
        assert "What stands in the way" not in words

    def test_says_that_it_misses_what_was_promised(self, staff, plan_id, db_session, tiny):
        order = db_session.scalars(select(Order).where(Order.code == "O00001")).one()
        start_at = db_session.scalars(
            select(Visit.start_at).join(Round).where(Round.plan_id == plan_id, Visit.gate_id.is_not(None))
        ).first()
        order.planned_from_at = start_at - timedelta(minutes=20)
        order.planned_until_at = start_at - timedelta(minutes=10)
        db_session.commit()

        words = factories.words(staff.get(url_of(plan_id, "O00001"), headers=HTMX))

        assert "It was promised until 08:55." in words
        assert "What would help" in words


class TestWhoMay:
    def test_nobody_sees_another_districts(self, client, db_session, plan_id, frozen_clock, tiny):
        other = day.write(db_session, tiny, code="lusong")
        stranger = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, other.path)

        assert stranger.get(url_of(plan_id, "O00060")).status_code == 404
        assert stranger.get(f"/lusong/plans/{plan_id}/orders/O00060").status_code == 404

    @pytest.mark.parametrize("role", [Role.STREET_STAFF, Role.RIDER_COMPANY, Role.SUPPLIER])
    def test_only_those_who_make_plans(self, client, db_session, district, plan_id, role, frozen_clock):
        person = factories.staff_client(client, db_session, role, district.path)

        assert person.get(url_of(plan_id, "O00060")).status_code in {403, 404}

    def test_an_order_that_is_in_no_plan_is_not_there(self, staff, plan_id, db_session, tiny):
        order = db_session.scalars(select(Order).where(Order.code == "O00060")).one()
        columns = {column.key: getattr(order, column.key) for column in Order.__table__.columns if column.key != "id"}
        db_session.add(Order(**{**columns, "code": "LATER"}))
        db_session.commit()

        assert staff.get(url_of(plan_id, "LATER")).status_code == 404

    def test_a_plan_without_rounds_has_no_answers(self, staff, plan_id, db_session):
        db_session.get_one(Plan, plan_id).state = PlanState.RUNNING
        db_session.commit()

        assert staff.get(url_of(plan_id, "O00060")).status_code == 404


class TestOfOrder:
    def test_leads_from_an_order_to_the_plan_that_counts(self, staff, plan_id):
        page = staff.get("/tianyuan/orders/O00060")
        answer = staff.get("/tianyuan/orders/O00060/why")

        assert "/tianyuan/orders/O00060/why" in page.text
        assert answer.location.endswith(url_of(plan_id, "O00060"))

    def test_says_that_there_is_no_plan_yet(self, staff):
        answer = staff.get("/tianyuan/orders/O00060/why", follow_redirects=True)

        assert "No plan holds this order yet" in factories.words(answer)


class TestDuringTheDay:
    def test_orders_on_their_way_stay_in_the_answer(self, staff, plan_id, db_session, district):
        for order in db_session.scalars(select(Order).where(Order.code < "O00030")):
            order.state = OrderState.DELIVERED
        db_session.commit()

        found = planned.read_planned(db_session, district=district, plan=db_session.get_one(Plan, plan_id))

        assert len(found.problem.orders) == 60
        assert "has changed" not in factories.words(staff.get(url_of(plan_id, "O00060"), headers=HTMX))


class TestWords:
    """Every hurdle and remedy has a sentence, on days on which it is the one that counts."""

    @pytest.fixture(autouse=True)
    def in_english(self, app):
        with app.test_request_context(headers={"Accept-Language": "en"}):
            yield

    pytestmark = pytest.mark.one_database

    @pytest.mark.parametrize(
        ("a_day", "hurdle", "remedy"),
        [
            (
                days.day(riders=(days.rider(zones=("south",)),)),
                "north is not on their pass.",
                "Add north to the pass of R1 (R1).",
            ),
            (
                days.day(compounds=(days.compound(risk=planning.Risk.HIGH),)),
                "They are not trained for high-risk compounds.",
                "Train R1 (R1) for high-risk compounds.",
            ),
            (
                days.day(pickups=(days.pickup("P1"), days.pickup("P2")), riders=(days.rider(pickup_id="P2"),)),
                "They are bound to a pickup other than P1.",
                "Let R1 (R1) load at P1 too.",
            ),
            (
                days.day(orders=(days.order(weight_g=100_000),)),
                "Their vehicle does not hold the order's 100 kg.",
                "Divide the order into 2 parts.",
            ),
            (
                days.day(orders=(days.order(ready_s=days.clock("12:25")),)),
                "It is due by 12:30; they could have handed over by 12:40 at the earliest.",
                "Let it come 10 minutes later, by 12:40.",
            ),
            (
                days.day(gates=(days.gate(opens_s=days.clock("07:00"), closes_s=days.clock("07:12")),)),
                "G1 closes at 07:12; they could have handed over by 07:15 at the earliest.",
                "Keep G1 open 5 minutes longer, until 07:17.",
            ),
            (
                days.day(gates=(days.gate(opens_s=days.clock("12:29")),)),
                "It is due by 12:30;",
                "Open G1 5 minutes earlier.",
            ),
            (
                days.day(riders=(days.rider(shift_end_s=days.clock("08:00")),)),
                "Their shift ends at 08:00; they could be back by 08:07 at the earliest.",
                "Let shift and pass of R1 (R1) end 10 minutes later.",
            ),
            (
                days.day(riders=(days.rider(pass_until_s=days.clock("08:00")),)),
                "Their pass ends at 08:00;",
                "Let shift and pass of R1 (R1) end 5 minutes later.",
            ),
            (
                days.day(riders=(days.rider(pass_from_s=days.clock("12:29")),)),
                "It is due by 12:30;",
                "Let shift and pass of R1 (R1) begin 15 minutes earlier.",
            ),
            (
                days.day(pickups=(days.pickup(opens_s=days.clock("12:25")),)),
                "It is due by 12:30;",
                "Open P1 10 minutes earlier.",
            ),
            (
                days.day(pickups=(days.pickup(closes_s=days.clock("07:05")),)),
                "P1 closes at 07:05; they could have loaded by 07:08 at the earliest.",
                "Keep P1 open 5 minutes longer, until 07:10.",
            ),
            (
                days.day(ride=planning.Ride(max_s=300)),
                "The order would ride for longer than the 5 minutes that are allowed.",
                "Let orders ride 5 minutes longer: 10 minutes in all, everywhere.",
            ),
            (days.day(gates=()), "There is no way or no gate", None),
        ],
    )
    def test_of_a_day_with_one_order(self, a_day, hurdle, remedy):
        explanation = answers.explain(a_day, nobody_served(a_day), "O1")
        words = Words(a_day, "O1")

        assert any(line.text.startswith(hurdle) for line in words.hurdles(explanation))
        found = [line.text for line in words.remedies(explanation)]
        assert (remedy in found) if remedy else not found

    def test_of_a_gate_that_is_full(self):
        a_day = days.day(
            gates=(days.gate(closes_s=days.clock("08:20"), riders_per_slot=1),),
            riders=tuple(days.rider(f"R{n}") for n in (1, 2, 3)),
            orders=tuple(days.order(f"O{n}", weight_g=60_000) for n in (1, 2, 3)),
        )
        plan = served(a_day, "O1", "O2")
        explanation = answers.explain(a_day, plan, "O3")
        words = Words(a_day, "O3")

        (full,) = words.hurdles(explanation)
        assert full.text == "G1 is full from 08:00 to 08:20: no slot is left in which it could arrive."
        assert full.who == "R1 (R1), R2 (R2), R3 (R3)"
        first = words.remedies(explanation)[0]
        assert first.text == "Let one more rider into each slot of G1."

    def test_of_riders_who_are_busy(self):
        a_day = days.day(
            riders=(days.rider(shift_start_s=days.clock("12:05"), pass_from_s=days.clock("12:05")),),
            orders=(days.order("O1", weight_g=60_000), days.order("O2", weight_g=60_000)),
        )
        explanation = answers.explain(a_day, served(a_day, "O1"), "O2")
        words = Words(a_day, "O2")

        assert [line.text for line in words.hurdles(explanation)] == [
            "They would have time, but their vehicle is full then."
        ]
        texts = [line.text for line in words.remedies(explanation)]
        assert "Give R1 (R1) another vehicle: Van." in texts
        assert "Issue one more pass, for a rider like R1 (R1)." in texts

    @pytest.mark.parametrize(
        ("a_day", "load"),
        [
            (days.day(), "Loaded at 07:00, as soon as the rider's shift has begun."),
            (days.day(orders=(days.order(ready_s=days.clock("09:00")),)), "Loaded at 09:00, when the goods are ready."),
            (days.day(pickups=(days.pickup(opens_s=days.clock("09:00")),)), "Loaded at 09:00, when P1 opens."),
        ],
    )
    def test_of_a_served_order(self, a_day, load):
        explanation = answers.explain(a_day, served(a_day, "O1"), "O1")

        assert explanation.service is not None
        assert Words(a_day, "O1").holds(explanation.service)[0] == load
