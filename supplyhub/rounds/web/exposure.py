"""Pages of contacts: hand-overs between riders and compounds of a plan, and tracing everything near one rider.

Tracing shows where somebody was and to whom goods went: it has a right of its own, masks names and numbers as the house
does, and each look at it is logged.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import structlog
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import me
from supplyhub.core import clock, intervals
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.places.words import household_label
from supplyhub.riders import queries as riders
from supplyhub.rounds import policy
from supplyhub.rounds.queries import exposure, tracing
from supplyhub.rounds.queries import plans as queries
from supplyhub.rounds.queries.exposure import CompoundLine, RiderLine
from supplyhub.rounds.queries.tracing import Trace
from supplyhub.rounds.web import contact_sheets, plan_pages
from supplyhub.webkit import tables
from supplyhub.webkit.access import requires
from supplyhub.webkit.pagination import requested_page

blueprint = Blueprint("exposure", __name__)
log = structlog.get_logger()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS = (3, 7, 14, 21)
"""How many days can be looked back."""
DEFAULT_DAYS = 7
_FIRST_DAY = date(2000, 1, 1)
RIDERS, COMPOUNDS = "riders", "compounds"
_RIDER_SORTS: dict[str, Callable[[RiderLine], Any]] = {
    "rider": lambda line: line.code,
    "company": lambda line: line.company,
    "compounds": lambda line: (line.contacts.compounds, line.contacts.hand_overs),
    "hand_overs": lambda line: line.contacts.hand_overs,
    "high_risk": lambda line: (line.contacts.high_risk_compounds, line.contacts.high_risk_hand_overs),
    "orders": lambda line: line.contacts.orders,
}
_COMPOUND_SORTS: dict[str, Callable[[CompoundLine], Any]] = {
    "name": lambda line: line.name,
    "street": lambda line: line.street,
    "risk": lambda line: ("low", "medium", "high").index(line.risk.value),
    "riders": lambda line: (line.contacts.riders, line.contacts.hand_overs),
    "hand_overs": lambda line: line.contacts.hand_overs,
    "orders": lambda line: line.contacts.orders,
}


@blueprint.get("/<district>/exposure")
@requires(Permission.VIEW_DAY)
def index(district: str) -> ResponseReturnValue:
    """Lead to the contacts of the plan that counts on a day, or say that there is none."""
    found = places.get_district(session(), code=district)
    days = [row for row in queries.list_days(session(), district_id=found.id) if row.plan]
    with_rounds = {row.day_date: row.plan for row in days if row.plan and policy.has_rounds(row.plan)}
    today = intervals.local_date(clock.now(), found.timezone)
    day_date = plan_pages.requested_day(request.args.get("day"), list(with_rounds), today)
    if day_date is None:
        return render_template("exposure/empty.html", district=found)
    return redirect(url_for("exposure.show", district=district, plan_id=with_rounds[day_date].id))


@blueprint.get("/<district>/exposure/<int:plan_id>")
@requires(Permission.VIEW_DAY)
def show(district: str, plan_id: int) -> ResponseReturnValue:
    """Show the contacts of a plan: by rider, or by compound."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not policy.has_rounds(plan):
        return redirect(url_for("plans.show", district=district, plan_id=plan_id))
    contacts = exposure.get_contacts(session(), district=found, plan=plan)
    of_riders = request.args.get("by") != COMPOUNDS
    sought, only_high_risk = tables.requested_text(), bool(request.args.get("high"))
    if of_riders:
        sorting = tables.requested_sorting(tuple(_RIDER_SORTS), default="-compounds")
        chosen = [
            line
            for line in contacts.riders
            if _fits(sought, line.code, line.name) and (not only_high_risk or line.contacts.high_risk_compounds)
        ]
        rows: list[Any] = tables.sort_rows(chosen, sorting=sorting, keys=_RIDER_SORTS)
    else:
        sorting = tables.requested_sorting(tuple(_COMPOUND_SORTS), default="-riders")
        fitting = [
            line
            for line in contacts.compounds
            if _fits(sought, line.code, line.name) and (not only_high_risk or line.is_high_risk)
        ]
        rows = tables.sort_rows(fitting, sorting=sorting, keys=_COMPOUND_SORTS)
    return render_template(
        "exposure/show.html",
        district=found,
        plan=plan,
        contacts=contacts,
        of_riders=of_riders,
        page=tables.page_of_rows(rows, number=requested_page()),
        sorting=sorting,
        sought=sought,
        only_high_risk=only_high_risk,
        is_filtered=bool(sought or only_high_risk),
        can_trace=me().can(Permission.TRACE_CONTACTS, found.path),
        can_view_places=me().can(Permission.VIEW_PLACES, found.path),
    )


@blueprint.get("/<district>/exposure/<int:plan_id>.xlsx")
@requires(Permission.VIEW_DAY)
def download(district: str, plan_id: int) -> ResponseReturnValue:
    """Answer the contacts of a plan as a workbook."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    contacts = exposure.get_contacts(session(), district=found, plan=plan)
    name = f"contacts-{found.code}-{plan.day_date.isoformat()}-{plan.version}.xlsx"
    return _file(contact_sheets.contacts_workbook(contacts, district=found, plan=plan), name)


@blueprint.get("/<district>/exposure/riders/<code>")
@requires(Permission.TRACE_CONTACTS)
def trace(district: str, code: str) -> ResponseReturnValue:
    """Show everything near one rider on the last days: hand-overs with their households, and other riders."""
    found = places.get_district(session(), code=district)
    traced = _trace(found, code)
    return render_template(
        "exposure/trace.html",
        district=found,
        trace=traced,
        days=_requested_days(),
        choices=DAYS,
        household_label=household_label,
    )


@blueprint.get("/<district>/exposure/riders/<code>.xlsx")
@requires(Permission.TRACE_CONTACTS)
def download_trace(district: str, code: str) -> ResponseReturnValue:
    """Answer everything near one rider as a workbook: a row for each order, and one for each meeting."""
    found = places.get_district(session(), code=district)
    traced = _trace(found, code)
    name = f"trace-{found.code}-{traced.rider.code}-{traced.until_date.isoformat()}.xlsx"
    return _file(contact_sheets.trace_workbook(traced, district=found), name)


def _trace(district: District, code: str) -> Trace:
    rider = riders.get_rider(session(), district_id=district.id, code=code, paths=(district.path,))
    now = clock.now()
    until_date = _requested_until(intervals.local_date(now, district.timezone))
    days = _requested_days()
    # Who looked at whom, until the audit package keeps it.
    log.info("exposure.traced", rider_id=rider.id, person_id=me().person_id, days=days, until=until_date.isoformat())
    return tracing.trace_rider(
        session(),
        district=district,
        rider=rider,
        from_date=until_date - timedelta(days=days - 1),
        until_date=until_date,
        now=now,
    )


def _requested_days() -> int:
    asked = request.args.get("days", DEFAULT_DAYS, type=int)
    return asked if asked in DAYS else DEFAULT_DAYS


def _requested_until(today: date) -> date:
    """Return the last day to look at: today, or an earlier one that the address asks for, from the year 2000 on."""
    asked = tables.requested_date("until") or today
    return min(max(asked, _FIRST_DAY), today)


def _fits(sought: str, *texts: str) -> bool:
    return not sought or any(sought.casefold() in text.casefold() for text in texts)


def _file(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
