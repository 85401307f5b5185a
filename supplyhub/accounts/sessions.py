"""The person behind a request: loaded from a server-side session, frozen, free of the database. Pure."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import UserMixin

from supplyhub.accounts.roles import Grant, Role, covers
from supplyhub.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class SignedIn(UserMixin):
    """A person who is signed in, with the grants held at the start of the request."""

    session_id: int
    token: str
    person_id: int
    name: str
    locale: str | None
    last_seen_at: datetime
    grants: tuple[Grant, ...]

    def get_id(self) -> str:
        """Return what the cookie keeps: the session's token."""
        return self.token

    def can(self, permission: Permission, path: str | None = None) -> bool:
        """Tell whether a grant gives a right, on the path where one is named.

        The own account is everybody's, also of those whose last role was withdrawn.
        """
        if permission == Permission.OWN_ACCOUNT and path is None:
            return True
        return any(grant.allows(permission, path) for grant in self.grants)

    def can_within(self, permission: Permission, path: str) -> bool:
        """Tell whether a grant gives a right on the path or somewhere below it."""
        return bool(self.paths(permission, within=path))

    def paths(self, permission: Permission, *, within: str = "") -> tuple[str, ...]:
        """Return the paths on which a right is held, cut to what lies within a path."""
        found: list[str] = []
        for grant in self.grants:
            if not grant.allows(permission):
                continue
            if covers(grant.scope, within):
                found.append(within)
            elif covers(within, grant.scope):
                found.append(grant.scope)
        return tuple(dict.fromkeys(found))

    def has_role(self, role: Role) -> bool:
        """Tell whether one of the grants is of a role."""
        return any(grant.role == role for grant in self.grants)

    def scopes_of(self, role: Role) -> tuple[str, ...]:
        """Return the scopes in which a role is held."""
        return tuple(grant.scope for grant in self.grants if grant.role == role)

    @property
    def is_staff(self) -> bool:
        """Whether one of the roles works for the administration."""
        return any(grant.role.is_staff for grant in self.grants)
