"""Pages of accounts: signing in and out, the own account, taking up an invitation, the language."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user, logout_user

from supplyhub.accounts import forms, operations, queries
from supplyhub.accounts.current import find_me, me
from supplyhub.core import clock, text
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.db.transaction import transaction
from supplyhub.permissions import Permission
from supplyhub.webkit import locale
from supplyhub.webkit.access import public, requires
from supplyhub.webkit.settings import settings
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("accounts", __name__)
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
HALF_SIGNED_IN_S = 300
LARGE_TEXT = "large"


def _attempt_subjects() -> list[str]:
    phone = text.half_width(request.form.get("phone", ""))[:40] or str(cookie.get("half_signed_in", ""))[:40]
    return [f"phone:{phone}", f"address:{request.remote_addr}:{phone}"]


def _counted(view: View) -> View:
    """Count the attempt in a transaction of its own before the view looks at it."""

    @wraps(view)
    def counting(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        with transaction() as current:
            operations.count_sign_in(
                current,
                subjects=_attempt_subjects(),
                now=clock.now(),
                limit=settings().sign_in_attempts,
                window=timedelta(minutes=settings().sign_in_window_minutes),
            )
        return view(*args, **kwargs)

    return cast("View", counting)


@blueprint.get("/log-in")
@public
def log_in() -> ResponseReturnValue:
    """Show the log-in page."""
    if find_me() is not None:
        return redirect(_safe_target(request.args.get("next", "")))
    form = forms.LogIn()
    form.next.data = request.args.get("next", "")
    return render_template("accounts/log_in.html", form=form)


@blueprint.post("/log-in")
@public
@_counted
@transactional
def check_log_in() -> ResponseReturnValue:
    """Check phone number and password; open a session, or ask for the second factor."""
    form = forms.LogIn()
    if not form.validate():
        return render_template("accounts/log_in.html", form=form), 422
    try:
        person = operations.check_password(
            session(), phone=form.phone.data or "", password=form.password.data or "", subjects=_attempt_subjects()
        )
    except operations.UnableToSignIn as error:
        form.refuse("password", error.message)
        return render_template("accounts/log_in.html", form=form), 422
    if person.has_totp:
        until = clock.now().timestamp() + HALF_SIGNED_IN_S
        cookie["half_signed_in"] = {"person_id": person.id, "until": until, "next": form.next.data}
        return redirect(url_for("accounts.second_factor"))
    return _enter(person.id, form.next.data or "")


@blueprint.get("/log-in/code")
@public
def second_factor() -> ResponseReturnValue:
    """Ask for the code of the authenticator."""
    if _half_signed_in() is None:
        return redirect(url_for("accounts.log_in"))
    return render_template("accounts/second_factor.html", form=forms.SecondFactor())


@blueprint.post("/log-in/code")
@public
@_counted
@transactional
def check_second_factor() -> ResponseReturnValue:
    """Check the code and open the session."""
    half = _half_signed_in()
    if half is None:
        return redirect(url_for("accounts.log_in"))
    form = forms.SecondFactor()
    if form.validate():
        try:
            operations.check_totp(session(), person_id=half["person_id"], code=form.code.data or "", now=clock.now())
        except operations.UnableToSignIn as error:
            form.refuse("code", error.message)
        else:
            return _enter(half["person_id"], half["next"] or "")
    return render_template("accounts/second_factor.html", form=form), 422


@blueprint.post("/log-out")
@public
@transactional
def log_out() -> ResponseReturnValue:
    """End the session on the server and in the browser."""
    person = find_me()
    if person is not None:
        operations.close_session(session(), session_id=person.session_id, person_id=person.person_id)
    logout_user()
    return redirect(url_for("accounts.log_in"))


@blueprint.post("/language")
@public
@transactional
def set_locale() -> ResponseReturnValue:
    """Choose the language and go back to the page."""
    locale.remember_locale(request.form.get("locale", ""))
    return redirect(_safe_target(request.form.get("next", "")))


@blueprint.post("/text-size")
@public
@transactional
def set_text_size() -> ResponseReturnValue:
    """Choose normal or large text and go back to the page."""
    if request.form.get("size") == LARGE_TEXT:
        cookie["text_size"] = LARGE_TEXT
    else:
        cookie.pop("text_size", None)
    return redirect(_safe_target(request.form.get("next", "")))


@blueprint.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """Show one's own account."""
    return _account_page(password_form=forms.ChangePassword())


@blueprint.post("/account/password")
@requires(Permission.OWN_ACCOUNT)
@transactional
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    form = forms.ChangePassword()
    if form.validate():
        try:
            operations.change_password(
                session(), actor=me(), current=form.current.data or "", wanted=form.wanted.data or ""
            )
        except DomainError as error:
            form.refuse(error.field or "current", error.message)
        else:
            flash(gettext("Your password is changed. Other devices were signed out."), "go")
            return redirect(url_for("accounts.account"))
    return _account_page(password_form=form), 422


@blueprint.post("/account/sessions/<int:session_id>/end")
@requires(Permission.OWN_ACCOUNT)
@transactional
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    operations.close_session(session(), session_id=session_id, person_id=me().person_id)
    flash(gettext("That device is signed out."), "go")
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/codes")
@requires(Permission.OWN_ACCOUNT)
@transactional
def begin_totp() -> ResponseReturnValue:
    """Make a secret for an authenticator and show it as a QR code."""
    operations.begin_totp(session(), actor=me())
    return redirect(url_for("accounts.set_up_totp"))


@blueprint.get("/account/codes")
@requires(Permission.OWN_ACCOUNT)
def set_up_totp() -> ResponseReturnValue:
    """Show the QR code and ask for the first code."""
    return _totp_page(forms.SecondFactor())


@blueprint.post("/account/codes/confirm")
@requires(Permission.OWN_ACCOUNT)
@transactional
def confirm_totp() -> ResponseReturnValue:
    """Switch sign-in codes on."""
    form = forms.SecondFactor()
    if form.validate():
        try:
            operations.confirm_totp(session(), actor=me(), code=form.code.data or "", now=clock.now())
        except operations.UnableToSignIn as error:
            form.refuse("code", error.message)
        else:
            flash(gettext("Signing in now asks for a code."), "go")
            return redirect(url_for("accounts.account"))
    return _totp_page(form, 422)


@blueprint.post("/account/codes/remove")
@requires(Permission.OWN_ACCOUNT)
@transactional
def remove_totp() -> ResponseReturnValue:
    """Switch sign-in codes off."""
    form = forms.ConfirmPassword()
    if form.validate():
        try:
            operations.remove_totp(session(), actor=me(), password=form.password.data or "")
        except operations.UnableToSignIn as error:
            form.refuse("password", error.message)
        else:
            flash(gettext("Signing in no longer asks for a code."), "go")
            return redirect(url_for("accounts.account"))
    return _account_page(password_form=forms.ChangePassword(blank=True), code_form=form), 422


@blueprint.get("/invitations/<code>")
@public
def invitation(code: str) -> ResponseReturnValue:
    """Show an invitation."""
    return _invitation_page(code, forms.AcceptInvitation())


@blueprint.post("/invitations/<code>")
@public
@_counted
@transactional
def accept_invitation(code: str) -> ResponseReturnValue:
    """Take up an invitation and sign in."""
    form = forms.AcceptInvitation()
    if form.validate():
        try:
            person = operations.accept_invitation(
                session(),
                code=code,
                phone=form.phone.data or "",
                password=form.password.data or "",
                name=text.tidy(form.name.data or ""),
                now=clock.now(),
            )
        except operations.UnableToSignUp as error:
            form.refuse(error.field or "phone", error.message)
        else:
            return _enter(person.id, "")
    return _invitation_page(code, form, 422)


def _half_signed_in() -> dict[str, Any] | None:
    half = cookie.get("half_signed_in")
    if not isinstance(half, dict) or half["until"] < clock.now().timestamp():
        return None
    return half


def _enter(person_id: int, target: str) -> ResponseReturnValue:
    now = clock.now()
    token = operations.open_session(
        session(),
        person_id=person_id,
        device=request.user_agent.string,
        now=now,
        lasts=timedelta(hours=settings().session_hours),
    )
    kept = {key: cookie[key] for key in ("locale", "text_size") if key in cookie}
    cookie.clear()
    cookie.update(kept)
    signed_in = queries.find_signed_in(session(), token=token, now=now)
    login_user(signed_in)
    return redirect(_safe_target(target))


def _safe_target(target: str) -> str:
    """Return a path of our own to go to; anything else leads to the start page."""
    parts = urlsplit(target)
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if is_ours else url_for("dashboards.start")


def _account_page(*, password_form: forms.ChangePassword, code_form: forms.ConfirmPassword | None = None) -> str:
    actor = me()
    return render_template(
        "accounts/account.html",
        person=queries.get_person(session(), person_id=actor.person_id),
        sessions=queries.list_sessions(session(), person_id=actor.person_id, now=clock.now()),
        current_session_id=actor.session_id,
        password_form=password_form,
        code_form=code_form or forms.ConfirmPassword(blank=True),
        is_staff=actor.is_staff,
    )


def _totp_page(form: forms.SecondFactor, status: int = 200) -> ResponseReturnValue:
    person = queries.get_person(session(), person_id=me().person_id)
    if person.totp_secret is None or person.has_totp:
        return redirect(url_for("accounts.account"))
    code = segno.make(operations.totp_address(person), error="m")
    return render_template(
        "accounts/set_up_totp.html",
        form=form,
        qr_code=code.svg_data_uri(scale=5, border=2),
        secret=person.totp_secret,
    ), status


def _invitation_page(code: str, form: forms.AcceptInvitation, status: int = 200) -> ResponseReturnValue:
    found = queries.find_open_invitation(session(), code=code, now=clock.now())
    if found is None:
        raise operations.InvitationEnded(gettext("This invitation is unknown, used or too old. Ask for a new one."))
    return render_template("accounts/invitation.html", invitation=found, form=form, code=code), status
