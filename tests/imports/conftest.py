"""A district to import into, and the files that people have."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.places import imports as places_imports
from supplyhub.places.models import City, District
from supplyhub.rounds.imports import day

DATA = Path(__file__).resolve().parent.parent / "data"
# The evening on which the sample files were exported.
EVENING = datetime.fromisoformat("2022-11-07T20:00:00+08:00")
COMPOUNDS_OF_THE_SAMPLES = ("C001", "C002", "C003", "C004")


def day_files(name: str) -> dict[str, bytes]:
    """Return the files of a reference day."""
    return {path.name: path.read_bytes() for path in (DATA / "days" / name).iterdir()}


def sample(name: str) -> bytes:
    """Return a sample of a file that people have."""
    return (DATA / "imports" / name).read_bytes()


def building_list() -> bytes:
    """Return the list of 明月湖小区 for the four compounds that the samples name: building 9 has no units."""
    rows = ["compound_id,building,units,floors,rooms_per_floor"]
    for code in COMPOUNDS_OF_THE_SAMPLES:
        rows += [f"{code},{number},{'' if number == 9 else '1|2|3'},18,4" for number in range(1, 13)]
    return "\n".join(rows).encode()


@dataclasses.dataclass
class Files:
    """The files of a day, changed row by row."""

    files: dict[str, bytes]

    def replace(self, file: str, old: str, new: str, *, count: int = 1) -> "Files":
        """Replace text in a file; it must be there."""
        assert old.encode() in self.files[file]
        self.files[file] = self.files[file].replace(old.encode(), new.encode(), count)
        return self


@pytest.fixture
def district(db_session: Session) -> District:
    """An empty district."""
    city = City(code="zhuzhou", name="株洲市")
    db_session.add(city)
    db_session.flush()
    found = District(city_id=city.id, code="tianyuan", name="天元区", path="zhuzhou/tianyuan", timezone="Asia/Shanghai")
    db_session.add(found)
    db_session.flush()
    return found


@pytest.fixture
def tiny() -> Files:
    """The files of the day `tiny`: 60 orders, 12 compounds, 4 riders."""
    return Files(day_files("tiny"))


@pytest.fixture
def filled(db_session: Session, district: District, tiny: Files) -> District:
    """The district with the day `tiny`, and the building lists of the compounds that the samples name."""
    day.import_day(db_session, district=district, files=tiny.files, day_date=None, now=EVENING)
    places_imports.write_buildings(db_session, district=district, file="buildings.csv", content=building_list())
    db_session.expire_all()
    return district


@pytest.fixture
def count(db_session: Session) -> Callable[[type], int]:
    """Count the rows of a table."""
    return lambda model: len(db_session.scalars(select(model)).all())
