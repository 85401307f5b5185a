"""Live changes in a real browser: from what happened to the rider who has read it, keeping nobody out on the way."""

from datetime import timedelta

import pytest

from supplyhub.core import clock, intervals
from supplyhub.orders.models import Order
from supplyhub.planning.live.answers import ChangedVisit, StrandedOrder, VisitChange
from supplyhub.planning.plan import Reason, Unserved
from supplyhub.rounds.models import LiveVersion, Plan
from supplyhub.rounds.web import live as pages
from tests.support import axe, live, published_day
from tests.support.pages import overflow

pytestmark = [pytest.mark.one_database, pytest.mark.browser]

HEIGHT = 3600
WIDTHS = (360, 1440)


@pytest.fixture
def day(db_session):
    today = intervals.local_date(clock.now(), published_day.ZONE)
    return published_day.write_small_day(db_session, day_date=today)


@pytest.fixture
def planner(monkeypatch, day):
    """Let R001 stop with O1 and O2 on board, and hand O4 over later: what there is to show."""
    # hours ahead of the clock: what is about to change must not have begun when it is published
    ahead_s = intervals.seconds_on_day(clock.now() + timedelta(hours=2), day.day_date, published_day.ZONE)
    unserved = [Unserved(order_id=code, reason=Reason.STRANDED) for code in ("O1", "O2")]
    visits = [
        ChangedVisit(
            change=VisitChange.MOVED,
            kind=live.HAND_OVER,
            place_id="G0001",
            before_s=ahead_s,
            after_s=ahead_s + 900,
            because=(0,),
        ),
        ChangedVisit(
            change=VisitChange.REMOVED,
            kind=live.HAND_OVER,
            place_id="G0003",
            before_s=ahead_s + 1800,
            after_s=None,
            orders_removed=("O3",),
            because=(0,),
        ),
    ]
    replan = live.replanning(
        lambda plan: live.without(plan, "O3").replace(
            rounds=live.without(plan, "O1", "O2", "O3").rounds, unserved=(*plan.unserved, *unserved)
        ),
        rounds=[live.changed_round("R001", *visits)],
        stranded=[
            StrandedOrder(order_id=one.order_id, rider_id="R001", place_id="P09", stopped_s=ahead_s) for one in unserved
        ],
    )
    monkeypatch.setattr(pages, "replan", replan)


@pytest.fixture
def open_as(app, day, live_server, new_context):
    def opened(who, path, *, locale, **options):
        client = published_day.sign_in(app.test_client(), day, who, locale=locale)
        cookie = client.get_cookie("supplyhub")
        assert cookie is not None
        context = new_context(height=HEIGHT, **options)
        context.add_cookies([{"name": "supplyhub", "value": cookie.value, "url": live_server}])
        page = context.new_page()
        assert page.goto(live_server + path).status == 200
        return page

    return opened


def keeps_nobody_out(page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for folded in page.locator("main details").all():
            folded.evaluate("details => details.open = true")
        assert overflow(page) == 0
        assert axe.findings(page) == []


class TestFromWhatHappenedToTheRider:
    @pytest.mark.parametrize(("locale", "scheme"), [("zh_Hans", "light"), ("en", "dark")])
    def test_keeps_nobody_out(self, day, planner, open_as, locale, scheme, db_session):
        plan_id = day["plan 1"].id
        day["plan 1"].figures = {"served": 5, "unserved": 1, "rounds": 2, "distance_m": 34200, "gate_visits": 4}
        day.session.commit()
        home = f"/tianyuan/plans/{plan_id}/changes"

        desk = open_as("staff", f"{home}/new/stopped_rider", locale=locale, color_scheme=scheme)
        desk.fill("[name=who]", "R001")
        desk.check("[name=why][value=dropped_out]")
        desk.click("form.form button[type=submit]")
        desk.wait_for_url(f"**{home}")
        keeps_nobody_out(desk)
        desk.click("form[action$='/answer'] button[type=submit]")
        desk.wait_for_url(f"**{home}#answer")
        keeps_nobody_out(desk)
        desk.dblclick("form[action$='/publish'] button")
        desk.wait_for_url("**/plans/*#version")
        keeps_nobody_out(desk)
        rider = open_as("rider", "/round", locale=locale, color_scheme=scheme)
        keeps_nobody_out(rider)
        rider.click("form[action$='/round/changes'] button")
        rider.wait_for_load_state()

        assert rider.locator("#changes").count() == 0
        db_session.rollback()
        assert db_session.query(LiveVersion).count() == 1
        assert db_session.query(Plan).count() == 2
        assert db_session.query(Order).filter_by(unplanned_reason="stranded").count() == 2

    def test_the_rider_confirms_without_a_script(self, day, planner, open_as, db_session):
        plan_id = day["plan 1"].id
        day["plan 1"].figures = {"served": 5, "unserved": 1, "rounds": 2, "distance_m": 34200, "gate_visits": 4}
        day.session.commit()
        options = {"locale": "en", "java_script_enabled": False}
        desk = open_as("staff", f"/tianyuan/plans/{plan_id}/changes/new/stopped_rider", **options)
        desk.fill("[name=who]", "R001")
        desk.check("[name=why][value=dropped_out]")
        desk.click("form.form button[type=submit]")
        desk.click("form[action$='/answer'] button[type=submit]")
        desk.click("form[action$='/publish'] button")

        rider = open_as("rider", "/round", **options)
        rider.click("text=Understood")

        assert rider.url.endswith("/round")
        assert rider.locator("#changes").count() == 0
