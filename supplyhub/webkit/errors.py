"""One table turns kinds of errors into HTTP answers: a page with a way back, or a fragment for htmx."""

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from supplyhub.core import errors
from supplyhub.webkit import htmx

STATUS: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.TooMany: 429,
}
log = structlog.get_logger()
_LAST_RESORT = (
    '<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>500</title>'
    "<h1>系统暂时无法使用，请稍后再试。</h1>"
    '<p lang="en">Something went wrong. Try again in a moment.</p><p><a href="/">/</a></p></html>'
)
"""In both languages: where even the page of errors fails, the reader's language cannot be found out either."""


def status_of(error: errors.DomainError) -> int:
    """Return the HTTP status of an anticipated error."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def init_app(app: Flask) -> None:
    """Answer every error with a page in the person's language."""
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def _answer(status: int, heading: str, message: str) -> ResponseReturnValue:
    template = "errors/_fragment.html" if htmx.is_fragment_request() else "errors/error.html"
    page = render_template(template, status=status, heading=heading, message=message, back_url=_way_back())
    return page, status


def _way_back() -> str:
    referrer = request.referrer or ""
    return referrer if referrer.startswith(request.host_url) and referrer != request.url else "/"


def _heading(status: int) -> str:
    headings = {
        400: gettext("This request cannot be read"),
        401: gettext("Please sign in"),
        403: gettext("You may not do this"),
        404: gettext("There is nothing here"),
        405: gettext("This cannot be done this way"),
        409: gettext("This is no longer possible"),
        413: gettext("The file is too large"),
        422: gettext("Something is not right yet"),
        429: gettext("Too many attempts"),
    }
    return headings.get(status, gettext("Something went wrong"))


def _http_message(status: int) -> str:
    messages = {
        401: gettext("Your session has ended. Sign in again, then repeat the last step."),
        403: gettext("Your role does not include this. Ask the command post if you need it."),
        404: gettext("The address is wrong, or what was here is not for you to see."),
        413: gettext("Choose a smaller file, or divide it."),
    }
    return messages.get(status, gettext("Go back and try again."))


def _domain_error(error: errors.DomainError) -> ResponseReturnValue:
    status = status_of(error)
    return _answer(status, _heading(status), error.message)


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    del error
    message = gettext(
        "The page was open for too long. Nothing was changed. Go back, reload the page and send it again."
    )
    return _answer(403, gettext("The form is out of date"), message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # redirects by the routing
        return error.get_response()
    if status >= 500:
        return _unforeseen(error)
    return _answer(status, _heading(status), _http_message(status))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("request.failed", path=request.path, method=request.method, exc_info=error)
    try:
        message = gettext(
            "The fault is ours and has been recorded. Your last step was not saved; try again in a moment."
        )
        return _answer(500, gettext("Something went wrong"), message)
    except Exception:  # without its database not even the page of errors can be made
        log.exception("request.failed_twice", path=request.path)
        return _LAST_RESORT, 500
