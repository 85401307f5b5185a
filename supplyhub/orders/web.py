"""Pages of the resident: my compound with what comes next, my orders, one order."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import me
from supplyhub.core import clock
from supplyhub.db.engine import session
from supplyhub.orders import guidance, queries
from supplyhub.permissions import Permission
from supplyhub.places import words
from supplyhub.places.models import Household
from supplyhub.webkit import converters, locale
from supplyhub.webkit.access import requires
from supplyhub.webkit.filters import time_of_day
from supplyhub.webkit.pagination import paginate, requested_page

blueprint = Blueprint("orders", __name__)

PER_PAGE = 20


@blueprint.get("/home")
@requires(Permission.RESIDE)
def home() -> ResponseReturnValue:
    """Show what comes to the household next, then what else is known of the compound."""
    households = _my_households()
    if not households:
        return render_template("orders/no_household.html")
    household = _chosen(households)
    locale.use_timezone(household.compound.district.timezone)
    now = clock.now()
    coming = queries.list_coming_orders(session(), household=household, now=now)
    return render_template(
        "orders/home.html",
        household=household,
        compound=household.compound,
        flat=flat_name(household),
        other_homes=[(one, flat_name(one)) for one in households if one is not household],
        gate_hours=_gate_hours(household),
        next_order=coming[0] if coming else None,
        others=coming[1:],
        guidance=guidance.for_resident(household.compound.risk),
    )


@blueprint.get("/orders")
@requires(Permission.RESIDE)
def mine() -> ResponseReturnValue:
    """Show the orders of the person's households, the newest first."""
    households = _my_households()
    if not households:
        return render_template("orders/no_household.html")
    locale.use_timezone(households[0].compound.district.timezone)
    now = clock.now()
    statement = queries.orders_of([household.id for household in households])
    page = paginate(session(), statement, number=requested_page(), per_page=PER_PAGE)
    orders = [queries.view_of(order, households=households, now=now) for order in page.items]
    return render_template("orders/mine.html", page=page, orders=orders)


@blueprint.get("/orders/<code>")
@requires(Permission.RESIDE)
def show(code: str) -> ResponseReturnValue:
    """Show one order: what is on it, what it costs, and every step with its time."""
    households = _my_households()
    one = queries.get_household_order(session(), code=code, households=households, now=clock.now())
    household = next(home for home in households if home.id == one.order.household_id)
    locale.use_timezone(household.compound.district.timezone)
    return render_template(
        "orders/show.html", one=one, order=one.order, compound=household.compound, flat=flat_name(household)
    )


def flat_name(household: Household) -> str:
    """Return where a household lives within its compound, as people write it."""
    return words.household_label(household)


def _gate_hours(household: Household) -> list[tuple[str, str]]:
    return [
        (gate.name, f"{time_of_day(gate.opens_s)}–{time_of_day(gate.closes_s)}") for gate in household.compound.gates
    ]


def _my_households() -> list[Household]:
    return queries.list_households_of(session(), person_id=me().person_id)


def _chosen(households: list[Household]) -> Household:
    """Return the household that the address asks for, else the first joined; another's is not found."""
    wanted = request.args.get("household", type=converters.row_number)
    if wanted is None:
        return households[0]
    found = next((household for household in households if household.id == wanted), None)
    if found is None:
        abort(404)
    return found
