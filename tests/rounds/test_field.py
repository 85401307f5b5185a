"""The rider's pages: today's round of the published plan, and nobody else's."""

from datetime import timedelta

import pytest

from supplyhub.rounds.models import PlanState
from tests.support import published_day
from tests.support.counting import counted_queries

MOST_QUERIES = 12


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def rider(client, day):
    return published_day.sign_in(client, day, "rider")


def shown(client, path="/round"):
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.get_data(as_text=True).split())


def next_card(page):
    return page.split('class="card next"')[1].split("</section>")[0]


class TestMyRound:
    def test_shows_the_first_stop_before_it_begins(self, rider):
        page = shown(rider)

        assert "5 stops left" in page
        assert "Next stop" in next_card(page)
        assert "天虹" in next_card(page)
        assert "08:12–08:20" in next_card(page)
        assert "3 orders" in next_card(page)

    def test_moves_on_when_the_planned_end_of_a_stop_has_come(self, rider, frozen_clock):
        frozen_clock(timedelta(minutes=20))

        card = next_card(shown(rider))

        assert "明月湖小区" in card
        assert "北门" in card
        assert "08:30–08:40" in card  # the slot in which the hand-over at 08:31 starts
        assert "3.3 km · 11 min" in card  # left at 08:20, there at 08:31
        assert "geo:27.834000,113.080000" in card

    def test_says_that_a_stop_is_under_way_by_plan(self, rider, frozen_clock):
        frozen_clock(timedelta(minutes=32))

        assert "Now, by plan" in next_card(shown(rider))

    def test_says_how_many_orders_go_first_and_which(self, rider, frozen_clock):
        frozen_clock(timedelta(minutes=20))

        card = next_card(shown(rider))

        assert "1 order goes first" in card
        assert card.index("O1") < card.index("O2")  # O1 is the one of priority 3

    @pytest.mark.parametrize(("minutes", "words"), [(40, "collect in turns"), (80, "Residents stay at home")])
    def test_says_what_a_risk_asks_of_the_rider(self, rider, frozen_clock, minutes, words):
        # 08:40 金帆 (medium), 09:20 大江观邸 (high)
        frozen_clock(timedelta(minutes=minutes))

        assert words in next_card(shown(rider))

    def test_tells_what_is_behind_by_plan(self, rider, frozen_clock):
        frozen_clock(timedelta(minutes=40))

        # the load and the first gate, where two orders are handed over
        assert "By plan 2 of 5 stops, 2 orders handed over" in shown(rider)

    def test_ends_with_the_way_home(self, rider, frozen_clock):
        frozen_clock(timedelta(hours=2))

        page = shown(rider)

        assert "All stops are done by plan" in page
        assert "Back at base 10:10" in page

    def test_warns_when_the_pass_has_ended(self, rider, frozen_clock):
        frozen_clock(timedelta(hours=6))

        assert "Your pass ended at 14:00" in shown(rider)

    def test_shows_pass_number_and_hours(self, rider):
        page = shown(rider)

        assert "TY-2022-0001" in page
        assert "Today 06:00–14:00" in page

    def test_shows_each_rider_their_own(self, client, day):
        page = shown(published_day.sign_in(client, day, "other rider"))

        assert "TY-2022-0002" in page
        assert "TY-2022-0001" not in page
        assert "金帆小区" not in page

    def test_shows_no_draft(self, client, day):
        day.plan(version=2, state=PlanState.READY)
        day.round(
            1,
            "R003",
            plan=2,
            leaves="08:00",
            back="09:00",
            visits=[
                ("P09", "08:10", "08:10", "08:18", 900, ["O1"]),
                ("G0001", "08:30", "08:30", "08:33", 900, ["O1"]),
            ],
        )

        page = shown(published_day.sign_in(client, day, "idle rider"))

        assert "Today's plan has no round for you" in page
        assert "饿了么" in page  # whom to ask

    def test_shows_no_round_of_another_day(self, rider, frozen_clock):
        frozen_clock(timedelta(days=1))

        assert "Today's rounds are not published yet" in shown(rider)

    def test_belongs_to_the_local_day(self, rider, frozen_clock):
        # 00:30 on the 25th in Zhuzhou is still the 24th in UTC.
        frozen_clock(timedelta(hours=16, minutes=30))

        assert "not published yet" in shown(rider)

    def test_is_for_riders(self, client, day):
        assert published_day.sign_in(client, day, "resident").get("/round").status_code == 403

    def test_reads_little(self, app, rider):
        with counted_queries(app) as sent:
            shown(rider)

        assert len(sent) <= MOST_QUERIES

    def test_speaks_chinese(self, client, day):
        page = shown(published_day.sign_in(client, day, "rider", locale="zh_Hans"))

        assert 'lang="zh-Hans"' in page


class TestMap:
    def test_draws_the_round_from_base_to_base(self, rider):
        answer = rider.get("/round/map.json").get_json()

        assert [place["name"] for place in answer["pickups"]] == ["08:12 天虹", "09:10 麦德龙"]
        assert [place["risk"] for place in answer["compounds"]] == ["low", "medium", "high"]
        (line,) = answer["rounds"]
        assert line["points"][0] == line["points"][-1] == [27.81, 113.09]
        assert len(line["points"]) == 7  # five stops and twice the base

    def test_stands_above_the_same_as_a_list(self, rider):
        page = shown(rider, "/round/map")

        assert "/round/map.json" in page
        assert "2 · 明月湖小区" in page

    def test_is_not_there_without_a_round(self, client, day):
        idle = published_day.sign_in(client, day, "idle rider")

        assert idle.get("/round/map.json").status_code == 404
        assert "has no round for you" in shown(idle, "/round/map")

    def test_reads_little(self, app, rider):
        with counted_queries(app) as sent:
            rider.get("/round/map.json")

        assert len(sent) <= MOST_QUERIES
