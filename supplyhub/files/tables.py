"""Tables in files: CSV in UTF-8 or GB18030 and .xlsx, as rows of tidied text with the row numbers of a spreadsheet.

Tolerant: a row that cannot be read is a fault beside the good rows, and a file that cannot be used has only faults.
Formulas are text and are never worked out. Pure: content in, values out.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import python_calamine

from supplyhub.core import text
from supplyhub.files import archives, encodings
from supplyhub.files.limits import DEFAULT, Limits, megabytes
from supplyhub.files.previews import Reason, Row, Verdict, reason

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",\t;"
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{1,9})["']""")
_Record = tuple[int, list[str]]
_Fault = tuple[int | None, Reason]
# Stands for a row that is no CSV: a cell of more than 128 KB, or a stray quote over many rows.
_NOT_CSV = ["\x00"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: its number as a spreadsheet shows it, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What could be read of a file. `is_usable` is false where the file as a whole could not."""

    file: str
    lines: tuple[Line, ...]
    faults: tuple[Row, ...]
    is_usable: bool

    @property
    def rows_read(self) -> int:
        """How many rows there were below the header, good and bad."""
        return len(self.lines) + (len(self.faults) if self.is_usable else 0)


def read_table(
    file: str, content: bytes, *, columns: Sequence[str], header_within: int = 1, limits: Limits = DEFAULT
) -> Table:
    """Read a file as a table that has these columns.

    `header_within` is the number of rows among which the header may stand: some exports put a preamble before it.
    """
    fault, records = _records(content, limits)
    if fault is not None:
        return _unusable(file, [(None, fault)])
    rows = iter(records)
    header, missing = _find_header(rows, columns, header_within)
    if missing:
        return _unusable(file, missing)
    lines: list[Line] = []
    faults: list[Row] = []
    for number, record in rows:
        if not any(value.strip() for value in record):
            continue
        if record is _NOT_CSV:
            faults.append(_fault(file, number, reason("file.not_csv")))
            continue
        if len(lines) + len(faults) == limits.rows:
            faults.append(_fault(file, number, reason("file.too_many_rows", limit=limits.rows)))
            break
        cells = dict(zip(header, record, strict=False))
        broken = next((name for name, value in cells.items() if not encodings.is_text(value)), None)
        if broken is not None:
            faults.append(_fault(file, number, reason("file.not_text", column=broken)))
            continue
        tidied = {name: text.tidy(value) for name, value in cells.items()}
        lines.append(Line(number=number, cells={name: tidied.get(name, "") for name in header}))
    return Table(file=file, lines=tuple(lines), faults=tuple(faults), is_usable=True)


def _fault(file: str, line: int | None, why: Reason) -> Row:
    return Row(verdict=Verdict.REFUSED, file=file, line=line, key="", reasons=(why,))


def _unusable(file: str, faults: Sequence[_Fault]) -> Table:
    return Table(file=file, lines=(), faults=tuple(_fault(file, line, why) for line, why in faults), is_usable=False)


def _find_header(rows: Iterator[_Record], columns: Sequence[str], within: int) -> tuple[list[str], list[_Fault]]:
    """Return the names of the columns, or what is missing in the row that comes nearest."""
    nearest: tuple[int, int, list[str]] | None = None
    for number, record in rows:
        if not all(map(encodings.is_text, record)):
            return [], [(number, reason("file.not_text", column=""))]
        names = [text.tidy(value) for value in record]
        found = len(set(columns) & set(names))
        if found == len(columns):
            return names, []
        if nearest is None or found > nearest[0]:
            nearest = (found, number, names)
        if number >= within:
            break
    if nearest is None:
        return [], [(1, reason("file.empty"))]
    _, number, names = nearest
    return [], [(number, reason("file.missing_column", column=column)) for column in columns if column not in names]


def _records(content: bytes, limits: Limits) -> tuple[Reason | None, Iterator[_Record]]:
    """Return the records of a file with their row numbers, or why there are none."""
    if len(content) > limits.file_bytes:
        sizes = {"size_mb": megabytes(len(content)), "limit_mb": megabytes(limits.file_bytes)}
        return reason("file.too_large", **sizes), iter(())
    if content.startswith(archives.MAGIC):
        return _workbook_records(content, limits)
    if content.startswith(_OLD_EXCEL):
        return reason("file.old_excel"), iter(())
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return reason("file.not_text", column=""), iter(())
    return None, _csv_records(content)


def _csv_records(content: bytes) -> Iterator[_Record]:
    whole, _ = encodings.decode(content)
    head = whole.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, _NOT_CSV
            continue
        if record:
            yield number, record


# --- .xlsx -----------------------------------------------------------------------------------------------------------


def _workbook_records(content: bytes, limits: Limits) -> tuple[Reason | None, Iterator[_Record]]:
    fault = archives.fault_of(content, limits) or _sheet_fault(content, limits)
    if fault is not None:
        return fault, iter(())
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        grid = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError, OSError, ValueError):
        return reason("file.not_workbook"), iter(())
    except BaseException as error:
        # The reader is compiled code: what it did not foresee arrives as a panic, which is no Exception.
        if type(error).__name__ == "PanicException":
            return reason("file.not_workbook"), iter(())
        raise
    return None, ((number, [_cell_text(value) for value in record]) for number, record in enumerate(grid, 1))


def _sheet_fault(content: bytes, limits: Limits) -> Reason | None:
    """Return why the sheets are not laid out in memory: one far cell makes a grid of all that lies before it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not (name.startswith("xl/worksheets/") and name.endswith(".xml")):
                continue
            try:
                sheet = archive.read(name)
            except (zipfile.BadZipFile, EOFError, OSError):
                return reason("file.not_workbook")
            # Two rows above the limit may be a preamble and the header; the reading of rows counts exactly.
            if any(int(found[1]) > limits.rows + limits.members for found in _ROW.finditer(sheet)):
                return reason("file.too_many_rows", limit=limits.rows)
            for found in _CELL.finditer(sheet):
                if int(found[2]) > limits.rows + limits.members:
                    return reason("file.too_many_rows", limit=limits.rows)
                if _column_number(found[1]) > limits.columns:
                    return reason("file.too_many_columns", limit=limits.columns)
    return None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell_text(value: object) -> str:
    """Return a cell as a person would type it: 1.0 as `1`, a date as `2022-11-08`."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)
