"""The start page, and the district's day at a glance. Read-only."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import find_me
from supplyhub.accounts.roles import Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import clock, intervals
from supplyhub.dashboards import needs, queries
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.rounds.web import plan_pages
from supplyhub.webkit.access import public, requires

blueprint = Blueprint("dashboards", __name__)

# Where a role works; the first role of this list that a person has decides.
_START: tuple[tuple[Role, str], ...] = (
    (Role.RIDER, "field.my_round"),
    (Role.GATE_KEEPER, "field.gate"),
    (Role.SUPPLIER, "loading.index"),
    (Role.PLATFORM_CLIENT, "loading.index"),
    (Role.RESIDENT, "orders.home"),
    (Role.LEADER, "orders.home"),
    (Role.VOLUNTEER, "orders.home"),
)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """Lead everybody to the page where their role works."""
    me = find_me()
    if me is None:
        return redirect(url_for("accounts.log_in"))
    if me.is_staff or me.has_role(Role.RIDER_COMPANY):
        paths = [grant.scope for grant in me.grants if grant.role.is_staff or grant.role == Role.RIDER_COMPANY]
        districts = places.list_districts_within(session(), paths=paths)
        if len(districts) > 1:
            cities = [city for city in places.list_cities(session()) if me.can(Permission.VIEW_DAY, city.code)]
            return render_template("dashboards/districts.html", districts=districts, cities=cities)
        if districts:
            return redirect(_district_start(me, districts[0].code, districts[0].path))
    for role, endpoint in _START:
        if me.has_role(role):
            return redirect(url_for(endpoint))
    return redirect(url_for("accounts.account"))


@blueprint.get("/<district>/overview")
@requires(Permission.VIEW_DAY)
def overview(district: str) -> ResponseReturnValue:
    """Show what needs the district's desk now, and why."""
    found = places.get_district(session(), code=district)
    today = intervals.local_date(clock.now(), found.timezone)
    days = queries.list_days(session(), district_id=found.id)
    day_date = plan_pages.requested_day(request.args.get("day"), days, today)
    if day_date is None:
        return render_template("dashboards/empty.html", district=found)
    day = queries.get_day(session(), district=found, day_date=day_date)
    earlier, later = _neighbours(days, day_date)
    return render_template(
        "dashboards/overview.html",
        district=found,
        day=day,
        needs=needs.list_needs(day, district_code=found.code),
        today=today,
        earlier=earlier,
        later=later,
    )


@blueprint.get("/<district>/overview/map.json")
@requires(Permission.VIEW_DAY)
def map_data(district: str) -> ResponseReturnValue:
    """Answer what the overview's map shows of a day."""
    found = places.get_district(session(), code=district)
    return _map(found, request.args.get("day", ""))


def _map(district: District, wanted: str) -> dict[str, object]:
    days = queries.list_days(session(), district_id=district.id)
    today = intervals.local_date(clock.now(), district.timezone)
    day_date = plan_pages.requested_day(wanted, days, today) or today
    shown = queries.find_shown_plan(session(), district_id=district.id, day_date=day_date)
    return plan_pages.day_map(session(), district=district, day_date=day_date, plan=shown)


def _neighbours(days: list[date], day_date: date) -> tuple[date | None, date | None]:
    """Return the day before and the day after among the days with orders, which come newest first."""
    earlier = next((day for day in days if day < day_date), None)
    later = next((day for day in reversed(days) if day > day_date), None)
    return earlier, later


def _district_start(me: SignedIn, code: str, path: str) -> str:
    for permission, endpoint in (
        (Permission.VIEW_DAY, "dashboards.overview"),
        (Permission.VIEW_PLACES, "places.compounds"),
        (Permission.VIEW_RIDERS, "riders.index"),
    ):
        if me.can_within(permission, path):
            return url_for(endpoint, district=code)
    return url_for("accounts.account")
