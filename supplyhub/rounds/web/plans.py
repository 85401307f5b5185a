"""Pages of plans: the list of a day's plans, one plan, starting, stopping and publishing."""

from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts.current import me
from supplyhub.core import clock, intervals
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.orders.reasons import REASONS, is_reason, reason_words
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.riders import words as riders_words
from supplyhub.rounds import forms, policy, raises
from supplyhub.rounds.models import Plan
from supplyhub.rounds.operations import plans as operations
from supplyhub.rounds.operations import publishing
from supplyhub.rounds.queries import maps
from supplyhub.rounds.queries import plans as queries
from supplyhub.rounds.web import live_readings, plan_pages, plan_progress, ways_pages
from supplyhub.webkit.access import requires
from supplyhub.webkit.converters import row_number
from supplyhub.webkit.filters import day_name
from supplyhub.webkit.pagination import paginate, requested_page
from supplyhub.webkit.settings import settings
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("plans", __name__)
DEFAULT_SECONDS = "60"


@blueprint.get("/<district>/plans")
@requires(Permission.VIEW_DAY)
def index(district: str) -> ResponseReturnValue:
    """Show the days that can be planned, the plans of one of them, and the form that starts a plan."""
    return _index(places.get_district(session(), code=district), form=None)


@blueprint.post("/<district>/plans")
@requires(Permission.MAKE_PLAN)
@transactional
def start(district: str) -> ResponseReturnValue:
    """Start a plan of a day."""
    found = places.get_district(session(), code=district)
    now = clock.now()
    form = forms.StartPlan(days=_day_choices(found))
    if not form.validate():
        return _index(found, form=form), 422
    try:
        plan = operations.start_plan(
            session(),
            district=found,
            day_date=form.wanted_day,
            cutoff_at=plan_pages.cutoff_instant(form.wanted_cutoff, found.timezone, now=now),
            search=operations.Search(seconds=form.wanted_seconds, seed=settings().plan_seed, groups=form.wanted_groups),
            actor=me(),
            now=now,
        )
    except operations.UnableToPlan as error:
        # Another tab was quicker: what was filled in stays.
        flash(error.message, "stop")
        return _index(found, form=form), 409
    except operations.NothingToPlan as error:
        form.refuse(error.field or "day", error.message)
        return _index(found, form=form), 422
    return redirect(url_for("plans.show", district=district, plan_id=plan.id))


@blueprint.get("/<district>/plans/count")
@requires(Permission.VIEW_DAY)
def count(district: str) -> ResponseReturnValue:
    """Show how many orders a plan with the day and cut-off of the form would take in."""
    found = places.get_district(session(), code=district)
    form = forms.StartPlan(days=_day_choices(found), blank=True)
    form.process(request.args)
    if not (form.day.validate(form) and form.cutoff.validate(form)):
        return render_template("plans/_count.html", order_count=None)
    at = plan_pages.cutoff_instant(form.wanted_cutoff, found.timezone, now=clock.now())
    order_count = queries.count_orders_in(session(), district_id=found.id, day_date=form.wanted_day, cutoff_at=at)
    rider_count = queries.count_riders(session(), district_id=found.id)
    return render_template("plans/_count.html", order_count=order_count, rider_count=rider_count)


@blueprint.get("/<district>/plans/<int:plan_id>")
@requires(Permission.VIEW_DAY)
def show(district: str, plan_id: int) -> ResponseReturnValue:
    """Show a plan: how far it is, or its rounds and what it leaves out."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    common = {"district": found, "plan": plan, "policy": policy, "can_ask": _can_ask(found)}
    if not policy.has_rounds(plan):
        progress = plan_progress.plan_progress(session(), plan=plan)
        return render_template("plans/under_way.html", **common, progress=progress)
    former = queries.find_published_plan(session(), district_id=found.id, day_date=plan.day_date)
    return render_template(
        "plans/show.html",
        **common,
        table=plan_pages.round_table(session(), district=found, plan=plan),
        reasons=plan_pages.reason_counts(session(), plan=plan),
        share=queries.share_served(plan.figures),
        rider_count=queries.count_riders(session(), district_id=found.id),
        compound_count=queries.count_compounds_served(session(), plan_id=plan.id),
        former=former if former is not None and former.id != plan.id else None,
        vehicle_name=riders_words.vehicle_name,
        version=live_readings.version_view(session(), plan=plan),
        can_change=_can_change(found, plan),
        ways=ways_pages.ways_shown(session(), district=found, plan=plan),
    )


@blueprint.get("/<district>/plans/<int:plan_id>/progress")
@requires(Permission.VIEW_DAY)
def progress(district: str, plan_id: int) -> ResponseReturnValue:
    """Show how far a plan is, as a fragment that asks again; the page is loaded anew when it is done."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not plan.state.is_under_way:
        response = make_response("", 200)
        response.headers["HX-Refresh"] = "true"
        return response
    shown = plan_progress.plan_progress(session(), plan=plan)
    return render_template("plans/_progress.html", district=found, plan=plan, progress=shown)


@blueprint.post("/<district>/plans/<int:plan_id>/publish")
@requires(Permission.PUBLISH_PLAN)
@transactional
def publish(district: str, plan_id: int) -> ResponseReturnValue:
    """Publish a plan."""
    found = places.get_district(session(), code=district)
    try:
        publishing.publish_plan(session(), plan_id=plan_id, district=found, actor=me(), now=clock.now())
    except publishing.UnableToPublish as error:
        return _refused(found, plan_id, error)
    flash(gettext("The plan is published. Riders, gates, suppliers and residents see it now."), "go")
    return redirect(url_for("plans.show", district=district, plan_id=plan_id))


@blueprint.post("/<district>/plans/<int:plan_id>/stop")
@requires(Permission.MAKE_PLAN)
@transactional
def stop(district: str, plan_id: int) -> ResponseReturnValue:
    """Stop the planning and keep the best plan found so far."""
    found = places.get_district(session(), code=district)
    try:
        operations.stop_plan(session(), plan_id=plan_id, district=found, actor=me(), now=clock.now())
    except operations.UnableToStop as error:
        return _refused(found, plan_id, error)
    return redirect(url_for("plans.show", district=district, plan_id=plan_id))


@blueprint.post("/<district>/plans/<int:plan_id>/discard")
@requires(Permission.MAKE_PLAN)
@transactional
def discard(district: str, plan_id: int) -> ResponseReturnValue:
    """Throw a plan away that nobody has seen."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    day_date, version = plan.day_date, plan.version
    try:
        operations.discard_plan(session(), plan_id=plan_id, district=found, actor=me(), now=clock.now())
    except operations.UnableToDiscard as error:
        return _refused(found, plan_id, error)
    flash(gettext("Version %(version)s is thrown away.", version=version), "info")
    return redirect(url_for("plans.index", district=district, day=day_date.isoformat()))


@blueprint.get("/<district>/plans/<int:plan_id>/rounds/<int:number>")
@requires(Permission.VIEW_DAY)
def show_round(district: str, plan_id: int, number: int) -> ResponseReturnValue:
    """Show one round: its stops in time order, and its map."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    shown = queries.get_round(session(), plan_id=plan.id, number=number)
    return render_template(
        "plans/round.html",
        district=found,
        plan=plan,
        round=shown,
        stops=plan_pages.stop_lines(shown),
        round_count=queries.count_rounds(session(), plan_id=plan.id),
        vehicle=riders_words.vehicle_name(shown.rider.vehicle),
    )


@blueprint.get("/<district>/plans/<int:plan_id>/unserved")
@requires(Permission.VIEW_DAY)
def unserved(district: str, plan_id: int) -> ResponseReturnValue:
    """Show the orders that a plan leaves out, all or those of one reason, and what would help."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    wanted = request.args.get("reason", "")
    reason = wanted if is_reason(wanted) else None
    statement = queries.select_unserved(plan_id=plan.id, reason=reason)
    return render_template(
        "plans/unserved.html",
        district=found,
        plan=plan,
        page=paginate(session(), statement, number=requested_page()),
        reason=reason_words(reason) if reason else None,
        choices=[("", gettext("All reasons")), *((words.code, words.label) for words in REASONS)],
        reasons=plan_pages.reason_counts(session(), plan=plan),
        streets=queries.count_unserved_by_street(session(), plan_id=plan.id, reason=reason),
        pickups=queries.count_unserved_by_pickup(session(), plan_id=plan.id, reason=reason),
        reason_words=reason_words,
        can_ask=_can_ask(found),
        raised={one.order_id: one.cause for one in raises.list_raised(session(), plan=plan)},
    )


@blueprint.get("/<district>/plans/<int:plan_id>/map.json")
@requires(Permission.VIEW_DAY)
def map_data(district: str, plan_id: int) -> ResponseReturnValue:
    """Answer what the map of a plan, or of one of its rounds, shows."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    number = request.args.get("round", type=row_number)
    return plan_pages.map_document(session(), district=found, plan=plan, number=number)


@blueprint.get("/<district>/plans/<int:plan_id>/plan.json")
@requires(Permission.VIEW_DAY)
def download(district: str, plan_id: int) -> ResponseReturnValue:
    """Answer a plan as a file of the format `supply-plan/1`."""
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    response = make_response(maps.plan_document(session(), plan=plan, zone=found.timezone))
    name = f"plan-{found.code}-{plan.day_date.isoformat()}-{plan.version}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(district: District, plan_id: int, error: DomainError) -> ResponseReturnValue:
    """Lead back to the plan and say there why nothing was done."""
    flash(error.message, "stop")
    return redirect(url_for("plans.show", district=district.code, plan_id=plan_id))


def _can_ask(district: District) -> bool:
    """Tell whether the person may ask why and what if."""
    return me().can(Permission.MAKE_PLAN, district.path)


def _can_change(district: District, plan: Plan) -> bool:
    """Tell whether the person may record what happens to this plan: it is the one that is being driven."""
    is_today = intervals.local_date(clock.now(), district.timezone) == plan.day_date
    return is_today and policy.is_published(plan) and _can_ask(district)


def _day_choices(district: District) -> list[tuple[date, str]]:
    days = queries.list_days(session(), district_id=district.id)
    return [(row.day_date, day_name(row.day_date)) for row in days if row.order_count]


def _next_to_plan(district: District, day_date: date, days: list[date]) -> date:
    """Return a day, or the one after it where its riders are under way already."""
    if not queries.count_orders_under_way(session(), district_id=district.id, day_date=day_date):
        return day_date
    return min((day for day in days if day > day_date), default=day_date)


def _index(district: District, *, form: forms.StartPlan | None) -> str:
    now = clock.now()
    days = queries.list_days(session(), district_id=district.id)
    today = intervals.local_date(now, district.timezone)
    asked = form.day.data if form is not None else request.args.get("day")
    day_date = plan_pages.requested_day(asked, [row.day_date for row in days], today)
    if not asked and day_date is not None:
        day_date = _next_to_plan(district, day_date, [row.day_date for row in days if row.order_count])
    if form is None:
        choices = [(row.day_date, day_name(row.day_date)) for row in days if row.order_count]
        data = {
            "day": day_date.isoformat() if day_date else None,
            "cutoff": plan_pages.local_minute(now, district.timezone),
            "seconds": DEFAULT_SECONDS,
        }
        form = forms.StartPlan(days=choices, blank=True, data=data)
    plans = queries.list_plans(session(), district_id=district.id, day_date=day_date) if day_date else []
    order_count = (
        queries.count_orders_in(session(), district_id=district.id, day_date=day_date, cutoff_at=now) if day_date else 0
    )
    return render_template(
        "plans/index.html",
        district=district,
        form=form,
        days=days,
        day_date=day_date,
        today=today,
        plans=plans,
        under_way=next((plan for plan in plans if plan.state.is_under_way), None),
        order_count=order_count,
        rider_count=queries.count_riders(session(), district_id=district.id),
        share_served=queries.share_served,
        policy=policy,
    )
