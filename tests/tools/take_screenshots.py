"""Take pictures of the running product's pages: `python -m tests.tools.take_screenshots ADDRESS FOLDER [--docs]`.

The product must be running with its demo district (`make run`). Every page is taken at three widths in both languages;
`--docs` takes only those that the documentation shows. `--only NAME` chooses pages by the beginning of their name.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from supplyhub.demo.log_ins import log_ins
from tests.support import browser as browsers

WIDTHS = {360: 740, 768: 1024, 1440: 900}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page to take: whose it is (a role's code, empty for nobody) and how to get there.

    `path` is an address; `follow` is a link on it to press first, by CSS.
    """

    name: str
    role: str
    path: str
    follow: str = ""
    dark: bool = False
    docs: tuple[tuple[int, str], ...] = ()


SHOTS = (
    Shot(name="log-in", role="", path="/log-in"),
    Shot(name="sign-up", role="", path="/sign-up"),
    Shot(name="home", role="resident", path="/home", docs=((360, "zh"),)),
    Shot(name="orders", role="resident", path="/orders"),
    Shot(name="order", role="resident", path="/orders", follow="main a[href^='/orders/']"),
    Shot(name="account", role="resident", path="/account"),
    Shot(name="round", role="rider", path="/round", docs=((360, "zh"),)),
    Shot(name="round-dark", role="rider", path="/round", dark=True),
    Shot(name="round-map", role="rider", path="/round/map"),
    Shot(name="gate", role="gate_keeper", path="/gate", docs=((360, "zh"),)),
    Shot(name="gate-dark", role="gate_keeper", path="/gate", dark=True),
    Shot(name="loading", role="supplier", path="/loading", docs=((1440, "zh"),)),
    Shot(name="overview", role="district_staff", path="/tianyuan/overview", docs=((1440, "zh"), (1440, "en"))),
    Shot(name="plans", role="district_staff", path="/tianyuan/plans"),
    Shot(
        name="plan",
        role="district_staff",
        path="/tianyuan/plans",
        follow="main a[href^='/tianyuan/plans/']",
        docs=((1440, "zh"),),
    ),
    Shot(name="imports", role="district_staff", path="/tianyuan/imports"),
    Shot(name="compounds", role="district_staff", path="/tianyuan/compounds"),
    Shot(name="compound", role="district_staff", path="/tianyuan/compounds/C001"),
    Shot(name="riders", role="district_staff", path="/tianyuan/riders"),
    Shot(name="rider", role="district_staff", path="/tianyuan/riders/R001"),
    Shot(name="district-orders", role="district_staff", path="/tianyuan/orders"),
    Shot(name="people", role="district_staff", path="/tianyuan/people"),
    Shot(name="districts", role="city_staff", path="/"),
    Shot(name="street-compounds", role="street_staff", path="/tianyuan/compounds"),
    Shot(name="not-found", role="district_staff", path="/tianyuan/nowhere"),
)


def sign_in(page: Page, address: str, role: str) -> None:
    """Sign in with the demo's log-in of a role."""
    chosen = next(log_in for log_in in log_ins() if log_in.role == role)
    page.goto(f"{address}/log-in")
    page.fill("[name=phone]", chosen.phone)
    page.fill("[name=password]", chosen.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/log-in" not in url)


def take(browser: Browser, address: str, folder: Path, shots: list[Shot], *, only_docs: bool) -> None:
    """Take the pictures, each role signed in once a language and scheme."""
    for role in dict.fromkeys(shot.role for shot in shots):
        for language, locale in LOCALES.items():
            for dark in (False, True):
                chosen = [shot for shot in shots if shot.role == role and shot.dark == dark]
                if not chosen:
                    continue
                scheme = "dark" if dark else "light"
                context = browser.new_context(locale=locale, timezone_id="Asia/Shanghai", color_scheme=scheme)
                page = context.new_page()
                if role:
                    sign_in(page, address, role)
                for shot in chosen:
                    for width, height in WIDTHS.items():
                        if not only_docs or (width, language) in shot.docs:
                            take_one(page, address, folder / f"{shot.name}-{language}-{width}.png", shot, width, height)
                context.close()


def take_one(page: Page, address: str, file: Path, shot: Shot, width: int, height: int) -> None:
    """Take one page at one width, from top to bottom."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address + shot.path)
    if shot.follow:
        page.goto(address + (page.locator(shot.follow).first.get_attribute("href") or shot.path))
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.screenshot(path=file, full_page=True)
    print(file.name, f"OVERFLOWS by {wide}px" if wide > 0 else "")


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="only those that the documentation shows")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in SHOTS if shot.name.startswith(arguments.only) and (shot.docs or not arguments.docs)]
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        take(browser, arguments.address.rstrip("/"), arguments.folder, shots, only_docs=arguments.docs)
        browser.close()


if __name__ == "__main__":
    main()
