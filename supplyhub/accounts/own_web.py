"""Pages of one's own account: password, sessions, sign-in codes."""

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts import attempts, devices, forms, guarding, operations, queries, scopes, second_factor
from supplyhub.accounts.current import me
from supplyhub.accounts.web import blueprint
from supplyhub.core import clock
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.webkit.access import requires
from supplyhub.webkit.transactional import transactional


def _own_password() -> tuple[attempts.Subject, ...]:
    return attempts.own_password_subjects(person_id=me().person_id)


def _own_code() -> tuple[attempts.Subject, ...]:
    return attempts.second_factor_subjects(person_id=me().person_id)


@blueprint.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """Show one's own account."""
    return _account_page(password_form=forms.ChangePassword())


@blueprint.post("/account/password")
@requires(Permission.OWN_ACCOUNT)
@guarding.counted(_own_password)
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
            guarding.forgive()
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


@blueprint.post("/account/sessions/end-others")
@requires(Permission.OWN_ACCOUNT)
@transactional
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    operations.close_other_sessions(session(), keep_id=me().session_id, person_id=me().person_id)
    flash(gettext("All other devices are signed out."), "go")
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/codes")
@requires(Permission.OWN_ACCOUNT)
@transactional
def begin_totp() -> ResponseReturnValue:
    """Make a secret for an authenticator and show it as a QR code."""
    second_factor.begin_totp(session(), actor=me())
    return redirect(url_for("accounts.set_up_totp"))


@blueprint.get("/account/codes")
@requires(Permission.OWN_ACCOUNT)
def set_up_totp() -> ResponseReturnValue:
    """Show the QR code and ask for the first code."""
    return _totp_page(forms.SecondFactor())


@blueprint.post("/account/codes/confirm")
@requires(Permission.OWN_ACCOUNT)
@guarding.counted(_own_code)
@transactional
def confirm_totp() -> ResponseReturnValue:
    """Switch sign-in codes on."""
    form = forms.SecondFactor()
    if form.validate():
        try:
            second_factor.confirm_totp(session(), actor=me(), code=form.code.data or "", now=clock.now())
        except second_factor.WrongCode as error:
            form.refuse("code", error.message)
        else:
            guarding.forgive()
            flash(gettext("Signing in now asks for a code."), "go")
            return redirect(url_for("accounts.account"))
    return _totp_page(form, 422)


@blueprint.post("/account/codes/remove")
@requires(Permission.OWN_ACCOUNT)
@guarding.counted(_own_password)
@transactional
def remove_totp() -> ResponseReturnValue:
    """Switch sign-in codes off."""
    form = forms.ConfirmPassword()
    if form.validate():
        try:
            second_factor.remove_totp(session(), actor=me(), password=form.password.data or "")
        except second_factor.WrongPassword as error:
            form.refuse("password", error.message)
        else:
            guarding.forgive()
            flash(gettext("Signing in no longer asks for a code."), "go")
            return redirect(url_for("accounts.account"))
    return _account_page(password_form=forms.ChangePassword(blank=True), code_form=form), 422


def _account_page(*, password_form: forms.ChangePassword, code_form: forms.ConfirmPassword | None = None) -> str:
    actor = me()
    sessions = queries.list_sessions(session(), person_id=actor.person_id, now=clock.now())
    names = scopes.labels(session(), paths=[grant.scope for grant in actor.grants])
    return render_template(
        "accounts/account.html",
        person=queries.get_person(session(), person_id=actor.person_id),
        roles=[(grant.role.label, names.get(grant.scope, "")) for grant in actor.grants],
        sessions=[
            {"id": opened.id, "device": devices.device_name(opened.device), "last_seen_at": opened.last_seen_at,
             "is_here": opened.id == actor.session_id}
            for opened in sessions
        ],
        password_form=password_form,
        code_form=code_form or forms.ConfirmPassword(blank=True),
        is_staff=actor.is_staff,
    )  # fmt: skip


def _totp_page(form: forms.SecondFactor, status: int = 200) -> ResponseReturnValue:
    person = queries.get_person(session(), person_id=me().person_id)
    if person.totp_secret is None or person.has_totp:
        return redirect(url_for("accounts.account"))
    code = segno.make(second_factor.totp_address(person), error="m")
    page = render_template(
        "accounts/set_up_totp.html",
        form=form,
        qr_code=code.svg_data_uri(scale=5, border=2),
        secret=" ".join(person.totp_secret[start : start + 4] for start in range(0, len(person.totp_secret), 4)),
        is_staff=me().is_staff,
    )
    return page, status
