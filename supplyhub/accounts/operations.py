"""Changing accounts: signing in and out, opening accounts, inviting people.

Attempts are counted in `attempts`, the second factor is in `second_factor`.

Hashing a password takes a good part of a second on purpose. What is slow (`check_password`, `examine_credentials`) only
reads: call it before the transaction that writes, which on SQLite holds everybody else up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from supplyhub.accounts import passwords, policy, queries
from supplyhub.accounts.models import Invitation, Person, RoleGrant, SignInSession
from supplyhub.accounts.phones import normal_phone
from supplyhub.accounts.roles import Grant, Role
from supplyhub.accounts.scopes import ScopeChoice
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import ids
from supplyhub.core.errors import Invalid, NotAllowed, NotFound
from supplyhub.wording import lazy_gettext

SEEN_EVERY = timedelta(minutes=5)


class UnableToSignIn(Invalid):
    """Phone number or password is wrong."""


class UnableToSignUp(Invalid):
    """The account cannot be made."""


class UnableToInvite(NotAllowed):
    """The person may not invite to that role there."""


class InvitationEnded(NotFound):
    """The invitation is unknown, used or expired."""


class UnableToLetIn(NotFound):
    """There is no such person, or it is not for the actor to let them in."""


class RoleNotHeld(NotFound):
    """Nobody holds this role, or it is not for the actor to take away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Somebody whose password was right."""

    person_id: int
    has_totp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Phone number and password that may open an account: a new one, or the known one that they belong to."""

    phone: str
    password_hash: str
    known_id: int | None


def check_password(session: Session, *, phone: str, password: str) -> Verified:
    """Tell whose phone number and password these are. Slow, and only reads.

    Raises
    ------
    UnableToSignIn
        The phone number is unknown or the password is wrong; which of the two is not said, nor can it be timed.
    """
    normal = normal_phone(phone)
    person = queries.find_person_by_phone(session, phone=normal) if normal else None
    if person is None:
        passwords.waste_a_check(password)
    elif passwords.password_matches(password, person.password_hash) and person.is_active:
        return Verified(person_id=person.id, has_totp=person.has_totp)
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


def end_session(session: Session, *, session_id: int, person_id: int) -> None:
    """End one of a person's sessions; one that has ended already stays so."""
    session.execute(delete(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person_id))


def close_session(session: Session, *, session_id: int, person_id: int) -> None:
    """End one of a person's sessions, chosen from their list.

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


def examine_credentials(session: Session, *, phone: str, password: str) -> Credentials:
    """Tell whether phone number and password open a known account or may become a new one. Slow, and only reads.

    Raises
    ------
    UnableToSignUp
        The phone number is no number, the password is too short or long, or is not that of the phone number's account.
    """
    normal = _checked_phone(phone)
    known = queries.find_person_by_phone(session, phone=normal)
    if known is None:
        _check_length(password, field="password")
        return Credentials(phone=normal, password_hash=passwords.hash_password(password), known_id=None)
    if not (passwords.password_matches(password, known.password_hash) and known.is_active):
        raise UnableToSignUp(_PHONE_IS_TAKEN, field="password")
    if known.has_totp:
        raise UnableToSignUp(
            lazy_gettext("This account asks for a code. Sign in with it first, then open this page again."),
            field="phone",
        )
    return Credentials(phone=normal, password_hash=known.password_hash, known_id=known.id)


def open_account(session: Session, *, credentials: Credentials, name: str, now: datetime) -> Person:
    """Return the account that the credentials belong to, made now where it is new.

    Raises
    ------
    UnableToSignUp
        Somebody opened an account with this phone number in the meantime.
    """
    if credentials.known_id is not None:
        return queries.get_person(session, person_id=credentials.known_id)
    person = Person(phone=credentials.phone, name=name, password_hash=credentials.password_hash, created_at=now)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise UnableToSignUp(_PHONE_IS_TAKEN, field="phone") from None
    return person


def create_person(session: Session, *, phone: str, password: str, name: str, now: datetime) -> Person:
    """Make an account without any role yet, for somebody who cannot have one already.

    Raises
    ------
    UnableToSignUp
        The phone number is no number or has an account already, or the password is too short or long.
    """
    normal = _checked_phone(phone)
    _check_length(password, field="password")
    credentials = Credentials(phone=normal, password_hash=passwords.hash_password(password), known_id=None)
    return open_account(session, credentials=credentials, name=name, now=now)


_PHONE_IS_TAKEN = lazy_gettext("This phone number already has an account. Enter that account's password.")


def _checked_phone(phone: str) -> str:
    normal = normal_phone(phone)
    if normal is None:
        raise UnableToSignUp(lazy_gettext("Enter a phone number, such as 138 1234 5678."), field="phone")
    return normal


def _check_length(password: str, *, field: str) -> None:
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        return
    raise UnableToSignUp(
        lazy_gettext(
            "Choose a password of %(shortest)s to %(longest)s characters.",
            shortest=passwords.SHORTEST,
            longest=passwords.LONGEST,
        ),
        field=field,
    )


def grant_role(session: Session, *, person_id: int, role: Role, scope: str, now: datetime) -> None:
    """Give a person a role within a scope; giving it twice changes nothing."""
    grant = RoleGrant(person_id=person_id, role=role, scope=scope, created_at=now)
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError:
        return


def invite_person(
    session: Session, *, role: Role, scope: ScopeChoice, note: str, actor: SignedIn, now: datetime, lasts: timedelta
) -> str:
    """Invite one person to a role within a scope and return the code to hand over; it is shown once.

    The scope is one of those that `scopes.list_choices` offers for the role: a path alone, which anybody can make up,
    is not enough.

    Raises
    ------
    UnableToInvite
        The actor may not invite to that role there, or the role does not go with such a place.
    """
    if role not in scope.roles or not policy.can_invite(actor, role, scope.path):
        raise UnableToInvite(lazy_gettext("You cannot invite to this role here."))
    code = ids.new_spoken_code(10)
    session.add(
        Invitation(
            code_digest=ids.token_digest(code),
            role=role,
            scope=scope.path,
            note=note,
            invited_by_id=actor.person_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return code


def end_invitation(session: Session, *, invitation_id: int, actor: SignedIn, now: datetime) -> None:
    """End an invitation that nobody has taken up yet.

    Raises
    ------
    InvitationEnded
        It is unknown, used or over, or the actor could not have made it.
    """
    invitation = queries.find_invitation(session, invitation_id=invitation_id, now=now)
    if invitation is None or not policy.can_invite(actor, invitation.role, invitation.scope):
        raise InvitationEnded(lazy_gettext("This invitation is already used or over."))
    invitation.expires_at = now
    session.flush()


def accept_invitation(session: Session, *, code: str, credentials: Credentials, name: str, now: datetime) -> Person:
    """Take up an invitation: with a new account, or with the one that the credentials belong to.

    Raises
    ------
    InvitationEnded
        The invitation is unknown, used or expired.
    UnableToSignUp
        Somebody opened an account with this phone number in the meantime.
    """
    invitation = _use_invitation(session, code=code, now=now)
    person = open_account(session, credentials=credentials, name=name, now=now)
    _give_invited_role(session, invitation=invitation, person_id=person.id, now=now)
    return person


def join_by_invitation(session: Session, *, code: str, actor: SignedIn, now: datetime) -> None:
    """Take up an invitation with the account that is signed in.

    Raises
    ------
    InvitationEnded
        The invitation is unknown, used or expired.
    """
    invitation = _use_invitation(session, code=code, now=now)
    _give_invited_role(session, invitation=invitation, person_id=actor.person_id, now=now)


def _use_invitation(session: Session, *, code: str, now: datetime) -> Invitation:
    """Mark an open invitation as used; of two who try at once the database lets one through.

    Raises
    ------
    InvitationEnded
        The invitation is unknown, used or expired.
    """
    statement = (
        update(Invitation)
        .where(
            Invitation.code_digest == ids.token_digest(ids.tidy_spoken_code(code)),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation)
    )
    invitation = session.scalars(statement).one_or_none()
    if invitation is None:
        raise InvitationEnded(lazy_gettext("This invitation is unknown, used or too old. Ask for a new one."))
    return invitation


def _give_invited_role(session: Session, *, invitation: Invitation, person_id: int, now: datetime) -> None:
    invitation.used_by_id = person_id
    grant_role(session, person_id=person_id, role=invitation.role, scope=invitation.scope, now=now)
    session.flush()


def withdraw_role(session: Session, *, grant_id: int, actor: SignedIn) -> RoleGrant:
    """Take a role away from a person.

    Raises
    ------
    RoleNotHeld
        Nobody holds it any more, or the actor could not have given it.
    """
    grant = queries.find_grant(session, grant_id=grant_id)
    if grant is None or grant.person_id == actor.person_id or not policy.can_invite(actor, grant.role, grant.scope):
        raise RoleNotHeld(lazy_gettext("This role is not held any more."))
    session.delete(grant)
    session.flush()
    return grant


def let_in(session: Session, *, person_id: int, actor: SignedIn) -> str:
    """Give somebody who has lost password or authenticator a new password, and return it; it is shown once.

    Sign-in codes are switched off and all sessions end.

    Raises
    ------
    UnableToLetIn
        There is no such person, or not all of their roles are in the actor's hands.
    """
    person = queries.find_person(session, person_id=person_id)
    grants = [Grant(role=grant.role, scope=grant.scope) for grant in person.grants] if person else []
    if person is None or person.id == actor.person_id or not policy.can_let_in(actor, grants):
        raise UnableToLetIn(lazy_gettext("There is no such person."))
    password = ids.new_spoken_code(10)
    person.password_hash = passwords.hash_password(password)
    person.totp_secret = person.totp_confirmed_at = person.totp_last_counter = None
    session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))
    session.flush()
    return password


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
    _check_length(wanted, field="wanted")
    person.password_hash = passwords.hash_password(wanted)
    close_other_sessions(session, keep_id=actor.session_id, person_id=actor.person_id)
    session.flush()


def choose_locale(session: Session, *, person_id: int, locale: str) -> None:
    """Keep the language that a person reads, for the next device and for messages."""
    session.execute(update(Person).where(Person.id == person_id).values(locale=locale))
