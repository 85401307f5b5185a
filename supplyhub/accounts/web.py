"""Pages of accounts: signing in and out, taking up an invitation, the language. The own account is in `own_web`."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from supplyhub.accounts import attempts, forms, guarding, operations, queries, scopes, second_factor
from supplyhub.accounts.current import find_me, me
from supplyhub.accounts.entering import enter, safe_target
from supplyhub.core import clock, text
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.webkit import locale
from supplyhub.webkit.access import public, requires
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("accounts", __name__)
HALF_SIGNED_IN = "half_signed_in"
HALF_SIGNED_IN_S = 300
LARGE_TEXT = "large"


@blueprint.get("/log-in")
@public
def log_in() -> ResponseReturnValue:
    """Show the log-in page."""
    target = request.args.get("next", "")
    if find_me() is not None:
        return redirect(safe_target(target))
    form = forms.LogIn()
    form.next.data = target
    return render_template("accounts/log_in.html", form=form)


@blueprint.post("/log-in")
@public
@guarding.counted(guarding.passwords_of_form)
@guarding.verifies
@transactional
def check_log_in() -> ResponseReturnValue:
    """Check phone number and password; open a session, or ask for the second factor."""
    form = forms.LogIn()
    if not form.validate():
        return render_template("accounts/log_in.html", form=form), 422
    try:
        person = guarding.verified()
    except operations.UnableToSignIn as error:
        form.refuse("password", error.message)
        return render_template("accounts/log_in.html", form=form), 422
    guarding.forgive()
    if person.has_totp:
        until = clock.now().timestamp() + HALF_SIGNED_IN_S
        cookie[HALF_SIGNED_IN] = {"person_id": person.person_id, "until": until, "next": form.next.data}
        return redirect(url_for("accounts.second_factor"))
    return enter(person.person_id, form.next.data or "")


@blueprint.get("/log-in/code", endpoint="second_factor")
@public
def ask_second_factor() -> ResponseReturnValue:
    """Ask for the code of the authenticator."""
    if _half_signed_in() is None:
        return redirect(url_for("accounts.log_in"))
    return render_template("accounts/second_factor.html", form=forms.SecondFactor())


def _second_factor_subjects() -> tuple[attempts.Subject, ...]:
    half = _half_signed_in()
    return attempts.second_factor_subjects(person_id=half["person_id"]) if half else guarding.codes()


@blueprint.post("/log-in/code")
@public
@guarding.counted(_second_factor_subjects)
@transactional
def check_second_factor() -> ResponseReturnValue:
    """Check the code and open the session."""
    half = _half_signed_in()
    if half is None:
        flash(gettext("That took too long. Sign in again."), "warn")
        return redirect(url_for("accounts.log_in"))
    form = forms.SecondFactor()
    if form.validate():
        try:
            second_factor.check_totp(session(), person_id=half["person_id"], code=form.code.data or "", now=clock.now())
        except second_factor.WrongCode as error:
            form.refuse("code", error.message)
        else:
            guarding.forgive()
            return enter(half["person_id"], half["next"] or "")
    return render_template("accounts/second_factor.html", form=form), 422


@blueprint.post("/log-out")
@public
@transactional
def log_out() -> ResponseReturnValue:
    """End the session on the server and in the browser."""
    person = find_me()
    if person is not None:
        operations.end_session(session(), session_id=person.session_id, person_id=person.person_id)
        flash(gettext("You are signed out."), "go")
    logout_user()
    return redirect(url_for("accounts.log_in"))


@blueprint.post("/language")
@public
@transactional
def set_locale() -> ResponseReturnValue:
    """Choose the language and go back to the page."""
    chosen = request.form.get("locale", "")
    locale.remember_locale(chosen)
    person = find_me()
    if person is not None and chosen in locale.LOCALES:
        operations.choose_locale(session(), person_id=person.person_id, locale=chosen)
    return redirect(safe_target(request.form.get("next", "")))


@blueprint.post("/text-size")
@public
@transactional
def set_text_size() -> ResponseReturnValue:
    """Choose normal or large text and go back to the page."""
    if request.form.get("size") == LARGE_TEXT:
        cookie["text_size"] = LARGE_TEXT
    else:
        cookie.pop("text_size", None)
    return redirect(safe_target(request.form.get("next", "")))


@blueprint.get("/invitations/<code>")
@public
@guarding.counted(guarding.codes)
def invitation(code: str) -> ResponseReturnValue:
    """Show an invitation."""
    return _invitation_page(code, forms.AcceptInvitation())


@blueprint.post("/invitations/<code>")
@public
@guarding.counted(guarding.passwords_and_codes)
@guarding.examines
@transactional
def accept_invitation(code: str) -> ResponseReturnValue:
    """Take up an invitation with phone number and password, and sign in."""
    form = forms.AcceptInvitation()
    if not form.validate():
        return _invitation_page(code, form, 422)
    try:
        person = operations.accept_invitation(
            session(),
            code=code,
            credentials=guarding.examined(),
            name=text.tidy(form.name.data or ""),
            now=clock.now(),
        )
    except operations.UnableToSignUp as error:
        form.refuse(error.field or "phone", error.message)
        return _invitation_page(code, form, 422)
    guarding.forgive()
    return enter(person.id, "")


@blueprint.post("/invitations/<code>/join")
@requires(Permission.OWN_ACCOUNT)
@guarding.counted(guarding.codes)
@transactional
def join_by_invitation(code: str) -> ResponseReturnValue:
    """Take up an invitation with the account that is signed in."""
    operations.join_by_invitation(session(), code=code, actor=me(), now=clock.now())
    guarding.forgive()
    flash(gettext("The role is yours now."), "go")
    return redirect(url_for("dashboards.start"))


def _half_signed_in() -> dict[str, Any] | None:
    half = cookie.get(HALF_SIGNED_IN)
    if not isinstance(half, dict) or half["until"] < clock.now().timestamp():
        return None
    return half


def _invitation_page(code: str, form: forms.AcceptInvitation, status: int = 200) -> ResponseReturnValue:
    found = queries.find_open_invitation(session(), code=code, now=clock.now())
    if found is None:
        raise operations.InvitationEnded(gettext("This invitation is unknown, used or too old. Ask for a new one."))
    if status < 400:
        guarding.forgive_at_once()
    page = render_template(
        "accounts/invitation.html",
        invitation=found,
        scope_label=scopes.labels(session(), paths=[found.scope]).get(found.scope, ""),
        form=form,
        code=code,
        person=find_me(),
    )
    return page, status
