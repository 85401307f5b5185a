"""What of a changed round its rider has to read: everything but stops that move within the minute. Pure."""

from collections.abc import Mapping
from typing import Any

from supplyhub.planning.live.answers import ChangedRound, ChangedVisit, VisitChange
from supplyhub.planning.plan import VisitKind

MINUTE = 60


def read_round(document: Mapping[str, Any]) -> ChangedRound:
    """Return a changed round from its part of an answer's document.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is something else.
    """
    return ChangedRound(
        **{**document, "visits": tuple(map(_visit, document["visits"])), "because": tuple(document["because"])}
    )


def has_to_be_read(visit: ChangedVisit) -> bool:
    """Tell whether a rider would notice: the pages write times in minutes."""
    if visit.change is not VisitChange.MOVED or visit.before_s is None or visit.after_s is None:
        return True
    return visit.before_s // MINUTE != visit.after_s // MINUTE


def must_be_confirmed(changed: ChangedRound) -> bool:
    """Tell whether a rider has something to read about the round."""
    return changed.stopped_s is not None or any(map(has_to_be_read, changed.visits))


def _visit(document: Mapping[str, Any]) -> ChangedVisit:
    lists = {name: tuple(document[name]) for name in ("orders_added", "orders_removed", "because")}
    codes = {"change": VisitChange(document["change"]), "kind": VisitKind(document["kind"])}
    return ChangedVisit(**{**document, **lists, **codes})
