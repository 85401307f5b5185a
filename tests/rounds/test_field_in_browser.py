"""The pages of rider, gate, supplier and resident in a real browser: nobody is kept out, nothing hangs over."""

from urllib.parse import quote

import pytest

from supplyhub.core import clock, intervals
from tests.support import axe, published_day

pytestmark = [pytest.mark.one_database, pytest.mark.browser]

# Tall enough for every page: the bar at the bottom then covers nothing.
HEIGHT = 3600
PAGES = [
    ("rider", "/round"),
    ("rider", "/round/map"),
    ("idle rider", "/round"),
    ("keeper", "/gate"),
    ("staff", "/gate"),
    ("tianhong", "/loading"),
    ("tianhong", "/loading/1-1"),
    ("metro", "/loading"),
    ("resident", "/home"),
    ("resident", "/orders"),
    ("resident", "/orders/O1"),
    ("resident", "/orders/O6"),
    ("homeless", "/home"),
]


@pytest.fixture
def day(db_session):
    today = intervals.local_date(clock.now(), published_day.ZONE)
    return published_day.write_small_day(db_session, day_date=today)


@pytest.fixture
def open_page(app, day, live_server, new_context):
    def opened(who, path, *, locale="zh_Hans", **options):
        client = published_day.sign_in(app.test_client(), day, who, locale=locale)
        cookie = client.get_cookie("supplyhub")
        assert cookie is not None
        context = new_context(height=HEIGHT, **options)
        context.add_cookies([{"name": "supplyhub", "value": cookie.value, "url": live_server}])
        page = context.new_page()
        answer = page.goto(live_server + path)
        assert answer.status == 200
        return page

    return opened


class TestEveryPage:
    @pytest.mark.parametrize(("locale", "scheme"), [("zh_Hans", "light"), ("en", "dark")])
    @pytest.mark.parametrize(("who", "path"), PAGES)
    def test_keeps_nobody_out_and_fits_a_small_phone(self, open_page, who, path, locale, scheme):
        page = open_page(who, path, locale=locale, width=360, color_scheme=scheme)

        for folded in page.locator("main details").all():
            folded.evaluate("details => details.open = true")
        found = axe.findings(page)
        page.evaluate("document.documentElement.style.fontSize = '36px'")  # text at twice its size
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

        assert found == []
        assert over <= 0

    @pytest.mark.parametrize(("who", "path"), [("rider", "/round"), ("keeper", "/gate"), ("tianhong", "/loading")])
    def test_answers_without_a_script(self, open_page, who, path):
        page = open_page(who, path, width=390, java_script_enabled=False)

        assert "TY-2022-0001" in page.content()


class TestLoadingList:
    def test_opens_a_load_below_its_row(self, open_page):
        page = open_page("tianhong", "/loading", locale="en")

        for folded in page.locator("main details").all():  # late in the day every load is among those before
            folded.evaluate("details => details.open = true")
        page.get_by_role("link", name="1-1").click()

        page.get_by_text("Load 1-1: what is handed over last goes in first").wait_for()
        assert page.url.endswith("/loading")
        assert page.get_by_text("鸡蛋 30枚 × 2").is_visible()

    def test_opens_a_load_on_its_own_page_without_a_script(self, open_page):
        page = open_page("tianhong", "/loading/1-1", locale="en", java_script_enabled=False)

        assert page.get_by_role("heading", name="Load 1-1").is_visible()


class TestGate:
    def test_asks_again_after_a_minute(self, open_page, day):
        page = open_page("keeper", f"/gate?at={quote(day.gate_path('G0001'))}")
        board = page.locator("[hx-trigger='every 60s']")

        with page.expect_response(lambda answer: "/gate" in answer.url) as answer:
            page.evaluate("htmx.ajax('GET', location.href, {target: '[hx-trigger]', swap: 'outerHTML'})")

        assert answer.value.status == 200
        board.wait_for()
        assert page.locator("html").count() == 1
        assert "TY-2022-0001" in board.inner_text() or board.locator("details").count() == 1
