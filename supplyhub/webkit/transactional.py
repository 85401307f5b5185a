"""One transaction per request that may write: committed for a response under 400, rolled back otherwise."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import make_response
from flask.typing import ResponseReturnValue

from supplyhub.db import transaction
from supplyhub.db.engine import session

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
FIRST_ERROR_STATUS = 400


def transactional(view: View) -> View:
    """Run a view in one writing transaction of the request's session."""

    @wraps(view)
    def committing(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        current = session()
        with transaction.writing(current) as outcome:
            response = make_response(view(*args, **kwargs))
            outcome.keep = response.status_code < FIRST_ERROR_STATUS
        return response

    committing.__transactional__ = True  # type: ignore[attr-defined]
    return cast("View", committing)
