"""The good rows of a day folder as the values of our tables, by code; what our tables cannot hold is refused. Pure.

References are still codes and names (`street`, `compound`, `pickup`); `day_write` turns them into ids. A row that
refers to a refused row is refused with it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from supplyhub.core import intervals
from supplyhub.core.coordinates import System
from supplyhub.files.previews import Reason, reason
from supplyhub.integrations.roads.router import Kind
from supplyhub.orders.models import Order, OrderSource
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, Gate, Risk, Street
from supplyhub.planning import problem
from supplyhub.planning.problem import Travel
from supplyhub.planning.reading import DayReading
from supplyhub.planning.settings import Settings
from supplyhub.planning.sheet import clock_text
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds import rules
from supplyhub.suppliers.models import Pickup, SupplierKind

Values = dict[str, Any]
MOST_PEOPLE = 10_000_000
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that our tables cannot hold."""

    file: str
    code: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRows:
    """Values by code, table after table, in the order of the files."""

    rules: Values
    pickups: dict[str, Values] = field(default_factory=dict)
    compounds: dict[str, Values] = field(default_factory=dict)
    gates: dict[str, Values] = field(default_factory=dict)
    riders: dict[str, Values] = field(default_factory=dict)
    orders: dict[str, Values] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def read_rows(
    reading: DayReading,
    *,
    settings: Settings,
    day_date: date,
    zone: str,
    system: System = System.WGS84,
    kinds: Mapping[str, Kind] | None = None,
) -> DayRows:
    """Return the values of a day's good rows; times of orders become instants of that day in the zone.

    `system` is the one in which coordinates were handed in; `kinds` says whose ways vehicles use, where the day does.
    """
    rows = DayRows(rules=rules_of(settings, reading.travel, kinds or {}))
    at = _instants(day_date, zone)
    _fill(rows, "pickups.csv", rows.pickups, ((one.pickup_id, one) for one in reading.pickups), _pickup)
    _fill(rows, "compounds.csv", rows.compounds, ((one.compound_id, one) for one in reading.compounds), _compound)
    _fill(rows, "gates.csv", rows.gates, ((one.gate_id, one) for one in reading.gates), _gate)
    _fill(rows, "riders.csv", rows.riders, ((one.rider_id, one) for one in reading.riders), _rider)
    _fill(
        rows,
        "orders.csv",
        rows.orders,
        ((one.order_id, one) for one in reading.orders),
        lambda one: _order(one, day_date, at),
    )
    for table in (rows.pickups, rows.compounds, rows.gates, rows.riders):
        for values in table.values():
            values["coordinates_from"] = system
    return rows


def rules_of(settings: Settings, travel: Travel | None, kinds: Mapping[str, Kind]) -> Values:
    """Return the tables of `day.toml` as they are kept with the day; `travel` None: its file cannot be read."""
    minutes, seconds = divmod(settings.ride.max_s, 60)
    return {
        "travel": {} if travel is None else rules.kept_travel(travel),
        "handover": {"fixed_s": settings.handover.fixed_s, "per_order_s": settings.handover.per_order_s},
        "ride": {"max_minutes": minutes if not seconds else settings.ride.max_s / 60},
        "score": {
            "contact_m": settings.score.contact_m,
            "rider_m": settings.score.rider_m,
            "unserved_m": list(settings.score.unserved_m),
        },
        "vehicles": {
            vehicle.name: {
                "speed_kmh": vehicle.speed_kmh,
                "capacity_g": vehicle.capacity_g,
                "capacity_ml": vehicle.capacity_ml,
                **({"roads": kinds[vehicle.name].value} if vehicle.name in kinds else {}),
            }
            for vehicle in settings.vehicles
        },
    }


def _fill(
    rows: DayRows,
    file: str,
    table: dict[str, Values],
    items: Iterable[tuple[str, _Item]],
    build: Callable[[_Item], Values],
) -> None:
    """Put the rows of one file into their table, or among the refusals."""
    for code, item in items:
        values = build(item)
        fault = next(_faults(rows, file, code, values), None)
        if fault is None:
            table[code] = values
        else:
            rows.refusals.append(Refusal(file=file, code=code, reason=fault))


def _length(column: Any) -> int:
    return int(column.type.length)


# What a column may hold: PostgreSQL refuses more, SQLite would keep it.
_LENGTHS: dict[str, dict[str, int]] = {
    "pickups.csv": {"code": _length(Pickup.code), "name": _length(Pickup.name)},
    "compounds.csv": {
        "code": _length(Compound.code),
        "name": _length(Compound.name),
        "street": _length(Street.name),
    },
    "gates.csv": {"code": _length(Gate.code), "name": _length(Gate.name)},
    "riders.csv": {
        "code": _length(Rider.code),
        "name": _length(Rider.name),
        "company": _length(RiderCompany.name),
        "pass_no": _length(Rider.pass_no),
        "vehicle": _length(Rider.vehicle),
    },
    "orders.csv": {"code": _length(Order.code)},
}
# Parts of a scope path: a slash in one would reach into another's scope.
_PATH_PARTS = ("code", "street", "company")


def _faults(rows: DayRows, file: str, code: str, values: Values) -> Iterator[Reason]:
    """Yield why our tables cannot hold a row."""
    texts = {"code": code, **{name: value for name, value in values.items() if isinstance(value, str)}}
    for name, text in texts.items():
        limit = _LENGTHS[file].get(name)
        if limit is not None and len(text) > limit:
            yield reason("too_long", column=name, limit=limit)
        if any(ord(sign) < ord(" ") for sign in text):
            yield reason("control_character", column=name)
        if name in _PATH_PARTS and (not text.strip() or "/" in text):
            yield reason("not_a_name", column=name, value=text)
    for zone in values.get("zones", ()):
        if len(zone) > _LENGTHS["compounds.csv"]["street"] or "/" in zone:
            yield reason("not_a_name", column="zones", value=zone)
    yield from _wrong_numbers(values)
    yield from _refused_references(rows, values)


def _wrong_numbers(values: Values) -> Iterator[Reason]:
    for opens, closes in (("opens_s", "closes_s"), ("pass_from_s", "pass_until_s"), ("shift_start_s", "shift_end_s")):
        if opens in values and values[opens] > values[closes]:
            yield reason("ends_before_it_begins", start=clock_text(values[opens]), end=clock_text(values[closes]))
    if max(values.get("household_count", 0), values.get("resident_count", 0)) > MOST_PEOPLE:
        yield reason("too_many_people", limit=MOST_PEOPLE)
    if values.get("weight_g") == 0:
        yield reason("weight_zero")
    if "ready_at" in values and values["ready_at"] >= values["due_at"]:
        yield reason("due_at_ready")


def _refused_references(rows: DayRows, values: Values) -> Iterator[Reason]:
    for name, table, file in (
        ("compound", rows.compounds, "compounds.csv"),
        ("pickup", rows.pickups, "pickups.csv"),
    ):
        wanted = values.get(name)
        if wanted is not None and wanted not in table:
            yield reason("refused_reference", value=wanted, file=file)


def _pickup(pickup: problem.Pickup) -> Values:
    return {
        "name": pickup.name,
        "kind": SupplierKind(pickup.kind.value),
        "latitude": pickup.lat,
        "longitude": pickup.lon,
        "opens_s": pickup.opens_s,
        "closes_s": pickup.closes_s,
        "loading_minutes": pickup.loading_s // 60,
        "docks": pickup.docks,
    }


def _compound(compound: problem.Compound) -> Values:
    return {
        "name": compound.name,
        "street": compound.street,
        "latitude": compound.lat,
        "longitude": compound.lon,
        "risk": Risk(compound.risk.value),
        "household_count": compound.households,
        "resident_count": compound.residents,
    }


def _gate(gate: problem.Gate) -> Values:
    return {
        "compound": gate.compound_id,
        "name": gate.name,
        "latitude": gate.lat,
        "longitude": gate.lon,
        "opens_s": gate.opens_s,
        "closes_s": gate.closes_s,
        "slot_minutes": gate.slot_s // 60,
        "riders_per_slot": gate.riders_per_slot,
    }


def _rider(rider: problem.Rider) -> Values:
    return {
        "name": rider.name or rider.rider_id,
        "company": rider.company,
        "vehicle": rider.vehicle,
        "pickup": rider.pickup_id,
        "any_zone": rider.zones is None,
        "zones": frozenset(filter(None, rider.zones or ())),
        "enters_high_risk": rider.high_risk,
        "pass_no": rider.pass_no,
        "pass_from_s": rider.pass_from_s,
        "pass_until_s": rider.pass_until_s,
        "shift_start_s": rider.shift_start_s,
        "shift_end_s": rider.shift_end_s,
        "base_latitude": rider.base_lat,
        "base_longitude": rider.base_lon,
    }


def _order(order: problem.Order, day_date: date, at: Callable[[int], datetime]) -> Values:
    return {
        "day_date": day_date,
        "pickup": order.pickup_id,
        "compound": order.compound_id,
        "source": OrderSource(order.source.value),
        "priority": order.priority,
        "weight_g": order.weight_g,
        "volume_ml": order.volume_ml,
        "ready_at": at(order.ready_s),
        "due_at": at(order.due_s),
    }


def _instants(day_date: date, zone: str) -> Callable[[int], datetime]:
    """Return a look-up of instants of a day: a day has few different times and many orders."""
    known: dict[int, datetime] = {}

    def at(seconds: int) -> datetime:
        if seconds not in known:
            known[seconds] = intervals.instant(day_date, seconds, zone)
        return known[seconds]

    return at


NEW_ORDER_STATE = OrderState.CONFIRMED
"""Orders of a day folder are sure: they go into the plan as they come."""
