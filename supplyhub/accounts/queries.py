"""Reading accounts."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from supplyhub.accounts.models import FailedSignIn, Invitation, Person, RoleGrant, SignInSession
from supplyhub.accounts.roles import Grant, Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import ids
from supplyhub.core.errors import NotFound
from supplyhub.wording import lazy_gettext


class PersonNotFound(NotFound):
    """There is no such person."""


def find_signed_in(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Return the person whose session the token opens, or None where it has ended."""
    statement = (
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(
            SignInSession.token_digest == ids.token_digest(token),
            SignInSession.expires_at > now,
            Person.is_active.is_(True),
        )
        .options(selectinload(Person.grants))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    opened, person = row
    grants = tuple(Grant(role=grant.role, scope=grant.scope) for grant in person.grants)
    return SignedIn(
        session_id=opened.id,
        token=token,
        person_id=person.id,
        name=person.name,
        locale=person.locale,
        last_seen_at=opened.last_seen_at,
        grants=grants,
    )


def find_person_by_phone(session: Session, *, phone: str) -> Person | None:
    """Return the person with a phone number (E.164), or None."""
    return session.scalars(select(Person).where(Person.phone == phone)).one_or_none()


def get_person(session: Session, *, person_id: int) -> Person:
    """Return a person with the grants.

    Raises
    ------
    PersonNotFound
        There is no such person.
    """
    statement = select(Person).where(Person.id == person_id).options(selectinload(Person.grants))
    person = session.scalars(statement).one_or_none()
    if person is None:
        raise PersonNotFound(lazy_gettext("There is no such person."))
    return person


def list_sessions(session: Session, *, person_id: int, now: datetime) -> list[SignInSession]:
    """Return a person's open sessions, the last used first."""
    statement = (
        select(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.expires_at > now)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
    )
    return list(session.scalars(statement))


def count_failed_sign_ins(session: Session, *, subjects: list[str], now: datetime, window: timedelta) -> int:
    """Return the largest number of failed attempts within the window that any of the subjects has."""
    statement = (
        select(func.count())
        .where(FailedSignIn.subject.in_(subjects), FailedSignIn.failed_at > now - window)
        .group_by(FailedSignIn.subject)
        .order_by(func.count().desc())
        .limit(1)
    )
    return session.scalar(statement) or 0


def find_open_invitation(session: Session, *, code: str, now: datetime) -> Invitation | None:
    """Return the invitation that a code opens, or None where it is unknown, used or expired."""
    statement = select(Invitation).where(
        Invitation.code_digest == ids.token_digest(ids.tidy_spoken_code(code)),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    return session.scalars(statement).one_or_none()


def list_people_within(session: Session, *, path: str, role: Role | None = None) -> list[tuple[Person, RoleGrant]]:
    """Return people with a grant on a path or below it, and that grant, ordered by role and name."""
    statement = (
        select(Person, RoleGrant)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where((RoleGrant.scope == path) | RoleGrant.scope.startswith(path + "/", autoescape=True))
        .order_by(RoleGrant.role, Person.name, RoleGrant.id)
    )
    if role is not None:
        statement = statement.where(RoleGrant.role == role)
    return [(person, grant) for person, grant in session.execute(statement)]


def list_open_invitations(session: Session, *, path: str, now: datetime) -> list[Invitation]:
    """Return the unused invitations on a path or below it, the newest first."""
    statement = (
        select(Invitation)
        .where(
            (Invitation.scope == path) | Invitation.scope.startswith(path + "/", autoescape=True),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return list(session.scalars(statement))
