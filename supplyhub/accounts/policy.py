"""Rules of accounts about one object. Pure."""

from collections.abc import Sequence

from supplyhub.accounts.roles import Grant, Role, covers
from supplyhub.accounts.sessions import SignedIn
from supplyhub.permissions import Permission

# Who may invite whom: a role invites only those whose work it oversees.
_INVITES: dict[Role, frozenset[Role]] = {
    Role.COMMUNITY_STAFF: frozenset({Role.LEADER, Role.GATE_KEEPER, Role.VOLUNTEER}),
    Role.STREET_STAFF: frozenset({Role.LEADER, Role.GATE_KEEPER, Role.VOLUNTEER, Role.COMMUNITY_STAFF}),
    Role.DISTRICT_STAFF: frozenset(
        {
            Role.LEADER,
            Role.SUPPLIER,
            Role.PLATFORM_CLIENT,
            Role.RIDER,
            Role.RIDER_COMPANY,
            Role.GATE_KEEPER,
            Role.VOLUNTEER,
            Role.COMMUNITY_STAFF,
            Role.STREET_STAFF,
        }
    ),
}
_INVITES[Role.CITY_STAFF] = _INVITES[Role.DISTRICT_STAFF] | {Role.DISTRICT_STAFF}
_INVITES[Role.ADMIN] = frozenset(Role) - {Role.RESIDENT}


def can_invite(actor: SignedIn, role: Role, scope: str) -> bool:
    """Tell whether a person may invite another to a role within a scope."""
    return any(
        role in _INVITES.get(grant.role, ())
        and grant.allows(Permission.INVITE_PEOPLE, scope)
        and covers(grant.scope, scope)
        for grant in actor.grants
    )


def invitable_roles(actor: SignedIn, scope: str) -> tuple[Role, ...]:
    """Return the roles that a person may invite to on a path or somewhere below it, in the order of `Role`."""
    return tuple(
        role
        for role in Role
        if any(
            role in _INVITES.get(grant.role, ()) and (covers(grant.scope, scope) or covers(scope, grant.scope))
            for grant in actor.grants
        )
    )


def can_let_in(actor: SignedIn, grants: Sequence[Grant]) -> bool:
    """Tell whether a person may let somebody with these roles back in who has lost password or authenticator.

    All of the roles must be in the person's hands: who lets somebody in could also act as that somebody.
    """
    return bool(grants) and all(
        actor.can(Permission.INVITE_PEOPLE, grant.scope)
        if grant.role == Role.RESIDENT
        else can_invite(actor, grant.role, grant.scope)
        for grant in grants
    )
