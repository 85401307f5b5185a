"""People for the tests: with a password, signed in, as an actor; and forms sent as a browser would.

Places, riders, orders and rounds are written by `published_day.Day`. A test spells the facts that it is about; what is
left out is filled in here and does not matter.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from supplyhub.accounts import operations, passwords
from supplyhub.accounts.models import Person, RoleGrant
from supplyhub.accounts.roles import Grant, Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import clock

PASSWORD = "correct horse"
PASSWORD_HASH = passwords.hash_password(PASSWORD)
LONG_AGO = datetime(2022, 11, 1, tzinfo=UTC)


def make_person(
    session: Session, *grants: tuple[Role, str], phone: str = "+8613800000001", name: str = "周敏", **values: Any
) -> Person:
    """Write a person with roles, whose password is `PASSWORD`."""
    person = Person(phone=phone, name=name, password_hash=PASSWORD_HASH, created_at=LONG_AGO, **values)
    session.add(person)
    session.flush()
    session.add_all(
        RoleGrant(person_id=person.id, role=role, scope=scope, created_at=LONG_AGO) for role, scope in grants
    )
    session.flush()
    return person


def actor(*grants: tuple[Role, str], person_id: int = 1, session_id: int = 1) -> SignedIn:
    """Return somebody who is signed in, for operations and policy."""
    return SignedIn(
        session_id=session_id,
        token="",
        person_id=person_id,
        name="周敏",
        locale=None,
        last_seen_at=LONG_AGO,
        grants=tuple(Grant(role=role, scope=scope) for role, scope in grants),
    )


def sign_in(client: FlaskClient, session: Session, person: Person, *, locale: str = "en") -> FlaskClient:
    """Sign a person in without the log-in page, and commit; pages are in English unless asked otherwise."""
    token = operations.open_session(
        session, person_id=person.id, device="test", now=clock.now(), lasts=timedelta(hours=1)
    )
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
        cookie["locale"] = locale
    return client


def staff_client(client: FlaskClient, session: Session, role: Role, scope: str, **values: Any) -> FlaskClient:
    """Return the client, signed in as somebody new with one role."""
    return sign_in(client, session, make_person(session, (role, scope), **values))


def send(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Post a form with a good CSRF token."""
    return client.post(url, data={"csrf_token": csrf_token(client), **(data or {})}, **options)


def csrf_token(client: FlaskClient) -> str:
    """Return a CSRF token that fits the client's cookie."""
    with client.session_transaction() as cookie:
        secret = cookie.setdefault("csrf_token", hashlib.sha256(b"test").hexdigest())
        cookie.setdefault("locale", "en")
    key = client.application.secret_key
    assert isinstance(key, str)
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))


def words(response: TestResponse) -> str:
    """Return what a page says, without its tags and with single spaces."""
    without_scripts = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", without_scripts)
    for code, character in (("&#39;", "'"), ("&amp;", "&"), ("&#34;", '"')):
        text = text.replace(code, character)
    return " ".join(text.split())
