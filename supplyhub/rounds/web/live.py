"""Pages of live changes: the day's list, a short form for each kind, what would move, publishing; the rider's reading.

What would move is worked out before the request's transaction begins: no transaction is open while it is planned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts.current import me
from supplyhub.accounts.roles import Role
from supplyhub.core import clock, intervals
from supplyhub.core.errors import Conflict
from supplyhub.db.engine import session
from supplyhub.db.transaction import reading
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.planning.live.changes import UnableToApply
from supplyhub.planning.live.replan import replan
from supplyhub.rounds import live_day, live_forms, policy
from supplyhub.rounds.live_day import WorkedOut
from supplyhub.rounds.models import LiveChange, LiveChangeKind, Plan
from supplyhub.rounds.operations import live as operations
from supplyhub.rounds.operations import live_publishing as publishing
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries import plans
from supplyhub.rounds.web import live_pages, live_words
from supplyhub.webkit.access import requires
from supplyhub.webkit.filters import local_time
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("live", __name__)
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was worked out before the transaction; or why it was not, on the form or in a sentence."""

    form: live_forms.WorkOut
    worked_out: WorkedOut | None = None
    trouble: str = ""


# --- the list --------------------------------------------------------------------------------------------------------


@blueprint.get("/<district>/plans/<int:plan_id>/changes")
@requires(Permission.MAKE_PLAN)
def index(district: str, plan_id: int) -> ResponseReturnValue:
    """Show what waits on the list of the day that is being driven, and what it comes to where that was worked out."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not policy.is_published(plan):
        return _to_published(found, plan)
    return _index(found, plan, form=live_forms.WorkOut(blank=True))


@blueprint.post("/<district>/plans/<int:plan_id>/changes/<int:change_id>/remove")
@requires(Permission.MAKE_PLAN)
@transactional
def remove(district: str, plan_id: int, change_id: int) -> ResponseReturnValue:
    """Take a change off the list."""
    found = places.get_district(session(), code=district)
    try:
        operations.remove_change(session(), district=found, change_id=change_id, actor=me(), now=clock.now())
    except operations.UnableToChange as error:
        flash(error.message, "stop")
    return _to_list(district, plan_id)


@blueprint.post("/<district>/plans/<int:plan_id>/changes/drop")
@requires(Permission.MAKE_PLAN)
@transactional
def drop(district: str, plan_id: int) -> ResponseReturnValue:
    """Empty the list; the plan stays as it is published."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    try:
        operations.drop_changes(session(), district=found, day_date=plan.day_date, actor=me(), now=clock.now())
    except operations.UnableToChange as error:
        flash(error.message, "stop")
    else:
        flash(gettext("The list is empty. The plan stays as it is published."), "info")
    return _to_list(district, plan_id)


# --- what would move -------------------------------------------------------------------------------------------------


def worked_out_first(view: Callable[[str, int, Prepared], ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Work out what the list comes to before the view's transaction begins, and hand it to the view."""

    @wraps(view)
    def working_out(district: str, plan_id: int) -> ResponseReturnValue:
        found = places.get_district(session(), code=district)
        plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
        prepared = _prepare(found, plan, now=clock.now())
        return view(district, plan_id, prepared)

    return working_out


@blueprint.post("/<district>/plans/<int:plan_id>/changes/answer")
@requires(Permission.MAKE_PLAN)
@worked_out_first
@transactional
def work_out(district: str, plan_id: int, prepared: Prepared) -> ResponseReturnValue:
    """Keep what the list comes to, and show it."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if prepared.form.errors:
        return _index(found, plan, form=prepared.form), 422
    if prepared.worked_out is None:
        flash(prepared.trouble, "stop")
        return _to_list(district, plan_id)
    try:
        operations.keep_answer(session(), district=found, worked_out=prepared.worked_out, actor=me(), now=clock.now())
    except operations.UnableToChange as error:
        flash(error.message, "warn")
        return _to_list(district, plan_id)
    return redirect(url_for("live.index", district=district, plan_id=plan_id, _anchor="answer"))


@blueprint.post("/<district>/plans/<int:plan_id>/changes/publish")
@requires(Permission.PUBLISH_PLAN)
@transactional
def publish(district: str, plan_id: int) -> ResponseReturnValue:
    """Publish what was worked out as the next version."""
    found = places.get_district(session(), code=district)
    try:
        published = publishing.publish_answer(
            session(),
            plan_id=plan_id,
            answer_code=request.form.get("answer", ""),
            district=found,
            actor=me(),
            now=clock.now(),
        )
    except (publishing.PlanMovedOn, publishing.AnswerOutdated, operations.UnableToChange) as error:
        flash(error.message, "stop")
        return _to_list(district, plan_id)
    if published.is_new:
        flash(
            gettext(
                "Version %(version)s is published. Riders, gates, suppliers and residents see it now.",
                version=published.plan.version,
            ),
            "go",
        )
    else:
        flash(gettext("This was published already, as version %(version)s.", version=published.plan.version), "info")
    return redirect(url_for("plans.show", district=district, plan_id=published.plan.id, _anchor="version"))


# --- the rider -------------------------------------------------------------------------------------------------------


@blueprint.post("/round/changes")
@requires(Permission.DRIVE_ROUND)
@transactional
def confirm() -> ResponseReturnValue:
    """Note that the rider has read what changed in the own round."""
    change_ids = request.form.getlist("change", type=int)
    publishing.confirm_changes(session(), paths=me().scopes_of(Role.RIDER), change_ids=change_ids, now=clock.now())
    return redirect(url_for("field.my_round"))


# --- parts -----------------------------------------------------------------------------------------------------------


def _prepare(found: District, plan: Plan, *, now: datetime) -> Prepared:
    form = live_forms.WorkOut()
    changed_at = _changed_at(form, found, plan, now=now)
    if changed_at is None:
        return Prepared(form=form)
    session().rollback()  # nothing stays open while it is planned
    try:
        operations.require_today(found, day_date=plan.day_date, now=now)
        with reading() as current:
            running = live_day.read_running(current, district=found, plan=plan)
        if not running.changes:
            return Prepared(form=form, trouble=gettext("The list is empty. Record first what happened."))
        return Prepared(form=form, worked_out=live_day.work_out(running, changed_at=changed_at, replan=replan))
    except UnableToApply as error:
        return Prepared(form=form, trouble=live_words.fault(error))
    except Conflict as error:
        return Prepared(form=form, trouble=error.message)


def _changed_at(form: live_forms.WorkOut, found: District, plan: Plan, *, now: datetime) -> datetime | None:
    """Return the time from which the plan is to change, or None where the form is refused; it says why."""
    if not form.validate():
        return None
    at = now if form.wanted_s is None else intervals.instant(plan.day_date, form.wanted_s, found.timezone)
    if timedelta(0) <= now - at < A_MINUTE:  # the minute that is running counts as now
        return now
    version = queries.find_version(session(), plan_id=plan.id)
    if at > now:
        form.refuse("at", gettext("This time is still to come. Leave it empty for now, or enter an earlier one."))
    elif version is not None and at < version.changed_at:
        form.refuse(
            "at",
            gettext(
                "The last version counts from %(time)s on. Enter a later time.", time=local_time(version.changed_at)
            ),
        )
    return None if form.errors else at


def _to_list(district: str, plan_id: int) -> ResponseReturnValue:
    return redirect(url_for("live.index", district=district, plan_id=plan_id))


def _to_published(found: District, plan: Plan) -> ResponseReturnValue:
    """Lead to the list of the version that counts, or to the plan where none does."""
    counts = plans.find_published_plan(session(), district_id=found.id, day_date=plan.day_date)
    if counts is None:
        return redirect(url_for("plans.show", district=found.code, plan_id=plan.id))
    return _to_list(found.code, counts.id)


def _kinds(plan: Plan, waiting: Sequence[LiveChange]) -> list[tuple[live_words.KindWords, int]]:
    """Return the kinds of changes, each with how many orders wait to be recorded as such."""
    listed = sum(entry.kind is LiveChangeKind.NEW_ORDER for entry in waiting)
    new = queries.count_new_orders(session(), plan=plan) - listed
    return [(words, new if words.kind is LiveChangeKind.NEW_ORDER else 0) for words in live_words.KINDS]


def _index(found: District, plan: Plan, *, form: live_forms.WorkOut) -> str:
    now = clock.now()
    waiting = queries.list_waiting(session(), district_id=found.id, day_date=plan.day_date)
    kept = queries.find_answer(session(), plan_id=plan.id)
    answer = None
    if kept is not None and kept.change_ids == [entry.id for entry in waiting]:
        answer = live_pages.kept_answer_view(session(), plan=plan, waiting=waiting, kept=kept)
    return render_template(
        "live/index.html",
        district=found,
        plan=plan,
        form=form,
        is_today=intervals.local_date(now, found.timezone) == plan.day_date,
        kinds=_kinds(plan, waiting),
        entries=answer.entries if answer else live_pages.entries_of(session(), plan=plan, changes=waiting),
        kept=kept,
        answer=answer,
        can_publish=me().can(Permission.PUBLISH_PLAN, found.path),
        now=now,
    )
