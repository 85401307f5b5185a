"""Tables out of the application: CSV in UTF-8 with BOM, which spreadsheets open as text. Pure.

A text that a spreadsheet would take for a formula is written as text: what a stranger typed into a remark must not
run on the desk of whoever opens the file.
"""

import csv
import io
from collections.abc import Iterable, Sequence

_BOM = "\ufeff"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | None


def safe_text(value: Cell) -> str:
    """Return a cell's text; one that would be a formula gets an apostrophe in front. Numbers stay numbers."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_SIGNS) else value
    return "" if value is None else str(value)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as a CSV file."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(map(safe_text, header))
    writer.writerows([safe_text(cell) for cell in row] for row in rows)
    return (_BOM + target.getvalue()).encode()
