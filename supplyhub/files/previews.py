"""What a file would change, before it changes anything: rows that are ready, doubtful or refused, each with its reason.

Value objects of every importer. They hold no text for people: a reason is a code and its values, and becomes a
sentence in the reader's language when it is shown. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Value = str | int
SHOWN_READY = 200
SHOWN_OTHERS = 1000


class Verdict(StrEnum):
    """What becomes of a row when the import is confirmed."""

    READY = "ready"
    CHANGED = "changed"
    REVIEW = "review"
    REFUSED = "refused"
    VOID = "void"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a row is where it is: the code of a sentence, and what fills it."""

    code: str
    fields: tuple[tuple[str, Value], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the reason as it is kept with the import."""
        return {"code": self.code, "fields": dict(self.fields)}


def reason(code: str, **fields: Value) -> Reason:
    """Return a reason from its code and values."""
    return Reason(code=code, fields=tuple(fields.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file, or one order of several rows. `line` counts as a spreadsheet does; None for a whole file.

    `cells` is what a person recognises the row by; phone numbers and names in it are masked already. `choices` are
    what a person may choose between to settle a doubt; `can_choose` tells that choosing settles it.
    """

    verdict: Verdict
    file: str
    line: int | None
    key: str
    cells: Mapping[str, Value] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    choices: tuple[str, ...] = ()
    can_choose: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is kept with the import."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "cells": dict(self.cells),
            "reasons": [one.as_json() for one in self.reasons],
            "choices": list(self.choices),
            "can_choose": self.can_choose,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many things of one table go where; `read` counts the rows of the file."""

    name: str
    read: int
    counts: Mapping[Verdict, int]

    def __getitem__(self, verdict: Verdict) -> int:
        return self.counts.get(verdict, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would change. Of the ready rows only the first need be in `rows`; the tallies count all.

    `notes` are the stated defaults and everything else that a person should know first. `is_blocked`: the file as
    a whole cannot be confirmed.
    """

    tallies: tuple[Tally, ...]
    rows: tuple[Row, ...]
    notes: tuple[Reason, ...] = ()
    is_blocked: bool = False

    @property
    def read(self) -> int:
        """How many rows were read."""
        return sum(tally.read for tally in self.tallies)

    def count(self, verdict: Verdict) -> int:
        """Return how many things of all tables have a verdict."""
        return sum(tally[verdict] for tally in self.tallies)

    @property
    def adds_something(self) -> bool:
        """Whether confirming would write anything."""
        return not self.is_blocked and self.count(Verdict.READY) + self.count(Verdict.CHANGED) > 0

    def rows_of(self, verdict: Verdict) -> tuple[Row, ...]:
        """Return the rows with a verdict, in the order of the file."""
        return tuple(row for row in self.rows if row.verdict is verdict)

    def as_json(self) -> dict[str, Any]:
        """Return the preview as it is kept with the import: all counts, and the first rows of each verdict."""
        return {
            "read": self.read,
            "counts": {verdict.value: self.count(verdict) for verdict in Verdict},
            "tables": [
                {"name": tally.name, "read": tally.read, **{verdict.value: tally[verdict] for verdict in Verdict}}
                for tally in self.tallies
            ],
            "rows": {
                verdict.value: [row.as_json() for row in self.rows_of(verdict)[:limit]]
                for verdict, limit in _SHOWN.items()
            },
            "notes": [note.as_json() for note in self.notes],
            "is_blocked": self.is_blocked,
        }


_SHOWN = {
    Verdict.READY: SHOWN_READY,
    Verdict.CHANGED: SHOWN_OTHERS,
    Verdict.REVIEW: SHOWN_OTHERS,
    Verdict.REFUSED: SHOWN_OTHERS,
    Verdict.VOID: SHOWN_OTHERS,
}


def cut(text: str, longest: int) -> str:
    """Return a text that is at most so long; what is left out leaves an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def tally(name: str, *, read: int, rows: Iterable[Row], **counted: int) -> Tally:
    """Return the tally of a table from its rows, and from counts of verdicts whose rows are not listed."""
    counts = Counter(row.verdict for row in rows)
    counts.update({Verdict(verdict): count for verdict, count in counted.items()})
    return Tally(name=name, read=read, counts=dict(counts))
