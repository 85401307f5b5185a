"""How somebody enters: a new session on the server, a fresh cookie, and a safe place to go to."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user

from supplyhub.accounts import operations, queries
from supplyhub.accounts.current import find_me
from supplyhub.core import clock
from supplyhub.db.engine import session
from supplyhub.webkit.settings import settings

KEPT_IN_COOKIE = ("locale", "text_size")


def enter(person_id: int, target: str) -> ResponseReturnValue:
    """Open a session for a person and go on to a page of ours.

    The cookie is begun anew: nothing that was put into it before, by whomever, belongs to the person's session.
    """
    now = clock.now()
    before = find_me()
    if before is not None:
        operations.end_session(session(), session_id=before.session_id, person_id=before.person_id)
    token = operations.open_session(
        session(),
        person_id=person_id,
        device=request.user_agent.string,
        now=now,
        lasts=timedelta(hours=settings().session_hours),
    )
    kept = {key: cookie[key] for key in KEPT_IN_COOKIE if key in cookie}
    cookie.clear()
    cookie.update(kept)
    login_user(queries.find_signed_in(session(), token=token, now=now))
    return redirect(safe_target(target))


def safe_target(target: str) -> str:
    """Return a path of our own to go to; anything else leads to the start page."""
    # Browsers drop control characters and read a backslash as a slash: "/\t/host" and "/\host" lead away.
    is_plain = target.isprintable() and "\\" not in target
    is_path = target.startswith("/") and not target.startswith("//")
    if is_plain and is_path and not urlsplit(target).netloc:
        return target
    return url_for("dashboards.start")
