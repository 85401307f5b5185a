"""The short forms of live changes: one page for each kind, recorded onto the day's list."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from supplyhub.accounts.current import me
from supplyhub.core import clock, intervals
from supplyhub.core.errors import NotFound
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.planning.live import changes as happenings
from supplyhub.rounds import live_forms, policy
from supplyhub.rounds.models import LiveChangeKind, Plan
from supplyhub.rounds.operations import live as operations
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries import plans
from supplyhub.rounds.web import live_words
from supplyhub.rounds.web.live import blueprint
from supplyhub.rounds.web.plan_pages import local_minute
from supplyhub.webkit.access import requires
from supplyhub.webkit.filters import number
from supplyhub.webkit.transactional import transactional
from supplyhub.wording import lazy_gettext

EVERYTHING = "*"
"""The choice of a shortage that means all goods of a supplier."""


class UnknownKind(NotFound):
    """There is no such kind of change."""


@blueprint.get("/<district>/plans/<int:plan_id>/changes/new/<kind>")
@requires(Permission.MAKE_PLAN)
def new(district: str, plan_id: int, kind: str) -> ResponseReturnValue:
    """Show the short form of a kind of change."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    if not policy.is_published(plan):
        return redirect(url_for("live.index", district=district, plan_id=plan_id))
    return _form_page(found, plan, _kind(kind), form=None)


@blueprint.post("/<district>/plans/<int:plan_id>/changes/new/<kind>")
@requires(Permission.MAKE_PLAN)
@transactional
def record(district: str, plan_id: int, kind: str) -> ResponseReturnValue:
    """Record a change onto the day's list."""
    found = places.get_district(session(), code=district)
    plan = plans.get_plan(session(), district_id=found.id, plan_id=plan_id)
    wanted, now = _kind(kind), clock.now()
    choices = _choices(wanted, found, plan, now=now)
    form = live_forms.FORMS[wanted](choices=choices)
    if wanted is LiveChangeKind.NEW_ORDER and "all" in request.form:
        form.process(formdata=MultiDict([*request.form.items(), *(("orders", code) for code, _ in choices)]))
    if not form.validate():
        return _form_page(found, plan, wanted, form=form), 422
    try:
        count = _RECORDERS[wanted](form, found, plan, now)
    except operations.UnableToRecord as error:
        form.refuse(error.field or next(iter(form)).name, error.message)
        return _form_page(found, plan, wanted, form=form), 422
    except operations.UnableToChange as error:
        flash(error.message, "stop")
        return redirect(url_for("live.index", district=district, plan_id=plan_id))
    if count:
        flash(ngettext("%(num)s change is on the list.", "%(num)s changes are on the list.", count), "go")
    else:
        flash(gettext("It is on the list already."), "info")
    if not policy.is_published(plan):
        flash(
            gettext("Another version was published meanwhile; your change is on the list of the one that counts."),
            "info",
        )
    return redirect(url_for("live.index", district=district, plan_id=plan_id))


def _kind(code: str) -> LiveChangeKind:
    """Return the kind that an address names.

    Raises
    ------
    UnknownKind
        It names none.
    """
    if code not in set(LiveChangeKind):
        raise UnknownKind(lazy_gettext("There is no such form."))
    return LiveChangeKind(code)


def _pickup(plan: Plan) -> tuple[str, str] | None:
    """Return code and name of the pickup that the address asks for, or None."""
    wanted = request.args.get("pickup", "")
    return next((row for row in queries.list_pickups_of(session(), plan_id=plan.id) if row[0] == wanted), None)


def _choices(kind: LiveChangeKind, found: District, plan: Plan, *, now: datetime) -> live_forms.Choices:
    """Return what the form of a kind chooses from."""
    if kind in {LiveChangeKind.STOPPED_RIDER, LiveChangeKind.LATE_RIDER}:
        return queries.list_riders_of(session(), plan_id=plan.id, now=now)
    if kind is LiveChangeKind.HIGH_RISK_COMPOUND:
        return queries.list_compounds(session(), district_id=found.id)
    if kind is LiveChangeKind.CLOSED_GATE:
        return queries.list_gates(session(), district_id=found.id)
    if kind is LiveChangeKind.NEW_ORDER:
        return [(order.code, order.code) for order in queries.list_new_orders(session(), plan=plan)]
    pickup = _pickup(plan) if kind is LiveChangeKind.OUT_OF_STOCK else None
    if pickup is None:
        return ()
    goods = queries.list_goods(session(), plan=plan, pickup_code=pickup[0], now=now)
    labelled = [
        (
            name,
            ngettext(
                "%(goods)s: %(count)s order", "%(goods)s: %(count)s orders", count, goods=name, count=number(count)
            ),
        )
        for name, count in goods
    ]
    return [(EVERYTHING, gettext("Everything: no order there can be loaded any more")), *labelled] if goods else ()


def _form_page(found: District, plan: Plan, kind: LiveChangeKind, *, form: live_forms.LiveForm | None) -> str:
    now = clock.now()
    choices = form.choices if form is not None else _choices(kind, found, plan, now=now)
    if form is None:
        minute = local_minute(now, found.timezone).time()
        form = live_forms.FORMS[kind](choices=choices, blank=True, data={"since": minute})
    extra: dict[str, Any] = {}
    if kind is LiveChangeKind.NEW_ORDER:
        waiting = {
            entry.change["order"]["order_id"]
            for entry in queries.list_waiting(session(), district_id=found.id, day_date=plan.day_date)
            if entry.kind is kind
        }
        extra = {"orders": queries.list_new_orders(session(), plan=plan, but=waiting), "waiting_count": len(waiting)}
    if kind is LiveChangeKind.OUT_OF_STOCK:
        extra = {"pickups": queries.list_pickups_of(session(), plan_id=plan.id), "pickup": _pickup(plan)}
    return render_template(
        f"live/new_{kind}.html",
        district=found,
        plan=plan,
        words=live_words.kind_words(kind),
        form=form,
        choices=choices,
        is_today=intervals.local_date(now, found.timezone) == plan.day_date,
        **extra,
    )


# --- from forms to operations ----------------------------------------------------------------------------------------


def _single(change: happenings.Change, form: live_forms.LiveForm, found: District, plan: Plan, now: datetime) -> int:
    return operations.record_changes(
        session(),
        district=found,
        day_date=plan.day_date,
        changes=[change],
        note=form.note.data or "",
        actor=me(),
        now=now,
    )


def _code(form: Any, text: str) -> str:
    return live_forms.find_codes(text, form.choices)[0]


def _stop(form: Any, found: District, plan: Plan, now: datetime) -> int:
    change = happenings.StoppedRider(rider_id=_code(form, form.who.data), why=happenings.StopReason(form.why.data))
    return _single(change, form, found, plan, now)


def _put_off(form: Any, found: District, plan: Plan, now: datetime) -> int:
    if intervals.instant(plan.day_date, form.wanted_s, found.timezone) <= now:
        raise operations.UnableToRecord(
            lazy_gettext("This time has passed. Enter when the rider will go on."), field="until"
        )
    change = happenings.LateRider(rider_id=_code(form, form.who.data), until_s=form.wanted_s)
    return _single(change, form, found, plan, now)


def _raise_risk(form: Any, found: District, plan: Plan, now: datetime) -> int:
    return _single(happenings.HighRiskCompound(compound_id=_code(form, form.where.data)), form, found, plan, now)


def _close(form: Any, found: District, plan: Plan, now: datetime) -> int:
    change = happenings.ClosedGate(gate_id=_code(form, form.where.data), from_s=form.wanted_s)
    return _single(change, form, found, plan, now)


def _take_in(form: Any, found: District, plan: Plan, now: datetime) -> int:
    return operations.take_in_orders(
        session(),
        district=found,
        day_date=plan.day_date,
        codes=form.orders.data,
        note=form.note.data or "",
        actor=me(),
        now=now,
    )


def _cancel(form: Any, found: District, plan: Plan, now: datetime) -> int:
    return operations.cancel_orders(
        session(),
        district=found,
        day_date=plan.day_date,
        codes=form.wanted_codes,
        note=form.note.data or "",
        actor=me(),
        now=now,
    )


def _run_short(form: Any, found: District, plan: Plan, now: datetime) -> int:
    pickup = _pickup(plan)
    if pickup is None:
        raise operations.UnableToRecord(lazy_gettext("Choose the supplier first."), field="goods")
    return operations.record_shortage(
        session(),
        district=found,
        day_date=plan.day_date,
        pickup_code=pickup[0],
        goods=None if form.goods.data == EVERYTHING else form.goods.data,
        actor=me(),
        now=now,
    )


_RECORDERS: Mapping[LiveChangeKind, Callable[[Any, District, Plan, datetime], int]] = {
    LiveChangeKind.NEW_ORDER: _take_in,
    LiveChangeKind.CANCELLED_ORDER: _cancel,
    LiveChangeKind.STOPPED_RIDER: _stop,
    LiveChangeKind.LATE_RIDER: _put_off,
    LiveChangeKind.HIGH_RISK_COMPOUND: _raise_risk,
    LiveChangeKind.CLOSED_GATE: _close,
    LiveChangeKind.OUT_OF_STOCK: _run_short,
}
