"""The gate's page: who is due, slot by slot."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.support import published_day
from tests.support.counting import counted_queries

MOST_QUERIES = 12


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def keeper(client, day):
    return published_day.sign_in(client, day, "keeper")


def shown(client, path="/gate", **headers):
    response = client.get(path, follow_redirects=True, headers=headers)
    assert response.status_code == 200
    return " ".join(response.get_data(as_text=True).split())


def address(day, code):
    return f"/gate?at={quote(day.gate_path(code))}"


class TestGate:
    def test_leads_the_keeper_of_one_gate_there(self, keeper):
        page = shown(keeper)

        assert "明月湖小区" in page
        assert "北门" in page

    def test_shows_who_is_due_in_the_next_slot(self, keeper):
        page = shown(keeper)

        assert "2 riders still due" in page
        assert "3 orders" in page
        # 08:31 and 08:36 both start in the slot from 08:30
        assert "08:30–08:40" in page
        assert "2 of 2 places booked" in page
        assert "TY-2022-0001" in page
        assert "TY-2022-0002" in page

    def test_says_rider_company_vehicle_load_and_supplier(self, keeper):
        page = shown(keeper)

        assert "周** · 达达 · Van" in page
        assert "周建国" not in page  # the initial is enough at a gate
        assert "1 order · 5 kg" in page
        assert "From 天虹" in page
        assert "pass valid until 14:00" in page

    def test_marks_the_slot_that_is_now(self, keeper, frozen_clock):
        frozen_clock(timedelta(minutes=33))

        page = shown(keeper)

        assert "Now" in page.split('class="card next"')[1]

    def test_keeps_a_slot_until_the_last_has_left(self, client, day, frozen_clock):
        # 东门 of 大江观邸 has slots of 15 minutes; the hand-over of 09:45 ends at 09:48
        client = published_day.sign_in(client, day, "staff")
        frozen_clock(timedelta(hours=1, minutes=46))

        assert "1 rider still due" in shown(client, address(day, "G0004"))

    def test_folds_away_what_is_over(self, keeper, frozen_clock):
        frozen_clock(timedelta(hours=1))

        page = shown(keeper)

        assert "By plan everybody has been here" in page
        assert "TY-2022-0002" in page.split("<details>")[-1]

    def test_refreshes_itself_with_a_fragment(self, keeper, day):
        page = shown(keeper)
        fragment = shown(keeper, address(day, "G0001"), **{"HX-Request": "true"})

        assert 'hx-trigger="every 60s"' in page
        assert "<html" not in fragment
        assert "TY-2022-0001" in fragment

    def test_says_so_where_nobody_comes(self, client, day):
        client = published_day.sign_in(client, day, "staff")

        assert "No rider is due here today" in shown(client, address(day, "G0002"))

    def test_says_so_where_no_plan_is_published(self, keeper, frozen_clock):
        frozen_clock(timedelta(days=1))

        assert "not published yet" in shown(keeper)

    def test_of_others_is_not_there(self, keeper, day):
        assert keeper.get(address(day, "G0003")).status_code == 404
        assert keeper.get("/gate?at=nowhere").status_code == 404

    def test_that_is_no_gate_is_not_there(self, client, day):
        client = published_day.sign_in(client, day, "staff")

        assert client.get(f"/gate?at={quote(day['C001'].path)}/G9").status_code == 404

    def test_is_not_for_residents(self, client, day):
        assert published_day.sign_in(client, day, "resident").get("/gate").status_code == 403

    def test_reads_little(self, app, keeper, day):
        with counted_queries(app) as sent:
            shown(keeper, address(day, "G0001"))

        assert len(sent) <= MOST_QUERIES


class TestChoosingAGate:
    def test_offers_staff_the_gates_of_their_places(self, client, day):
        page = shown(published_day.sign_in(client, day, "community"))

        assert "北门" in page
        assert "南门" in page
        assert "2 riders today" in page
        assert "金帆小区" not in page

    def test_finds_a_compound_by_name_or_code(self, client, day):
        client = published_day.sign_in(client, day, "staff")

        assert "大江观邸" not in shown(client, "/gate?q=金帆")
        assert "大江观邸" in shown(client, "/gate?q=c003")

    def test_says_so_where_nothing_is_found(self, client, day):
        assert "No gate found" in shown(published_day.sign_in(client, day, "staff"), "/gate?q=%25")

    def test_reads_little(self, app, client, day):
        client = published_day.sign_in(client, day, "staff")

        with counted_queries(app) as sent:
            shown(client)

        assert len(sent) <= MOST_QUERIES
