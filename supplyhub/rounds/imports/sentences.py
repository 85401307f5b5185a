"""What the reasons of previews say to people: one sentence for each code, in the reader's language when it is shown."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from supplyhub.core.coordinates import System
from supplyhub.files.previews import Reason
from supplyhub.places.coordinates import LABELS
from supplyhub.planning.issues import TEMPLATES as ISSUES
from supplyhub.rounds.imports import wordings
from supplyhub.webkit import filters

_ISSUE = "issue."
# Sentences that name their column themselves.
_WITH_COLUMN = frozenset({"file.missing_column", "file.not_text", "changes"})


def of(reason: Reason | Mapping[str, Any], *, line: int | None = None) -> str:
    """Return the sentence of a reason; its place in the file stands in front where the row does not say it.

    `line` is the row beside which the sentence is shown.
    """
    stored = reason.as_json() if isinstance(reason, Reason) else reason
    code, fields = str(stored["code"]), stored["fields"]
    filled = _template(code) % {name: _shown(name, value) for name, value in fields.items()}
    place = []
    if fields.get("line") not in {None, line}:
        place.append(gettext("row %(number)s", number=fields["line"]))
    if fields.get("column") and code not in _WITH_COLUMN:
        place.append(str(fields["column"]))
    if not place:
        return filled
    return gettext("%(place)s: %(sentence)s", place=gettext(", ").join(place), sentence=filled)


def _template(code: str) -> str:
    """Return the sentence with its gaps, in the reader's language."""
    if code.startswith(_ISSUE):
        return next(gettext(text) for kind, text in ISSUES.items() if kind.value == code.removeprefix(_ISSUE))
    return str(wordings.SENTENCES[code])


def _shown(name: str, value: object) -> str:
    """Return a value as people read it."""
    written = str(value)
    if name in {"start", "end"} and "T" not in written:
        return written
    show = _SHOW.get(name)
    return written if show is None else show(written)


def _listed(written: str) -> str:
    return written.replace("、", gettext(", "))


# Which values are not shown as they are kept; an end is on the same day as its start.
_SHOW: dict[str, Callable[[str], str]] = {
    "system": lambda written: LABELS[System(written)],
    "day": lambda written: filters.local_date(date.fromisoformat(written)),
    "own": lambda written: filters.local_date(date.fromisoformat(written)),
    "start": lambda written: filters.local_datetime(datetime.fromisoformat(written)),
    "end": lambda written: filters.local_time(datetime.fromisoformat(written)),
    "weight_g": lambda written: filters.grams(int(written)),
    "names": _listed,
    "goods": _listed,
    "count": lambda written: filters.number(int(written)),
    "limit": lambda written: filters.number(int(written)),
}
