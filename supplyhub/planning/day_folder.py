"""Read day folders, read and write plan files: the only module of the engine that touches files.

Strict: a day folder with any fault is refused with all of them. A plan file is written whole or not at all.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from supplyhub.planning import reading
from supplyhub.planning.issues import DayFolderError, Issue, IssueCode, PlanFileError
from supplyhub.planning.plan import Plan, Reason, Round, Unserved, Visit, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.planning.sheet import clock_text, seconds_of_day

PLAN_FORMAT = "supply-plan/1"


def read_day(folder: Path, limits: reading.Limits | None = None) -> Problem:
    """Read a day folder in which nothing is wrong.

    Parameters
    ----------
    folder
        Where `day.toml` and the CSV files are.
    limits
        Sizes that are refused; the default limits when None.

    Returns
    -------
    Problem
        The day.

    Raises
    ------
    DayFolderError
        With every fault of every file.
    """
    limits = limits or reading.Limits()
    files: dict[str, bytes] = {}
    oversized: list[Issue] = []
    for name in (*reading.FILES, reading.TRAVEL_FILE):
        path = folder / name
        limit = limits.travel_bytes if name == reading.TRAVEL_FILE else limits.file_bytes
        if not path.is_file():
            continue
        # Ask for the size first: a file far over the limit never enters memory.
        if (size := path.stat().st_size) > limit:
            oversized.append(reading.too_large(name, size, limit))
        else:
            files[name] = path.read_bytes()
    result = reading.parse_day(files, limits)
    refused = {issue.file for issue in oversized}
    others = [issue for issue in result.issues if not (issue.code is IssueCode.MISSING_FILE and issue.file in refused)]
    if oversized or others:
        raise DayFolderError((*oversized, *others))
    return result.problem()


def read_plan(path: Path) -> Plan:
    """Read a plan file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Plan
        The plan, without figures, seed and fingerprint.

    Raises
    ------
    PlanFileError
        When it cannot be read or is no plan file.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != PLAN_FORMAT:
            msg = f"{path.name}: the format is not {PLAN_FORMAT}."
            raise PlanFileError(msg)
        return from_document(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path.name} cannot be read as a plan: {error!r}."
        raise PlanFileError(msg) from error


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan file so that it is there in full, or as it was before.

    Parameters
    ----------
    plan
        The plan.
    path
        Where to write; its folder must exist.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    text = json.dumps(to_document(plan), ensure_ascii=False, separators=(",", ":")) + "\n"
    _write_atomically(path, text.encode())


def to_document(plan: Plan) -> dict[str, object]:
    """Return a plan as what a plan file holds, ready for JSON.

    Parameters
    ----------
    plan
        The plan; its figures, seed and fingerprint are no part of a plan file.
    """
    return {
        "format": PLAN_FORMAT,
        "date": plan.day_date.isoformat(),
        "rounds": [_round_document(a_round) for a_round in plan.rounds],
        "unserved": [{"order_id": entry.order_id, "reason": entry.reason.value} for entry in plan.unserved],
    }


def from_document(document: Mapping[str, Any]) -> Plan:
    """Return a plan from what a plan file holds.

    Parameters
    ----------
    document
        What `to_document` gave; something else raises whatever reading it comes to.
    """
    return Plan(
        day_date=date.fromisoformat(document["date"]),
        rounds=tuple(map(_read_round, document["rounds"])),
        unserved=tuple(
            Unserved(order_id=str(entry["order_id"]), reason=Reason(entry["reason"])) for entry in document["unserved"]
        ),
    )


def _write_atomically(path: Path, content: bytes) -> None:
    """Replace the file in one step that a kill cannot split."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _round_document(a_round: Round) -> dict[str, object]:
    ends = (
        {"back_at": clock_text(a_round.back_s)}
        if a_round.back_s is not None
        else {"stopped_at": clock_text(a_round.stopped_s or 0)}
    )
    return {
        "rider_id": a_round.rider_id,
        "leaves_base_at": clock_text(a_round.leaves_base_s),
        **ends,
        "visits": [
            {
                "pickup_id" if visit.kind is VisitKind.LOAD else "gate_id": visit.place_id,
                "arrive": clock_text(visit.arrives_s),
                "start": clock_text(visit.starts_s),
                "leave": clock_text(visit.leaves_s),
                "orders": list(visit.order_ids),
            }
            for visit in a_round.visits
        ],
    }


def _read_round(document: Mapping[str, object]) -> Round:
    visits = document["visits"]
    if not isinstance(visits, list):
        msg = "visits is not a list"
        raise TypeError(msg)
    stopped = document.get("stopped_at")
    return Round(
        rider_id=str(document["rider_id"]),
        leaves_base_s=_seconds(document["leaves_base_at"]),
        back_s=_seconds(document["back_at"]) if stopped is None else None,
        stopped_s=None if stopped is None else _seconds(stopped),
        visits=tuple(map(_read_visit, visits)),
    )


def _read_visit(document: Mapping[str, object]) -> Visit:
    orders = document["orders"]
    if not isinstance(orders, list):
        msg = "orders is not a list"
        raise TypeError(msg)
    is_load = "pickup_id" in document
    return Visit(
        kind=VisitKind.LOAD if is_load else VisitKind.HAND_OVER,
        place_id=str(document["pickup_id" if is_load else "gate_id"]),
        arrives_s=_seconds(document["arrive"]),
        starts_s=_seconds(document["start"]),
        leaves_s=_seconds(document["leave"]),
        order_ids=tuple(map(str, orders)),
    )


def _seconds(text: object) -> int:
    seconds = seconds_of_day(str(text))
    if seconds is None:
        msg = f"{text!r} is not a time of day"
        raise ValueError(msg)
    return seconds
