"""Changing accounts: signing in and out, signing up, inviting, second factor."""

from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from supplyhub.accounts import passwords, policy, queries
from supplyhub.accounts.models import FailedSignIn, Invitation, Person, RoleGrant, SignInSession
from supplyhub.accounts.phones import normal_phone
from supplyhub.accounts.roles import Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import ids
from supplyhub.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from supplyhub.wording import lazy_gettext

TOTP_ISSUER = "SupplyHub"
TOTP_STEP_S = 30
SEEN_EVERY = timedelta(minutes=5)


class UnableToSignIn(Invalid):
    """Phone number, password or code is wrong."""


class TooManySignIns(TooMany):
    """Too many attempts failed lately."""


class UnableToSignUp(Invalid):
    """The account cannot be made."""


class UnableToInvite(NotAllowed):
    """The person may not invite to that role there."""


class InvitationEnded(NotFound):
    """The invitation is unknown, used or expired."""


class UnableToSetUpCode(Conflict):
    """The second factor cannot be switched on."""


def count_sign_in(session: Session, *, subjects: list[str], now: datetime, limit: int, window: timedelta) -> None:
    """Count an attempt against phone and address before its outcome is known; success takes it back.

    Raises
    ------
    TooManySignIns
        As many attempts as allowed were made within the window.
    """
    if queries.count_failed_sign_ins(session, subjects=subjects, now=now, window=window) >= limit:
        minutes = int(window.total_seconds() // 60)
        raise TooManySignIns(
            lazy_gettext("Too many attempts. Wait %(minutes)s minutes and try again.", minutes=minutes)
        )
    session.execute(delete(FailedSignIn).where(FailedSignIn.failed_at <= now - window))
    session.add_all([FailedSignIn(subject=subject, failed_at=now) for subject in subjects])
    session.flush()


def check_password(session: Session, *, phone: str, password: str, subjects: list[str]) -> Person:
    """Return the person whose phone number and password these are, and forget the failed attempts.

    Raises
    ------
    UnableToSignIn
        The phone number is unknown or the password is wrong; which of the two is not said.
    """
    normal = normal_phone(phone)
    person = queries.find_person_by_phone(session, phone=normal) if normal else None
    if person is None:
        passwords.waste_a_check(password)
    elif person.is_active and passwords.password_matches(password, person.password_hash):
        session.execute(delete(FailedSignIn).where(FailedSignIn.subject.in_(subjects)))
        return person
    raise UnableToSignIn(lazy_gettext("Phone number or password is wrong. Check both and try again."), field="password")


def open_session(session: Session, *, person_id: int, device: str, now: datetime, lasts: timedelta) -> str:
    """Open a session for a person and return its token."""
    token = ids.new_token()
    session.execute(delete(SignInSession).where(SignInSession.expires_at <= now))
    session.add(
        SignInSession(
            token_digest=ids.token_digest(token),
            person_id=person_id,
            device=device[:120],
            created_at=now,
            last_seen_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token


def touch_session(session: Session, *, token: str, now: datetime) -> None:
    """Note that a session is in use, at most every few minutes."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_digest == ids.token_digest(token), SignInSession.last_seen_at < now - SEEN_EVERY)
        .values(last_seen_at=now)
    )


def close_session(session: Session, *, session_id: int, person_id: int) -> None:
    """End one of a person's sessions.

    Raises
    ------
    NotFound
        The session has ended already, or is another's.
    """
    statement = delete(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person_id)
    if session.execute(statement.returning(SignInSession.id)).first() is None:
        raise NotFound(lazy_gettext("This session has already ended."))


def close_other_sessions(session: Session, *, keep_id: int, person_id: int) -> None:
    """End all of a person's sessions but one."""
    session.execute(delete(SignInSession).where(SignInSession.person_id == person_id, SignInSession.id != keep_id))


def create_person(session: Session, *, phone: str, password: str, name: str, now: datetime) -> Person:
    """Make an account without any role yet.

    Raises
    ------
    UnableToSignUp
        The phone number is no number or has an account already, or the password is too short or long.
    """
    normal = normal_phone(phone)
    if normal is None:
        raise UnableToSignUp(lazy_gettext("Enter a phone number, such as 138 1234 5678."), field="phone")
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise UnableToSignUp(
            lazy_gettext(
                "Choose a password of %(shortest)s to %(longest)s characters.",
                shortest=passwords.SHORTEST,
                longest=passwords.LONGEST,
            ),
            field="password",
        )
    person = Person(phone=normal, name=name, password_hash=passwords.hash_password(password), created_at=now)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise UnableToSignUp(
            lazy_gettext("This phone number already has an account. Sign in instead."), field="phone"
        ) from None
    return person


def grant_role(session: Session, *, person_id: int, role: Role, scope: str, now: datetime) -> None:
    """Give a person a role within a scope; giving it twice changes nothing."""
    grant = RoleGrant(person_id=person_id, role=role, scope=scope, created_at=now)
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError:
        return


def invite_person(
    session: Session, *, role: Role, scope: str, note: str, actor: SignedIn, now: datetime, lasts: timedelta
) -> str:
    """Invite one person to a role within a scope and return the code to hand over; it is shown once.

    Raises
    ------
    UnableToInvite
        The actor may not invite to that role there.
    """
    if not policy.can_invite(actor, role, scope):
        raise UnableToInvite(lazy_gettext("You cannot invite to this role here."))
    code = ids.new_spoken_code(10)
    session.add(
        Invitation(
            code_digest=ids.token_digest(code),
            role=role,
            scope=scope,
            note=note,
            invited_by_id=actor.person_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return code


def accept_invitation(session: Session, *, code: str, phone: str, password: str, name: str, now: datetime) -> Person:
    """Take up an invitation: with a new account, or with the one that the phone number and password open.

    Raises
    ------
    InvitationEnded
        The invitation is unknown, used or expired.
    UnableToSignUp
        The phone number has an account whose password is another, or a value is wrong.
    """
    invitation = queries.find_open_invitation(session, code=code, now=now)
    if invitation is None:
        raise InvitationEnded(lazy_gettext("This invitation is unknown, used or too old. Ask for a new one."))
    known = queries.find_person_by_phone(session, phone=normal_phone(phone) or "")
    if known is None:
        person = create_person(session, phone=phone, password=password, name=name, now=now)
    elif known.is_active and passwords.password_matches(password, known.password_hash):
        person = known
    else:
        raise UnableToSignUp(
            lazy_gettext("This phone number already has an account. Enter that account's password."), field="password"
        )
    invitation.used_at, invitation.used_by_id = now, person.id
    grant_role(session, person_id=person.id, role=invitation.role, scope=invitation.scope, now=now)
    session.flush()
    return person


def change_password(session: Session, *, actor: SignedIn, current: str, wanted: str) -> None:
    """Change one's own password and end one's other sessions.

    Raises
    ------
    UnableToSignIn
        The current password is wrong.
    UnableToSignUp
        The new password is too short or too long.
    """
    person = queries.get_person(session, person_id=actor.person_id)
    if not passwords.password_matches(current, person.password_hash):
        raise UnableToSignIn(lazy_gettext("This is not your current password."), field="current")
    if not passwords.SHORTEST <= len(wanted) <= passwords.LONGEST:
        raise UnableToSignUp(
            lazy_gettext(
                "Choose a password of %(shortest)s to %(longest)s characters.",
                shortest=passwords.SHORTEST,
                longest=passwords.LONGEST,
            ),
            field="wanted",
        )
    person.password_hash = passwords.hash_password(wanted)
    close_other_sessions(session, keep_id=actor.session_id, person_id=actor.person_id)
    session.flush()


def begin_totp(session: Session, *, actor: SignedIn) -> str:
    """Make a secret for the person's authenticator and return its `otpauth:` address, to be confirmed by a code.

    Raises
    ------
    UnableToSetUpCode
        A confirmed authenticator is in use; it must be removed first.
    """
    person = queries.get_person(session, person_id=actor.person_id)
    if person.has_totp:
        raise UnableToSetUpCode(lazy_gettext("Sign-in codes are already on."))
    if person.totp_secret is None:
        person.totp_secret = pyotp.random_base32()
        session.flush()
    return totp_address(person)


def totp_address(person: Person) -> str:
    """Return the `otpauth:` address that an authenticator reads as a QR code."""
    return pyotp.TOTP(person.totp_secret or "").provisioning_uri(name=person.phone, issuer_name=TOTP_ISSUER)


def confirm_totp(session: Session, *, actor: SignedIn, code: str, now: datetime) -> None:
    """Switch sign-in codes on after the first right code.

    Raises
    ------
    UnableToSignIn
        The code is wrong.
    """
    person = queries.get_person(session, person_id=actor.person_id)
    _use_code(person, code=code, now=now)
    person.totp_confirmed_at = now
    session.flush()


def remove_totp(session: Session, *, actor: SignedIn, password: str) -> None:
    """Switch sign-in codes off.

    Raises
    ------
    UnableToSignIn
        The password is wrong.
    """
    person = queries.get_person(session, person_id=actor.person_id)
    if not passwords.password_matches(password, person.password_hash):
        raise UnableToSignIn(lazy_gettext("This is not your current password."), field="password")
    person.totp_secret = person.totp_confirmed_at = person.totp_last_counter = None
    session.flush()


def check_totp(session: Session, *, person_id: int, code: str, now: datetime) -> None:
    """Check the second factor of somebody who is signing in; each code works once.

    Raises
    ------
    UnableToSignIn
        The code is wrong, too old or already used.
    """
    _use_code(queries.get_person(session, person_id=person_id), code=code, now=now)
    session.flush()


def _use_code(person: Person, *, code: str, now: datetime) -> None:
    # One step of tolerance to either side (RFC 6238, 5.2); a step that was used is not accepted again.
    totp = pyotp.TOTP(person.totp_secret or "")
    typed = "".join(code.split())
    counter = int(now.timestamp()) // TOTP_STEP_S
    for step in (counter, counter - 1, counter + 1):
        is_fresh = person.totp_last_counter is None or step > person.totp_last_counter
        if person.totp_secret and is_fresh and pyotp.utils.strings_equal(typed, totp.generate_otp(step)):
            person.totp_last_counter = step
            return
    raise UnableToSignIn(lazy_gettext("This code is wrong or was already used. Wait for the next one."), field="code")
