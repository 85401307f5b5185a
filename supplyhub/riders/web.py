"""Pages of riders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import me
from supplyhub.core import clock, intervals
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.riders import day, queries, words
from supplyhub.riders.models import Rider
from supplyhub.webkit import converters, tables
from supplyhub.webkit.access import requires
from supplyhub.webkit.pagination import requested_page

blueprint = Blueprint("riders", __name__)
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderLine:
    """A line of the list of riders: the rider, and the round of the day, if there is one."""

    rider: Rider
    day: day.RiderDay | None

    @property
    def order_count(self) -> int:
        """How many orders the rider carries that day."""
        return self.day.order_count if self.day else 0


_SORTS: dict[str, Callable[[RiderLine], Any]] = {
    "code": lambda line: line.rider.code,
    "name": lambda line: line.rider.name,
    "company": lambda line: line.rider.company.name,
    "vehicle": lambda line: line.rider.vehicle,
    "shift": lambda line: (line.rider.shift_start_s, line.rider.shift_end_s),
    "pass": lambda line: line.rider.pass_no,
    "orders": lambda line: line.order_count,
}


@blueprint.get("/<district>/riders")
@requires(Permission.VIEW_RIDERS, anywhere=True)
def index(district: str) -> ResponseReturnValue:
    """Show the riders of a district, or those of the person's company."""
    found = places.get_district(session(), code=district)
    paths = me().paths(Permission.VIEW_RIDERS, within=found.path)
    company_id = request.args.get("company", type=converters.row_number)
    zone_id = request.args.get("zone", type=converters.row_number)
    vehicle = tables.requested_text("vehicle")
    high_risk = {YES: True, NO: False}.get(request.args.get("high_risk", ""))
    sought = tables.requested_text()
    riders = queries.list_riders(
        session(),
        district_id=found.id,
        paths=paths,
        company_id=company_id,
        vehicle=vehicle,
        zone_id=zone_id,
        enters_high_risk=high_risk,
        text=sought,
    )
    day_date = _requested_day(found)
    rounds = day.rounds_of_day(session(), district_id=found.id, day_date=day_date)
    lines = [RiderLine(rider=rider, day=rounds.get(rider.id)) for rider in riders]
    sorting = tables.requested_sorting(tuple(_SORTS), default="code")
    return render_template(
        "riders/index.html",
        district=found,
        day_date=day_date,
        page=tables.page_of_rows(tables.sort_rows(lines, sorting=sorting, keys=_SORTS), number=requested_page()),
        sorting=sorting,
        companies=queries.list_companies(session(), district_id=found.id, paths=paths),
        company_id=company_id,
        zones=places.list_streets(session(), district_id=found.id),
        zone_id=zone_id,
        vehicles=[(name, words.vehicle_name(name)) for name in queries.list_vehicles(session(), district_id=found.id)],
        vehicle=vehicle,
        vehicle_name=words.vehicle_name,
        high_risk=request.args.get("high_risk", ""),
        sought=sought,
        is_filtered=any((company_id, zone_id, vehicle, high_risk is not None, sought)),
        riding_count=sum(1 for line in lines if line.day),
        order_count=sum(line.order_count for line in lines),
        high_risk_count=sum(1 for line in lines if line.rider.enters_high_risk),
        can_import=me().can(Permission.IMPORT_FILES, found.path),
        can_view_day=me().can(Permission.VIEW_DAY, found.path),
    )


@blueprint.get("/<district>/riders/<code>")
@requires(Permission.VIEW_RIDERS, anywhere=True)
def rider(district: str, code: str) -> ResponseReturnValue:
    """Show one rider: pass, zones, shift, and the round of the day."""
    found = places.get_district(session(), code=district)
    paths = me().paths(Permission.VIEW_RIDERS, within=found.path)
    shown = queries.get_rider(session(), district_id=found.id, code=code, paths=paths)
    day_date = _requested_day(found)
    rounds = day.rounds_of_day(session(), district_id=found.id, day_date=day_date, rider_id=shown.id)
    return render_template(
        "riders/rider.html",
        district=found,
        rider=shown,
        vehicle_name=words.vehicle_name,
        day_date=day_date,
        round=rounds.get(shown.id),
        can_view_day=me().can(Permission.VIEW_DAY, found.path),
        can_trace=me().can(Permission.TRACE_CONTACTS, found.path),
    )


def _requested_day(district: District) -> date:
    return tables.requested_date() or intervals.local_date(clock.now(), district.timezone)
