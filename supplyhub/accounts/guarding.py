"""What runs before a view that asks for a secret: counting the attempt, and slow checks outside the transaction."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from flask.typing import ResponseReturnValue

from supplyhub.accounts import attempts, operations
from supplyhub.core import clock, text
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.db.transaction import reading, transaction
from supplyhub.webkit.settings import settings

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
LONGEST_PHONE = 40


def address() -> str:
    """Return the address that the request comes from."""
    return request.remote_addr or ""


def typed_phone() -> str:
    """Return the phone number of the form that was sent, as it was typed."""
    return text.half_width(request.form.get("phone", ""))[:LONGEST_PHONE]


def counted(subjects: Callable[[], tuple[attempts.Subject, ...]]) -> Callable[[View], View]:
    """Count the attempt in a transaction of its own before the view looks at it; the view calls `forgive()`.

    Goes above `@transactional`. Too many attempts answer 429.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counting(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            count(subjects())
            return view(*args, **kwargs)

        return cast("View", counting)

    return decorate


def count(subjects: tuple[attempts.Subject, ...]) -> None:
    """Count an attempt, in a transaction of its own.

    Raises
    ------
    attempts.TooManyAttempts
        There were too many.
    """
    with transaction() as current:
        g.attempt = attempts.count_attempt(
            current,
            subjects=subjects,
            now=clock.now(),
            limit=settings().sign_in_attempts,
            window=timedelta(minutes=settings().sign_in_window_minutes),
        )


def forgive() -> None:
    """Take the counted attempt back: it was right. Part of the request's own transaction."""
    attempts.forgive_attempt(session(), attempt=g.attempt)


def forgive_at_once() -> None:
    """Take the counted attempt back, in a transaction of its own, for pages that only read."""
    with transaction() as current:
        attempts.forgive_attempt(current, attempt=g.attempt)


def passwords_of_form() -> tuple[attempts.Subject, ...]:
    """Return the subjects of a form with phone number and password."""
    return attempts.password_subjects(phone=typed_phone(), address=address())


def codes() -> tuple[attempts.Subject, ...]:
    """Return the subjects of somebody who enters a compound's or an invitation's code."""
    return attempts.code_subjects(address=address())


def passwords_and_codes() -> tuple[attempts.Subject, ...]:
    """Return the subjects of a form with a code, a phone number and a password."""
    return (*passwords_of_form(), *codes())


def verifies(view: View) -> View:
    """Check phone number and password of the form before the view's transaction; `verified()` tells the outcome."""
    return _checked_first(view, operations.check_password)


def verified() -> operations.Verified:
    """Return whose phone number and password were sent.

    Raises
    ------
    operations.UnableToSignIn
        Nobody's.
    """
    return cast("operations.Verified", _outcome_or_refusal())


def examines(view: View) -> View:
    """Examine phone number and password for an account before the view's transaction; see `examined()`."""
    return _checked_first(view, operations.examine_credentials)


def examined() -> operations.Credentials:
    """Return the credentials that were sent.

    Raises
    ------
    operations.UnableToSignUp
        They open no account and cannot become one.
    """
    return cast("operations.Credentials", _outcome_or_refusal())


def _checked_first(view: View, check: Callable[..., object]) -> View:
    """Let a view know what a check of its form's phone number and password says, or why it refuses them."""

    @wraps(view)
    def checking(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        with reading() as current:
            try:
                g.outcome = check(current, phone=typed_phone(), password=request.form.get("password", ""))
            except DomainError as refusal:
                g.outcome = refusal
        return view(*args, **kwargs)

    return cast("View", checking)


def _outcome_or_refusal() -> object:
    if isinstance(g.outcome, DomainError):
        raise g.outcome
    return g.outcome
