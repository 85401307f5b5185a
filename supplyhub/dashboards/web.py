"""The start page, and the district's day at a glance. Read-only."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import find_me
from supplyhub.accounts.roles import Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.webkit.access import public

blueprint = Blueprint("dashboards", __name__)

# Where a role works; the first role of this list that a person has decides.
_START: tuple[tuple[Role, str], ...] = (
    (Role.RIDER, "field.my_round"),
    (Role.GATE_KEEPER, "field.gate"),
    (Role.SUPPLIER, "loading.index"),
    (Role.PLATFORM_CLIENT, "loading.index"),
    (Role.RESIDENT, "orders.home"),
    (Role.LEADER, "orders.home"),
    (Role.VOLUNTEER, "orders.home"),
)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """Lead everybody to the page where their role works."""
    me = find_me()
    if me is None:
        return redirect(url_for("accounts.log_in"))
    if me.is_staff or me.has_role(Role.RIDER_COMPANY):
        paths = [grant.scope for grant in me.grants if grant.role.is_staff or grant.role == Role.RIDER_COMPANY]
        districts = places.list_districts_within(session(), paths=paths)
        if len(districts) > 1:
            return render_template("dashboards/districts.html", districts=districts)
        if districts:
            return redirect(_district_start(me, districts[0].code, districts[0].path))
    for role, endpoint in _START:
        if me.has_role(role):
            return redirect(url_for(endpoint))
    return redirect(url_for("accounts.account"))


def _district_start(me: SignedIn, code: str, path: str) -> str:
    for permission, endpoint in (
        (Permission.VIEW_DAY, "dashboards.overview"),
        (Permission.VIEW_PLACES, "places.compounds"),
        (Permission.VIEW_RIDERS, "riders.index"),
    ):
        if me.can_within(permission, path):
            return url_for(endpoint, district=code)
    return url_for("accounts.account")
