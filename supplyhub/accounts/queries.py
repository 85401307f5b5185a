"""Reading accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from supplyhub.accounts.models import Invitation, Person, RoleGrant, SignInSession
from supplyhub.accounts.roles import Grant, Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import ids
from supplyhub.core.errors import NotFound
from supplyhub.webkit.pagination import Page, paginate
from supplyhub.wording import lazy_gettext


class PersonNotFound(NotFound):
    """There is no such person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWithRole:
    """A person and one of the roles held."""

    person_id: int
    grant_id: int
    name: str
    phone: str
    has_totp: bool
    role: Role
    scope: str


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


def find_person(session: Session, *, person_id: int) -> Person | None:
    """Return a person with the grants, or None."""
    statement = select(Person).where(Person.id == person_id).options(selectinload(Person.grants))
    return session.scalars(statement).one_or_none()


def get_person(session: Session, *, person_id: int, lock: bool = False) -> Person:
    """Return a person with the grants; with `lock` nobody else changes the row until the transaction ends.

    Raises
    ------
    PersonNotFound
        There is no such person.
    """
    statement = select(Person).where(Person.id == person_id).options(selectinload(Person.grants))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
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


def find_open_invitation(session: Session, *, code: str, now: datetime) -> Invitation | None:
    """Return the invitation that a code opens, or None where it is unknown, used or expired."""
    statement = select(Invitation).where(
        Invitation.code_digest == ids.token_digest(ids.tidy_spoken_code(code)),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    return session.scalars(statement).one_or_none()


def find_invitation(session: Session, *, invitation_id: int, now: datetime) -> Invitation | None:
    """Return an invitation that is still open, by its id, or None."""
    statement = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    return session.scalars(statement).one_or_none()


def find_grant(session: Session, *, grant_id: int) -> RoleGrant | None:
    """Return a grant of a role, or None."""
    return session.get(RoleGrant, grant_id)


def page_of_people(
    session: Session,
    *,
    paths: Sequence[str],
    roles: Sequence[Role],
    text: str = "",
    number: int = 1,
) -> Page[PersonWithRole]:
    """Return a page of people who hold one of the roles within the scopes, ordered by role and name.

    `text` is a part of the name, or the last digits of the phone number.
    """
    statement = (
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(scope_is_within(RoleGrant.scope, paths), RoleGrant.role.in_(roles), Person.is_active.is_(True))
        .order_by(RoleGrant.role, Person.name, RoleGrant.id)
    )
    if text:
        statement = statement.where(
            Person.name.contains(text, autoescape=True) | Person.phone.endswith(text, autoescape=True)
        )
    page = paginate(session, statement, number=number)
    people = session.scalars(select(Person).where(Person.id.in_([grant.person_id for grant in page.items])))
    by_id = {person.id: person for person in people}
    return Page(
        items=[
            PersonWithRole(
                person_id=grant.person_id,
                grant_id=grant.id,
                name=by_id[grant.person_id].name,
                phone=by_id[grant.person_id].phone,
                has_totp=by_id[grant.person_id].has_totp,
                role=grant.role,
                scope=grant.scope,
            )
            for grant in page.items
        ],
        number=page.number,
        per_page=page.per_page,
        total=page.total,
    )


def list_open_invitations(
    session: Session, *, paths: Sequence[str], roles: Sequence[Role], now: datetime, limit: int = 200
) -> list[Invitation]:
    """Return the unused invitations to some roles within the scopes, the newest first."""
    statement = (
        select(Invitation)
        .where(
            scope_is_within(Invitation.scope, paths),
            Invitation.role.in_(roles),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def scope_is_within(column: InstrumentedAttribute[str], paths: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a scope is one of the paths or lies below one."""
    if "" in paths:
        return true()
    return or_(false(), *((column == path) | column.startswith(path + "/", autoescape=True) for path in paths))
