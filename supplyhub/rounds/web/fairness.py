"""Pages of fairness: how evenly a plan serves compounds and streets, and carrying over what it left out."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from supplyhub.accounts.current import me
from supplyhub.core import clock
from supplyhub.db.engine import session
from supplyhub.files import workbooks
from supplyhub.files.workbooks import Column, Sheet
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.planning.fairness import Wait
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan
from supplyhub.rounds.operations import carrying
from supplyhub.rounds.queries import fairness
from supplyhub.rounds.queries import plans as queries
from supplyhub.rounds.queries.fairness import CompoundLine, Report
from supplyhub.webkit import tables
from supplyhub.webkit.access import requires
from supplyhub.webkit.filters import day_name, number
from supplyhub.webkit.pagination import requested_page
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("fairness", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SORTS: dict[str, Callable[[CompoundLine], Any]] = {
    "share": lambda line: line.tally.share,
    "name": lambda line: line.name,
    "orders": lambda line: line.tally.orders,
    "unserved": lambda line: line.tally.unserved,
    "wait": lambda line: line.tally.wait.median_s if line.tally.wait else -1,
    "longest": lambda line: line.tally.wait.longest_s if line.tally.wait else -1,
    "placed": lambda line: line.tally.since_placed.median_s if line.tally.since_placed else -1,
    "before": lambda line: line.share_before if line.share_before is not None else 2.0,
}


@blueprint.get("/<district>/plans/<int:plan_id>/fairness")
@requires(Permission.VIEW_DAY)
def show(district: str, plan_id: int) -> ResponseReturnValue:
    """Show how evenly a plan serves: the compounds that come off worst first, and the streets."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not policy.has_rounds(plan):
        return redirect(url_for("plans.show", district=district, plan_id=plan_id))
    report = fairness.get_report(session(), district=found, plan=plan)
    street, sought = tables.requested_text("street"), tables.requested_text()
    only_last = bool(request.args.get("last"))
    lines = _narrowed(report.lines, street=street, sought=sought, only_last=only_last)
    sorting = tables.requested_sorting(tuple(_SORTS), default="share")
    return render_template(
        "plans/fairness.html",
        district=found,
        plan=plan,
        report=report,
        page=tables.page_of_rows(tables.sort_rows(lines, sorting=sorting, keys=_SORTS), number=requested_page()),
        sorting=sorting,
        streets=sorted({place.name for place in report.streets}),
        street=street,
        sought=sought,
        only_last=only_last,
        is_filtered=any((street, sought, only_last)),
        can_view_places=me().can(Permission.VIEW_PLACES, found.path),
        carry=_carry_choice(found, plan),
    )


@blueprint.get("/<district>/plans/<int:plan_id>/fairness.xlsx")
@requires(Permission.VIEW_DAY)
def download(district: str, plan_id: int) -> ResponseReturnValue:
    """Answer the report as a workbook: all compounds, and the streets."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    report = fairness.get_report(session(), district=found, plan=plan)
    name = f"fairness-{found.code}-{plan.day_date.isoformat()}-{plan.version}.xlsx"
    return Response(
        workbooks.workbook_bytes(_sheets(found, plan, report)),
        mimetype=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.post("/<district>/plans/<int:plan_id>/carry-over")
@requires(Permission.MAKE_PLAN)
@transactional
def carry_over(district: str, plan_id: int) -> ResponseReturnValue:
    """Carry over what the plan's day left on no round to the next day."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    try:
        carried = carrying.carry_over(session(), district=found, day_date=plan.day_date, actor=me(), now=clock.now())
    except carrying.UnableToCarryOver as error:
        flash(error.message, "stop")
        return redirect(url_for("plans.show", district=district, plan_id=plan_id))
    flash(
        ngettext(
            "%(count)s order waits for %(day)s now, and goes before others there.",
            "%(count)s orders wait for %(day)s now, and go before others there.",
            carried.count,
            count=number(carried.count),
            day=day_name(carried.to_date),
        ),
        "go",
    )
    return redirect(url_for("plans.index", district=district, day=carried.to_date.isoformat()))


def _carry_choice(district: District, plan: Plan) -> carrying.Carried | None:
    """Return how many orders of the plan's day can be carried over, and to which day; None where there are none."""
    if not policy.is_published(plan) or not me().can(Permission.MAKE_PLAN, district.path):
        return None
    return carrying.find_left_over(session(), district=district, day_date=plan.day_date, now=clock.now())


def _narrowed(lines: Sequence[CompoundLine], *, street: str, sought: str, only_last: bool) -> list[CompoundLine]:
    wanted = sought.casefold()
    return [
        line
        for line in lines
        if (not street or line.street == street)
        and (not only_last or line.is_last)
        and (wanted in line.name.casefold() or wanted in line.code.casefold())
    ]


def _sheets(district: District, plan: Plan, report: Report) -> list[Sheet]:
    title = gettext(
        "%(district)s, %(day)s, plan version %(version)s",
        district=district.name,
        day=day_name(plan.day_date),
        version=plan.version,
    )
    compounds = Sheet(
        name=gettext("Compounds"),
        notes=(title, gettext("Waits are by plan: from ready, and from placing, to the hand-over.")),
        columns=[
            Column(head=gettext("Code")),
            Column(head=gettext("Compound")),
            Column(head=gettext("Street")),
            Column(head=gettext("Risk")),
            Column(head=gettext("Orders")),
            Column(head=gettext("On a round")),
            Column(head=gettext("Share served"), is_percent=True),
            Column(head=gettext("Wait, median, minutes")),
            Column(head=gettext("Wait, longest, minutes")),
            Column(head=gettext("Since placed, median, minutes")),
            Column(head=gettext("Since placed, longest, minutes")),
            Column(head=gettext("Share last time"), is_percent=True),
            Column(head=gettext("Served worst")),
        ],
        rows=[
            (
                line.code,
                line.name,
                line.street,
                str(line.risk.label),
                line.tally.orders,
                line.tally.served,
                line.tally.share,
                *_minutes(line.tally.wait),
                *_minutes(line.tally.since_placed),
                line.share_before,
                _last_word(line),
            )
            for line in report.lines
        ],
    )
    streets = Sheet(
        name=gettext("Streets"),
        notes=(title,),
        columns=[
            Column(head=gettext("Street")),
            Column(head=gettext("Orders")),
            Column(head=gettext("On a round")),
            Column(head=gettext("Share served"), is_percent=True),
            Column(head=gettext("Wait, median, minutes")),
            Column(head=gettext("Wait, longest, minutes")),
        ],
        rows=[
            (place.name, place.tally.orders, place.tally.served, place.tally.share, *_minutes(place.tally.wait))
            for place in report.streets
        ],
    )
    return [compounds, streets]


def _minutes(wait: Wait | None) -> tuple[int | None, int | None]:
    return (None, None) if wait is None else (round(wait.median_s / 60), round(wait.longest_s / 60))


def _last_word(line: CompoundLine) -> str:
    if line.is_last_again:
        return gettext("for the second time running")
    return gettext("yes") if line.is_last else ""
