"""What can be wrong with a day folder: codes, constant English sentences, and the place in the file.

A sentence is a template plus fields, so that an application may translate it by its code. Nothing here
reads a file.
"""

import dataclasses
from enum import StrEnum

from supplyhub.core import errors


class IssueCode(StrEnum):
    """Kinds of faults in the files of a day."""

    MISSING_FILE = "missing_file"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NOT_UTF8 = "not_utf8"
    NOT_TOML = "not_toml"
    NOT_CSV = "not_csv"
    MISSING_COLUMN = "missing_column"
    MISSING_KEY = "missing_key"
    UNKNOWN_FORMAT = "unknown_format"
    BAD_SETTING = "bad_setting"
    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NOT_A_TIME = "not_a_time"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_CHOICE = "not_a_choice"
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_LEG = "duplicate_leg"
    UNKNOWN_PICKUP = "unknown_pickup"
    UNKNOWN_COMPOUND = "unknown_compound"
    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_PLACE = "unknown_place"
    REFUSED_REFERENCE = "refused_reference"
    DUE_BEFORE_READY = "due_before_ready"


# Named fields in %-style, the style of gettext catalogues.
TEMPLATES: dict[IssueCode, str] = {
    IssueCode.MISSING_FILE: "The file is missing.",
    IssueCode.FILE_TOO_LARGE: "The file has %(size_mb)s MB; at most %(limit_mb)s MB are read.",
    IssueCode.TOO_MANY_ROWS: "The file has more than %(limit)s rows; the rest is not read.",
    IssueCode.NOT_UTF8: "This is not UTF-8 text; save the file as CSV UTF-8.",
    IssueCode.NOT_TOML: "The file cannot be read as TOML: %(problem)s.",
    IssueCode.NOT_CSV: "The row cannot be read as CSV: %(problem)s.",
    IssueCode.MISSING_COLUMN: "The column is missing.",
    IssueCode.MISSING_KEY: "The setting is missing.",
    IssueCode.UNKNOWN_FORMAT: "The format is “%(value)s”; only “%(expected)s” can be read.",
    IssueCode.BAD_SETTING: "“%(value)s” cannot be used here; expected is %(expected)s.",
    IssueCode.EMPTY: "The cell is empty.",
    IssueCode.NOT_A_NUMBER: "“%(value)s” is not a number.",
    IssueCode.NEGATIVE: "%(value)s is negative.",
    IssueCode.NOT_A_TIME: "“%(value)s” is not a time of day such as 07:30.",
    IssueCode.OUT_OF_RANGE: "%(value)s is not between %(lowest)s and %(highest)s.",
    IssueCode.NOT_A_CHOICE: "“%(value)s” is not one of %(choices)s.",
    IssueCode.DUPLICATE_ID: "“%(value)s” is already in row %(first_row)s.",
    IssueCode.DUPLICATE_LEG: "The way “%(value)s” is already in an earlier row.",
    IssueCode.UNKNOWN_PICKUP: "There is no pickup “%(value)s”.",
    IssueCode.UNKNOWN_COMPOUND: "There is no compound “%(value)s”.",
    IssueCode.UNKNOWN_VEHICLE: "There is no vehicle “%(value)s” in day.toml.",
    IssueCode.UNKNOWN_PLACE: "There is no pickup, gate or base “%(value)s”.",
    IssueCode.REFUSED_REFERENCE: "The row of “%(value)s” in %(file)s was refused.",
    IssueCode.DUE_BEFORE_READY: "The order is due at %(due)s, before it is ready at %(ready)s.",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One fault: where it is, and what it is.

    `row` counts as a spreadsheet does (the header is row 1) and is None for a whole file; `column` is
    a CSV column or a dotted key of day.toml. `fields` fill the template of `code`.
    """

    file: str
    code: IssueCode
    row: int | None = None
    column: str | None = None
    fields: tuple[tuple[str, str | int], ...] = ()

    @property
    def template(self) -> str:
        """The constant sentence with named fields, in English."""
        return TEMPLATES[self.code]

    @property
    def message(self) -> str:
        """The sentence with its fields filled in, in English."""
        return self.template % dict(self.fields)

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(self.column)
        return f"{', '.join(place)}: {self.message}"


class DayFolderError(errors.Invalid):
    """The day folder cannot be planned as it is; `issues` names every fault."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__(str(issues[0]))
        self.issues = issues


class PlanFileError(errors.Invalid):
    """The plan file cannot be read."""
