"""Roles, the rights they hold, and grants of a role within a scope. Pure.

A scope is a path of text (`zhuzhou/tianyuan/…`); a grant covers its own path and every path below it. The empty
path covers everything. Accounts know nothing of what the paths stand for.
"""

from dataclasses import dataclass
from enum import StrEnum

from supplyhub.permissions import Permission
from supplyhub.wording import lazy_gettext


class Role(StrEnum):
    """What a person is to the district."""

    RESIDENT = "resident"
    LEADER = "leader"
    SUPPLIER = "supplier"
    PLATFORM_CLIENT = "platform_client"
    RIDER = "rider"
    RIDER_COMPANY = "rider_company"
    GATE_KEEPER = "gate_keeper"
    VOLUNTEER = "volunteer"
    COMMUNITY_STAFF = "community_staff"
    STREET_STAFF = "street_staff"
    DISTRICT_STAFF = "district_staff"
    CITY_STAFF = "city_staff"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role's name for people."""
        return _LABELS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        """The rights that the role holds within its scope."""
        return _PERMISSIONS[self]

    @property
    def is_staff(self) -> bool:
        """Whether the role works for the administration."""
        return self in _STAFF


_LABELS = {
    Role.RESIDENT: lazy_gettext("Resident"),
    Role.LEADER: lazy_gettext("Group-buy leader"),
    Role.SUPPLIER: lazy_gettext("Supplier"),
    Role.PLATFORM_CLIENT: lazy_gettext("Online platform"),
    Role.RIDER: lazy_gettext("Rider"),
    Role.RIDER_COMPANY: lazy_gettext("Rider company"),
    Role.GATE_KEEPER: lazy_gettext("Gate keeper"),
    Role.VOLUNTEER: lazy_gettext("Volunteer"),
    Role.COMMUNITY_STAFF: lazy_gettext("Community staff"),
    Role.STREET_STAFF: lazy_gettext("Street staff"),
    Role.DISTRICT_STAFF: lazy_gettext("District staff"),
    Role.CITY_STAFF: lazy_gettext("City staff"),
    Role.ADMIN: lazy_gettext("Administrator"),
}

_STAFF = frozenset({Role.COMMUNITY_STAFF, Role.STREET_STAFF, Role.DISTRICT_STAFF, Role.CITY_STAFF, Role.ADMIN})

_COMMUNITY = frozenset({Permission.VIEW_PLACES, Permission.VIEW_ORDERS, Permission.KEEP_GATE, Permission.INVITE_PEOPLE})
_DISTRICT = _COMMUNITY | {
    Permission.VIEW_DAY,
    Permission.VIEW_RIDERS,
    Permission.LOAD_ROUNDS,
    Permission.IMPORT_FILES,
    Permission.MAKE_PLAN,
    Permission.PUBLISH_PLAN,
    Permission.TRACE_CONTACTS,
}
_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: rights | {Permission.OWN_ACCOUNT}
    for role, rights in {
        Role.RESIDENT: frozenset({Permission.RESIDE}),
        Role.LEADER: frozenset({Permission.RESIDE}),
        Role.SUPPLIER: frozenset({Permission.LOAD_ROUNDS}),
        Role.PLATFORM_CLIENT: frozenset({Permission.LOAD_ROUNDS}),
        Role.RIDER: frozenset({Permission.DRIVE_ROUND}),
        Role.RIDER_COMPANY: frozenset({Permission.VIEW_RIDERS}),
        Role.GATE_KEEPER: frozenset({Permission.KEEP_GATE}),
        Role.VOLUNTEER: frozenset({Permission.RESIDE}),
        Role.COMMUNITY_STAFF: _COMMUNITY,
        Role.STREET_STAFF: _COMMUNITY,
        Role.DISTRICT_STAFF: _DISTRICT,
        Role.CITY_STAFF: _DISTRICT,
        Role.ADMIN: _DISTRICT | {Permission.RUN_SYSTEM},
    }.items()
}


def covers(scope: str, path: str) -> bool:
    """Tell whether a grant's scope covers a path."""
    return scope == "" or path == scope or path.startswith(scope + "/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role within a scope."""

    role: Role
    scope: str

    def allows(self, permission: Permission, path: str | None = None) -> bool:
        """Tell whether the grant gives a right, on a path where one is named."""
        return permission in self.role.permissions and (path is None or covers(self.scope, path))
