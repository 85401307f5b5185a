"""Compare the orders of a file with the database, and write those that are new: the second half of both importers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from supplyhub.files.previews import Preview, Reason, Row, Verdict, reason, tally
from supplyhub.orders.imports.drafts import Choices, OrderDraft, OrderFile, PickupRef
from supplyhub.orders.models import Order, OrderLine
from supplyhub.orders.states import OrderState
from supplyhub.places.addresses import Flat
from supplyhub.places.models import Building, District, Household
from supplyhub.suppliers.models import Product

# Both databases limit the parameters of one statement.
_AT_ONCE = 5_000
UNIT = "件"
"""The unit of a product whose file names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredOrder:
    id: int
    values: tuple[Any, ...]
    flat: Flat | None
    lines: tuple[tuple[str, int], ...]


def preview(session: Session, *, district: District, choices: Choices, orders: OrderFile) -> Preview:
    """Return what a file of orders would change."""
    return _settle(session, district=district, choices=choices, orders=orders)[0]


def write(session: Session, *, district: District, choices: Choices, orders: OrderFile) -> Preview:
    """Write the orders of a file that are new and without doubt, and return what was written."""
    pickup = choices.pickup
    found, ready = _settle(session, district=district, choices=choices, orders=orders)
    if ready and not found.is_blocked:
        products = _write_products(session, pickup.supplier_id, ready)
        households = _write_households(session, district.id, ready)
        _write_orders(session, district.id, pickup, ready, households)
        _write_lines(session, district.id, ready, products)
        session.flush()
    return found


def _settle(
    session: Session, *, district: District, choices: Choices, orders: OrderFile
) -> tuple[Preview, tuple[OrderDraft, ...]]:
    pickup = choices.pickup
    stored = _stored(session, district.id, [draft.code for draft in orders.drafts])
    rows: list[Row] = list(orders.rows)
    ready: list[OrderDraft] = []
    unchanged = 0
    for draft in orders.drafts:
        known = stored.get(draft.code)
        doubts = (*draft.doubts, *draft.address.doubts)
        if known is not None and _is_same(draft, known, pickup):
            unchanged += 1
        elif known is not None:
            rows.append(draft.row(orders.file, Verdict.REVIEW, (_difference(draft, known, pickup),)))
        elif doubts:
            rows.append(draft.row(orders.file, Verdict.REVIEW, doubts))
        elif choices.only is not None and draft.code not in choices.only:
            rows.append(draft.row(orders.file, Verdict.REVIEW, (reason("doubt_is_gone"),)))
        else:
            ready.append(draft)
            rows.append(draft.row(orders.file, Verdict.READY, draft.remarks))
    found = Preview(
        tallies=(tally(orders.file, read=orders.rows_read, rows=rows, unchanged=unchanged),),
        rows=tuple(sorted(rows, key=lambda row: row.line or 0)),
        notes=orders.notes,
        is_blocked=not orders.is_usable,
    )
    return found, tuple(ready)


def _stored(session: Session, district_id: int, codes: Sequence[str]) -> dict[str, _StoredOrder]:
    found: dict[str, _StoredOrder] = {}
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        lines: dict[int, list[tuple[str, int]]] = {}
        for order_id, name, quantity in session.execute(
            select(OrderLine.order_id, OrderLine.name, OrderLine.quantity)
            .join(Order, Order.id == OrderLine.order_id)
            .where(Order.district_id == district_id, Order.code.in_(some))
            .order_by(OrderLine.order_id, OrderLine.position)
        ):
            lines.setdefault(order_id, []).append((name, quantity))
        statement = (
            select(Order, Building.name, Household.unit, Household.room)
            .outerjoin(Household, Household.id == Order.household_id)
            .outerjoin(Building, Building.id == Household.building_id)
            .where(Order.district_id == district_id, Order.code.in_(some))
            .order_by(Order.id)
        )
        for order, building, unit, room in session.execute(statement):
            found[order.code] = _StoredOrder(
                id=order.id,
                values=(order.pickup_id, order.compound_id, order.day_date, order.weight_g),
                flat=Flat(building=building, unit=unit, room=room) if order.household_id else None,
                lines=tuple(lines.get(order.id, ())),
            )
    return found


def _values(draft: OrderDraft, pickup: PickupRef) -> tuple[Any, ...]:
    return (pickup.id, draft.address.compound.compound_id, draft.window.day_date, draft.weight_g)


def _is_same(draft: OrderDraft, known: _StoredOrder, pickup: PickupRef) -> bool:
    """Tell whether an order is here as the file has it; a flat that a person chose settles the file's doubt."""
    is_same_flat = known.flat == draft.address.flat if not draft.address.doubts else known.flat is not None
    return is_same_flat and known.values == _values(draft, pickup) and known.lines == _lines(draft)


def _lines(draft: OrderDraft) -> tuple[tuple[str, int], ...]:
    return tuple((line.name, line.quantity) for line in draft.lines)


def _difference(draft: OrderDraft, known: _StoredOrder, pickup: PickupRef) -> Reason:
    day_date = known.values[2]
    if day_date != draft.window.day_date:
        return reason("order_on_other_day", day=day_date.isoformat())
    wanted = _values(draft, pickup)
    names = ["pickup_id", "compound_id", "day", "weight_g"]
    columns = [name for name, before, after in zip(names, known.values, wanted, strict=True) if before != after]
    if known.flat != draft.address.flat:
        columns.append("flat")
    if known.lines != _lines(draft):
        columns.append("goods")
    return reason("order_differs", columns=", ".join(columns))


def _write_products(session: Session, supplier_id: int, ready: Iterable[OrderDraft]) -> dict[str, int]:
    """Write the products of the lines that have a barcode, and return their ids by barcode."""
    wanted = {
        line.barcode: {
            "name": line.name,
            "weight_g": line.weight_g,
            "volume_ml": round(line.weight_g * draft.ml_per_gram),
        }
        for draft in ready
        for line in draft.lines
        if line.barcode
    }
    if not wanted:
        return {}
    statement = (
        select(Product.barcode, Product.id, Product.name, Product.weight_g)
        .where(Product.supplier_id == supplier_id, Product.barcode.in_(wanted))
        .order_by(Product.id)
    )
    known = {barcode: (product_id, name, weight) for barcode, product_id, name, weight in session.execute(statement)}
    new = [
        {"supplier_id": supplier_id, "barcode": barcode, "unit": UNIT, **values}
        for barcode, values in wanted.items()
        if barcode not in known
    ]
    changed = [
        {"id": known[barcode][0], **values}
        for barcode, values in wanted.items()
        if barcode in known and known[barcode][1:] != (values["name"], values["weight_g"])
    ]
    if new:
        session.execute(insert(Product), new)
    if changed:
        session.execute(update(Product), changed)
    return {barcode: product_id for barcode, product_id, _, _ in session.execute(statement)}


def _household_keys(ready: Iterable[OrderDraft]) -> dict[tuple[int, str, str], int]:
    """Return building, unit and room of every flat, with its compound."""
    keys: dict[tuple[int, str, str], int] = {}
    for draft in ready:
        flat, compound = draft.address.flat, draft.address.compound
        if flat is not None:
            keys[compound.building_ids[flat.building], flat.unit, flat.room] = compound.compound_id
    return keys


def _write_households(
    session: Session, district_id: int, ready: Sequence[OrderDraft]
) -> Mapping[tuple[int, str, str], int]:
    """Write the households that are not known yet, and return the ids of all by building, unit and room."""
    keys = _household_keys(ready)
    known = _known_households(session, {building_id for building_id, _, _ in keys})
    new = [
        {"district_id": district_id, "compound_id": compound_id, "building_id": key[0], "unit": key[1], "room": key[2]}
        for key, compound_id in keys.items()
        if key not in known
    ]
    if not new:
        return known
    session.execute(insert(Household), new)
    return _known_households(session, {building_id for building_id, _, _ in keys})


def _known_households(session: Session, building_ids: set[int]) -> dict[tuple[int, str, str], int]:
    statement = (
        select(Household.building_id, Household.unit, Household.room, Household.id)
        .where(Household.building_id.in_(building_ids))
        .order_by(Household.id)
    )
    return {(building_id, unit, room): found for building_id, unit, room, found in session.execute(statement)}


def _write_orders(
    session: Session,
    district_id: int,
    pickup: PickupRef,
    ready: Iterable[OrderDraft],
    households: Mapping[tuple[int, str, str], int],
) -> None:
    rows: list[dict[str, Any]] = []
    for draft in ready:
        compound, flat = draft.address.compound, draft.address.flat
        household = None if flat is None else households[compound.building_ids[flat.building], flat.unit, flat.room]
        rows.append(
            {
                "district_id": district_id,
                "code": draft.code,
                "day_date": draft.window.day_date,
                "pickup_id": pickup.id,
                "compound_id": compound.compound_id,
                "household_id": household,
                "state": OrderState.CONFIRMED,
                "source": draft.source,
                "priority": draft.priority,
                "weight_g": draft.weight_g,
                "volume_ml": draft.volume_ml,
                "ready_at": draft.window.ready_at,
                "due_at": draft.window.due_at,
                "placed_at": draft.placed_at,
                "recipient": draft.recipient,
                "phone": draft.phone,
                "note": draft.note,
            }
        )
    session.execute(insert(Order), rows)


def _write_lines(session: Session, district_id: int, ready: Sequence[OrderDraft], products: Mapping[str, int]) -> None:
    ids: dict[str, int] = {}
    codes = [draft.code for draft in ready]
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        statement = select(Order.code, Order.id).where(Order.district_id == district_id, Order.code.in_(some))
        ids.update({row.code: row.id for row in session.execute(statement.order_by(Order.id))})
    session.execute(
        insert(OrderLine),
        [
            {
                "order_id": ids[draft.code],
                "position": position,
                "product_id": products.get(line.barcode),
                "name": line.name,
                "barcode": line.barcode,
                "quantity": line.quantity,
                "price_fen": line.price_fen,
                "weight_g": line.weight_g,
            }
            for draft in ready
            for position, line in enumerate(draft.lines, 1)
        ],
    )
