"""The journey of the spine, in a real browser: files come in, a plan is made and published, everybody sees their part.

Staff import a day, a building list and a platform's orders, plan and publish; a rider who was invited sees the round;
the gate keeper sees the rider coming; a resident who signs up with the compound's code sees the slot.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from supplyhub.accounts.roles import Role
from supplyhub.core import clock, intervals
from supplyhub.orders.models import Order
from supplyhub.places.models import City, District, Household
from supplyhub.rounds.models import Round, Visit, VisitOrder
from tests.support import factories

DATA = Path(__file__).parent.parent / "data"
PATH = "zhuzhou/tianyuan"
MORNING_HOUR = 5

BUILDINGS = "compound_id,building,units,floors,rooms_per_floor\n" + "".join(
    f"C001,{number},{'' if number == 9 else '1|2|3'},18,4\n" for number in range(1, 13)
)


def morning_zone() -> str:
    """Return a zone in which it is early morning now: the whole day of rounds still lies ahead."""
    offset = MORNING_HOUR - clock.now().hour
    offset += 24 if offset < -12 else -24 if offset > 11 else 0
    # POSIX signs: Etc/GMT-8 is eight hours ahead of Greenwich
    return f"Etc/GMT{-offset:+d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One browser profile at the server, in Chinese."""

    address: str
    page: Page

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.address + path)

    def press(self, name: str) -> None:
        """Press the button or link with a name."""
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def fill(self, **values: str) -> None:
        """Fill fields by their names."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def sign_in(self, phone: str) -> None:
        """Sign in with the tests' password."""
        self.go("/log-in")
        self.fill(phone=phone, password=factories.PASSWORD)
        self.page.locator("[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: "/log-in" not in url)


Open = Callable[..., Journey]


@pytest.fixture
def open_browser(live_server: str, new_context: Callable[..., BrowserContext]) -> Open:
    """Open a fresh profile, as wide as a desk or a phone."""

    def open_at(width: int = 1440) -> Journey:
        return Journey(address=live_server, page=new_context(width=width, height=800).new_page())

    return open_at


@pytest.fixture
def district(db_session: Session) -> District:
    """An empty district in whose zone the day has just begun, with one member of its staff."""
    city = City(code="zhuzhou", name="株洲市")
    db_session.add(city)
    db_session.flush()
    found = District(city_id=city.id, code="tianyuan", name="天元区", path=PATH, timezone=morning_zone())
    db_session.add(found)
    factories.make_person(db_session, (Role.DISTRICT_STAFF, PATH), phone="+8613800000001", name="刘振宇")
    db_session.commit()
    return found


def import_files(staff: Journey, kind: str, files: list[Path], **choices: str) -> None:
    """Hand files in, look at the preview, confirm."""
    staff.go(f"/tianyuan/imports/new/{kind}")
    staff.page.locator("input[type=file]").set_input_files(files)
    for name, value in choices.items():
        field = staff.page.locator(f"main [name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    staff.press("预览")
    staff.page.wait_for_url(re.compile(r"/imports/\d+$"))
    staff.page.locator("form[action$='/confirm'] button").first.click()
    expect(staff.page.get_by_text("已导入").first).to_be_visible()


def street_day(folder: Path, district: District) -> list[Path]:
    """Return the files of the day `street`, brought to the district's zone."""
    copy = Path(shutil.copytree(DATA / "days" / "street", folder / "street"))
    rules = copy / "day.toml"
    rules.write_text(rules.read_text("utf-8").replace("Asia/Shanghai", district.timezone), encoding="utf-8")
    return sorted(copy.iterdir())


def plan_and_publish(staff: Journey, day_date: date) -> None:
    """Start a plan of the day, watch it, publish it."""
    staff.go(f"/tianyuan/plans?day={day_date.isoformat()}")
    staff.page.locator("main [name=seconds][value='15']").check()
    staff.press("开始排")
    staff.page.wait_for_url(re.compile(r"/plans/\d+$"))
    expect(staff.page.locator("progress").first).to_be_visible()
    publish = staff.page.locator("form[action$='/publish'] button")
    publish.wait_for(timeout=60_000)
    publish.click()
    expect(staff.page.get_by_text("已发布").first).to_be_visible()


def invitation_to(staff: Journey, role: Role, scope: str) -> str:
    """Invite somebody to a role and return the path of the link to hand over."""
    staff.go(f"/tianyuan/people/invite?role={role.value}")
    staff.page.locator("main [name=scope]").select_option(scope)
    staff.page.locator(
        "form[action$='/invite'] button[type=submit], form[action$='/people/invite'] button"
    ).last.click()
    link = staff.page.locator("main a[href*='/invitations/']").first.get_attribute("href") or ""
    return link[link.index("/invitations/") :]


def accept(guest: Journey, link: str, *, name: str, phone: str) -> None:
    """Take up an invitation with a new account."""
    guest.go(link)
    guest.fill(name=name, phone=phone, password=factories.PASSWORD)
    guest.page.locator("main [name=password]").press("Enter")
    guest.page.wait_for_url(lambda url: "/invitations/" not in url)


@pytest.mark.one_database
@pytest.mark.timeout(300)
def test_files_become_rounds_on_a_riders_phone(
    open_browser: Open, district: District, db_session: Session, tmp_path: Path
) -> None:
    staff = open_browser()
    staff.sign_in("13800000001")
    expect(staff.page).to_have_url(re.compile(r"/tianyuan/overview"))
    day_date = intervals.local_date(clock.now(), district.timezone)

    import_files(staff, "day", street_day(tmp_path, district), day=day_date.isoformat())
    buildings = tmp_path / "buildings.csv"
    buildings.write_text(BUILDINGS, encoding="utf-8")
    import_files(staff, "buildings", [buildings])
    orders = DATA / "imports" / "tianhong-platform-orders.csv"
    import_files(staff, "platform", [orders], pickup="P09", day=day_date.isoformat())
    plan_and_publish(staff, day_date)

    order = planned_order(db_session, district)
    visit = hand_over_of(db_session, order)
    slot = slot_text(order, district)

    # the rider who hands it over is invited, and sees that stop
    rider = open_browser(360)
    accept(rider, invitation_to(staff, Role.RIDER, visit.round.rider.path), name="周建军", phone="13800000002")
    rider.page.wait_for_url(re.compile(r"/round$"))
    expect(rider.page.locator("main")).to_contain_text(visit.round.rider.pass_no)
    expect(rider.page.locator("main")).to_contain_text(order.compound.name)
    expect(rider.page.locator("main")).to_contain_text(slot)
    assert_fits(rider)

    # the gate keeper sees the rider coming in that slot
    keeper = open_browser(360)
    gate_path = f"{order.compound.path}/{order.planned_gate.code}"
    accept(keeper, invitation_to(staff, Role.GATE_KEEPER, gate_path), name="马国强", phone="13800000003")
    keeper.page.wait_for_url(re.compile(r"/gate"))
    # the next slot is shown whole, later ones by their begin: which one it is lies with the plan
    expect(keeper.page.locator("main")).to_contain_text(slot.partition("–")[0])
    expect(keeper.page.locator("main")).to_contain_text(visit.round.rider.pass_no)
    assert_fits(keeper)

    # the resident signs up with the compound's code and the flat, and sees the slot
    resident = open_browser(360)
    sign_up(resident, order)
    resident.page.wait_for_url(re.compile(r"/home$"))
    expect(resident.page.locator("main")).to_contain_text(slot)
    expect(resident.page.locator("main")).to_contain_text(order.planned_gate.name)
    assert_fits(resident)

    # nobody sees what is another's
    rider.go("/tianyuan/overview")
    expect(rider.page.locator("main")).to_contain_text("404")
    resident.go("/gate")
    expect(resident.page.locator("main")).to_contain_text("403")


def planned_order(session: Session, district: District) -> Order:
    """Return the first order of a known household that is on a round, with its gate."""
    session.rollback()
    statement = (
        select(Order)
        .where(Order.district_id == district.id, Order.household_id.is_not(None), Order.planned_gate_id.is_not(None))
        .options(
            joinedload(Order.household).joinedload(Household.building),
            joinedload(Order.planned_gate),
            joinedload(Order.compound),
        )
        .order_by(Order.planned_from_at, Order.id)
    )
    return session.scalars(statement).unique().all()[0]


def hand_over_of(session: Session, order: Order) -> Visit:
    """Return the visit at which the published plan hands an order over, with its round and rider."""
    statement = (
        select(Visit)
        .join(VisitOrder, VisitOrder.visit_id == Visit.id)
        .where(VisitOrder.order_id == order.id, Visit.gate_id.is_not(None))
        .options(joinedload(Visit.round).joinedload(Round.rider))
    )
    return session.scalars(statement).unique().one()


def slot_text(order: Order, district: District) -> str:
    """Return the promised slot as pages write it: 10:20–10:30."""
    zone = ZoneInfo(district.timezone)
    assert order.planned_from_at
    assert order.planned_until_at
    return f"{order.planned_from_at.astimezone(zone):%H:%M}–{order.planned_until_at.astimezone(zone):%H:%M}"


def sign_up(resident: Journey, order: Order) -> None:
    """Sign up as the household of an order, with the compound's code."""
    household = order.household
    assert household
    resident.go("/sign-up")
    resident.fill(code=order.compound.invitation_code)
    resident.page.locator("main [name=code]").press("Enter")
    expect(resident.page.locator("main")).to_contain_text(order.compound.name)
    resident.page.locator("main [name=building]").select_option(household.building.name)
    if household.building.units:
        resident.page.locator("main [name=unit]").select_option(household.unit)
    resident.fill(room=household.room, name="陈桂兰", phone="13800000004", password=factories.PASSWORD)
    resident.page.locator("main [name=password]").press("Enter")


def assert_fits(journey: Journey) -> None:
    """Assert that nothing sticks out of the page to the side."""
    assert journey.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
