"""Import building lists: `buildings.csv` with `compound_id,building,units,floors,rooms_per_floor`.

Units are joined by `|` and empty where a building has none. A new list is written, a changed one too, unless a
household is known in a flat that the new list does not have: then a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from supplyhub.files import tables
from supplyhub.files.limits import DEFAULT, Limits
from supplyhub.files.previews import Preview, Reason, Row, Value, Verdict, reason, tally
from supplyhub.files.tables import Line, Table
from supplyhub.places.addresses import Building as ListedBuilding
from supplyhub.places.models import Building, Compound, District, Household

COLUMNS = ("compound_id", "building", "units", "floors", "rooms_per_floor")
LONGEST_NAME = 20
MOST_FLOORS = MOST_ROOMS = 99
_Key = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the district has: compounds by code, buildings by compound and name, flats that households live in."""

    compounds: Mapping[str, tuple[int, str]]
    buildings: Mapping[_Key, tuple[int, ListedBuilding]]
    flats: Mapping[int, set[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be written, beside the preview that says it."""

    preview: Preview
    new: tuple[dict[str, Any], ...]
    changed: tuple[dict[str, Any], ...]


def preview_buildings(
    session: Session, *, district: District, file: str, content: bytes, limits: Limits = DEFAULT
) -> Preview:
    """Return what a building list would change."""
    return _plan(session, district=district, file=file, content=content, limits=limits).preview


def write_buildings(
    session: Session, *, district: District, file: str, content: bytes, limits: Limits = DEFAULT
) -> Preview:
    """Write what a building list changes, and return it."""
    plan = _plan(session, district=district, file=file, content=content, limits=limits)
    if not plan.preview.is_blocked:
        if plan.new:
            session.execute(insert(Building), list(plan.new))
        if plan.changed:
            session.execute(update(Building), list(plan.changed))
        session.flush()
    return plan.preview


def _plan(session: Session, *, district: District, file: str, content: bytes, limits: Limits) -> _Plan:
    table = tables.read_table(file, content, columns=COLUMNS, limits=limits)
    known = _load(session, district.id)
    rows: list[Row] = list(table.faults)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    seen: dict[tuple[str, str], int] = {}
    unchanged = 0
    for line in table.lines:
        key = (line.cells["compound_id"], line.cells["building"])
        first = seen.setdefault(key, line.number)
        building, faults = _read(line, known)
        if first != line.number:
            faults.append(reason("cell.duplicate", column="building", value=key[1], first_row=first))
        if building is None or faults:
            rows.append(_row(table, line, Verdict.REFUSED, tuple(faults)))
            continue
        compound_id = known.compounds[key[0]][0]
        verdict, reasons = _compare(building, known, compound_id)
        if verdict is Verdict.UNCHANGED:
            unchanged += 1
            continue
        rows.append(_row(table, line, verdict, reasons, building=building, place=known.compounds[key[0]][1]))
        values = {"units": list(building.units), "floors": building.floors, "rooms_per_floor": building.rooms_per_floor}
        if verdict is Verdict.READY:
            new.append({"compound_id": compound_id, "name": building.name, **values})
        elif verdict is Verdict.CHANGED:
            changed.append({"id": known.buildings[compound_id, building.name][0], **values})
    preview = Preview(
        tallies=(tally(file, read=table.rows_read, rows=rows, unchanged=unchanged),),
        rows=tuple(rows),
        is_blocked=not table.is_usable,
    )
    return _Plan(preview=preview, new=tuple(new), changed=tuple(changed))


def _load(session: Session, district_id: int) -> _Known:
    compounds = session.execute(
        select(Compound.code, Compound.id, Compound.name)
        .where(Compound.district_id == district_id)
        .order_by(Compound.id)
    )
    buildings = session.execute(
        select(
            Building.compound_id, Building.name, Building.id, Building.units, Building.floors, Building.rooms_per_floor
        )
        .join(Compound, Compound.id == Building.compound_id)
        .where(Compound.district_id == district_id)
        .order_by(Building.id)
    )
    households = session.execute(
        select(Household.building_id, Household.unit, Household.room)
        .where(Household.district_id == district_id)
        .order_by(Household.id)
    )
    flats: dict[int, set[tuple[str, str]]] = {}
    for building_id, unit, room in households:
        flats.setdefault(building_id, set()).add((unit, room))
    return _Known(
        compounds={code: (compound_id, name) for code, compound_id, name in compounds},
        buildings={
            (compound_id, name): (
                building_id,
                ListedBuilding(name=name, units=tuple(units), floors=floors, rooms_per_floor=rooms),
            )
            for compound_id, name, building_id, units, floors, rooms in buildings
        },
        flats=flats,
    )


def _read(line: Line, known: _Known) -> tuple[ListedBuilding | None, list[Reason]]:
    """Return the building of a row and what is wrong with it."""
    faults: list[Reason] = []
    code, name = line.cells["compound_id"], line.cells["building"]
    units = tuple(unit.strip() for unit in line.cells["units"].split("|")) if line.cells["units"] else ()
    if code not in known.compounds:
        faults.append(reason("cell.unknown_compound", column="compound_id", value=code))
    for column, value in (("building", name), *(("units", unit) for unit in units)):
        if not value or len(value) > LONGEST_NAME or "/" in value:
            faults.append(reason("cell.not_a_name", column=column, value=value, limit=LONGEST_NAME))
    if len(set(units)) != len(units):
        faults.append(reason("cell.duplicate_unit", column="units", value=line.cells["units"]))
    sizes: list[int] = []
    for column, most in (("floors", MOST_FLOORS), ("rooms_per_floor", MOST_ROOMS)):
        text = line.cells[column]
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            faults.append(reason("cell.not_a_number", column=column, value=text))
        elif not 1 <= int(text) <= most:
            faults.append(reason("cell.out_of_range", column=column, value=text, lowest=1, highest=most))
        else:
            sizes.append(int(text))
    if faults:
        return None, faults
    return ListedBuilding(name=name, units=units, floors=sizes[0], rooms_per_floor=sizes[1]), []


def _compare(building: ListedBuilding, known: _Known, compound_id: int) -> tuple[Verdict, tuple[Reason, ...]]:
    found = known.buildings.get((compound_id, building.name))
    if found is None:
        return Verdict.READY, ()
    building_id, stored = found
    if stored == building:
        return Verdict.UNCHANGED, ()
    outside = [
        f"{unit}-{room}" if unit else room
        for unit, room in sorted(known.flats.get(building_id, ()))
        if not building.has_room(room) or unit not in (building.units or ("",))
    ]
    if outside:
        return Verdict.REVIEW, (reason("households_outside", count=len(outside), flats=", ".join(outside[:5])),)
    return Verdict.CHANGED, tuple(
        reason("changes", column=column, before=before, after=after)
        for column, before, after in (
            ("units", "|".join(stored.units), "|".join(building.units)),
            ("floors", stored.floors, building.floors),
            ("rooms_per_floor", stored.rooms_per_floor, building.rooms_per_floor),
        )
        if before != after
    )


def _row(
    table: Table,
    line: Line,
    verdict: Verdict,
    reasons: tuple[Reason, ...],
    *,
    building: ListedBuilding | None = None,
    place: str = "",
) -> Row:
    cells: dict[str, Value] = {}
    if building is not None:
        cells = {
            "place": place,
            "units": len(building.units),
            "floors": building.floors,
            "rooms_per_floor": building.rooms_per_floor,
        }
    return Row(
        verdict=verdict,
        file=table.file,
        line=line.number,
        key=f"{line.cells['compound_id']} {line.cells['building']}".strip(),
        cells=cells,
        reasons=reasons,
    )
