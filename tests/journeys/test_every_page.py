"""Every page, in a real browser, in both languages, on a phone and on a desk: it works, fits and keeps nobody out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from werkzeug.exceptions import HTTPException

from supplyhub.core import clock
from supplyhub.demo import loading, size
from tests.support import axe, databases, pages, server

WIDTHS = {360: 740, 1440: 900}
LOCALES = ("zh-CN", "en-GB")
# Answers that are no pages: data, files, and addresses that only lead on or need a state that lasts a minute.
NO_PAGES = {
    "static",
    "health",
    "accounts.second_factor",  # between password and code: tests/accounts
    "accounts.set_up_totp",  # tests/accounts
    "accounts.invitation",  # the journey of the spine
    "people.invited",  # shown once: tests/accounts
    "people.new_password",  # shown once: tests/accounts
    "imports.show",  # the journey of the spine
    "imports.download",
    "dashboards.map_data",
    "plans.map_data",
    "plans.download",
    "plans.progress",
    "plans.count",
    "why.of_order",
    "what_ifs.show",  # the journey from an order to the curve
    "what_ifs.progress",
    "fairness.download",
    "cities.table",
    "exposure.download",
    "exposure.download_trace",
    "field.my_map_data",
    "loading.sheet",
}


@pytest.fixture(scope="module", name="demo_app")
def load_demo(state_folder: Path, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a small invented district, planned and published."""
    with databases.migrated_copy("sqlite", state_folder=state_folder, name=f"pages_{worker_name}") as url:
        app = databases.make_app(url, data_folder=tmp_path_factory.mktemp("pages"), demo=True)
        with app.app_context():
            loading.load(now=clock.now(), tell=lambda _line: None, size=size.SMALL, seconds=1)
        yield app
        databases.dispose(app)


@pytest.fixture(scope="module")
def address(demo_app: Flask) -> Iterator[str]:
    """The address of a server over it."""
    with server.serving(demo_app) as found:
        yield found


def missing_icons(page: Page) -> list[str]:
    """Return the icons that the page asks for and the sprite does not have."""
    script = """async () => {
        const uses = [...document.querySelectorAll('use')].map(use => use.getAttribute('href'));
        const missing = [];
        for (const href of new Set(uses)) {
            const [file, id] = href.split('#');
            const text = await (await fetch(file)).text();
            if (!text.includes(`id="${id}"`)) missing.push(id);
        }
        return missing;
    }"""
    found: list[str] = page.evaluate(script)
    return found


@pytest.mark.browser
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("shown", pages.PAGES, ids=lambda shown: shown.name)
def test_page_works_fits_and_keeps_nobody_out(
    address: str, new_context: Callable[..., BrowserContext], shown: pages.Shown, locale: str
) -> None:
    scheme = "dark" if shown.dark else "light"
    page = new_context(locale=locale, color_scheme=scheme).new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "404" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if shown.role:
        pages.sign_in(page, address, shown.role)

    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        status = pages.show(page, address, shown)

        assert status == (404 if shown.name == "not-found" else 200)
        assert pages.overflow(page) <= 0
        assert missing_icons(page) == []
        # the whole page in view: nothing lies behind the bar at the bottom
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, int(tall))})
        assert axe.findings(page) == []
        assert page.locator("html").get_attribute("lang") == ("zh-Hans" if locale == "zh-CN" else "en")
        assert page.locator("h1").count() == 1
    assert complaints == []


def test_every_page_is_looked_at(address: str, demo_app: Flask, new_context: Callable[..., BrowserContext]) -> None:
    """A new page must be added to `tests.support.pages`, or said to be none."""
    adapter = demo_app.url_map.bind("127.0.0.1")
    looked_at = set()
    for shown in pages.PAGES:
        for path in (shown.path, *(link.partition("href^='")[2].partition("'")[0] for link in shown.follow)):
            try:
                looked_at.add(adapter.match(path.split("?")[0] or "/")[0])
            except HTTPException:
                continue
    looked_at |= {
        "orders.show",
        "loading.show",
        "plans.show",
        "plans.show_round",
        "plans.unserved",
        "fairness.show",
        "exposure.show",
        "why.order",
        "what_ifs.index",
        "live.index",
        "live.new",
        "district_orders.order",
    }

    have = {rule.endpoint for rule in demo_app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert have - looked_at - NO_PAGES == set()
    assert NO_PAGES - have == set()
