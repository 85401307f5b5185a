"""The second factor: six digits of an authenticator (TOTP, RFC 6238), switched on by the person."""

from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from supplyhub.accounts import passwords, queries
from supplyhub.accounts.models import Person
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core.errors import Conflict, Invalid
from supplyhub.wording import lazy_gettext

ISSUER = "SupplyHub"
STEP_S = 30


class WrongCode(Invalid):
    """The six digits are wrong, too old or already used."""


class WrongPassword(Invalid):
    """The password is not the account's."""


class UnableToSetUpCode(Conflict):
    """The second factor cannot be switched on."""


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
    return pyotp.TOTP(person.totp_secret or "").provisioning_uri(name=person.phone, issuer_name=ISSUER)


def confirm_totp(session: Session, *, actor: SignedIn, code: str, now: datetime) -> None:
    """Switch sign-in codes on after the first right code.

    Raises
    ------
    UnableToSetUpCode
        They are on already.
    WrongCode
        The code is wrong.
    """
    person = queries.get_person(session, person_id=actor.person_id, lock=True)
    if person.has_totp:
        raise UnableToSetUpCode(lazy_gettext("Sign-in codes are already on."))
    _use_code(person, code=code, now=now)
    person.totp_confirmed_at = now
    session.flush()


def remove_totp(session: Session, *, actor: SignedIn, password: str) -> None:
    """Switch sign-in codes off.

    Raises
    ------
    WrongPassword
        The password is not the account's.
    """
    person = queries.get_person(session, person_id=actor.person_id)
    if not passwords.password_matches(password, person.password_hash):
        raise WrongPassword(lazy_gettext("This is not your current password."), field="password")
    person.totp_secret = person.totp_confirmed_at = person.totp_last_counter = None
    session.flush()


def check_totp(session: Session, *, person_id: int, code: str, now: datetime) -> None:
    """Check the second factor of somebody who is signing in; each code works once.

    Raises
    ------
    WrongCode
        The code is wrong, too old or already used.
    """
    _use_code(queries.get_person(session, person_id=person_id, lock=True), code=code, now=now)
    session.flush()


def _use_code(person: Person, *, code: str, now: datetime) -> None:
    """Use up a code of the person's authenticator.

    Raises
    ------
    WrongCode
        The code is wrong, too old or already used, or there is no authenticator.
    """
    step = _matching_step(person, code="".join(code.split()), counter=int(now.timestamp()) // STEP_S)
    if step is None:
        raise WrongCode(lazy_gettext("This code is wrong or was already used. Wait for the next one."), field="code")
    person.totp_last_counter = step


def _matching_step(person: Person, *, code: str, counter: int) -> int | None:
    # One step of tolerance to either side (RFC 6238, 5.2); a step that was used is not accepted again.
    if person.totp_secret is None:
        return None
    totp = pyotp.TOTP(person.totp_secret)
    for step in (counter, counter - 1, counter + 1):
        is_fresh = person.totp_last_counter is None or step > person.totp_last_counter
        if is_fresh and pyotp.utils.strings_equal(code, totp.generate_otp(step)):
            return step
    return None
