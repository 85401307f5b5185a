"""What a request from htmx looks like, and how to answer it."""

from flask import request


def is_fragment_request() -> bool:
    """Tell whether htmx asks for a fragment; a boosted link or a restored page wants the whole page."""
    headers = request.headers
    wants_page = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not wants_page
