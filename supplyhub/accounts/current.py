"""The person behind the current request."""

from flask import abort
from flask_login import current_user

from supplyhub.accounts.sessions import SignedIn


def find_me() -> SignedIn | None:
    """Return the person who is signed in, or None."""
    proxied = current_user._get_current_object if current_user else None  # noqa: SLF001 -- a proxy has no other way
    person = proxied() if proxied else None
    return person if isinstance(person, SignedIn) else None


def me() -> SignedIn:
    """Return the person who is signed in; a route that `@requires` a right has one."""
    person = find_me()
    if person is None:
        abort(401)
    return person
