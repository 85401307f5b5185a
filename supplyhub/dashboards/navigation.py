"""What the bars of the pages offer to the person who is signed in."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from supplyhub.accounts.current import find_me
from supplyhub.accounts.roles import Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.permissions import Permission
from supplyhub.webkit.navigation import NavigationItem


def items() -> list[NavigationItem]:
    """Return the entries for the page being shown: a district's on its pages, the person's own elsewhere."""
    me = find_me()
    if me is None:
        return []
    district = (request.view_args or {}).get("district")
    return _district_items(me, str(district)) if district else _own_items(me)


def _item(endpoint: str, label: str, icon: str, *, group: str = "", **values: Any) -> NavigationItem:
    return NavigationItem(label=label, url=url_for(endpoint, **values), icon=icon, endpoint=endpoint, group=group)


def _district_items(me: SignedIn, district: str) -> list[NavigationItem]:
    today, supply, people = gettext("Today"), gettext("Supply"), gettext("People and places")
    offered = (
        (Permission.VIEW_DAY, "dashboards.overview", gettext("Overview"), "layout-dashboard", today),
        (Permission.VIEW_DAY, "plans.index", gettext("Plans and rounds"), "route", today),
        (Permission.VIEW_DAY, "exposure.index", gettext("Contacts"), "virus", today),
        (Permission.IMPORT_FILES, "imports.index", gettext("Imports"), "file-import", supply),
        (Permission.VIEW_ORDERS, "district_orders.index", gettext("Orders"), "package", supply),
        (Permission.VIEW_PLACES, "places.compounds", gettext("Compounds"), "building-community", people),
        (Permission.VIEW_RIDERS, "riders.index", gettext("Riders"), "bike", people),
        (Permission.INVITE_PEOPLE, "people.index", gettext("People and roles"), "users", people),
    )
    return [
        _item(endpoint, label, icon, group=group, district=district)
        for permission, endpoint, label, icon, group in offered
        if me.can(permission)
    ]


def _own_items(me: SignedIn) -> list[NavigationItem]:
    found: list[NavigationItem] = []
    if me.is_staff or me.has_role(Role.RIDER_COMPANY):
        found.append(_item("dashboards.start", gettext("Start"), "layout-dashboard"))
    if me.has_role(Role.RIDER):
        found.append(_item("field.my_round", gettext("Round"), "route"))
        found.append(_item("field.my_map", gettext("Map"), "map"))
    if me.has_role(Role.GATE_KEEPER):
        found.append(_item("field.gate", gettext("Gate"), "gate"))
    if me.has_role(Role.SUPPLIER) or me.has_role(Role.PLATFORM_CLIENT):
        found.append(_item("loading.index", gettext("Loading"), "truck-loading"))
    if me.can(Permission.RESIDE):
        found.append(_item("orders.home", gettext("Compound"), "home"))
        found.append(_item("orders.mine", gettext("Orders"), "package"))
    found.append(_item("accounts.account", gettext("Account"), "user"))
    return found[:5]
