"""The staff's and the companies' pages of riders."""

import re

import pytest

from supplyhub.accounts.roles import Role
from supplyhub.riders.models import RiderZone
from supplyhub.riders.scopes import RiderScopes
from tests.support.counting import counted_queries
from tests.support.factories import staff_client, words
from tests.support.published_day import write_small_day

DISTRICT = "zhuzhou/tianyuan"

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def day(db_session):
    """R001 易师傅 of 美团 has 4 orders, R002 周建国 of 达达 has a van and 1, R003 刘师傅 of 饿了么 has no round."""
    found = write_small_day(db_session)
    found["R003"].any_zone = False
    found["R003"].enters_high_risk = False
    db_session.add(RiderZone(rider_id=found["R003"].id, street_id=found["嵩山路街道"].id))
    return found


def codes(page):
    return re.findall(r'href="/tianyuan/riders/(R\d+)"', page.text)


class TestRidersPage:
    def test_shows_pass_shift_zones_and_the_day(self, app, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        with counted_queries(app) as sent:
            page = client.get("/tianyuan/riders")

        shown = words(page)
        assert (
            "易师傅 R001 美团 4 Electric bike Everywhere May enter 07:00–20:30 TY-2022-0001 06:00–14:00 anywhere"
            in shown
        )
        assert "刘师傅 R003 饿了么 – Electric bike 嵩山路街道 –" in shown
        assert len(sent) <= 12

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["R001", "R002", "R003"]),
            ("?vehicle=van", ["R002"]),
            ("?high_risk=no", ["R003"]),
            ("?high_risk=yes", ["R001", "R002"]),
            ("?high_risk=perhaps", ["R001", "R002", "R003"]),
            ("?q=建国", ["R002"]),
            ("?q=ty-2022-0003", ["R003"]),
            ("?q=%25", []),
            ("?sort=-orders", ["R001", "R002", "R003"]),
            ("?sort=orders", ["R003", "R002", "R001"]),
            ("?sort=-code", ["R003", "R002", "R001"]),
            ("?company=x&zone=y&page=z", ["R001", "R002", "R003"]),
        ],
    )
    def test_keeps_filter_and_order_in_the_address(self, client, db_session, day, query, expected):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert codes(client.get(f"/tianyuan/riders{query}")) == expected

    def test_filters_by_zone_with_riders_who_may_go_everywhere(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert codes(client.get(f"/tianyuan/riders?zone={day['嵩山路街道'].id}")) == ["R001", "R002", "R003"]
        assert codes(client.get(f"/tianyuan/riders?zone={day['泰山路街道'].id}")) == ["R001", "R002"]

    def test_filters_by_company(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert codes(client.get(f"/tianyuan/riders?company={day['达达'].id}")) == ["R002"]

    def test_shows_a_company_its_own_riders(self, client, db_session, day):
        staff_client(client, db_session, Role.RIDER_COMPANY, f"{DISTRICT}/companies/达达")

        page = client.get("/tianyuan/riders")

        assert codes(page) == ["R002"]
        assert "美团" not in page.text
        assert client.get("/tianyuan/riders/R002").status_code == 200
        assert client.get("/tianyuan/riders/R001").status_code == 404
        # the filter of another company's riders gives nothing away either
        assert codes(client.get(f"/tianyuan/riders?company={day['美团'].id}")) == []

    def test_leads_staff_to_the_round_and_a_company_not(self, app, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)
        company = app.test_client()
        staff_client(company, db_session, Role.RIDER_COMPANY, f"{DISTRICT}/companies/达达", phone="+8613800000002")

        assert re.search(r'href="/tianyuan/plans/\d+/rounds/2"', client.get("/tianyuan/riders/R002").text)
        assert "/plans/" not in company.get("/tianyuan/riders/R002").text
        assert "/plans/" not in company.get("/tianyuan/riders").text

    @pytest.mark.parametrize("role", [Role.RIDER, Role.RESIDENT, Role.COMMUNITY_STAFF, Role.STREET_STAFF])
    def test_is_not_there_for_others(self, client, db_session, day, role):
        staff_client(client, db_session, role, f"{DISTRICT}/嵩山路街道")

        assert client.get("/tianyuan/riders").status_code == 404

    def test_says_what_to_do_when_it_is_empty(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert "No rider fits the filters" in words(client.get("/tianyuan/riders?q=zzz"))


class TestRiderPage:
    def test_shows_the_round_of_the_day(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        page = words(client.get("/tianyuan/riders/R001"))

        # 4 orders at 3 gates; 2.7 + 3.3 + 4.8 + 5.0 + 7.9 km, and 0.9 km home
        assert "Orders 4" in page
        assert "Hand-overs 3" in page
        assert "Way 24.6 km" in page

    def test_says_that_there_is_no_round(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert "No round on this day" in words(client.get("/tianyuan/riders/R003"))
        assert "No round on this day" in words(client.get("/tianyuan/riders/R001?day=2022-11-23"))

    def test_of_nobody_is_not_there(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert client.get("/tianyuan/riders/R999").status_code == 404


class TestRiderScopes:
    def test_offer_riders_under_their_company(self, db_session, day):
        choices = RiderScopes().list_choices(db_session, role=Role.RIDER, within=DISTRICT)

        assert {(choice.group, choice.label) for choice in choices} == {
            ("美团", "R001 · 易师傅"),
            ("达达", "R002 · 周建国"),
            ("饿了么", "R003 · 刘师傅"),
        }
