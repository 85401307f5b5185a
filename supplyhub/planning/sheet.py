"""Read one CSV file of a day into checked cells, collecting every fault with its row and column.

Works on bytes in memory and never stops at the first fault. Knows no table in particular.
"""

import csv
import io
import math
import re
from collections.abc import Collection, Iterator

from supplyhub.planning.issues import Issue, IssueCode

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")
_DAY_S = 24 * 3600


def seconds_of_day(text: str) -> int | None:
    """Return seconds after midnight for `HH:MM` or `HH:MM:SS` up to 24:00, or None for other text.

    Parameters
    ----------
    text
        What stands in the cell.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    seconds = hours * 3600 + minutes * 60 + rest
    return seconds if seconds <= _DAY_S else None


def clock_text(seconds: int) -> str:
    """Return seconds after midnight as `HH:MM:SS`.

    Parameters
    ----------
    seconds
        Seconds after midnight, not negative.
    """
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


class Row:
    """One row's cells by column name; every reader method notes the fault and returns a stand-in.

    The caller asks for all cells first and `is_good` last, so that a row reports all of its faults.
    """

    __slots__ = ("_cells", "_file", "_issues", "is_good", "number")

    def __init__(self, file: str, number: int, cells: dict[str, str], issues: list[Issue]) -> None:
        self._file = file
        self._cells = cells
        self._issues = issues
        self.number = number
        self.is_good = True

    def refuse(self, code: IssueCode, column: str | None, **fields: str | int) -> None:
        """Note a fault of this row.

        Parameters
        ----------
        code
            What is wrong.
        column
            Where in the row.
        **fields
            What fills the template of the code.
        """
        self.is_good = False
        self._issues.append(
            Issue(
                file=self._file,
                code=code,
                row=self.number,
                column=column,
                fields=tuple(fields.items()),
            )
        )

    def text(self, column: str, *, may_be_empty: bool = False) -> str:
        """Return the cell as text.

        Parameters
        ----------
        column
            The column's name.
        may_be_empty
            True when an empty cell is no fault.
        """
        value = self._cells.get(column, "")
        if not value and not may_be_empty:
            self.refuse(IssueCode.EMPTY, column)
        return value

    def whole(self, column: str, *, lowest: int = 0, highest: int = 10**12) -> int:
        """Return the cell as an integer from `lowest`, which is not negative, to `highest`.

        Parameters
        ----------
        column
            The column's name.
        lowest, highest
            The smallest and the largest number that is accepted.
        """
        value = self._cells.get(column, "").strip()
        if not value:
            self.refuse(IssueCode.EMPTY, column)
        elif _INTEGER.fullmatch(value) is None:
            self.refuse(IssueCode.NOT_A_NUMBER, column, value=value)
        elif (number := int(value)) < 0:
            self.refuse(IssueCode.NEGATIVE, column, value=number)
        elif not lowest <= number <= highest:
            limits = {"lowest": lowest, "highest": highest}
            self.refuse(IssueCode.OUT_OF_RANGE, column, value=number, **limits)
        else:
            return number
        return 0

    def degrees(self, column: str, *, limit: int) -> float:
        """Return the cell as degrees between -limit and limit.

        Parameters
        ----------
        column
            The column's name.
        limit
            90 for latitudes, 180 for longitudes.
        """
        value = self._cells.get(column, "").strip()
        if not value:
            self.refuse(IssueCode.EMPTY, column)
            return 0.0
        if _DECIMAL.fullmatch(value) is None or not math.isfinite(float(value)):
            self.refuse(IssueCode.NOT_A_NUMBER, column, value=value)
            return 0.0
        number = float(value)
        if not -limit <= number <= limit:
            self.refuse(IssueCode.OUT_OF_RANGE, column, value=value, lowest=-limit, highest=limit)
        return number

    def time(self, column: str) -> int:
        """Return the cell as seconds after midnight.

        Parameters
        ----------
        column
            The column's name.
        """
        value = self._cells.get(column, "")
        seconds = seconds_of_day(value)
        if seconds is None:
            if value.strip():
                self.refuse(IssueCode.NOT_A_TIME, column, value=value)
            else:
                self.refuse(IssueCode.EMPTY, column)
        return seconds or 0

    def choice(self, column: str, choices: Collection[str]) -> str:
        """Return the cell, which must be one of `choices`.

        Parameters
        ----------
        column
            The column's name.
        choices
            What is accepted, in the order in which the fault lists it.
        """
        value = self._cells.get(column, "").strip()
        if value not in choices:
            self.refuse(IssueCode.NOT_A_CHOICE, column, value=value, choices=", ".join(choices))
            return next(iter(choices))
        return value


class Sheet:
    """A CSV file held as bytes: its header is read at once, its rows one by one."""

    def __init__(self, file: str, content: bytes, columns: Collection[str]) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.rows_read = 0
        # A byte that is no UTF-8 becomes a lone surrogate, so that only its own row is refused.
        text = content.decode("utf-8-sig", errors="surrogateescape")
        self._reader = csv.reader(io.StringIO(text, newline=""))
        self._row_number = 0
        self._header = next(self._records(), [])
        self.has_header = self._check_header(columns)

    def has_column(self, column: str) -> bool:
        """Return True when the header names this column.

        Parameters
        ----------
        column
            The column's name.
        """
        return column in self._header

    def rows(self, *, limit: int) -> Iterator[Row]:
        """Yield every row that is text, at most `limit` of them.

        Parameters
        ----------
        limit
            How many rows are read before the rest is refused.
        """
        if not self.has_header:
            return
        for record in self._records():
            if self.rows_read == limit:
                self._refuse(IssueCode.TOO_MANY_ROWS, fields=(("limit", limit),))
                return
            self.rows_read += 1
            cells = dict(zip(self._header, record, strict=False))
            broken = [column for column, value in cells.items() if not _is_text(value)]
            if broken:
                self._refuse(IssueCode.NOT_UTF8, row=self._row_number, column=broken[0])
                continue
            yield Row(self.file, self._row_number, cells, self.issues)

    def _records(self) -> Iterator[list[str]]:
        """Yield records that are not blank, counting rows as a spreadsheet does."""
        while True:
            self._row_number += 1
            try:
                record = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                fields = (("problem", str(error)),)
                self._refuse(IssueCode.NOT_CSV, row=self._row_number, fields=fields)
                return
            if record:
                yield record

    def _check_header(self, columns: Collection[str]) -> bool:
        if not all(map(_is_text, self._header)):
            self._refuse(IssueCode.NOT_UTF8, row=1)
            return False
        self._header = [name.strip() for name in self._header]
        missing = [column for column in columns if column not in self._header]
        for column in missing:
            self._refuse(IssueCode.MISSING_COLUMN, row=1, column=column)
        return not missing

    def _refuse(
        self,
        code: IssueCode,
        *,
        row: int | None = None,
        column: str | None = None,
        fields: tuple[tuple[str, str | int], ...] = (),
    ) -> None:
        self.issues.append(Issue(file=self.file, code=code, row=row, column=column, fields=fields))


def _is_text(value: str) -> bool:
    """Return True when the value holds no byte that was not UTF-8, and no NUL."""
    return value.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in value)
