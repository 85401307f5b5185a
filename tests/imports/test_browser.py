"""Files in by a real browser: with scripts off, in both languages, and with nothing in anybody's way."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from supplyhub.accounts.roles import Role
from tests.imports.conftest import DATA, building_list
from tests.support import axe
from tests.support.factories import PASSWORD, make_person

PHONE = "13800000001"

pytestmark = pytest.mark.one_database


@pytest.fixture
def address(live_server, db_session, district):
    """The server with a district and somebody of its staff."""
    make_person(db_session, (Role.DISTRICT_STAFF, district.path), phone=f"+86{PHONE}")
    db_session.commit()
    return live_server


@pytest.fixture
def open_imports(address):
    """Sign in and open the page of imports."""

    def open_imports(page):
        page.goto(f"{address}/log-in")
        page.locator("[name=phone]").fill(PHONE)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form [type=submit]").first.click()
        page.goto(f"{address}/tianyuan/imports")

    return open_imports


def hand_in(page, kind: str, *files: Path, **fields: str) -> None:
    page.goto(page.url.partition("/imports")[0] + f"/imports/new/{kind}")
    page.locator("[type=file]").set_input_files(files)
    for name, value in fields.items():
        control = page.locator(f"[name={name}]")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.locator("main .btn.main").click()


class TestImports:
    def test_work_without_scripts(self, new_context, open_imports, tmp_path):
        page = new_context(locale="en-GB", java_script_enabled=False).new_page()
        open_imports(page)
        (tmp_path / "buildings.csv").write_bytes(building_list())

        hand_in(page, "day", *sorted((DATA / "days" / "tiny").iterdir()))
        expect(page.get_by_text("Nothing is written before you confirm.")).to_be_visible()
        page.get_by_role("button", name="Confirm and import").click()
        expect(page.get_by_text("confirmed it at")).to_be_visible()

        hand_in(page, "buildings", tmp_path / "buildings.csv")
        page.get_by_role("button", name="Confirm and import").click()

        hand_in(page, "group_buy", DATA / "imports" / "kuaituantuan-orders.xlsx", pickup="P10", day="2099-11-08")
        row = page.get_by_role("row", name="P10-20991108-C001-12")
        row.get_by_role("combobox").select_option("12/2/501")
        row.get_by_role("button", name="Settle").click()
        expect(row).to_have_count(0)
        page.get_by_role("button", name="Confirm and import").click()
        expect(page.locator(".tile.go .value")).to_have_text("56")

    @pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1440), ("en-GB", 360)])
    def test_keep_nobody_out(self, new_context, open_imports, tmp_path, locale, width):
        page = new_context(locale=locale, width=width).new_page()
        open_imports(page)
        assert axe.findings(page) == []

        (tmp_path / "bad.csv").write_text("compound_id,building,units,floors,rooms_per_floor\nC999,1,,many,4\n")
        hand_in(page, "buildings", tmp_path / "bad.csv")
        assert axe.findings(page) == []
        hand_in(page, "platform", tmp_path / "bad.csv")
        expect(page.locator("[aria-invalid=true]")).to_have_count(1)
        assert axe.findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
