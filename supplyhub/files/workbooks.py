"""Tables out of the application as an .xlsx workbook: one sheet a table, a bold head that stays in sight. Pure.

Texts are written as texts, whatever they begin with: a spreadsheet must not run what a stranger typed.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import xlsxwriter

Cell = str | int | float | date | datetime | None
_LONGEST_NAME = 31
_WIDEST, _NARROWEST = 42, 9
# What a wide character (Chinese) takes in a column, in narrow ones.
_WIDE = 2
_LOOKED_AT = 200
# As a printer knows the size of paper; and how many columns it takes upright.
_A4, _MOST_UPRIGHT = 9, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its head, and how its numbers look (`percent`: a share of 1). Datetimes are local and naive."""

    head: str
    is_percent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table. `notes` stand above it, a line each: what it is, of when, and what it does not say."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return tables as an .xlsx workbook, a sheet each."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "percent": book.add_format({"num_format": "0.0%"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(_sheet_name(sheet.name)), sheet, formats)
    return target.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: dict[str, xlsxwriter.format.Format]) -> None:
    for number, note in enumerate(sheet.notes):
        page.write_string(number, 0, note)
    top = len(sheet.notes) + 1 if sheet.notes else 0
    widths = [_width(column.head) for column in sheet.columns]
    for number, column in enumerate(sheet.columns):
        page.write_string(top, number, column.head, formats["head"])
    last = top
    for line, row in enumerate(sheet.rows, start=top + 1):
        last = line
        for number, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, (line, number), cell, formats, is_percent=column.is_percent)
            if line - top <= _LOOKED_AT:
                widths[number] = max(widths[number], 16 if isinstance(cell, datetime) else _width(str(cell or "")))
    for number, width in enumerate(widths):
        page.set_column(number, number, min(max(width + 1, _NARROWEST), _WIDEST))
    page.freeze_panes(top + 1, 0)
    if last > top:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    _prepare_for_paper(page, sheet, top)


def _prepare_for_paper(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, top: int) -> None:
    """Print all columns on one width of A4, with the head on every page."""
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    if len(sheet.columns) > _MOST_UPRIGHT:
        page.set_landscape()


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    cell: Cell,
    formats: dict[str, xlsxwriter.format.Format],
    *,
    is_percent: bool,
) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(*place, cell)
    elif isinstance(cell, date):  # also a datetime
        at = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        page.write_datetime(*place, at, formats["time" if isinstance(cell, datetime) else "date"])
    else:
        page.write_number(*place, cell, formats["percent"] if is_percent else None)


def _sheet_name(name: str) -> str:
    """Return a name that a workbook takes for a sheet: without its special signs, and not too long."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in name)[:_LONGEST_NAME].strip("'") or "1"


def _width(text: str) -> int:
    return sum(_WIDE if ord(sign) > 0x2E80 else 1 for sign in text)
