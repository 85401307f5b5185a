"""From an order that is left out to the reason, and on to the curve of passes, in a real browser and in Chinese."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from supplyhub.accounts.roles import Role
from supplyhub.rounds.web import what_ifs
from tests.support import axe, day, factories, pages

PHONE = "+8613800000001"


@pytest.fixture
def plan_id(db_session: Session, monkeypatch: pytest.MonkeyPatch) -> int:
    """A plan made by hand that leaves 20 of 60 orders out, and one member of the district's staff."""
    monkeypatch.setattr(what_ifs, "CURVE_SECONDS", 3)
    tiny = day.read("tiny")
    district = day.write(db_session, tiny)
    plan_id = day.make_plan(db_session, district, tiny)
    factories.make_person(db_session, (Role.DISTRICT_STAFF, day.PATH), phone=PHONE, name="刘振宇")
    db_session.commit()
    return plan_id


@pytest.fixture
def staff(plan_id: int, live_server: str, new_context: Callable[..., BrowserContext]) -> Page:
    """A phone on which the staff has signed in; the plan is written before the server's worker begins."""
    assert plan_id
    page = new_context(width=360, height=740).new_page()
    page.goto(f"{live_server}/log-in")
    page.fill("[name=phone]", PHONE)
    page.fill("[name=password]", factories.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/log-in" not in url)
    return page


@pytest.mark.browser
@pytest.mark.one_database
def test_from_an_order_that_is_left_out_to_the_curve_of_passes(staff: Page, live_server: str, plan_id: int) -> None:
    home = f"{live_server}/tianyuan/plans/{plan_id}"

    # Why is this order on no round? The answer follows the page by itself.
    staff.goto(f"{home}/unserved")
    staff.locator("main a[href*='/orders/']").first.click()
    staff.wait_for_url(re.compile(r"/plans/\d+/orders/O\d+$"))
    expect(staff.locator("#why .remedies > li").first).to_be_visible(timeout=30_000)
    expect(staff.locator("#why .hurdles > li").first).to_be_visible()
    assert pages.overflow(staff) <= 0

    # How many passes does the district need?
    staff.goto(home)
    staff.locator("main a[href$='/what-if']").click()
    staff.locator("#curve button[type=submit]").click()
    staff.wait_for_url(re.compile(r"/what-if/\d+(#ask)?$"))
    answer = staff.url
    expect(staff.locator("figure[data-chart='line'] canvas")).to_be_visible(timeout=60_000)
    rows = staff.locator("main table tbody tr[aria-current='true']")
    # The day has four riders; today's number stands out in the table of points.
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("4")
    assert pages.overflow(staff) <= 0
    assert axe.findings(staff) == []

    # One change, asked by the form; the curve stays on the list.
    staff.goto(f"{home}/what-if")
    expect(staff.locator(f"main a[href='{answer.removeprefix(live_server)}']").first).to_be_visible()
    staff.fill("main [name=riders]", "2")
    staff.locator("#ask button[type=submit]").click()
    staff.wait_for_url(re.compile(r"/what-if/\d+(#ask)?$"))
    assert staff.url != answer
    expect(staff.locator("progress[value]").first).to_be_visible(timeout=30_000)
    staff.locator("form[action$='/stop'] button").click()
    expect(staff.locator("main table").first).to_be_visible(timeout=60_000)
