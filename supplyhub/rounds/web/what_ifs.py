"""Pages of what-ifs about a plan: asking, watching, the answer as figures against the plan, or as a curve."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import me
from supplyhub.core import clock
from supplyhub.db.engine import session
from supplyhub.orders.reasons import reason_words
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.planning.what_if.changes import Change
from supplyhub.rounds import forms, policy
from supplyhub.rounds.models import Plan
from supplyhub.rounds.operations import what_ifs as operations
from supplyhub.rounds.queries import plans
from supplyhub.rounds.queries import what_ifs as queries
from supplyhub.rounds.web import search_words, what_if_pages
from supplyhub.webkit.access import requires
from supplyhub.webkit.settings import settings
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("what_ifs", __name__)
CURVE_SECONDS = 30


@blueprint.get("/<district>/plans/<int:plan_id>/what-if")
@requires(Permission.MAKE_PLAN)
def index(district: str, plan_id: int) -> ResponseReturnValue:
    """Show what can be asked about a plan, and what was asked before."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not policy.has_rounds(plan):
        return redirect(url_for("plans.show", district=district, plan_id=plan_id))
    return _index(found, plan, form=forms.AskWhatIf(blank=True))


@blueprint.post("/<district>/plans/<int:plan_id>/what-if")
@requires(Permission.MAKE_PLAN)
@transactional
def ask(district: str, plan_id: int) -> ResponseReturnValue:
    """Ask what would come of a change, or (`kind=curve`) of other numbers of passes."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    is_curve = request.form.get("kind") == "curve"
    form = forms.AskWhatIf(blank=is_curve)
    if not is_curve and not form.validate():
        return _index(found, plan, form=form), 422
    try:
        asked = operations.ask_what_if(
            session(),
            plan_id=plan.id,
            district=found,
            change=None if is_curve else Change(**form.wanted),
            seconds=CURVE_SECONDS if is_curve else form.wanted_seconds,
            seed=settings().plan_seed,
            actor=me(),
            now=clock.now(),
        )
    except operations.UnableToAsk as error:
        # Another tab was quicker: what was filled in stays.
        flash(error.message, "stop")
        return _index(found, plan, form=form), 409
    except operations.NothingToAsk as error:
        form.refuse("riders", error.message)
        return _index(found, plan, form=form), 422
    return redirect(url_for("what_ifs.show", district=district, plan_id=plan_id, what_if_id=asked.id))


@blueprint.get("/<district>/plans/<int:plan_id>/what-if/<int:what_if_id>")
@requires(Permission.MAKE_PLAN)
def show(district: str, plan_id: int, what_if_id: int) -> ResponseReturnValue:
    """Show the answer to a question, or how far it is."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    asked = queries.get_what_if(session(), plan_id=plan.id, what_if_id=what_if_id)
    return render_template(
        "what_ifs/show.html",
        district=found,
        plan=plan,
        line=what_if_pages.line(asked),
        progress=what_if_pages.progress(session(), asked=asked) if asked.state.is_under_way else None,
        comparison=what_if_pages.comparison(asked),
        curve=what_if_pages.curve_view(asked),
        reason_words=reason_words,
        search_time=search_words.time_to_search(asked.seconds),
    )


@blueprint.get("/<district>/plans/<int:plan_id>/what-if/<int:what_if_id>/progress")
@requires(Permission.MAKE_PLAN)
def progress(district: str, plan_id: int, what_if_id: int) -> ResponseReturnValue:
    """Show how far a question is, as a fragment that asks again; the page is loaded anew when it is answered."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    asked = queries.get_what_if(session(), plan_id=plan.id, what_if_id=what_if_id)
    if not asked.state.is_under_way:
        response = make_response("", 200)
        response.headers["HX-Refresh"] = "true"
        return response
    shown = what_if_pages.progress(session(), asked=asked)
    return render_template(
        "what_ifs/_progress.html", district=found, plan=plan, line=what_if_pages.line(asked), progress=shown
    )


@blueprint.post("/<district>/plans/<int:plan_id>/what-if/<int:what_if_id>/stop")
@requires(Permission.MAKE_PLAN)
@transactional
def stop(district: str, plan_id: int, what_if_id: int) -> ResponseReturnValue:
    """Stop working a question out and keep what was found so far."""
    found = places.get_district(session(), code=district)
    try:
        operations.stop_what_if(
            session(), plan_id=plan_id, what_if_id=what_if_id, district=found, actor=me(), now=clock.now()
        )
    except operations.UnableToStop as error:
        flash(error.message, "stop")
    return redirect(url_for("what_ifs.show", district=district, plan_id=plan_id, what_if_id=what_if_id))


def _index(district: District, plan: Plan, *, form: forms.AskWhatIf) -> str:
    asked = queries.list_what_ifs(session(), plan_id=plan.id)
    return render_template(
        "what_ifs/index.html",
        district=district,
        plan=plan,
        form=form,
        lines=[what_if_pages.line(one) for one in asked],
        under_way=next((what_if_pages.line(one) for one in asked if one.state.is_under_way), None),
        curve=next((view for one in asked if (view := what_if_pages.curve_view(one)) is not None), None),
        rider_count=plans.count_riders(session(), district_id=district.id),
        curve_seconds=CURVE_SECONDS,
    )
