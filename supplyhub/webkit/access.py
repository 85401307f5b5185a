"""Access: denied by default, declared on every route.

A route is `@public`, or `@requires(Permission.X)`. Where the address names a place (`/<district>/…`) the right must
hold on that place: another's place reads as not found. `app.py` registers who can tell a place's path.
Rules about one object are not here but in the `policy` of its domain, inside the operation.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from supplyhub.permissions import Permission

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
PUBLIC = "public"
_RESOLVER = "supplyhub_path_resolver"


class SignedInLike(Protocol):
    """What access needs to know of the person at the other end."""

    is_authenticated: bool

    def can(self, permission: Permission, path: str | None = None) -> bool:
        """Tell whether the person holds the right on the path, or on any where none is named."""

    def can_within(self, permission: Permission, path: str) -> bool:
        """Tell whether the person holds the right on the path or somewhere below it."""


PathResolver = Callable[[dict[str, Any]], str | None]
"""Turn a route's view arguments into the scope path that they name, or None where they name none.
Raises `core.errors.NotFound` where they name a place that is not there."""


def register_path_resolver(app: Flask, resolver: PathResolver) -> None:
    """Register who can tell the scope path that an address names."""
    app.extensions[_RESOLVER] = resolver


def public(view: View) -> View:
    """Let everybody use a route."""
    view.__access__ = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: Permission, *, anywhere: bool = False) -> Callable[[View], View]:
    """Let only those use a route who hold a right on the place that its address names.

    With `anywhere`, holding it somewhere below that place is enough; the view then shows only what
    `current_user.paths(permission)` covers.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            person = cast("SignedInLike", current_user)
            if not person.is_authenticated:
                return _ask_to_sign_in()
            resolver = cast("PathResolver", current_app.extensions[_RESOLVER])
            path = g.named_path = resolver(kwargs)
            if path is not None:
                holds = person.can_within(permission, path) if anywhere else person.can(permission, path)
                if not holds:
                    abort(404)
            elif not person.can(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.__access__ = permission  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def named_path() -> str:
    """Return the scope path of the place that the address of a `@requires` route names; empty where it names none."""
    return str(g.get("named_path") or "")


def refuse_undeclared() -> None:
    """Refuse a request whose route declares no access. The tests find such routes first; this is the belt."""
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return
    view = current_app.view_functions[endpoint]
    if not hasattr(view, "__access__"):
        abort(403)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in {"GET", "HEAD"} or request.headers.get("HX-Request"):
        abort(401)
    return redirect(url_for("accounts.log_in", next=request.full_path.rstrip("?")))
