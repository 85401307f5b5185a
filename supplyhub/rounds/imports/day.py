"""Import a day folder: its places, suppliers, riders, orders and planning rules become a district's.

`preview_day` writes nothing; `write_day` writes what is new and changed, in a few statements. The same day again
changes nothing; an order that is here with other content, or on another day, is left for a person.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from supplyhub.core.coordinates import System
from supplyhub.core.errors import Invalid
from supplyhub.files import encodings
from supplyhub.files.previews import Preview, Reason, Tally, Verdict, reason
from supplyhub.places.models import District
from supplyhub.planning import reading as planning_reading
from supplyhub.planning.issues import Issue, IssueCode
from supplyhub.planning.problem import TravelModel
from supplyhub.planning.reading import DayReading
from supplyhub.rounds import roads
from supplyhub.rounds.imports import day_compare, day_coordinates, day_preview, day_rows, day_vehicles, day_write
from supplyhub.wording import lazy_gettext

FILES = planning_reading.FILES
TRAVEL_FILE = planning_reading.TRAVEL_FILE
# So many places without a way are named; a longer list is read on the page of a plan.
_NAMED = 40
_WHOLE_FILE = frozenset({IssueCode.MISSING_COLUMN, IssueCode.NOT_TOML, IssueCode.NOT_CSV})


class UnableToImportDay(Invalid):
    """The day cannot be imported as a whole: a file or column is missing, or its rules cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChanges:
    """What was written, table after table."""

    day_date: date
    tallies: tuple[Tally, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many things of all tables had a verdict."""
        return sum(tally[verdict] for tally in self.tallies)


def read_files(files: Mapping[str, bytes]) -> DayReading:
    """Read the files of a day folder, in UTF-8 or GB18030; coordinates become WGS-84.

    Raises
    ------
    UnknownSystem
        The day names a system of coordinates that nobody here knows.
    """
    readable = _as_utf_8(files)
    return day_coordinates.as_wgs84(planning_reading.parse_day(readable), day_coordinates.system_of(readable))


def _as_utf_8(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: encodings.as_utf_8(content) for name, content in files.items()}


def preview_day(
    session: Session,
    *,
    district: District,
    files: Mapping[str, bytes],
    day_date: date | None = None,
    system: System | None = None,
) -> Preview:
    """Return what the files of a day would change; `day_date` moves the day, `system` is that of its coordinates."""
    return _compare_files(session, district=district, files=files, day_date=day_date, system=system).preview


def import_day(
    session: Session,
    *,
    district: District,
    files: Mapping[str, bytes],
    day_date: date | None,
    now: datetime,
    system: System | None = None,
) -> Preview:
    """Write what the files of a day change, and return it."""
    compared = _compare_files(session, district=district, files=files, day_date=day_date, system=system)
    if compared.difference is not None and not compared.preview.is_blocked:
        day_write.apply(session, district=district, difference=compared.difference, day_date=compared.day_date, now=now)
    return compared.preview


def write_day(
    session: Session, *, district: District, reading: DayReading, day_date: date, now: datetime
) -> DayChanges:
    """Write what a day's good rows change in the district.

    Raises
    ------
    UnableToImportDay
        A file or column is missing, or the day's rules cannot be used.
    """
    blocking = blocking_issues(reading, district=district)
    if reading.settings is None or blocking:
        raise UnableToImportDay(
            lazy_gettext("The day cannot be imported: %(problem)s", problem="; ".join(map(str, blocking)))
        )
    rows = day_rows.read_rows(reading, settings=reading.settings, day_date=day_date, zone=district.timezone)
    difference = day_compare.compare(session, district=district, rows=rows, day_date=day_date)
    day_write.apply(session, district=district, difference=difference, day_date=day_date, now=now)
    return DayChanges(day_date=day_date, tallies=day_preview.tallies(reading, rows=rows, difference=difference))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """Files of a day beside what the district has; no `difference` where the day's rules cannot be used."""

    preview: Preview
    difference: day_compare.DayDifference | None
    day_date: date


def _compare_files(
    session: Session, *, district: District, files: Mapping[str, bytes], day_date: date | None, system: System | None
) -> _Compared:
    readable = _as_utf_8(files)
    found = day_coordinates.system_of(readable, chosen=system)
    reading = day_coordinates.as_wgs84(planning_reading.parse_day(readable), found)
    blocking = blocking_issues(reading, district=district)
    lines = day_preview.Lines(files)
    if reading.settings is None:
        preview = day_preview.of_unusable(reading, blocking=blocking, lines=lines)
        preview = dataclasses.replace(preview, notes=(*preview.notes, *_ignored(files)))
        return _Compared(preview=preview, difference=None, day_date=day_date or date.min)
    wanted = day_date or reading.settings.day_date
    rows = day_rows.read_rows(
        reading,
        settings=reading.settings,
        day_date=wanted,
        zone=district.timezone,
        system=found,
        kinds=day_vehicles.kinds_of(readable),
    )
    difference = day_compare.compare(session, district=district, rows=rows, day_date=wanted)
    preview = day_preview.of_difference(
        reading, rows=rows, difference=difference, day_date=wanted, blocking=blocking, lines=lines
    )
    notes = (*preview.notes, *_converted(found), *_unreached(reading), *_ignored(files))
    preview = dataclasses.replace(preview, notes=notes)
    return _Compared(preview=preview, difference=difference, day_date=wanted)


def _converted(system: System) -> tuple[Reason, ...]:
    """Return that the coordinates were of another system; kept with the import, this records which."""
    return () if system is System.WGS84 else (reason("coordinates_converted", system=system.value),)


def _unreached(reading: DayReading) -> tuple[Reason, ...]:
    """Return which places the day's own travel matrix does not reach."""
    if reading.travel is None or reading.travel.model is not TravelModel.MATRIX or not reading.is_complete:
        return ()
    names = [f"{place.place_id} ({', '.join(place.vehicles)})" for place in roads.find_unreached(reading.problem())]
    if not names:
        return ()
    more = len(names) - _NAMED
    return (
        reason("unreached", count=len(names), names="、".join(names[:_NAMED]))
        if more <= 0
        else reason("unreached_and_more", count=len(names), names="、".join(names[:_NAMED]), more=more),
    )


def _ignored(files: Mapping[str, bytes]) -> tuple[Reason, ...]:
    """Return that some files are no part of a day: browsers rename what is downloaded twice, `orders (1).csv`."""
    names = [name for name in files if name not in {*FILES, TRAVEL_FILE}]
    return (reason("ignored_files", names="、".join(names)),) if names else ()


def blocking_issues(reading: DayReading, *, district: District) -> tuple[Issue, ...]:
    """Return the faults for which the day as a whole cannot be imported."""
    found = [issue for issue in reading.issues if is_of_whole_file(issue)]
    settings = reading.settings
    if settings is not None and settings.timezone != district.timezone:
        found.append(_setting("timezone", settings.timezone, district.timezone))
    return tuple(found)


def is_of_whole_file(issue: Issue) -> bool:
    """Tell whether a fault is of a file as a whole, not of one of its rows."""
    return issue.row is None or issue.code in _WHOLE_FILE or (issue.code is IssueCode.NOT_UTF8 and issue.row == 1)


def _setting(key: str, value: str, expected: str) -> Issue:
    fields = (("value", value), ("expected", expected))
    return Issue(file=planning_reading.FILES[0], code=IssueCode.BAD_SETTING, column=key, fields=fields)
