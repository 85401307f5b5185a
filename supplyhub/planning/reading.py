"""Read the files of a day, given as bytes, into value objects: the good rows, and every fault.

Tolerant on purpose: a page can preview the good rows beside the refused ones. `day_folder` is strict.
Touches no file itself.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TypeVar

from supplyhub.planning import legs, sheet
from supplyhub.planning import settings as settings_file
from supplyhub.planning.issues import DayFolderError, Issue, IssueCode
from supplyhub.planning.problem import (
    PRIORITIES,
    Compound,
    Gate,
    Order,
    Pickup,
    PickupKind,
    Problem,
    Rider,
    Risk,
    Source,
    Travel,
    TravelModel,
)

COLUMNS = {
    "pickups.csv": "pickup_id,name,kind,lat,lon,opens_at,closes_at,loading_minutes,docks",
    "compounds.csv": "compound_id,name,street,lat,lon,risk,households,residents",
    "gates.csv": "gate_id,compound_id,name,lat,lon,opens_at,closes_at,slot_minutes,riders_per_slot",
    "riders.csv": (
        "rider_id,name,company,vehicle,pickup_id,zones,high_risk,pass_no,pass_from,pass_until,"
        "shift_start,shift_end,base_lat,base_lon"
    ),
    "orders.csv": ("order_id,pickup_id,compound_id,weight_g,volume_ml,ready_at,due_at,priority,source"),
    "travel.csv": "from_id,to_id,distance_m,duration_s",
}
FILES = (settings_file.FILE, *(name for name in COLUMNS if name != "travel.csv"))
TRAVEL_FILE = "travel.csv"
_MINUTES_OF_DAY = 24 * 60
# A thousand tonnes, in grams or millilitres: sums over a day stay far inside 64 bits.
_LARGEST_CARGO = 10**9
# Ten thousand kilometres, or four months.
_LARGEST_LEG = 10**7
_UNKNOWN = {
    "pickups.csv": IssueCode.UNKNOWN_PICKUP,
    "compounds.csv": IssueCode.UNKNOWN_COMPOUND,
}
_PRIORITY_CHOICES = tuple(map(str, range(PRIORITIES)))

_Item = TypeVar("_Item")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at most: whole files above are refused, rows above are left out."""

    file_bytes: int = 20_000_000
    rows: int = 200_000
    # A matrix of 900 places for two kinds of vehicle has 1.6 million rows.
    travel_bytes: int = 80_000_000
    travel_rows: int = 3_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DayReading:
    """What could be read of a day: the good rows, the faults, and how many rows there were.

    `settings` is None when `day.toml` cannot be used. `rows_read` counts data rows by file.
    """

    settings: settings_file.Settings | None
    travel: Travel | None
    pickups: tuple[Pickup, ...]
    compounds: tuple[Compound, ...]
    gates: tuple[Gate, ...]
    riders: tuple[Rider, ...]
    orders: tuple[Order, ...]
    issues: tuple[Issue, ...]
    rows_read: tuple[tuple[str, int], ...]

    @property
    def is_complete(self) -> bool:
        """True when nothing at all was refused."""
        return not self.issues

    def problem(self) -> Problem:
        """Return the problem made of the good rows.

        Raises
        ------
        DayFolderError
            When the settings or the travel times cannot be used.
        """
        if self.settings is None or self.travel is None:
            raise DayFolderError(self.issues)
        return Problem(
            day_date=self.settings.day_date,
            timezone=self.settings.timezone,
            travel=self.travel,
            handover=self.settings.handover,
            ride=self.settings.ride,
            score=self.settings.score,
            vehicles=self.settings.vehicles,
            pickups=self.pickups,
            compounds=self.compounds,
            gates=self.gates,
            riders=self.riders,
            orders=self.orders,
        )


def parse_day(files: Mapping[str, bytes], limits: Limits | None = None) -> DayReading:
    """Read the files of a day folder.

    Parameters
    ----------
    files
        Content by file name; names that a day folder does not have are ignored.
    limits
        Sizes that are refused; the default limits when None.

    Returns
    -------
    DayReading
        The good rows and every fault, in the order of the files.
    """
    reader = _Reader(files, limits or Limits())
    settings = reader.settings()
    pickups = reader.table("pickups.csv", "pickup_id", reader.pickup)
    compounds = reader.table("compounds.csv", "compound_id", reader.compound)
    gates = reader.table("gates.csv", "gate_id", reader.gate)
    riders = reader.table("riders.csv", "rider_id", reader.rider)
    orders = reader.table("orders.csv", "order_id", reader.order)
    return DayReading(
        settings=settings,
        travel=reader.travel(settings),
        pickups=pickups,
        compounds=compounds,
        gates=gates,
        riders=riders,
        orders=orders,
        issues=tuple(reader.issues),
        rows_read=tuple(reader.rows_read.items()),
    )


def too_large(file: str, size: int, limit: int) -> Issue:
    """Return the fault of a file that is over the limit.

    Parameters
    ----------
    file
        Its name.
    size, limit
        Bytes.
    """
    megabytes = (("size_mb", -(-size // 1_000_000)), ("limit_mb", limit // 1_000_000))
    return Issue(file=file, code=IssueCode.FILE_TOO_LARGE, fields=megabytes)


class _Reader:
    """Reads table after table; later tables look up the ids of earlier ones."""

    def __init__(self, files: Mapping[str, bytes], limits: Limits) -> None:
        self._files = files
        self._limits = limits
        self._vehicles: frozenset[str] | None = None
        # Ids by file: those of good rows, and all that stand in the file, with their row.
        self._good: dict[str, set[str]] = {}
        self._seen: dict[str, dict[str, int]] = {}
        self.issues: list[Issue] = []
        self.rows_read: dict[str, int] = {}

    def settings(self) -> settings_file.Settings | None:
        """Read `day.toml`."""
        content = self._content(settings_file.FILE, self._limits.file_bytes)
        if content is None:
            return None
        settings, issues = settings_file.read_settings(content)
        self.issues += issues
        if settings is not None:
            self._vehicles = frozenset(vehicle.name for vehicle in settings.vehicles)
        return settings

    def table(self, file: str, key: str, build: Callable[[sheet.Row], _Item]) -> tuple[_Item, ...]:
        """Read one table of things with ids.

        Parameters
        ----------
        file
            Its name.
        key
            The column of the id.
        build
            Makes the value object of a row.
        """
        content = self._content(file, self._limits.file_bytes)
        if content is None:
            return ()
        table = sheet.Sheet(file, content, COLUMNS[file].split(","))
        good: list[_Item] = []
        if table.has_header:
            self._good[file], self._seen[file] = set(), {}
        for row in table.rows(limit=self._limits.rows):
            item_id = row.text(key, may_be_empty=True)
            first_row = self._seen[file].setdefault(item_id, row.number)
            if item_id and first_row != row.number:
                row.refuse(IssueCode.DUPLICATE_ID, key, value=item_id, first_row=first_row)
            item = build(row)
            if row.is_good:
                good.append(item)
                self._good[file].add(item_id)
        self.issues += table.issues
        self.rows_read[file] = table.rows_read
        return tuple(good)

    def pickup(self, row: sheet.Row) -> Pickup:
        """Build a pickup."""
        return Pickup(
            pickup_id=row.text("pickup_id"),
            name=row.text("name"),
            kind=PickupKind(row.choice("kind", list(PickupKind))),
            lat=row.degrees("lat", limit=90),
            lon=row.degrees("lon", limit=180),
            opens_s=row.time("opens_at"),
            closes_s=row.time("closes_at"),
            loading_s=row.whole("loading_minutes", highest=_MINUTES_OF_DAY) * 60,
            docks=row.whole("docks", highest=10_000),
        )

    def compound(self, row: sheet.Row) -> Compound:
        """Build a compound."""
        return Compound(
            compound_id=row.text("compound_id"),
            name=row.text("name"),
            street=row.text("street"),
            lat=row.degrees("lat", limit=90),
            lon=row.degrees("lon", limit=180),
            risk=Risk(row.choice("risk", list(Risk))),
            households=row.whole("households"),
            residents=row.whole("residents"),
        )

    def gate(self, row: sheet.Row) -> Gate:
        """Build a gate."""
        return Gate(
            gate_id=row.text("gate_id"),
            compound_id=self._reference(row, "compound_id", "compounds.csv"),
            name=row.text("name"),
            lat=row.degrees("lat", limit=90),
            lon=row.degrees("lon", limit=180),
            opens_s=row.time("opens_at"),
            closes_s=row.time("closes_at"),
            slot_s=row.whole("slot_minutes", lowest=1, highest=_MINUTES_OF_DAY) * 60,
            riders_per_slot=row.whole("riders_per_slot", highest=10_000),
        )

    def rider(self, row: sheet.Row) -> Rider:
        """Build a rider."""
        vehicle = row.text("vehicle")
        if vehicle and self._vehicles is not None and vehicle not in self._vehicles:
            row.refuse(IssueCode.UNKNOWN_VEHICLE, "vehicle", value=vehicle)
        zones = row.text("zones", may_be_empty=True)
        bound = row.text("pickup_id", may_be_empty=True)
        return Rider(
            rider_id=row.text("rider_id"),
            name=row.text("name", may_be_empty=True),
            company=row.text("company", may_be_empty=True),
            vehicle=vehicle,
            pickup_id=self._reference(row, "pickup_id", "pickups.csv") if bound else None,
            zones=None if zones == "*" else tuple(zones.split("|")),
            high_risk=row.choice("high_risk", ["yes", "no"]) == "yes",
            pass_no=row.text("pass_no", may_be_empty=True),
            pass_from_s=row.time("pass_from"),
            pass_until_s=row.time("pass_until"),
            shift_start_s=row.time("shift_start"),
            shift_end_s=row.time("shift_end"),
            base_lat=row.degrees("base_lat", limit=90),
            base_lon=row.degrees("base_lon", limit=180),
        )

    def order(self, row: sheet.Row) -> Order:
        """Build an order."""
        order = Order(
            order_id=row.text("order_id"),
            pickup_id=self._reference(row, "pickup_id", "pickups.csv"),
            compound_id=self._reference(row, "compound_id", "compounds.csv"),
            weight_g=row.whole("weight_g", highest=_LARGEST_CARGO),
            volume_ml=row.whole("volume_ml", highest=_LARGEST_CARGO),
            ready_s=row.time("ready_at"),
            due_s=row.time("due_at"),
            priority=int(row.choice("priority", _PRIORITY_CHOICES)),
            source=Source(row.choice("source", list(Source))),
        )
        if row.is_good and order.due_s < order.ready_s:
            due, ready = sheet.clock_text(order.due_s), sheet.clock_text(order.ready_s)
            row.refuse(IssueCode.DUE_BEFORE_READY, "due_at", due=due, ready=ready)
        return order

    def travel(self, settings: settings_file.Settings | None) -> Travel | None:
        """Read `travel.csv` where the settings ask for it.

        Parameters
        ----------
        settings
            What `day.toml` said.
        """
        if settings is None:
            return None
        if settings.model is TravelModel.CROW:
            return Travel(model=settings.model, detour=settings.detour)
        content = self._content(TRAVEL_FILE, self._limits.travel_bytes)
        if content is None:
            return None
        table = sheet.Sheet(TRAVEL_FILE, content, COLUMNS[TRAVEL_FILE].split(","))
        self._seen[TRAVEL_FILE] = {}
        squares = legs.Squares(self._places())
        for row in table.rows(limit=self._limits.travel_rows):
            self._leg(row, squares, has_vehicle=table.has_column("vehicle"))
        self.issues += table.issues
        self.rows_read[TRAVEL_FILE] = table.rows_read
        return squares.travel() if table.has_header else None

    def _leg(self, row: sheet.Row, squares: legs.Squares, *, has_vehicle: bool) -> None:
        vehicle = row.text("vehicle", may_be_empty=True) if has_vehicle else ""
        if vehicle and self._vehicles is not None and vehicle not in self._vehicles:
            row.refuse(IssueCode.UNKNOWN_VEHICLE, "vehicle", value=vehicle)
        ends = [row.text("from_id"), row.text("to_id")]
        for column, place_id in zip(("from_id", "to_id"), ends, strict=True):
            if place_id and place_id not in squares.number:
                self._refuse_place(row, column, place_id)
        metres = row.whole("distance_m", highest=_LARGEST_LEG)
        seconds = row.whole("duration_s", highest=_LARGEST_LEG)
        if row.is_good and not squares.add(vehicle, ends[0], ends[1], metres, seconds):
            value = " ".join(filter(None, [vehicle, *ends]))
            row.refuse(IssueCode.DUPLICATE_LEG, "from_id", value=value)

    def _places(self) -> list[str]:
        """List the places of the travel table; those of refused rows are left out."""
        riders = (f"base:{rider_id}" for rider_id in self._good.get("riders.csv", ()))
        ids = [*self._good.get("pickups.csv", ()), *self._good.get("gates.csv", ()), *riders]
        return sorted(ids)

    def _refuse_place(self, row: sheet.Row, column: str, place_id: str) -> None:
        """Refuse a leg to an unknown place, saying so when that place's own row was refused."""
        for file, item_id in (
            ("pickups.csv", place_id),
            ("gates.csv", place_id),
            ("riders.csv", place_id.removeprefix("base:")),
        ):
            if file not in self._seen:
                row.is_good = False
                return
            if item_id in self._seen[file]:
                row.refuse(IssueCode.REFUSED_REFERENCE, column, value=item_id, file=file)
                return
        row.refuse(IssueCode.UNKNOWN_PLACE, column, value=place_id)

    def _reference(self, row: sheet.Row, column: str, file: str) -> str:
        """Return the id in the cell, which must be that of a good row of another file.

        When that whole file could not be read its own fault says enough.
        """
        item_id = row.text(column)
        if not item_id:
            return ""
        if file not in self._good:
            row.is_good = False
        elif item_id not in self._good[file]:
            if item_id in self._seen[file]:
                row.refuse(IssueCode.REFUSED_REFERENCE, column, value=item_id, file=file)
            else:
                row.refuse(_UNKNOWN[file], column, value=item_id)
        return item_id

    def _content(self, file: str, limit: int) -> bytes | None:
        """Return the bytes of a file that is there and not too large."""
        content = self._files.get(file)
        if content is None:
            self.issues.append(Issue(file=file, code=IssueCode.MISSING_FILE))
        elif len(content) > limit:
            self.issues.append(too_large(file, len(content), limit))
        else:
            return content
        return None
