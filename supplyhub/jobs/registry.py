"""Handlers of jobs by name. A domain registers its own in its `jobs.py`; the worker looks them up. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session


class ProgressLike(Protocol):
    """What a handler may ask of its progress."""

    job_id: int

    @property
    def is_cancelled(self) -> bool:
        """Whether the handler should stop."""

    def report(self, share: float, **details: Any) -> None:
        """Tell the share done (0 to 1) and details for the page."""

    def hold(self, session: Session) -> None:
        """Make sure that the job is still this worker's, in the transaction that is to write the result."""


class Handler(Protocol):
    """What runs a job: takes its arguments by keyword, may run twice, tolerates unknown ids."""

    def __call__(self, *, progress: ProgressLike, **arguments: Any) -> None:
        """Do the job, telling its progress and stopping when asked to."""


class FailureHandler(Protocol):
    """What a domain writes when its job has failed for good, in the transaction that ends the job."""

    def __call__(self, session: Session, *, now: datetime, **arguments: Any) -> None:
        """Note the failure."""


_Function = TypeVar("_Function", bound=Callable[..., None])
_handlers: dict[str, Handler] = {}
_failure_handlers: dict[str, FailureHandler] = {}


def handles(name: str) -> Callable[[_Function], _Function]:
    """Register a function as the handler of jobs with a name."""

    def register(handler: _Function) -> _Function:
        _handlers[name] = handler
        return handler

    return register


def handles_failure(name: str) -> Callable[[_Function], _Function]:
    """Register what is written when a job with a name has failed for good."""

    def register(handler: _Function) -> _Function:
        _failure_handlers[name] = handler
        return handler

    return register


def get_handler(name: str) -> Handler:
    """Return the handler of a job's name.

    Raises
    ------
    LookupError
        No module registered one.
    """
    handler = _handlers.get(name)
    if handler is None:
        message = f"no handler for jobs named {name!r}"
        raise LookupError(message)
    return handler


def find_failure_handler(name: str) -> FailureHandler | None:
    """Return what is written when a job with that name has failed for good, or None."""
    return _failure_handlers.get(name)


def handler_names() -> frozenset[str]:
    """Return the names that have a handler."""
    return frozenset(_handlers)
