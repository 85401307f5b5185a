"""The kinds of files that a district takes in, and the importer of each: preview or write, by the same reading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from supplyhub.core.coordinates import System
from supplyhub.files.previews import Preview
from supplyhub.orders.imports import group_buy, platform, writing
from supplyhub.orders.imports.drafts import ML_PER_GRAM, Choices, OrderFile, PickupRef
from supplyhub.orders.imports.waves import Wave
from supplyhub.places import imports as places_imports
from supplyhub.places.models import District
from supplyhub.rounds.imports import day
from supplyhub.suppliers import queries as suppliers
from supplyhub.wording import lazy_gettext


class Kind(StrEnum):
    """What a file is."""

    DAY = "day"
    BUILDINGS = "buildings"
    PLATFORM = "platform"
    GROUP_BUY = "group_buy"

    @property
    def label(self) -> str:
        """The kind's name for people."""
        return _LABELS[self]

    @property
    def has_orders_of_households(self) -> bool:
        """Whether the rows are orders, whose supplier is chosen on the page."""
        return self in {Kind.PLATFORM, Kind.GROUP_BUY}


_LABELS = {
    Kind.DAY: lazy_gettext("A whole day"),
    Kind.BUILDINGS: lazy_gettext("Building list"),
    Kind.PLATFORM: lazy_gettext("Orders of an online platform"),
    Kind.GROUP_BUY: lazy_gettext("Orders of a group buy"),
}
DEFAULT_PIECE_WEIGHT_G = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One reading of an upload: for whom, which files, and what was chosen on the page."""

    district: District
    kind: Kind
    files: Mapping[str, bytes]
    options: Mapping[str, Any]

    @property
    def file(self) -> str:
        """The name of the first file; all kinds but a day have only one."""
        return next(iter(self.files))

    @property
    def content(self) -> bytes:
        """The content of the first file."""
        return self.files[self.file]

    @property
    def day_date(self) -> date | None:
        """The day chosen on the page."""
        written = self.options.get("day")
        return date.fromisoformat(written) if written else None

    @property
    def system(self) -> System | None:
        """The system of coordinates chosen on the page; None: what the files say."""
        written = self.options.get("system")
        return System(written) if written else None


def preview(session: Session, *, task: Task, now: datetime) -> Preview:
    """Return what an upload would change."""
    if task.kind is Kind.DAY:
        return day.preview_day(
            session, district=task.district, files=task.files, day_date=task.day_date, system=task.system
        )
    if task.kind is Kind.BUILDINGS:
        return places_imports.preview_buildings(session, district=task.district, file=task.file, content=task.content)
    return _orders(session, task, now, writing.preview)


def write(session: Session, *, task: Task, now: datetime) -> Preview:
    """Write what an upload changes, and return it."""
    if task.kind is Kind.DAY:
        return day.import_day(
            session,
            district=task.district,
            files=task.files,
            day_date=task.day_date,
            now=now,
            system=task.system,
        )
    if task.kind is Kind.BUILDINGS:
        return places_imports.write_buildings(session, district=task.district, file=task.file, content=task.content)
    return _orders(session, task, now, writing.write)


def choices_of(session: Session, *, district: District, options: Mapping[str, Any]) -> Choices:
    """Return what was chosen on the page, from the options kept with the import.

    Raises
    ------
    SupplierNotFound
        The district no longer has the chosen pickup.
    """
    pickup = suppliers.get_pickup(session, district_id=district.id, code=str(options["pickup"]))
    written = options.get("day")
    only = options.get("only")
    return Choices(
        pickup=PickupRef(id=pickup.id, code=pickup.code, name=pickup.name, supplier_id=pickup.supplier_id),
        day_date=date.fromisoformat(written) if written else None,
        ml_per_gram=float(options.get("ml_per_gram", ML_PER_GRAM)),
        piece_weight_g=int(options.get("piece_weight_g", DEFAULT_PIECE_WEIGHT_G)),
        wave=Wave(options.get("wave", Wave.WHOLE_DAY.value)),
        flats=options.get("flats", {}),
        only=None if only is None else frozenset(only),
    )


def _orders(session: Session, task: Task, now: datetime, finish: Callable[..., Preview]) -> Preview:
    choices = choices_of(session, district=task.district, options=task.options)
    reader: Callable[..., OrderFile] = platform.read_orders if task.kind is Kind.PLATFORM else group_buy.read_orders
    orders = reader(session, district=task.district, file=task.file, content=task.content, choices=choices, now=now)
    return finish(session, district=task.district, choices=choices, orders=orders)
