"""Pages of a district's orders for its staff: the day's list with filters, one order. Read-only."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import me
from supplyhub.core import clock, intervals
from supplyhub.db.engine import session
from supplyhub.orders import raises, reasons, staff_queries
from supplyhub.orders.models import OrderSource
from supplyhub.orders.staff_queries import OrderFilter
from supplyhub.orders.states import OrderState
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.places.words import household_label
from supplyhub.suppliers import queries as suppliers
from supplyhub.webkit import converters, tables
from supplyhub.webkit.access import requires
from supplyhub.webkit.pagination import requested_page

blueprint = Blueprint("district_orders", __name__)


@blueprint.get("/<district>/orders")
@requires(Permission.VIEW_ORDERS, anywhere=True)
def index(district: str) -> ResponseReturnValue:
    """Show the orders of a day, the most urgent first."""
    found = places.get_district(session(), code=district)
    paths = me().paths(Permission.VIEW_ORDERS, within=found.path)
    wanted = _requested_filter(found)
    page = staff_queries.page_of_orders(
        session(), district_id=found.id, paths=paths, wanted=wanted, number=requested_page()
    )
    is_filtered = any((wanted.state, wanted.pickup_id, wanted.compound_code, wanted.source, wanted.reason, wanted.text))
    return render_template(
        "orders/staff_index.html",
        district=found,
        page=page,
        wanted=wanted,
        counts=staff_queries.count_orders(session(), district_id=found.id, paths=paths, wanted=wanted),
        nearest_day=None
        if page.total
        else staff_queries.find_nearest_day(session(), district_id=found.id, day_date=wanted.day_date),
        states=list(OrderState),
        sources=list(OrderSource),
        reasons=reasons.REASONS,
        reason_words=reasons.reason_words,
        pickups=suppliers.list_pickups(session(), district_id=found.id),
        compounds=places.list_compound_names(session(), district_id=found.id, paths=paths),
        is_filtered=is_filtered,
        household_label=household_label,
        first_priority=staff_queries.FIRST_PRIORITY,
        can_import=me().can(Permission.IMPORT_FILES, found.path),
    )


@blueprint.get("/<district>/orders/<code>")
@requires(Permission.VIEW_ORDERS, anywhere=True)
def order(district: str, code: str) -> ResponseReturnValue:
    """Show one order: what is in it, for whom, when it is promised, and every step it took."""
    found = places.get_district(session(), code=district)
    paths = me().paths(Permission.VIEW_ORDERS, within=found.path)
    shown = staff_queries.get_order(session(), district_id=found.id, code=code, paths=paths)
    return render_template(
        "orders/staff_order.html",
        district=found,
        order=shown,
        reason=reasons.reason_words(shown.unplanned_reason).label if shown.unplanned_reason else "",
        raised=raises.find_cause(shown.raised_because),
        flat=household_label(shown.household) if shown.household else "",
        total_fen=sum(line.quantity * line.price_fen for line in shown.lines),
        is_urgent=shown.priority == staff_queries.FIRST_PRIORITY,
        can_view_places=me().can(Permission.VIEW_PLACES, shown.compound.path),
        can_ask_why=me().can(Permission.MAKE_PLAN, found.path),
    )


def _requested_filter(district: District) -> OrderFilter:
    arguments = request.args
    reason = arguments.get("reason", "")
    return OrderFilter(
        day_date=tables.requested_date() or intervals.local_date(clock.now(), district.timezone),
        state=next((state for state in OrderState if state == arguments.get("state")), None),
        pickup_id=arguments.get("pickup", type=converters.row_number),
        compound_code=tables.requested_text("compound"),
        source=next((source for source in OrderSource if source == arguments.get("source")), None),
        reason=reason if reasons.is_reason(reason) else "",
        text=tables.requested_text(),
    )
