"""The staff's pages of compounds."""

import re

import pytest

from supplyhub.accounts.roles import Role
from supplyhub.orders.states import OrderState
from supplyhub.places import queries
from supplyhub.places.models import Risk
from supplyhub.places.scopes import PlaceScopes
from tests.support import day as days
from tests.support.counting import counted_queries
from tests.support.factories import make_person, send, staff_client, words
from tests.support.published_day import Day

DISTRICT = "zhuzhou/tianyuan"
STREET = f"{DISTRICT}/嵩山路街道"

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def day(db_session):
    found = Day(session=db_session)
    found.compound("C001", "明月湖小区", household_count=600)
    found.compound("C002", "金帆小区", risk=Risk.HIGH, street="栗雨街道", household_count=300)
    found.compound("C003", "大江观邸", risk=Risk.MEDIUM, household_count=900)
    found.gate("G0001", "C001", "南门", opens_s=8 * 3600, closes_s=20 * 3600, slot_minutes=10, riders_per_slot=2)
    found.gate("G0002", "C001", "北门", opens_s=9 * 3600, closes_s=9 * 3600 + 1500, slot_minutes=10, riders_per_slot=1)
    found.pickup("P09", "天虹")
    found.household("501", "C001", building="3", room="501")
    for number in range(3):
        found.order(f"O{number}", "P09", "C001", state=OrderState.PLANNED)
    found.order("O3", "P09", "C001")
    found.order("O4", "P09", "C002")
    found.order("O5", "P09", "C002", state=OrderState.CANCELLED)
    return found


def names(page):
    """Return the compounds of a page in the order in which they stand there."""
    return re.findall(r'href="/tianyuan/compounds/(C\d+)"', page.text)


class TestListCompounds:
    def test_counts_slots_by_gate_hours(self, db_session, day):
        rows = queries.list_compounds(db_session, district_id=day.district.id, paths=[DISTRICT])

        # south: 12 h in slots of 10 min, 2 riders each = 144; north: 25 min hold a third, shorter slot = 3
        assert [(row.code, row.gate_count, row.slot_count) for row in rows] == [
            ("C001", 2, 147),
            ("C002", 0, 0),
            ("C003", 0, 0),
        ]

    @pytest.mark.parametrize("text", ["%", "_", "\\"])
    def test_takes_wild_cards_as_they_are(self, db_session, day, text):
        assert queries.list_compounds(db_session, district_id=day.district.id, paths=[DISTRICT], text=text) == []


class TestCompoundsPage:
    def test_shows_the_day_of_each_compound(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        page = words(client.get("/tianyuan/compounds"))

        # 4 orders of which 3 are on a round; 600 households, 2 gates, 147 slots
        assert "明月湖小区 C001 嵩山路街道 Low risk 4 1 600 2 147" in page
        # a cancelled order is none
        assert "金帆小区 C002 栗雨街道 High risk 1 1 300 0 0" in page

    @pytest.mark.parametrize(
        ("query", "codes"),
        [
            ("", ["C001", "C002", "C003"]),
            ("?risk=high", ["C002"]),
            ("?risk=nonsense", ["C001", "C002", "C003"]),
            ("?q=金帆", ["C002"]),
            ("?q=c003", ["C003"]),
            ("?street=abc", ["C001", "C002", "C003"]),
            ("?sort=-households", ["C003", "C001", "C002"]),
            ("?sort=households", ["C002", "C001", "C003"]),
            ("?sort=-orders", ["C001", "C002", "C003"]),
            ("?sort=-risk", ["C002", "C003", "C001"]),
            ("?sort=password_hash", ["C001", "C002", "C003"]),
            ("?page=99", ["C001", "C002", "C003"]),
            ("?page=-1", ["C001", "C002", "C003"]),
            ("?page=x", ["C001", "C002", "C003"]),
        ],
    )
    def test_keeps_filter_and_order_in_the_address(self, client, db_session, day, query, codes):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert names(client.get(f"/tianyuan/compounds{query}")) == codes

    def test_a_street_that_nobody_can_have_narrows_nothing(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert client.get(f"/tianyuan/compounds?street={'9' * 30}").status_code == 200

    def test_filters_by_street(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        page = client.get(f"/tianyuan/compounds?street={day['栗雨街道'].id}")

        assert names(page) == ["C002"]

    @pytest.mark.parametrize(
        ("role", "scope", "codes"),
        [
            (Role.STREET_STAFF, STREET, ["C001", "C003"]),
            (Role.COMMUNITY_STAFF, f"{STREET}/C003", ["C003"]),
            (Role.CITY_STAFF, "zhuzhou", ["C001", "C002", "C003"]),
        ],
    )
    def test_shows_staff_their_own(self, client, db_session, day, role, scope, codes):
        staff_client(client, db_session, role, scope)

        assert names(client.get("/tianyuan/compounds")) == codes

    @pytest.mark.parametrize("role", [Role.RESIDENT, Role.RIDER, Role.SUPPLIER, Role.GATE_KEEPER, Role.RIDER_COMPANY])
    def test_is_not_there_for_others(self, client, db_session, day, role):
        staff_client(client, db_session, role, f"{STREET}/C001")

        assert client.get("/tianyuan/compounds").status_code == 404
        assert client.get("/tianyuan/compounds/C001").status_code == 404

    def test_says_what_to_do_when_it_is_empty(self, client, db_session):
        Day(session=db_session)
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert "Import a day folder" in words(client.get("/tianyuan/compounds"))
        assert "No compound fits the filters" in words(client.get("/tianyuan/compounds?q=zzz"))


class TestCompoundPage:
    def test_shows_gates_buildings_code_and_orders(self, app, client, db_session, day):
        staff_client(client, db_session, Role.COMMUNITY_STAFF, f"{STREET}/C001")

        with counted_queries(app) as sent:
            page = client.get("/tianyuan/compounds/C001")

        shown = words(page)
        assert "TIAN C001" in shown
        assert "南门 G0001 08:00–20:00 10 min 2" in shown
        assert "Building 3" in shown
        assert "4 orders in all" in shown
        assert len(sent) <= 12

    def test_shows_households_masked(self, client, db_session, day):
        day.person("李小妹", (Role.RESIDENT, f"{STREET}/C001"), lives_in=("501",))
        phone = day["李小妹"].phone
        staff_client(client, db_session, Role.COMMUNITY_STAFF, f"{STREET}/C001")

        page = client.get("/tianyuan/compounds/C001")

        assert "Building 3, Unit 2, room 501 李**" in words(page)
        assert "李小妹" not in page.text
        assert phone[3:] not in page.text

    @pytest.mark.parametrize("code", ["C002", "C003", "C999"])
    def test_of_others_is_not_there(self, client, db_session, day, code):
        staff_client(client, db_session, Role.COMMUNITY_STAFF, f"{STREET}/C001")

        assert client.get(f"/tianyuan/compounds/{code}").status_code == 404
        assert client.get(f"/tianyuan/compounds/{code}/notice").status_code == 404
        assert send(client, f"/tianyuan/compounds/{code}/code").status_code == 404

    def test_of_another_district_is_not_there(self, client, db_session, day):
        Day(session=db_session, district_code="lusong").compound("C001", "别处小区")
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        assert client.get("/lusong/compounds/C001").status_code == 404
        assert client.get("/nowhere/compounds/C001").status_code == 404

    def test_says_what_is_missing(self, client, db_session, day):
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)

        page = words(client.get("/tianyuan/compounds/C003"))

        assert "No gate is known" in page
        assert "There is no building list" in page
        assert "Nobody has signed up yet" in page
        assert "No orders on this day" in page


class TestNotice:
    def test_holds_the_code_and_a_qr_code(self, client, db_session, day):
        staff_client(client, db_session, Role.COMMUNITY_STAFF, f"{STREET}/C001")

        page = client.get("/tianyuan/compounds/C001/notice")

        assert "TIAN C001" in words(page)
        assert 'src="data:image/svg+xml' in page.text


class TestRenewCode:
    def test_ends_the_old_code(self, client, db_session, day):
        staff_client(client, db_session, Role.COMMUNITY_STAFF, f"{STREET}/C001")
        before = day["C001"].invitation_code

        answer = send(client, "/tianyuan/compounds/C001/code")

        assert answer.location == "/tianyuan/compounds/C001"
        db_session.rollback()
        assert queries.find_compound_by_invitation(db_session, code=before) is None


class TestPlaceScopes:
    def test_names_every_kind_of_place(self, db_session, day):
        paths = ["", "zhuzhou", DISTRICT, STREET, f"{STREET}/C001", f"{STREET}/C001/G0001", f"{STREET}/C404"]

        labels = PlaceScopes().labels(db_session, paths=paths)

        assert labels == {
            "": "Everything",
            "zhuzhou": "株洲市",
            DISTRICT: "天元区",
            STREET: "嵩山路街道",
            f"{STREET}/C001": "明月湖小区",
            f"{STREET}/C001/G0001": "明月湖小区 · 南门",
        }


class TestFullDistrict:
    """All staff pages over a district of full size: 400 compounds, 152 riders, 13,680 orders."""

    def test_needs_few_queries(self, app, client, db_session):
        problem = days.read("district")
        days.write(db_session, problem)
        make_person(db_session, (Role.LEADER, f"{STREET}/C001"), phone="+8613700000000")
        staff_client(client, db_session, Role.DISTRICT_STAFF, DISTRICT)
        day_date = problem.day_date

        counts = {}
        for address in (
            f"/tianyuan/compounds?day={day_date}&sort=-orders",
            f"/tianyuan/compounds/C001?day={day_date}",
            f"/tianyuan/riders?day={day_date}",
            f"/tianyuan/riders/R001?day={day_date}",
            f"/tianyuan/orders?day={day_date}&page=9",
            f"/tianyuan/orders?day={day_date}&q=O00&state=confirmed",
            "/tianyuan/orders/O00001",
            "/tianyuan/people",
            "/tianyuan/people/invite?role=gate_keeper",
        ):
            with counted_queries(app) as sent:
                assert client.get(address).status_code == 200
            counts[address] = len(sent)

        assert {address: number for address, number in counts.items() if number > 12} == {}
