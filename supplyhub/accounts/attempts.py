"""Attempts at secrets (passwords, sign-in codes, invitation codes): counted first, judged afterwards, limited.

An attempt counts against several subjects at once, each with its own limit. What is personal (this phone number from
this address) is forgotten as soon as the right person gets in; what is shared (everybody behind one address) only
gets this one attempt back, so that a thief with an account of his own cannot wipe out his traces.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from supplyhub.accounts.models import FailedSignIn
from supplyhub.accounts.phones import normal_phone
from supplyhub.core.errors import TooMany
from supplyhub.wording import lazy_gettext

LONGEST_SUBJECT = 80
# A phone number may be tried from several addresses, and a whole compound may share one address.
PER_PHONE = 4
PER_ADDRESS = 20
PER_ADDRESS_FOR_CODES = 5


class TooManyAttempts(TooMany):
    """Too many attempts failed lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an attempt counts against; `share` multiplies the limit."""

    name: str
    share: int = 1
    is_personal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that was counted and whose outcome is open; `row_ids` are its own marks."""

    subjects: tuple[Subject, ...]
    row_ids: tuple[int, ...]


def password_subjects(*, phone: str, address: str) -> tuple[Subject, ...]:
    """Return what an attempt at the password of a phone number counts against, however the number is written."""
    known_as = normal_phone(phone) or phone
    return (
        _subject(f"pair:{known_as[:30]}:{address}"),
        _subject(f"phone:{known_as}", share=PER_PHONE),
        _subject(f"address:{address}", share=PER_ADDRESS, is_personal=False),
    )


def second_factor_subjects(*, person_id: int) -> tuple[Subject, ...]:
    """Return what an attempt at somebody's six digits counts against: the person, wherever it comes from."""
    return (_subject(f"totp:{person_id}"),)


def own_password_subjects(*, person_id: int) -> tuple[Subject, ...]:
    """Return what an attempt at the password of the account that is signed in counts against."""
    return (_subject(f"own:{person_id}"),)


def code_subjects(*, address: str) -> tuple[Subject, ...]:
    """Return what an attempt at a compound's or an invitation's code counts against."""
    return (_subject(f"code:{address}", share=PER_ADDRESS_FOR_CODES, is_personal=False),)


def _subject(name: str, *, share: int = 1, is_personal: bool = True) -> Subject:
    return Subject(name=name[:LONGEST_SUBJECT], share=share, is_personal=is_personal)


def count_attempt(
    session: Session, *, subjects: tuple[Subject, ...], now: datetime, limit: int, window: timedelta
) -> Attempt:
    """Count an attempt before its outcome is known.

    Raises
    ------
    TooManyAttempts
        One of the subjects has as many attempts within the window as it may have.
    """
    session.execute(delete(FailedSignIn).where(FailedSignIn.failed_at <= now - window))
    counts = {
        row.subject: row.number
        for row in session.execute(
            select(FailedSignIn.subject, func.count().label("number"))
            .where(FailedSignIn.subject.in_([subject.name for subject in subjects]))
            .group_by(FailedSignIn.subject)
        )
    }
    if any(counts.get(subject.name, 0) >= limit * subject.share for subject in subjects):
        minutes = int(window.total_seconds() // 60)
        raise TooManyAttempts(
            lazy_gettext("Too many attempts. Wait %(minutes)s minutes and try again.", minutes=minutes)
        )
    rows = session.scalars(
        insert(FailedSignIn).returning(FailedSignIn.id),
        [{"subject": subject.name, "failed_at": now} for subject in subjects],
    )
    return Attempt(subjects=subjects, row_ids=tuple(rows))


def forgive_attempt(session: Session, *, attempt: Attempt) -> None:
    """Take back an attempt that succeeded, and forget the failures of its personal subjects."""
    personal = [subject.name for subject in attempt.subjects if subject.is_personal]
    session.execute(
        delete(FailedSignIn).where(FailedSignIn.id.in_(attempt.row_ids) | FailedSignIn.subject.in_(personal))
    )
