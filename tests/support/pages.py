"""The pages of the product, each with whose it is and how to get there: for the tests of every page, and for pictures.

The demo district must be loaded; roles sign in with its log-ins.
"""

from dataclasses import dataclass

from playwright.sync_api import Page

from supplyhub.demo.log_ins import log_ins

DISTRICT = "/tianyuan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page. `role` is a role's code, empty for nobody; `follow` are links to press on the way, by CSS.

    `docs` are the widths and languages in which the documentation shows it.
    """

    name: str
    role: str
    path: str
    follow: tuple[str, ...] = ()
    dark: bool = False
    docs: tuple[tuple[int, str], ...] = ()


STAFF = "district_staff"
A_PLAN = "main a[href^='/tianyuan/plans/']"
A_CHANGE, A_FORM = "main a[href$='/changes']", "main a[href$='/changes/new/"

PAGES = (
    Shown(name="log-in", role="", path="/log-in"),
    Shown(name="sign-up", role="", path="/sign-up"),
    Shown(name="sign-up-flat", role="", path="/sign-up?code=MYHX3467"),
    Shown(name="not-found", role=STAFF, path=f"{DISTRICT}/nowhere"),
    Shown(name="home", role="resident", path="/home", docs=((360, "zh"),)),
    Shown(name="orders", role="resident", path="/orders"),
    Shown(name="order", role="resident", path="/orders", follow=("main a[href^='/orders/']",)),
    Shown(name="account", role="resident", path="/account"),
    Shown(name="staff-account", role=STAFF, path="/account"),
    Shown(name="round", role="rider", path="/round", docs=((360, "zh"),)),
    Shown(name="round-dark", role="rider", path="/round", dark=True),
    Shown(name="round-map", role="rider", path="/round/map"),
    Shown(name="gate", role="gate_keeper", path="/gate", docs=((360, "zh"),)),
    Shown(name="gate-dark", role="gate_keeper", path="/gate", dark=True),
    Shown(name="gates", role="community_staff", path="/gate"),
    Shown(name="loading", role="supplier", path="/loading", docs=((1440, "zh"),)),
    Shown(name="load", role="supplier", path="/loading", follow=("main a[href^='/loading/']:not([href*='.pdf'])",)),
    Shown(name="overview", role=STAFF, path=f"{DISTRICT}/overview", docs=((1440, "zh"), (1440, "en"))),
    Shown(name="plans", role=STAFF, path=f"{DISTRICT}/plans"),
    Shown(name="plan", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN,), docs=((1440, "zh"),)),
    Shown(name="plan-round", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN, "main a[href*='/rounds/']")),
    Shown(name="plan-unserved", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN, "main a[href*='/unserved']")),
    Shown(
        name="plan-why",
        role=STAFF,
        path=f"{DISTRICT}/overview",
        follow=(A_PLAN, "main a[href*='/unserved']", "main a[href*='/plans/'][href*='/orders/']"),
    ),
    Shown(name="plan-what-if", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN, "main a[href$='/what-if']")),
    Shown(name="changes", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN, A_CHANGE)),
    Shown(
        name="change-rider",
        role=STAFF,
        path=f"{DISTRICT}/overview",
        follow=(A_PLAN, A_CHANGE, A_FORM + "stopped_rider']"),
    ),
    Shown(
        name="change-orders", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN, A_CHANGE, A_FORM + "new_order']")
    ),
    Shown(
        name="change-goods",
        role=STAFF,
        path=f"{DISTRICT}/overview",
        follow=(A_PLAN, A_CHANGE, A_FORM + "out_of_stock']"),
    ),
    Shown(name="fairness", role=STAFF, path=f"{DISTRICT}/overview", follow=(A_PLAN, "main a[href$='/fairness']")),
    Shown(name="contacts", role=STAFF, path=f"{DISTRICT}/exposure"),
    Shown(name="trace", role=STAFF, path=f"{DISTRICT}/exposure/riders/R001"),
    Shown(name="no-contacts", role="city_staff", path="/drill/exposure"),
    Shown(name="imports", role=STAFF, path=f"{DISTRICT}/imports"),
    Shown(name="import-day", role=STAFF, path=f"{DISTRICT}/imports/new/day"),
    Shown(name="import-buildings", role=STAFF, path=f"{DISTRICT}/imports/new/buildings"),
    Shown(name="import-platform", role=STAFF, path=f"{DISTRICT}/imports/new/platform"),
    Shown(name="import-group-buy", role=STAFF, path=f"{DISTRICT}/imports/new/group_buy"),
    Shown(name="compounds", role=STAFF, path=f"{DISTRICT}/compounds"),
    Shown(name="compound", role=STAFF, path=f"{DISTRICT}/compounds/C001"),
    Shown(name="notice", role=STAFF, path=f"{DISTRICT}/compounds/C001/notice"),
    Shown(name="riders", role=STAFF, path=f"{DISTRICT}/riders"),
    Shown(name="rider", role=STAFF, path=f"{DISTRICT}/riders/R001"),
    Shown(name="company-riders", role="rider_company", path=f"{DISTRICT}/riders"),
    Shown(name="district-orders", role=STAFF, path=f"{DISTRICT}/orders"),
    Shown(name="district-order", role=STAFF, path=f"{DISTRICT}/orders", follow=("main a[href^='/tianyuan/orders/']",)),
    Shown(name="people", role=STAFF, path=f"{DISTRICT}/people"),
    Shown(name="invite", role=STAFF, path=f"{DISTRICT}/people/invite?role=rider"),
    Shown(name="districts", role="city_staff", path="/"),
    Shown(name="city", role="city_staff", path="/cities/zhuzhou/plans"),
    Shown(name="empty-overview", role="city_staff", path="/drill/overview"),
    Shown(name="empty-plans", role="city_staff", path="/drill/plans"),
    Shown(name="empty-compounds", role="city_staff", path="/drill/compounds"),
    Shown(name="empty-riders", role="city_staff", path="/drill/riders"),
    Shown(name="empty-orders", role="city_staff", path="/drill/orders"),
    Shown(name="street-compounds", role="street_staff", path=f"{DISTRICT}/compounds"),
)


def sign_in(page: Page, address: str, role: str) -> None:
    """Sign in with the demo's log-in of a role."""
    chosen = next(log_in for log_in in log_ins() if log_in.role == role)
    page.goto(f"{address}/log-in")
    page.fill("[name=phone]", chosen.phone)
    page.fill("[name=password]", chosen.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/log-in" not in url)


def show(page: Page, address: str, shown: Shown) -> int:
    """Go to a page and wait until it stands still; return the last answer's status."""
    response = page.goto(address + shown.path)
    for link in shown.follow:
        target = page.locator(link).first.get_attribute("href") or ""
        response = page.goto(address + target)
    page.wait_for_load_state("networkidle")
    assert response is not None
    return response.status


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
