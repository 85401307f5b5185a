"""Lengths of a search in words: how long it may take and how much of it is left. A search counts in seconds."""

from flask_babel import gettext

from supplyhub.webkit.filters import duration

_IN_SECONDS_BELOW_S = 100


def time_to_search(seconds: int) -> str:
    """Return how long a search may take: to the second where it is short."""
    if seconds < _IN_SECONDS_BELOW_S:
        return gettext("%(seconds)s seconds", seconds=seconds)
    return duration(seconds)


def time_left(seconds: int) -> str:
    """Return how long a search still takes."""
    if seconds < _IN_SECONDS_BELOW_S:
        return gettext("about %(seconds)s seconds left", seconds=seconds)
    return gettext("about %(time)s left", time=duration(seconds))
