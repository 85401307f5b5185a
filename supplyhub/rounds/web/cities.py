"""Pages of a city's day: plan all districts at once, and see how far each is."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from supplyhub.accounts.current import me
from supplyhub.core import clock, intervals
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import City
from supplyhub.rounds import policy
from supplyhub.rounds.forms import PlanCity
from supplyhub.rounds.operations import cities as operations
from supplyhub.rounds.operations.plans import Search
from supplyhub.rounds.queries import cities as queries
from supplyhub.rounds.queries import plans as plan_queries
from supplyhub.rounds.web import plan_pages, plan_progress
from supplyhub.webkit import tables
from supplyhub.webkit.access import requires
from supplyhub.webkit.filters import day_name, number
from supplyhub.webkit.settings import settings
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("cities", __name__)
DEFAULT_SECONDS = "60"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A district of the table, with how far its planning is where it goes on."""

    day: queries.DistrictDay
    progress: plan_progress.PlanProgress | None


@blueprint.get("/cities/<city>/plans")
@requires(Permission.VIEW_DAY)
def index(city: str) -> ResponseReturnValue:
    """Show the day of each district of a city, and the form that plans them all."""
    return _index(places.get_city(session(), code=city), form=None)


@blueprint.get("/cities/<city>/plans/table")
@requires(Permission.VIEW_DAY)
def table(city: str) -> ResponseReturnValue:
    """Show how far each district is, as a fragment that asks again while one is being planned."""
    found = places.get_city(session(), code=city)
    day_date = tables.requested_date() or _today(found)
    return render_template("cities/_table.html", city=found, **_table(found, day_date))


@blueprint.post("/cities/<city>/plans")
@requires(Permission.MAKE_PLAN)
@transactional
def start(city: str) -> ResponseReturnValue:
    """Start a plan in every district that can be planned."""
    found = places.get_city(session(), code=city)
    form = PlanCity(days=_day_choices(found))
    if not form.validate():
        return _index(found, form=form), 422
    started = operations.plan_city(
        session(),
        city=found,
        day_date=form.wanted_day,
        search=Search(seconds=form.wanted_seconds, seed=settings().plan_seed, groups=form.wanted_groups),
        actor=me(),
        now=clock.now(),
    )
    count = sum(one.plan is not None for one in started)
    if count:
        flash(
            ngettext("%(count)s district is being planned.", "%(count)s districts are being planned.", count,
                     count=number(count)),
            "go",
        )  # fmt: skip
    for one in started:
        if one.plan is None:
            flash(gettext("%(district)s: %(reason)s", district=one.district.name, reason=one.reason), "info")
    return redirect(url_for("cities.index", city=city, day=form.wanted_day.isoformat()))


def _index(city: City, *, form: PlanCity | None) -> str:
    days = queries.list_days(session(), city=city)
    asked = form.day.data if form is not None else request.args.get("day")
    day_date = plan_pages.requested_day(asked, days, _today(city))
    if form is None:
        data = {"day": day_date.isoformat() if day_date else None, "seconds": DEFAULT_SECONDS}
        form = PlanCity(days=_day_choices(city), blank=True, data=data)
    shown = _table(city, day_date) if day_date is not None else {}
    return render_template(
        "cities/index.html", city=city, form=form, can_plan=me().can(Permission.MAKE_PLAN, city.code), **shown
    )


def _table(city: City, day_date: date) -> dict[str, object]:
    """Return what the table shows: a line for each district, and whether one of them is being planned."""
    days = queries.list_district_days(session(), city=city, day_date=day_date)
    return {
        "day_date": day_date,
        "lines": [
            Line(day=day, progress=_progress(day)) for day in days
        ],
        "is_under_way": any(day.is_under_way for day in days),
        "share_served": plan_queries.share_served,
        "policy": policy,
    }  # fmt: skip


def _progress(day: queries.DistrictDay) -> plan_progress.PlanProgress | None:
    return plan_progress.plan_progress(session(), plan=day.plan) if day.plan is not None and day.is_under_way else None


def _day_choices(city: City) -> list[tuple[date, str]]:
    return [(day, day_name(day)) for day in queries.list_days(session(), city=city)]


def _today(city: City) -> date:
    """Return the local day of the city's first district."""
    districts = places.list_districts_of(session(), city_id=city.id)
    zone = districts[0].timezone if districts else settings().default_timezone
    return intervals.local_date(clock.now(), zone)
