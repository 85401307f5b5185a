"""One day's planning problem as value objects: what is to be carried, by whom, and under which rules.

Everything here is frozen and holds tuples, so that a problem can be shared, compared and hashed.
Times are integer seconds after local midnight (`_s`), weights grams, volumes millilitres, distances
metres. Nothing here reads a file or decides anything; the ten rules are in docs/day-folder.md.
"""

import dataclasses
import hashlib
from array import array
from collections.abc import Iterable
from datetime import date
from enum import StrEnum


class PickupKind(StrEnum):
    """What kind of supplier stands behind a pickup."""

    STORE = "store"
    SUPERMARKET = "supermarket"
    ECOMMERCE = "ecommerce"


class Risk(StrEnum):
    """Risk of a compound, with the meaning of the control plan's ninth edition (2022)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Source(StrEnum):
    """Where an order came from."""

    PLATFORM = "platform"
    GROUP_BUY = "group_buy"
    ASSISTED = "assisted"
    ENTERPRISE = "enterprise"


class TravelModel(StrEnum):
    """How distances and durations between places are known."""

    CROW = "crow"
    MATRIX = "matrix"


# Priorities 0 to 3: each has its own cost of being unserved.
PRIORITIES = 4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A kind of vehicle. `speed_kmh` counts only under crow travel."""

    name: str
    speed_kmh: float
    capacity_g: int
    capacity_ml: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """A place where orders are loaded, by at most `docks` vehicles at a time."""

    pickup_id: str
    name: str
    kind: PickupKind
    lat: float
    lon: float
    opens_s: int
    closes_s: int
    loading_s: int
    docks: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """A closed residential compound."""

    compound_id: str
    name: str
    street: str
    lat: float
    lon: float
    risk: Risk
    households: int
    residents: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate of a compound: its time from `opens_s` is cut into slots of `slot_s`."""

    gate_id: str
    compound_id: str
    name: str
    lat: float
    lon: float
    opens_s: int
    closes_s: int
    slot_s: int
    riders_per_slot: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rider:
    """A rider with a pass. `pickup_id` None: may load anywhere; `zones` None: every street."""

    rider_id: str
    name: str
    company: str
    vehicle: str
    pickup_id: str | None
    zones: tuple[str, ...] | None
    high_risk: bool
    pass_no: str
    pass_from_s: int
    pass_until_s: int
    shift_start_s: int
    shift_end_s: int
    base_lat: float
    base_lon: float

    @property
    def base_id(self) -> str:
        """The rider's base as a place of the travel tables."""
        return f"base:{self.rider_id}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one household waits for from one pickup."""

    order_id: str
    pickup_id: str
    compound_id: str
    weight_g: int
    volume_ml: int
    ready_s: int
    due_s: int
    priority: int
    source: Source


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TravelTable:
    """Distances and durations for one kind of vehicle, or for all (`vehicle` empty).

    Both tuples are row-major squares over `Travel.place_ids`; -1 where there is no way.
    """

    vehicle: str
    distance_m: tuple[int, ...]
    duration_s: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """The travel model: `detour` belongs to crow, `place_ids` and `tables` to matrix."""

    model: TravelModel
    detour: float = 1.0
    place_ids: tuple[str, ...] = ()
    tables: tuple[TravelTable, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """How long a gate visit takes: fixed, and per order handed over."""

    fixed_s: int
    per_order_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """The longest time from the end of an order's loading to the end of its hand-over."""

    max_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSettings:
    """What a gate visit, a used rider and an unserved order (by priority) cost, in metres."""

    contact_m: int
    rider_m: int
    unserved_m: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A day to plan. Ids are unique within each tuple and every reference is resolved."""

    day_date: date
    timezone: str
    travel: Travel
    handover: Handover
    ride: Ride
    score: ScoreSettings
    vehicles: tuple[Vehicle, ...]
    pickups: tuple[Pickup, ...]
    compounds: tuple[Compound, ...]
    gates: tuple[Gate, ...]
    riders: tuple[Rider, ...]
    orders: tuple[Order, ...]

    def fingerprint(self) -> str:
        """Return a hash of the content that is the same for the same day in any row order.

        Returns
        -------
        str
            64 hexadecimal digits (SHA-256).
        """
        digest = hashlib.sha256()
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            lines = sorted(map(_line, value)) if isinstance(value, tuple) else [_line(value)]
            digest.update("\n".join([field.name, *lines, ""]).encode())
        for table in self.travel.tables:
            digest.update(array("q", table.distance_m).tobytes())
            digest.update(array("q", table.duration_s).tobytes())
        return digest.hexdigest()

    def replace(self, **changes: object) -> "Problem":
        """Return a copy with some fields replaced.

        Parameters
        ----------
        **changes
            Field names with their new values.
        """
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def _line(value: object) -> str:
    """Write one value as a line of text that depends on nothing but its content."""
    if isinstance(value, Travel):
        names = [table.vehicle for table in value.tables]
        return _joined([value.model.value, value.detour, *value.place_ids, *names])
    if dataclasses.is_dataclass(value):
        return _joined([getattr(value, field.name) for field in dataclasses.fields(value)])
    return str(value)


def _joined(values: Iterable[object]) -> str:
    return "\x1f".join(map(str, values))
