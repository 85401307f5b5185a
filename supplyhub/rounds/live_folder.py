"""Write the folder of a day that has changed, from the one that it was read from: only what is otherwise changes."""

import csv
import io
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from supplyhub.planning import reading
from supplyhub.planning.problem import Problem
from supplyhub.planning.sheet import clock_text, seconds_of_day

_Row = dict[str, str]
_MINUTE_S = 60


def write_changed_day(source: Path, target: Path, changed: Problem) -> None:
    """Write a day folder.

    Parameters
    ----------
    source
        The folder of the day before the changes.
    target
        The folder to write; it is made where there is none.
    changed
        The day after them: `live.replan` changes gates' hours, risks, ends of passes and shifts, due times, the ride
        limit, and which orders there are.

    Raises
    ------
    OSError
        A file cannot be read or written.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name in (*reading.FILES, reading.TRAVEL_FILE):
        if (source / name).is_file() and (source / name) != (target / name):
            shutil.copyfile(source / name, target / name)
    _change_settings(target / "day.toml", changed)
    _change_rows(target / "gates.csv", "gate_id", changed.gates, lambda gate: {"closes_at": gate.closes_s})
    _change_rows(target / "compounds.csv", "compound_id", changed.compounds, lambda one: {"risk": one.risk.value})
    _change_rows(
        target / "riders.csv",
        "rider_id",
        changed.riders,
        lambda rider: {"pass_until": rider.pass_until_s, "shift_end": rider.shift_end_s},
    )
    _change_rows(
        target / "orders.csv",
        "order_id",
        changed.orders,
        lambda order: {
            "order_id": order.order_id,
            "pickup_id": order.pickup_id,
            "compound_id": order.compound_id,
            "weight_g": str(order.weight_g),
            "volume_ml": str(order.volume_ml),
            "ready_at": order.ready_s,
            "due_at": order.due_s,
            "priority": str(order.priority),
            "source": order.source.value,
        },
    )


def _change_settings(path: Path, changed: Problem) -> None:
    text = path.read_text(encoding="utf-8")
    minutes = changed.ride.max_s / _MINUTE_S
    path.write_text(re.sub(r"(?m)^(\s*max_minutes\s*=\s*)[^#\s]+", rf"\g<1>{minutes:g}", text), encoding="utf-8")


def _change_rows(path: Path, key: str, items: tuple[Any, ...], facts: Callable[[Any], Mapping[str, str | int]]) -> None:
    """Write a table's cells as the items say; rows of none fall out, items without a row come last."""
    text = path.read_bytes().decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    wanted = {getattr(item, key): facts(item) for item in items}
    rows = [_changed(row, wanted.pop(row[key])) for row in reader if row[key] in wanted]
    rows += [_changed({}, cells) for cells in wanted.values()]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=reader.fieldnames or [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(stream.getvalue().encode())


def _changed(row: _Row, cells: Mapping[str, str | int]) -> _Row:
    """Return a row with some cells; numbers are times of the day, written anew only where they are other times."""
    result = dict(row)
    for name, value in cells.items():
        if isinstance(value, str):
            result[name] = value
        elif name not in row or seconds_of_day(row[name]) != value:
            result[name] = clock_text(value)
    return result
