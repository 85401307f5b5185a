"""The supplier's loading list: today's loads in order, and nobody else's orders."""

from datetime import timedelta

import pytest

from supplyhub.accounts.roles import Role
from tests.support import published_day
from tests.support.counting import counted_queries

MOST_QUERIES = 12


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def supplier(client, day):
    return published_day.sign_in(client, day, "tianhong")


def shown(client, path="/loading", **headers):
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return " ".join(response.get_data(as_text=True).split())


class TestLoadingList:
    def test_shows_the_loads_in_the_order_in_which_they_begin(self, supplier):
        page = shown(supplier)

        assert "Loading list: 天虹" in page
        assert page.index("08:12–08:20") < page.index("08:15–08:23")
        assert "TY-2022-0001" in page
        assert "周** · 达达 · Van" in page

    def test_counts_what_is_loaded_today(self, supplier):
        page = shown(supplier)

        # O1 (5 + 2 × 1.9 + 1.1 kg), O2, O3 and O4 (5 kg each)
        assert "24.9 kg" in page
        assert "of 2 docks" in page

    def test_says_how_many_docks_are_in_use(self, supplier):
        # the second load begins at 08:15, while the first is at a dock until 08:20
        assert "2 of 2" in shown(supplier)

    def test_puts_what_is_at_the_dock_first(self, supplier, frozen_clock):
        frozen_clock(timedelta(minutes=13))

        page = shown(supplier)

        assert page.index("At the dock now", page.index("</dl>")) < page.index("08:12–08:20")
        assert page.index("08:12–08:20") < page.index("Coming up", page.index("</dl>")) < page.index("08:15–08:23")

    def test_folds_away_what_is_loaded_by_plan(self, supplier, frozen_clock):
        frozen_clock(timedelta(minutes=22))

        assert "1 load before" in shown(supplier)

    def test_says_what_is_on_no_round(self, client, day):
        page = shown(published_day.sign_in(client, day, "metro"))

        assert "Orders on no round" in page
        assert "The gate is full" in page
        assert "O6" in page

    def test_shows_a_supplier_its_own(self, supplier):
        page = shown(supplier)

        assert "麦德龙" not in page
        assert "O6" not in page

    @pytest.mark.parametrize("pickup", ["P08", "tianyuan/P08", "P99"])
    def test_of_others_is_not_there(self, supplier, pickup):
        assert supplier.get(f"/loading?pickup={pickup}").status_code == 404
        assert supplier.get(f"/loading/sheet.pdf?pickup={pickup}").status_code == 404

    def test_offers_staff_every_supplier(self, client, day):
        client = published_day.sign_in(client, day, "staff")

        assert "Loading list: 麦德龙" in shown(client)  # P08, the first
        assert "Loading list: 天虹" in shown(client, "/loading?pickup=P09")
        assert "Loading list: 天虹" in shown(client, "/loading?pickup=tianyuan/P09")

    def test_says_so_before_the_plan_is_published(self, supplier, frozen_clock):
        frozen_clock(timedelta(days=1))

        assert "not published yet" in shown(supplier)

    def test_says_so_where_nobody_loads(self, client, day):
        day.pickup("P20", "兴盛优选")
        day.person("idle", (Role.SUPPLIER, "zhuzhou/tianyuan/suppliers/P20"))

        assert "Nobody loads here today" in shown(published_day.sign_in(client, day, "idle"))

    def test_says_so_to_a_log_in_without_a_supplier(self, client, day):
        day.person("lost", (Role.SUPPLIER, "zhuzhou/tianyuan/suppliers/P77"))
        client = published_day.sign_in(client, day, "lost")

        assert "belongs to no supplier yet" in shown(client)
        assert client.get("/loading/sheet.pdf").status_code == 404

    def test_is_not_for_riders(self, client, day):
        assert published_day.sign_in(client, day, "rider").get("/loading").status_code == 403

    def test_reads_little(self, app, client, day):
        client = published_day.sign_in(client, day, "staff")

        with counted_queries(app) as sent:
            shown(client)

        assert len(sent) <= MOST_QUERIES


class TestOneLoad:
    def test_has_what_is_handed_over_last_first(self, supplier):
        page = shown(supplier, "/loading/1-1")

        # 金帆 is the second hand-over, so it goes in before 明月湖
        assert page.index("金帆小区") < page.index("明月湖小区")
        assert "鸡蛋 30枚 × 2" in page
        assert "Hand-over 2, 08:50" in page

    def test_opens_below_its_row(self, supplier):
        fragment = shown(supplier, "/loading/1-1", **{"HX-Request": "true"})

        assert fragment.startswith("<tr>")
        assert "明月湖小区" in fragment

    @pytest.mark.parametrize("address", ["/loading/1-4", "/loading/9-1", "/loading/1-1?pickup=P08"])
    def test_of_others_is_not_there(self, supplier, address):
        # 1-4 is the load of the same round at 麦德龙
        assert supplier.get(address).status_code == 404

    def test_reads_little(self, app, supplier):
        with counted_queries(app) as sent:
            shown(supplier, "/loading/1-1")

        assert len(sent) <= MOST_QUERIES
