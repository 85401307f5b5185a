"""Why one order of a plan is on no round, or late, and what would free it; for a served one, when and by whom."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts.current import me
from supplyhub.core import intervals
from supplyhub.db.engine import session
from supplyhub.db.transaction import reading
from supplyhub.orders import staff_queries
from supplyhub.orders.models import Order
from supplyhub.orders.reasons import reason_words
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.planning.explain import answers, steps
from supplyhub.planning.explain.answers import Explanation, State
from supplyhub.planning.plan import Plan as MadePlan
from supplyhub.planning.problem import Problem
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan
from supplyhub.rounds.queries import planned
from supplyhub.rounds.queries import plans as queries
from supplyhub.rounds.web.why_words import Words
from supplyhub.webkit import htmx
from supplyhub.webkit.access import requires

blueprint = Blueprint("why", __name__)


@blueprint.get("/<district>/plans/<int:plan_id>/orders/<code>")
@requires(Permission.MAKE_PLAN)
def order(district: str, plan_id: int, code: str) -> ResponseReturnValue:
    """Show how an order fares in a plan. The answer takes seconds, so that it follows as a fragment of its own.

    Without scripts a link asks for the page with the answer in it.
    """
    found = places.get_district(session(), code=district)
    plan = queries.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not policy.has_rounds(plan):
        abort(404)
    paths = me().paths(Permission.VIEW_ORDERS, within=found.path)
    shown = staff_queries.get_order(session(), district_id=found.id, code=code, paths=paths)
    if not planned.holds_order(session(), plan_id=plan.id, order_id=shown.id):
        abort(404)
    common = {"district": found, "plan": plan, "order": shown}
    if htmx.is_fragment_request():
        return render_template("plans/_why.html", **common, **_answer(found, plan, shown))
    answer = _answer(found, plan, shown) if "answer" in request.args else None
    return render_template("plans/why.html", **common, answer=answer, **(answer or {}))


@blueprint.get("/<district>/orders/<code>/why")
@requires(Permission.MAKE_PLAN)
def of_order(district: str, code: str) -> ResponseReturnValue:
    """Lead to the explanation of an order in the plan that counts on its day: the published one, else the newest."""
    found = places.get_district(session(), code=district)
    paths = me().paths(Permission.VIEW_ORDERS, within=found.path)
    shown = staff_queries.get_order(session(), district_id=found.id, code=code, paths=paths)
    made = queries.list_plans(session(), district_id=found.id, day_date=shown.day_date)
    plan = queries.leading_plan([one for one in made if policy.has_rounds(one)])
    if plan is None or not planned.holds_order(session(), plan_id=plan.id, order_id=shown.id):
        flash(gettext("No plan holds this order yet. Plan its day first."), "info")
        return redirect(url_for("district_orders.order", district=district, code=code))
    return redirect(url_for("why.order", district=district, plan_id=plan.id, code=code))


def _answer(district: District, plan: Plan, shown: Order) -> dict[str, object]:
    # A session of its own, closed before the work begins: no transaction is open while it is worked out.
    with reading() as own:
        day = planned.read_planned(own, district=district, plan=plan)
    promised_until_s = None
    if shown.planned_until_at is not None and shown.day_date == plan.day_date:
        promised_until_s = intervals.seconds_on_day(shown.planned_until_at, plan.day_date, district.timezone)
    explanation = _explain(day.problem, day.plan, shown.code, promised_until_s)
    words = Words(day.problem, shown.code)
    served = explanation.service
    return {
        "explanation": explanation,
        "reason": reason_words(explanation.reason.value) if explanation.reason else None,
        "fits_in": any(remedy.step.kind is steps.Kind.AGAIN for remedy in explanation.remedies),
        "hurdles": words.hurdles(explanation),
        "remedies": words.remedies(explanation),
        "served": served,
        "is_late": explanation.state is State.LATE,
        "has_slack": served is not None and served.slack_s >= steps.MINUTE,
        "rider": words.rider(served.rider_id) if served else "",
        "holds": words.holds(served) if served else [],
        "number": planned.find_round_number(session(), plan_id=plan.id, rider_code=served.rider_id) if served else None,
        "promised_until_s": promised_until_s,
        "has_changed": day.has_changed,
    }


def _explain(problem: Problem, plan: MadePlan, code: str, promised_until_s: int | None) -> Explanation:
    """Explain an order; a promise names the slot in which handing over begins, not by when it has ended."""
    explanation = answers.explain(problem, plan, code)
    served = explanation.service
    if served is None or promised_until_s is None or served.hand_over_starts_s < promised_until_s:
        return explanation
    return answers.explain(problem, plan, code, promised_until_s=promised_until_s)
