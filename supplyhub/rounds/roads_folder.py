"""Bring a travel matrix into a day folder: read the day's places, write `travel.csv`, switch `day.toml` when asked.

What the folder holds is never lost: files are written whole or not at all, one that is there is only replaced when
asked, and of `day.toml` nothing but the one value changes.
"""

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supplyhub.core.errors import Conflict
from supplyhub.planning import reading
from supplyhub.planning.issues import DayFolderError
from supplyhub.planning.problem import TravelModel
from supplyhub.rounds.imports import day_coordinates
from supplyhub.rounds.roads import DayPlaces, places_of

RULES_FILE = reading.FILES[0]
_MODEL_LINE = re.compile(r"""^([ \t]*model[ \t]*=[ \t]*)(["'])crow\2""", re.MULTILINE)


class UnableToWriteMatrix(Conflict):
    """Something is there that would be lost, or cannot be changed safely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOnDisk:
    """What of a day folder matters for ways: its places, and the tables of `day.toml`."""

    places: DayPlaces
    rules: dict[str, Any]

    @property
    def uses_matrix(self) -> bool:
        """Whether the day is planned with its travel matrix already."""
        return bool(self.rules["travel"]["model"] == TravelModel.MATRIX)


def read_places(folder: Path) -> DayOnDisk:
    """Read a day folder; its travel matrix may be missing or wrong, all else may not.

    Raises
    ------
    DayFolderError
        With every other fault.
    UnknownSystem
        The day names a system of coordinates that nobody here knows.
    """
    files = {name: (folder / name).read_bytes() for name in reading.FILES if (folder / name).is_file()}
    found = day_coordinates.as_wgs84(reading.parse_day(files), day_coordinates.system_of(files))
    issues = tuple(issue for issue in found.issues if issue.file != reading.TRAVEL_FILE)
    if issues or found.settings is None:
        raise DayFolderError(issues)
    return DayOnDisk(
        places=places_of(pickups=found.pickups, gates=found.gates, riders=found.riders),
        rules=tomllib.loads(files[RULES_FILE].decode("utf-8-sig")),
    )


def require_room(path: Path, *, may_replace: bool) -> None:
    """Refuse to write where something is already.

    Raises
    ------
    UnableToWriteMatrix
        The file, or a folder that is not empty, is there.
    """
    taken = any(path.iterdir()) if path.is_dir() else path.exists()
    if taken and not may_replace:
        msg = f"{path} is there already and stays as it is. To replace it, add --replace."
        raise UnableToWriteMatrix(msg)


def copy_day(folder: Path, target: Path) -> None:
    """Copy the files of a day into another folder.

    Raises
    ------
    UnableToWriteMatrix
        The target is the day itself.
    """
    if target.resolve() == folder.resolve():
        msg = f"{target} is the day itself. Leave --to out to write into it."
        raise UnableToWriteMatrix(msg)
    target.mkdir(parents=True, exist_ok=True)
    for name in reading.FILES:
        shutil.copyfile(folder / name, target / name)


def write_whole(path: Path, parts: Iterable[str]) -> None:
    """Write a text file so that it is there in full, or as it was before."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def switch_to_matrix(folder: Path) -> None:
    """Let `day.toml` say that ways come from `travel.csv`, and leave all else in it as it is.

    Raises
    ------
    UnableToWriteMatrix
        The line cannot be found for sure.
    """
    path = folder / RULES_FILE
    # newline="" keeps line ends as they are.
    with path.open(encoding="utf-8-sig", newline="") as stream:
        before = stream.read()
    wanted = tomllib.loads(before)
    if wanted["travel"]["model"] == TravelModel.MATRIX:
        return
    wanted["travel"]["model"] = TravelModel.MATRIX.value
    for match in _MODEL_LINE.finditer(before):
        after = f'{before[: match.start()]}{match[1]}"{TravelModel.MATRIX}"{before[match.end() :]}'
        if tomllib.loads(after) == wanted:
            write_whole(path, [after])
            return
    msg = f'{path} is written in a way that cannot be changed safely. Set model = "matrix" under [travel] yourself.'
    raise UnableToWriteMatrix(msg)
