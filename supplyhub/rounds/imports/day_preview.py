"""The preview of a day folder: every refused and doubtful row with its line, and the first of the good ones."""

import contextlib
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from supplyhub.core import intervals
from supplyhub.files import encodings
from supplyhub.files.previews import Preview, Reason, Row, Tally, Value, Verdict, cut, reason, tally
from supplyhub.planning import reading as planning_reading
from supplyhub.planning.issues import Issue
from supplyhub.planning.reading import DayReading
from supplyhub.rounds.imports.day_compare import Change, DayDifference, Difference
from supplyhub.rounds.imports.day_rows import DayRows, Values

KEYS = {
    "pickups.csv": "pickup_id",
    "compounds.csv": "compound_id",
    "gates.csv": "gate_id",
    "riders.csv": "rider_id",
    "orders.csv": "order_id",
}
_SETTINGS_FILE = planning_reading.FILES[0]
_SHOWN_OF_PLACES = 20
_SHOWN_OF_ORDERS = 120
_LONGEST_ROW = 110
# Our names of values -> the columns of the files, where they differ.
_COLUMNS = {
    "latitude": "lat",
    "longitude": "lon",
    "base_latitude": "base_lat",
    "base_longitude": "base_lon",
    "opens_s": "opens_at",
    "closes_s": "closes_at",
    "pass_from_s": "pass_from",
    "pass_until_s": "pass_until",
    "shift_start_s": "shift_start",
    "shift_end_s": "shift_end",
    "coordinates_from": "coordinates",
    "household_count": "households",
    "resident_count": "residents",
    "enters_high_risk": "high_risk",
    "compound": "compound_id",
    "pickup": "pickup_id",
    "any_zone": "zones",
}
_Item = TypeVar("_Item")


class Lines:
    """Finds ids and rows in the files, counted as a spreadsheet does; reads a file when first asked."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._records: dict[str, dict[int, list[str]]] = {}
        self._lines: dict[str, dict[str, int]] = {}

    def of_code(self, file: str, code: str) -> int | None:
        """Return the line in which an id stands first."""
        if file not in self._lines:
            self._lines[file] = {}
            for line in self._read(file):
                self._lines[file].setdefault(self.code_in(file, line), line)
        return self._lines[file].get(code)

    def code_in(self, file: str, line: int | None) -> str:
        """Return the id that stands in a line below the header, or nothing."""
        records = self._read(file)
        if line is None or line not in records or line == next(iter(records)):
            return ""
        header = next(iter(records.values()))
        position = header.index(KEYS[file]) if KEYS.get(file) in header else -1
        return records[line][position] if 0 <= position < len(records[line]) else ""

    def text_in(self, file: str, line: int | None) -> str:
        """Return a row as it stands in the file, in short."""
        record = self._read(file).get(line or 0, [])
        return cut(", ".join(record), _LONGEST_ROW)

    def _read(self, file: str) -> dict[int, list[str]]:
        if file not in self._records:
            text, _ = encodings.decode(self._files.get(file, b""))
            # What is no text is shown as a question mark, and can be kept and sent.
            shown = text.encode("utf-8", errors="replace").decode("utf-8").replace("\x00", "?")
            records = csv.reader(io.StringIO(shown, newline=""))
            self._records[file] = {}
            with contextlib.suppress(csv.Error):  # the reading of the file names the row
                self._records[file].update((line, record) for line, record in enumerate(records, 1) if record)
        return self._records[file]


def of_unusable(reading: DayReading, *, blocking: tuple[Issue, ...], lines: Lines) -> Preview:
    """Return the preview of a day whose `day.toml` cannot be used: only what is refused."""
    rows = _refused_rows(reading.issues, blocking, lines)
    return Preview(
        tallies=tuple(
            tally(file, read=read, rows=[row for row in rows if row.file == file])
            for file, read in _rows_read(reading, rows)
        ),
        rows=rows,
        is_blocked=True,
    )


def of_difference(
    reading: DayReading,
    *,
    rows: DayRows,
    difference: DayDifference,
    day_date: date,
    blocking: tuple[Issue, ...],
    lines: Lines,
) -> Preview:
    """Return the preview of a day from its difference to what the district has."""
    listed = [
        *_refused_rows(reading.issues, blocking, lines),
        *(
            Row(
                verdict=Verdict.REFUSED,
                file=refusal.file,
                line=lines.of_code(refusal.file, refusal.code),
                key=refusal.code,
                cells={"name": lines.text_in(refusal.file, lines.of_code(refusal.file, refusal.code))},
                reasons=(refusal.reason,),
            )
            for refusal in rows.refusals
        ),
    ]
    for file, table in _tables(difference):
        listed += _doubtful_rows(file, table, lines)
    listed += _new_rows("orders.csv", difference.orders, rows, lines, _SHOWN_OF_ORDERS)
    for file, table in _tables(difference)[:-1]:
        listed += _new_rows(file, table, rows, lines, _SHOWN_OF_PLACES)
    return Preview(
        tallies=tallies(reading, rows=rows, difference=difference, blocking=blocking),
        rows=tuple(listed),
        notes=tuple(_notes(reading, difference, day_date)),
        is_blocked=bool(blocking),
    )


def tallies(
    reading: DayReading, *, rows: DayRows, difference: DayDifference, blocking: tuple[Issue, ...] = ()
) -> tuple[Tally, ...]:
    """Return the counts of each file."""
    refused: dict[str, set[object]] = {}
    for issue in (*reading.issues, *blocking):
        refused.setdefault(issue.file, set()).add(issue.row)
    for refusal in rows.refusals:
        refused.setdefault(refusal.file, set()).add(refusal.code)
    read = dict(reading.rows_read)
    found = [
        Tally(
            name=file,
            read=read.get(file, 0),
            counts={
                Verdict.READY: len(table.new),
                Verdict.CHANGED: len(table.changed),
                Verdict.UNCHANGED: table.unchanged,
                Verdict.REVIEW: len(table.review),
                Verdict.REFUSED: len(refused.get(file, ())),
            },
        )
        for file, table in _tables(difference)
    ]
    rules = Verdict.UNCHANGED if difference.rules is None else Verdict.READY
    if difference.rules is not None and difference.has_rules:
        rules = Verdict.CHANGED
    settings = {rules: 1, Verdict.REFUSED: len(refused.get(_SETTINGS_FILE, ()))}
    return (Tally(name=_SETTINGS_FILE, read=1, counts=settings), *found)


def _tables(difference: DayDifference) -> list[tuple[str, Difference]]:
    return [
        ("pickups.csv", difference.pickups),
        ("compounds.csv", difference.compounds),
        ("gates.csv", difference.gates),
        ("riders.csv", difference.riders),
        ("orders.csv", difference.orders),
    ]


def _rows_read(reading: DayReading, rows: tuple[Row, ...]) -> Iterator[tuple[str, int]]:
    """Yield every file that was read or has a fault, with its number of rows."""
    read = dict(reading.rows_read)
    for file in dict.fromkeys([*planning_reading.FILES, *read, *(row.file for row in rows)]):
        if file in read or any(row.file == file for row in rows):
            yield file, read.get(file, 0)


def _refused_rows(issues: Iterable[Issue], blocking: Iterable[Issue], lines: Lines) -> tuple[Row, ...]:
    """Return one row for all faults of the same line."""
    grouped: dict[tuple[str, int | None, str | None], list[Issue]] = {}
    for issue in dict.fromkeys([*issues, *blocking]):
        # Faults of a whole file stand alone: each is a different thing to mend.
        apart = issue.column if issue.row is None or issue.row == 1 else None
        grouped.setdefault((issue.file, issue.row, apart), []).append(issue)
    return tuple(
        Row(
            verdict=Verdict.REFUSED,
            file=file,
            line=line,
            key=lines.code_in(file, line),
            cells={"name": lines.text_in(file, line)} if line is not None and line > 1 else {},
            reasons=tuple(map(_issue_reason, found)),
        )
        for (file, line, _), found in grouped.items()
    )


def _issue_reason(issue: Issue) -> Reason:
    column = (("column", issue.column),) if issue.column else ()
    return Reason(code=f"issue.{issue.code.value}", fields=(*column, *issue.fields))


def _doubtful_rows(file: str, table: Difference, lines: Lines) -> Iterator[Row]:
    for code, why in table.review:
        line = lines.of_code(file, code)
        cells: dict[str, Value] = {"name": lines.text_in(file, line)}
        yield Row(verdict=Verdict.REVIEW, file=file, line=line, key=code, cells=cells, reasons=(why,))
    for change in table.changed:
        yield Row(
            verdict=Verdict.CHANGED,
            file=file,
            line=lines.of_code(file, change.code),
            key=change.code,
            cells={"name": _text(change.values.get("name"))},
            reasons=tuple(_changes(change)),
        )


def _changes(change: Change) -> Iterator[Reason]:
    for name, before, after in change.columns:
        yield reason("changes", column=_COLUMNS.get(name, name), before=_shown(name, before), after=_shown(name, after))


def _new_rows(file: str, table: Difference, rows: DayRows, lines: Lines, limit: int) -> Iterator[Row]:
    for code, values in list(table.new.items())[:limit]:
        yield Row(
            verdict=Verdict.READY,
            file=file,
            line=lines.of_code(file, code),
            key=code,
            cells=_order_cells(values, rows) if file == "orders.csv" else {"name": _text(values.get("name"))},
        )


def _order_cells(values: Values, rows: DayRows) -> dict[str, Value]:
    return {
        "place": _text(rows.compounds[values["compound"]]["name"]),
        "pickup": _text(rows.pickups[values["pickup"]]["name"]),
        "weight_g": values["weight_g"],
        "ready_at": values["ready_at"].isoformat(),
        "due_at": values["due_at"].isoformat(),
    }


def _notes(reading: DayReading, difference: DayDifference, day_date: date) -> Iterator[Reason]:
    own = reading.settings.day_date if reading.settings else day_date
    if own == day_date:
        yield reason("day_of_file", day=day_date.isoformat())
    else:
        yield reason("day_moved", day=day_date.isoformat(), own=own.isoformat())
    if difference.new_streets:
        yield reason("new_streets", count=len(difference.new_streets), names="、".join(difference.new_streets))
    if difference.new_companies:
        yield reason("new_companies", count=len(difference.new_companies), names="、".join(difference.new_companies))


def _shown(name: str, value: object) -> str:
    if name.endswith("_s") and isinstance(value, int):
        return intervals.time_of_day(value)
    return _text(value)


def _text(value: object) -> str:
    """Return a value as it would stand in the file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, frozenset):
        return "|".join(sorted(value))
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
