"""The staff's pages of a district's orders."""

import re

import pytest

from supplyhub.accounts.roles import Role
from supplyhub.orders import staff_queries
from supplyhub.orders.models import OrderSource
from supplyhub.orders.states import OrderState
from tests.support.counting import counted_queries
from tests.support.factories import staff_client, words
from tests.support.published_day import TODAY, Day, write_small_day

DISTRICT = "zhuzhou/tianyuan"
STREET = f"{DISTRICT}/嵩山路街道"

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def day(db_session):
    """O1 to O5 are on rounds, O6 is not (`no_gate_slot`); O5 is for C003 in another street, O1 goes first."""
    found = write_small_day(db_session)
    found["O2"].source = OrderSource.ASSISTED
    found["O2"].phone = "+8613712345678"
    found["O2"].recipient = "李小妹"
    return found


@pytest.fixture
def staff(client, db_session, day):
    return staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)


def codes(page):
    return re.findall(r'href="/tianyuan/orders/(O\d+)"', page.text)


class TestOrdersPage:
    def test_shows_today_with_the_most_urgent_first(self, app, staff):
        with counted_queries(app) as sent:
            page = staff.get("/tianyuan/orders")

        assert codes(page) == ["O1", "O2", "O3", "O4", "O5", "O6"]
        assert "6 orders" in words(page)
        assert len(sent) <= 12

    def test_shows_promise_reason_and_masked_people(self, staff):
        page = staff.get("/tianyuan/orders")

        assert "李** 137****5678" in words(page)
        assert "12345678" not in page.text
        assert "李小妹" not in page.text
        assert "08:30–08:40 北门" in words(page)
        assert "The gate is full" in words(page)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("state=planned", ["O1", "O2", "O3", "O4", "O5"]),
            ("state=confirmed", ["O6"]),
            ("state=nonsense", ["O1", "O2", "O3", "O4", "O5", "O6"]),
            ("source=assisted", ["O2"]),
            ("reason=no_gate_slot", ["O6"]),
            ("reason=%27%20OR%201=1", ["O1", "O2", "O3", "O4", "O5", "O6"]),
            ("compound=C002", ["O3"]),
            ("compound=C404", []),
            ("q=o4", ["O4"]),
            ("q=%25", []),
            ("day=nonsense", ["O1", "O2", "O3", "O4", "O5", "O6"]),
            ("state=planned&compound=C001", ["O1", "O2", "O4"]),
        ],
    )
    def test_filters_by_the_address(self, staff, query, expected):
        assert codes(staff.get(f"/tianyuan/orders?{query}")) == expected

    def test_filters_by_supplier(self, staff, day):
        assert codes(staff.get(f"/tianyuan/orders?pickup={day['P08'].id}")) == ["O5", "O6"]

    def test_leads_from_an_empty_day_to_the_nearest_with_orders(self, staff):
        page = staff.get("/tianyuan/orders?day=2022-12-31")

        assert "The nearest day with orders is Thursday 24 November." in words(page)
        assert 'href="/tianyuan/orders?day=2022-11-24"' in page.text

    def test_says_when_no_order_fits(self, staff):
        assert "No order fits the filters" in words(staff.get("/tianyuan/orders?q=zzz"))

    def test_says_what_to_do_in_a_new_district(self, client, db_session):
        Day(session=db_session)
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert "Import orders" in words(client.get("/tianyuan/orders"))

    @pytest.mark.parametrize(
        ("role", "scope", "expected"),
        [
            (Role.STREET_STAFF, STREET, ["O1", "O2", "O3", "O4", "O6"]),
            (Role.COMMUNITY_STAFF, f"{STREET}/C002", ["O3"]),
        ],
    )
    def test_shows_staff_the_orders_of_their_own_compounds(self, client, db_session, day, role, scope, expected):
        staff_client(client, db_session, role, scope)

        page = client.get("/tianyuan/orders")

        assert codes(page) == expected
        assert "大江观邸" not in page.text
        assert client.get("/tianyuan/orders/O5").status_code == 404

    @pytest.mark.parametrize(
        "role", [Role.RESIDENT, Role.LEADER, Role.RIDER, Role.SUPPLIER, Role.GATE_KEEPER, Role.RIDER_COMPANY]
    )
    def test_is_not_there_for_others(self, client, db_session, day, role):
        staff_client(client, db_session, role, f"{STREET}/C001")

        assert client.get("/tianyuan/orders").status_code == 404
        assert client.get("/tianyuan/orders/O1").status_code == 404


class TestOrderPage:
    def test_shows_lines_household_and_steps(self, app, staff):
        with counted_queries(app) as sent:
            page = words(staff.get("/tianyuan/orders/O1"))

        # 1 x 58.00 + 2 x 26.90 + 1 x 268.50
        assert "¥380.30" in page
        assert "婴儿奶粉 900克 1 ¥268.50 1.1 kg" in page
        assert "明月湖小区" in page
        assert "room 501" in page
        assert "Confirmed 天虹" in page
        assert "On a round 指挥部" in page
        assert "First" in page
        assert len(sent) <= 12

    def test_says_why_it_is_on_no_round(self, staff):
        assert "On no round The gate is full" in words(staff.get("/tianyuan/orders/O6"))

    def test_of_another_district_is_not_there(self, staff, db_session):
        other = Day(session=db_session, district_code="lusong")
        other.compound("C001", "别处小区")
        other.pickup("P09", "天虹")
        other.order("X1", "P09", "C001")
        db_session.commit()

        assert staff.get("/tianyuan/orders/X1").status_code == 404
        assert staff.get("/lusong/orders/X1").status_code == 404


class TestDayOfCompounds:
    def test_counts_orders_and_those_on_a_round(self, db_session, day):
        counts = staff_queries.DayOfCompounds().count_by_compound(
            db_session, district_id=day.district.id, day_date=TODAY
        )

        found = {code: counts[day[code].id] for code in ("C001", "C002", "C003")}
        assert {code: (one.order_count, one.served_count) for code, one in found.items()} == {
            "C001": (4, 3),
            "C002": (1, 1),
            "C003": (1, 1),
        }

    def test_counts_by_state_in_the_order_of_the_states(self, db_session, day):
        counts = staff_queries.DayOfCompounds().count_by_state(db_session, compound_id=day["C001"].id, day_date=TODAY)

        assert [(one.state, one.count) for one in counts] == [(OrderState.CONFIRMED, 1), (OrderState.PLANNED, 3)]
