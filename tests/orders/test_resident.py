"""The resident's pages: when it comes, what is in it, why it waits; the own household's orders alone."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.orders.views import OrderView
from supplyhub.places.models import Risk
from tests.support import published_day
from tests.support.counting import counted_queries

MOST_QUERIES = 12


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def resident(client, day):
    return published_day.sign_in(client, day, "resident")


def shown(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.get_data(as_text=True).split())


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def next_card(page):
    return page.split('class="card next"')[1].split("</section>")[0]


class TestHome:
    def test_says_where_i_live(self, resident):
        page = shown(resident, "/home")

        assert "明月湖小区" in page
        assert "天元区 · 嵩山路街道" in page
        assert "3栋, Unit 2, room 501" in page

    def test_answers_when_and_where_the_next_order_comes(self, resident):
        card = next_card(shown(resident, "/home"))

        assert "Today 08:30–08:40" in text_of(card)
        assert "北门" in card
        assert "天虹 · 蔬菜套餐 约5公斤 and more, 3 items" in card
        assert "Planned" in card

    def test_lists_what_else_comes(self, resident):
        page = shown(resident, "/home")

        assert "Also coming" in page
        assert "大米 10公斤" in page
        assert "No delivery time · 麦德龙" in page

    def test_is_honest_when_the_time_is_over(self, resident, frozen_clock):
        frozen_clock(timedelta(hours=2))

        page = shown(resident, "/home")

        assert "The planned time is over" in page
        assert "ask at 北门" in page

    @pytest.mark.parametrize(
        ("risk", "words"),
        [
            (Risk.LOW, "do not gather"),
            (Risk.MEDIUM, "stay inside the compound"),
            (Risk.HIGH, "High risk: stay at home"),
        ],
    )
    def test_says_what_the_risk_means(self, client, day, risk, words):
        day["C001"].risk = risk

        assert words in shown(published_day.sign_in(client, day, "resident"), "/home")

    def test_lists_the_gates_and_their_hours(self, resident):
        page = shown(resident, "/home")

        assert "南门" in page
        assert "08:00–20:00" in page

    def test_leads_to_the_other_household(self, client, day):
        client = published_day.sign_in(client, day, "two homes")

        page = shown(client, "/home")
        other = shown(client, f"/home?household={day['301'].id}")

        assert "My other households" in page
        assert f"/home?household={day['301'].id}" in page
        assert "Today 08:50–09:00" in text_of(next_card(other))
        assert "Medium risk" in other
        assert "1栋, room 301" in other  # the building has no units

    def test_of_another_household_is_not_there(self, resident, day):
        assert resident.get(f"/home?household={day['502'].id}").status_code == 404

    def test_says_how_to_join_where_there_is_no_household(self, client, day):
        client = published_day.sign_in(client, day, "homeless")

        assert "You belong to no household yet" in shown(client, "/home")
        assert "You belong to no household yet" in shown(client, "/orders")

    def test_says_so_where_nothing_comes(self, client, day):
        for code in ("O1", "O6"):
            day[code].state = OrderState.DELIVERED

        assert "Nothing is on its way" in shown(published_day.sign_in(client, day, "resident"), "/home")

    def test_is_not_for_riders(self, client, day):
        assert published_day.sign_in(client, day, "rider").get("/home").status_code == 403

    def test_reads_little(self, app, resident):
        with counted_queries(app) as sent:
            shown(resident, "/home")

        assert len(sent) <= MOST_QUERIES


class TestMyOrders:
    def test_show_slot_lines_and_yuan(self, resident):
        page = shown(resident, "/orders")

        assert "Today 08:30–08:40 · 北门" in text_of(page)
        assert "鸡蛋 30枚 × 2" in page
        assert "¥53.80" in page  # 2 × 26.90
        assert "¥380.30" in page  # 58.00 + 53.80 + 268.50

    def test_say_why_one_is_on_no_round(self, resident):
        assert "All times at your gate are taken today." in shown(resident, "/orders")

    def test_are_those_of_the_own_household(self, resident):
        page = shown(resident, "/orders")

        assert "/orders/O1" in page
        assert "/orders/O2" not in page
        assert "/orders/O4" not in page  # of the compound, of no household

    def test_are_those_of_all_own_households(self, client, day):
        page = shown(published_day.sign_in(client, day, "two homes"), "/orders")

        assert "/orders/O2" in page
        assert "/orders/O3" in page

    def test_read_little(self, app, client, day):
        for number in range(40):
            day.order(f"X{number}", "P09", "C001", household="501")
        client = published_day.sign_in(client, day, "resident")

        with counted_queries(app) as sent:
            page = shown(client, "/orders")

        assert len(sent) <= MOST_QUERIES
        assert "1 to 20 of 42" in page


class TestOneOrder:
    def test_shows_every_line_to_the_fen(self, resident):
        page = shown(resident, "/orders/O1")

        assert "¥26.90 × 2" in page
        assert "¥53.80" in page
        assert "¥380.30" in page

    def test_shows_the_steps_with_their_times(self, resident):
        page = shown(resident, "/orders/O1")
        steps = page.split("Step by step")[1]

        assert "20:00 Placed 23 November" in text_of(steps)  # the evening before
        assert "20:10 Confirmed 23 November" in text_of(steps)
        assert "06:30 Planned 24 November" in text_of(steps)  # when the plan was published
        assert "At the gate" in steps

    def test_names_no_person_who_took_a_step(self, resident):
        assert "指挥部" not in shown(resident, "/orders/O1")

    def test_says_why_it_waits_and_that_it_is_not_cancelled(self, resident):
        page = shown(resident, "/orders/O6")

        assert "No time yet" in page
        assert "All times at your gate are taken today." in page
        assert "not cancelled" in page

    def test_that_ended_early_says_so(self, client, day):
        day["O6"].state = OrderState.SHORT
        day.transition("O6", OrderState.CONFIRMED, OrderState.SHORT, at=day.at("07:15"))

        page = shown(published_day.sign_in(client, day, "resident"), "/orders/O6")

        assert "Short" in next_card(page)
        assert "All times at your gate" not in page

    @pytest.mark.parametrize("code", ["O2", "O3", "O4", "O99", "%20"])
    def test_of_others_is_not_there(self, resident, code):
        assert resident.get(f"/orders/{code}").status_code == 404

    def test_with_the_same_code_in_another_district_is_not_mixed_up(self, client, day, db_session):
        elsewhere = published_day.Day(session=db_session, district_code="lusong")
        elsewhere.compound("C001", "别处")
        elsewhere.pickup("P09", "别处超市")
        elsewhere.household("9", "C001", room="901")
        elsewhere.order("O1", "P09", "C001", household="9", lines=(("别人的东西", 1, 100, 100),))

        page = shown(published_day.sign_in(client, day, "resident"), "/orders/O1")

        assert "别人的东西" not in page

    def test_reads_little(self, app, resident):
        with counted_queries(app) as sent:
            shown(resident, "/orders/O1")

        assert len(sent) <= MOST_QUERIES


class TestOrderView:
    @pytest.mark.parametrize(
        ("state", "marks"),
        [
            (OrderState.PLACED, ["now", "todo", "todo", "todo", "todo"]),
            (OrderState.CONFIRMED, ["now", "todo", "todo", "todo", "todo"]),
            (OrderState.AT_GATE, ["done", "done", "done", "now", "todo"]),
            (OrderState.DELIVERED, ["done", "done", "done", "done", "done"]),
            (OrderState.CANCELLED, ["done", "stopped"]),
        ],
    )
    def test_knows_how_far_an_order_has_come(self, state, marks):
        one = OrderView(order=Order(state=state), today=published_day.TODAY, now=datetime(2022, 11, 24, tzinfo=UTC))

        assert [mark for _, mark in one.steps] == marks
