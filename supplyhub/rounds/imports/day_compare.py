"""Compare a day's rows with what the district has: what is new, changed, the same, or for a person to decide.

It reads a handful of times whatever the size, and writes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from supplyhub.files.previews import Reason, reason
from supplyhub.orders.models import Order
from supplyhub.places.models import Compound, District, Gate, Street
from supplyhub.riders.models import Rider, RiderCompany, RiderZone
from supplyhub.rounds.imports.day_rows import DayRows, Values
from supplyhub.rounds.models import PlanningDay
from supplyhub.suppliers.models import Pickup, Supplier

# SQLite allows 32,766 parameters in a statement.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A row that the district has: its id, and its values as `day_rows` writes them."""

    id: int
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row whose content differs: `columns` names what, with the values before and after."""

    code: str
    id: int
    values: Values
    columns: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the rows of one table would change."""

    new: Mapping[str, Values]
    changed: tuple[Change, ...]
    unchanged: int
    review: tuple[tuple[str, Reason], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDifference:
    """What a day would change in a district. `rules` is None where the day has the same already."""

    new_streets: tuple[str, ...]
    new_companies: tuple[str, ...]
    pickups: Difference
    compounds: Difference
    gates: Difference
    riders: Difference
    orders: Difference
    rules: Values | None
    has_rules: bool


def compare(session: Session, *, district: District, rows: DayRows, day_date: date) -> DayDifference:
    """Return what a day's rows would change in the district."""
    streets = set(session.scalars(select(Street.name).where(Street.district_id == district.id)))
    companies = set(session.scalars(select(RiderCompany.name).where(RiderCompany.district_id == district.id)))
    rules = session.scalar(
        select(PlanningDay.rules).where(PlanningDay.district_id == district.id, PlanningDay.day_date == day_date)
    )
    return DayDifference(
        new_streets=_unknown(_streets_named(rows), streets),
        new_companies=_unknown((values["company"] for values in rows.riders.values()), companies),
        pickups=_difference(rows.pickups, _stored_pickups(session, district.id)),
        compounds=_difference(rows.compounds, _stored_compounds(session, district.id), _moved_compound),
        gates=_difference(rows.gates, _stored_gates(session, district.id), _moved_gate),
        riders=_difference(rows.riders, _stored_riders(session, district.id)),
        orders=_difference(rows.orders, _stored_orders(session, district.id, list(rows.orders)), _other_order),
        rules=None if rules == rows.rules else rows.rules,
        has_rules=rules is not None,
    )


def _unknown(names: Iterable[str], known: set[str]) -> tuple[str, ...]:
    """Return the names that are not known, each once, in their order."""
    return tuple(dict.fromkeys(name for name in names if name not in known))


def _streets_named(rows: DayRows) -> Iterable[str]:
    yield from (values["street"] for values in rows.compounds.values())
    for values in rows.riders.values():
        yield from sorted(values["zones"])


def _difference(
    wanted: Mapping[str, Values],
    stored: Mapping[str, Stored],
    doubt: Callable[[Change], Reason | None] = lambda _change: None,
) -> Difference:
    """Compare rows by code; `doubt` gives the reason why a change needs a person, if it does."""
    new: dict[str, Values] = {}
    changed: list[Change] = []
    review: list[tuple[str, Reason]] = []
    unchanged = 0
    for code, values in wanted.items():
        found = stored.get(code)
        if found is None:
            new[code] = values
            continue
        columns = tuple(
            (name, found.values[name], value) for name, value in values.items() if found.values[name] != value
        )
        if not columns:
            unchanged += 1
            continue
        change = Change(code=code, id=found.id, values=values, columns=columns)
        doubtful = doubt(change)
        if doubtful is None:
            changed.append(change)
        else:
            review.append((code, doubtful))
    return Difference(new=new, changed=tuple(changed), unchanged=unchanged, review=tuple(review))


def _moved_compound(change: Change) -> Reason | None:
    # A compound's street is part of its scope, and grants hang on scopes: a person decides.
    return next(
        (
            reason("street_differs", before=str(before), after=str(after))
            for name, before, after in change.columns
            if name == "street"
        ),
        None,
    )


def _moved_gate(change: Change) -> Reason | None:
    return next(
        (
            reason("compound_differs", before=str(before), after=str(after))
            for name, before, after in change.columns
            if name == "compound"
        ),
        None,
    )


def _other_order(change: Change) -> Reason:
    # An order that is here with other content may be on its way already: it is never overwritten.
    for name, before, _ in change.columns:
        if name == "day_date":
            return reason("order_on_other_day", day=str(before))
    return reason("order_differs", columns=", ".join(name for name, _, _ in change.columns))


# --- what the district has -------------------------------------------------------------------------------------------


def _load(session: Session, statement: Executable) -> dict[str, Stored]:
    """Load rows of code, id and values; the labels of the columns are the names of the values."""
    return {
        row["code"]: Stored(id=row["id"], values={name: row[name] for name in row if name not in {"code", "id"}})
        for row in map(dict, session.execute(statement).mappings())
    }


def _stored_pickups(session: Session, district_id: int) -> dict[str, Stored]:
    return _load(
        session,
        select(
            Pickup.code, Pickup.id, Pickup.name, Supplier.kind, Pickup.latitude, Pickup.longitude,
            Pickup.coordinates_from, Pickup.opens_s, Pickup.closes_s, Pickup.loading_minutes, Pickup.docks,
        )
        .join(Supplier, Supplier.id == Pickup.supplier_id)
        .where(Pickup.district_id == district_id)
        .order_by(Pickup.id),
    )  # fmt: skip


def _stored_compounds(session: Session, district_id: int) -> dict[str, Stored]:
    return _load(
        session,
        select(
            Compound.code, Compound.id, Compound.name, Street.name.label("street"), Compound.latitude,
            Compound.longitude, Compound.coordinates_from, Compound.risk, Compound.household_count,
            Compound.resident_count,
        )
        .join(Street, Street.id == Compound.street_id)
        .where(Compound.district_id == district_id)
        .order_by(Compound.id),
    )  # fmt: skip


def _stored_gates(session: Session, district_id: int) -> dict[str, Stored]:
    return _load(
        session,
        select(
            Gate.code, Gate.id, Compound.code.label("compound"), Gate.name, Gate.latitude, Gate.longitude,
            Gate.coordinates_from, Gate.opens_s, Gate.closes_s, Gate.slot_minutes, Gate.riders_per_slot,
        )
        .join(Compound, Compound.id == Gate.compound_id)
        .where(Gate.district_id == district_id)
        .order_by(Gate.id),
    )  # fmt: skip


def _stored_riders(session: Session, district_id: int) -> dict[str, Stored]:
    riders = _load(
        session,
        select(
            Rider.code, Rider.id, Rider.name, RiderCompany.name.label("company"), Rider.vehicle,
            Pickup.code.label("pickup"), Rider.any_zone, Rider.enters_high_risk, Rider.pass_no, Rider.pass_from_s,
            Rider.pass_until_s, Rider.shift_start_s, Rider.shift_end_s, Rider.base_latitude, Rider.base_longitude,
            Rider.coordinates_from,
        )
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .outerjoin(Pickup, Pickup.id == Rider.pickup_id)
        .where(Rider.district_id == district_id)
        .order_by(Rider.id),
    )  # fmt: skip
    zones: dict[int, set[str]] = {}
    statement = (
        select(RiderZone.rider_id, Street.name)
        .join(Street, Street.id == RiderZone.street_id)
        .where(Street.district_id == district_id)
        .order_by(RiderZone.rider_id, RiderZone.street_id)
    )
    for rider_id, street in session.execute(statement):
        zones.setdefault(rider_id, set()).add(street)
    for rider in riders.values():
        rider.values["zones"] = frozenset(zones.get(rider.id, ()))
    return riders


def _stored_orders(session: Session, district_id: int, codes: list[str]) -> dict[str, Stored]:
    found: dict[str, Stored] = {}
    for start in range(0, len(codes), _AT_ONCE):
        found |= _load(
            session,
            select(
                Order.code, Order.id, Order.day_date, Pickup.code.label("pickup"), Compound.code.label("compound"),
                Order.source, Order.priority, Order.weight_g, Order.volume_ml, Order.ready_at, Order.due_at,
            )
            .join(Pickup, Pickup.id == Order.pickup_id)
            .join(Compound, Compound.id == Order.compound_id)
            .where(Order.district_id == district_id, Order.code.in_(codes[start : start + _AT_ONCE]))
            .order_by(Order.id),
        )  # fmt: skip
    return found
