"""What the reasons of previews say to people: one sentence for each code, in the reader's language when it is shown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from supplyhub.files.previews import Reason
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
    if name in {"day", "own"}:
        return filters.local_date(date.fromisoformat(str(value)))
    if name in {"start", "end"} and "T" in str(value):
        return filters.local_datetime(datetime.fromisoformat(str(value)))
    if name == "weight_g" and isinstance(value, int):
        return filters.grams(value)
    if name in {"names", "goods"}:
        return str(value).replace("、", gettext(", "))
    if isinstance(value, int) and name in {"count", "limit"}:
        return filters.number(value)
    return str(value)
