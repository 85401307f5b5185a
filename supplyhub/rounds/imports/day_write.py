"""Write what a day changes, table after table, in few statements: parents first, references turned into ids."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from supplyhub.core import ids
from supplyhub.orders.models import Order
from supplyhub.places.models import Compound, CompoundKind, District, Gate, Street
from supplyhub.riders.models import Rider, RiderCompany, RiderZone
from supplyhub.rounds.imports.day_compare import Change, DayDifference, Difference
from supplyhub.rounds.imports.day_rows import NEW_ORDER_STATE, Values
from supplyhub.rounds.models import PlanningDay
from supplyhub.suppliers.models import Pickup, Supplier

Ids = Mapping[str, int]


def apply(session: Session, *, district: District, difference: DayDifference, day_date: date, now: datetime) -> None:
    """Write what is new and changed; what needs a person is left alone."""
    _write_rules(session, district.id, difference, day_date)
    _insert(session, Street, ({"district_id": district.id, "name": name} for name in difference.new_streets))
    streets = _ids(session, Street, Street.name, district.id)
    _write_pickups(session, district, difference.pickups)
    pickups = _ids(session, Pickup, Pickup.code, district.id)
    _write_compounds(session, district, difference.compounds, streets)
    compounds = _ids(session, Compound, Compound.code, district.id)
    _write_gates(session, district.id, difference.gates, compounds)
    _write_riders(session, district, difference, pickups=pickups, streets=streets)
    _write_orders(session, district.id, difference.orders, pickups=pickups, compounds=compounds, now=now)
    session.flush()


def _insert(session: Session, model: Any, rows: Iterable[Values]) -> None:
    listed = list(rows)
    if listed:
        session.execute(insert(model), listed)


def _update(session: Session, model: Any, rows: Iterable[Values]) -> None:
    """Update rows by their id, many with one prepared statement."""
    listed = list(rows)
    if listed:
        session.execute(update(model), listed)


def _ids(session: Session, model: Any, key: Any, district_id: int) -> dict[str, int]:
    statement = select(key, model.id).where(model.district_id == district_id).order_by(model.id)
    return {name: found for name, found in session.execute(statement)}  # noqa: C416 -- typed rows are no pairs


def _write_rules(session: Session, district_id: int, difference: DayDifference, day_date: date) -> None:
    if difference.rules is None:
        return
    if difference.has_rules:
        session.execute(
            update(PlanningDay)
            .where(PlanningDay.district_id == district_id, PlanningDay.day_date == day_date)
            .values(rules=difference.rules)
        )
    else:
        session.add(PlanningDay(district_id=district_id, day_date=day_date, rules=difference.rules))


def _without(values: Values, *names: str) -> Values:
    return {name: value for name, value in values.items() if name not in names}


def _write_pickups(session: Session, district: District, difference: Difference) -> None:
    """Write pickups; a pickup without a supplier gets one of its own code and name."""
    suppliers = _ids(session, Supplier, Supplier.code, district.id)
    _insert(
        session,
        Supplier,
        (
            {
                "district_id": district.id,
                "code": code,
                "name": values["name"],
                "kind": values["kind"],
                "path": f"{district.path}/suppliers/{code}",
            }
            for code, values in difference.new.items()
            if code not in suppliers
        ),
    )
    suppliers = _ids(session, Supplier, Supplier.code, district.id)
    _insert(
        session,
        Pickup,
        (
            {"district_id": district.id, "supplier_id": suppliers[code], "code": code, **_without(values, "kind")}
            for code, values in difference.new.items()
        ),
    )
    changed = difference.changed
    _update(session, Pickup, ({"id": change.id, **_without(change.values, "kind")} for change in changed))
    _update(
        session,
        Supplier,
        (
            {"id": suppliers[change.code], "name": change.values["name"], "kind": change.values["kind"]}
            for change in changed
            if change.code in suppliers
        ),
    )


def _write_compounds(session: Session, district: District, difference: Difference, streets: Ids) -> None:
    _insert(
        session,
        Compound,
        (
            {
                "district_id": district.id,
                "street_id": streets[values["street"]],
                "code": code,
                "path": f"{district.path}/{values['street']}/{code}",
                "kind": CompoundKind.RESIDENTIAL,
                "invitation_code": ids.new_spoken_code(8),
                **_without(values, "street"),
            }
            for code, values in difference.new.items()
        ),
    )
    _update(session, Compound, ({"id": one.id, **_without(one.values, "street")} for one in difference.changed))


def _write_gates(session: Session, district_id: int, difference: Difference, compounds: Ids) -> None:
    def columns(values: Values) -> Values:
        return {"compound_id": compounds[values["compound"]], **_without(values, "compound")}

    _insert(
        session,
        Gate,
        ({"district_id": district_id, "code": code, **columns(values)} for code, values in difference.new.items()),
    )
    _update(session, Gate, ({"id": change.id, **columns(change.values)} for change in difference.changed))


def _write_riders(
    session: Session, district: District, difference: DayDifference, *, pickups: Ids, streets: Ids
) -> None:
    _insert(
        session,
        RiderCompany,
        (
            {"district_id": district.id, "name": name, "path": f"{district.path}/companies/{name}"}
            for name in difference.new_companies
        ),
    )
    companies = _ids(session, RiderCompany, RiderCompany.name, district.id)

    def columns(values: Values) -> Values:
        bound = values["pickup"]
        return {
            "company_id": companies[values["company"]],
            "pickup_id": None if bound is None else pickups[bound],
            **_without(values, "company", "pickup", "zones"),
        }

    riders = difference.riders
    _insert(
        session,
        Rider,
        (
            {"district_id": district.id, "code": code, "path": f"{district.path}/riders/{code}", **columns(values)}
            for code, values in riders.new.items()
        ),
    )
    _update(session, Rider, ({"id": change.id, **columns(change.values)} for change in riders.changed))
    _write_zones(session, district.id, riders.new, riders.changed, streets)


def _write_zones(
    session: Session, district_id: int, new: Mapping[str, Values], changed: tuple[Change, ...], streets: Ids
) -> None:
    if changed:
        session.execute(delete(RiderZone).where(RiderZone.rider_id.in_([change.id for change in changed])))
    riders = _ids(session, Rider, Rider.code, district_id)
    wanted = [*new.items(), *((change.code, change.values) for change in changed)]
    _insert(
        session,
        RiderZone,
        (
            {"rider_id": riders[code], "street_id": streets[zone]}
            for code, values in wanted
            for zone in sorted(values["zones"])
        ),
    )


def _write_orders(
    session: Session, district_id: int, difference: Difference, *, pickups: Ids, compounds: Ids, now: datetime
) -> None:
    _insert(
        session,
        Order,
        (
            {
                "district_id": district_id,
                "code": code,
                "pickup_id": pickups[values["pickup"]],
                "compound_id": compounds[values["compound"]],
                "household_id": None,
                "state": NEW_ORDER_STATE,
                "placed_at": now,
                **_without(values, "pickup", "compound"),
            }
            for code, values in difference.new.items()
        ),
    )
