"""The rows of a version as a JSON document, and read again: kept with an answer until somebody publishes it. Pure."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from supplyhub.rounds.plan_rows import RoundRow, VisitRow


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VersionRows:
    """All that is written of a version: its rounds, why orders are left out (by code), its figures, its day.

    `overlay` is in what the day differs from the district's records (`rounds.live_overlay`).
    """

    rounds: tuple[RoundRow, ...]
    unserved: Mapping[str, str]
    figures: Mapping[str, int]
    fingerprint: str
    overlay: Mapping[str, Any]


def rows_document(rows: VersionRows) -> dict[str, Any]:
    """Return the rows as a document."""
    return {
        "rounds": [_plain(row) for row in rows.rounds],
        "unserved": dict(rows.unserved),
        "figures": dict(rows.figures),
        "fingerprint": rows.fingerprint,
        "overlay": dict(rows.overlay),
    }


def read_rows(document: Mapping[str, Any]) -> VersionRows:
    """Return the rows of a document that `rows_document` gave.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is something else.
    """
    return VersionRows(
        rounds=tuple(map(_round, document["rounds"])),
        unserved=document["unserved"],
        figures=document["figures"],
        fingerprint=document["fingerprint"],
        overlay=document["overlay"],
    )


def numbered_as(rows: Sequence[RoundRow], former: Mapping[str, int]) -> tuple[RoundRow, ...]:
    """Return rounds with the numbers that their riders had in the former version; new riders go on from the highest.

    The supplier and the gate call a round by its number: it must not become another rider's while the day runs.
    """
    highest = max(former.values(), default=0)
    numbered = []
    for row in rows:
        if row.rider_code not in former:
            highest += 1
        numbered.append(dataclasses.replace(row, number=former.get(row.rider_code, highest)))
    return tuple(sorted(numbered, key=lambda row: row.number))


def _plain(row: RoundRow | VisitRow) -> dict[str, Any]:
    return {field.name: _value(getattr(row, field.name)) for field in dataclasses.fields(row)}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) if isinstance(item, VisitRow) else item for item in value]
    return value


def _round(document: Mapping[str, Any]) -> RoundRow:
    stopped_at = document["stopped_at"]
    return RoundRow(
        **{
            **document,
            "leaves_base_at": datetime.fromisoformat(document["leaves_base_at"]),
            "back_at": datetime.fromisoformat(document["back_at"]),
            "stopped_at": datetime.fromisoformat(stopped_at) if stopped_at else None,
            "visits": tuple(map(_visit, document["visits"])),
        }
    )


def _visit(document: Mapping[str, Any]) -> VisitRow:
    instants = {name: datetime.fromisoformat(document[name]) for name in ("arrive_at", "start_at", "leave_at")}
    return VisitRow(**{**document, **instants, "order_codes": tuple(document["order_codes"])})
