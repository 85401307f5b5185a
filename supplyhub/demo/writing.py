"""Writing the invented district into the database: the day by the door of an import, the rest in bulk.

Everything here works within the caller's transaction. Ids come back by code, so each table is one statement.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from supplyhub.accounts import passwords
from supplyhub.accounts import queries as accounts
from supplyhub.accounts.models import Person, RoleGrant
from supplyhub.core import intervals
from supplyhub.demo import chance, log_ins, names
from supplyhub.demo.compounds import Flat
from supplyhub.demo.district import SEED, InventedDistrict
from supplyhub.orders import operations as orders
from supplyhub.orders.models import Order, OrderLine
from supplyhub.orders.states import OrderState
from supplyhub.places.models import (
    Building,
    City,
    Compound,
    CompoundKind,
    District,
    Household,
    HouseholdMember,
)
from supplyhub.rounds.imports import day
from supplyhub.suppliers.models import Offer, Pickup, Product, Supplier

CITY_CODE = "zhuzhou"
DISTRICT_CODE = "tianyuan"
EMPTY_CODE = "drill"
FIRST_ORDER = "O00001"
HOME_INVITATION = "MYHX3467"
"""The invitation code of the home compound, fixed so that signing up can be tried."""
SHORT_SHARE, CANCELLED_SHARE = 0.0025, 0.003

Ids = Mapping[str, int]
HouseholdIds = Mapping[tuple[str, Flat], int]


def write_district(session: Session, *, invented: InventedDistrict, now: datetime) -> District:
    """Write the invented district with its day, the empty district beside it, and the people of the log-ins.

    Raises
    ------
    UnableToImportDay
        The day's files cannot be read; then the generator is at fault.
    """
    city = _city(session)
    district = _district(session, city, code=DISTRICT_CODE, name=names.DISTRICT, zone=invented.zone)
    _district(session, city, code=EMPTY_CODE, name=names.EMPTY_DISTRICT, zone=invented.zone)
    for day_date, files in (
        (invented.day_date, invented.day_files()),
        (invented.next_date, invented.next_day_files()),
    ):
        day.write_day(session, district=district, reading=day.read_files(files), day_date=day_date, now=now)
    compounds = _ids(session, Compound, district)
    households = _write_homes(session, invented, district, compounds)
    products = _write_goods(session, invented, district)
    order_ids = _ids(session, Order, district)
    midnight = intervals.instant(invented.day_date, 0, invented.zone)
    closed_at = dict.fromkeys((o.code for o in invented.orders), midnight)
    closed_at |= dict.fromkeys((o.code for o in invented.next_orders), now)
    _complete_orders(session, invented, order_ids, households, closed_at)
    _write_lines(session, invented, order_ids, products)
    _drop_some(session, invented, order_ids, midnight)
    _write_people(session, households, now)
    session.flush()
    return district


def _city(session: Session) -> City:
    city = session.scalars(select(City).where(City.code == CITY_CODE)).one_or_none()
    if city is None:
        city = City(code=CITY_CODE, name=names.CITY)
        session.add(city)
        session.flush()
    return city


def _district(session: Session, city: City, *, code: str, name: str, zone: str) -> District:
    district = District(
        city_id=city.id, code=code, name=name, path=f"{city.code}/{code}", timezone=zone, is_invented=True
    )
    session.add(district)
    session.flush()
    return district


def _ids(session: Session, model: type[Compound | Order | Supplier | Pickup], district: District) -> dict[str, int]:
    rows = session.execute(select(model.code, model.id).where(model.district_id == district.id))
    return dict(rows.all())


def _insert(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        session.execute(insert(model), listed)


def _write_homes(session: Session, invented: InventedDistrict, district: District, compounds: Ids) -> HouseholdIds:
    """Write building lists and the households that ordered, or that somebody of the log-ins lives in."""
    _insert(
        session,
        Building,
        (
            {
                "compound_id": compounds[compound.code],
                "name": building.name,
                "units": list(building.units),
                "floors": building.floors,
                "rooms_per_floor": building.rooms_per_floor,
            }
            for compound in invented.compounds
            for building in compound.buildings
        ),
    )
    enterprises = [compounds[compound.code] for compound in invented.compounds if compound.is_enterprise]
    session.execute(update(Compound).where(Compound.id.in_(enterprises)).values(kind=CompoundKind.ENTERPRISE))
    home = invented.compounds[0].code
    session.execute(update(Compound).where(Compound.id == compounds[home]).values(invitation_code=HOME_INVITATION))
    statement = (
        select(Compound.code, Building.name, Building.id)
        .join(Compound, Compound.id == Building.compound_id)
        .where(Compound.district_id == district.id)
    )
    buildings = {(compound, name): building_id for compound, name, building_id in session.execute(statement)}
    lived_in = [(home, log_in.flat) for log_in in log_ins.log_ins() if log_in.flat]
    wanted = dict.fromkeys([*lived_in, *((o.compound_code, o.flat) for o in invented.all_orders if o.flat)])
    _insert(
        session,
        Household,
        (
            {
                "district_id": district.id,
                "compound_id": compounds[code],
                "building_id": buildings[code, flat.building],
                "unit": flat.unit,
                "room": flat.room,
            }
            for code, flat in wanted
        ),
    )
    rows = session.execute(
        select(Household.building_id, Household.unit, Household.room, Household.id).where(
            Household.district_id == district.id
        )
    )
    found = {(building, unit, room): household_id for building, unit, room, household_id in rows}
    return {(code, flat): found[buildings[code, flat.building], flat.unit, flat.room] for code, flat in wanted}


def _write_goods(session: Session, invented: InventedDistrict, district: District) -> Ids:
    """Write products and offers; return the products' ids by barcode."""
    suppliers, pickups = _ids(session, Supplier, district), _ids(session, Pickup, district)
    everything = [product for supplier in invented.suppliers for product in supplier.products]
    _insert(
        session,
        Product,
        (
            {
                "supplier_id": suppliers[product.supplier_code],
                "barcode": product.barcode,
                "name": product.name,
                "unit": product.unit,
                "weight_g": product.weight_g,
                "volume_ml": product.volume_ml,
            }
            for product in everything
        ),
    )
    rows = session.execute(select(Product.barcode, Product.id).where(Product.supplier_id.in_(list(suppliers.values()))))
    products = dict(rows.all())
    _insert(
        session,
        Offer,
        (
            {
                "district_id": district.id,
                "pickup_id": pickups[product.supplier_code],
                "product_id": products[product.barcode],
                "price_fen": product.price_fen,
                "is_on_sale": True,
            }
            for product in everything
        ),
    )
    return products


def _complete_orders(
    session: Session,
    invented: InventedDistrict,
    order_ids: Ids,
    households: HouseholdIds,
    closed_at: Mapping[str, datetime],
) -> None:
    """Deal the orders to their households, and say who placed them when: all before ordering closed, or now."""
    session.execute(
        update(Order),
        [
            {
                "id": order_ids[order.code],
                "household_id": households[order.compound_code, order.flat] if order.flat else None,
                "recipient": order.recipient,
                "phone": order.phone,
                "note": order.note,
                "placed_at": closed_at[order.code] - timedelta(seconds=order.placed_before_s),
            }
            for order in invented.all_orders
        ],
    )


def _write_lines(session: Session, invented: InventedDistrict, order_ids: Ids, products: Ids) -> None:
    """Write the lines; price and weight are those of one unit, as on the product."""
    _insert(
        session,
        OrderLine,
        (
            {
                "order_id": order_ids[order.code],
                "position": position,
                "product_id": products[line.product.barcode],
                "name": line.product.name,
                "barcode": line.product.barcode,
                "quantity": line.quantity,
                "price_fen": line.product.price_fen,
                "weight_g": line.product.weight_g,
            }
            for order in invented.all_orders
            for position, line in enumerate(order.lines, start=1)
        ),
    )


def _drop_some(session: Session, invented: InventedDistrict, order_ids: Ids, midnight: datetime) -> None:
    """Let a few orders end before the day begins: the supplier was short of goods, or the household cancelled."""
    usual = [order.code for order in invented.orders if order.source == "platform" and order.priority == 0]
    short, cancelled = (max(1, round(len(invented.orders) * share)) for share in (SHORT_SHARE, CANCELLED_SHARE))
    drawn = chance.stream(SEED, "dropped").sample(usual, short + cancelled)
    for state, codes, label, before in (
        (OrderState.SHORT, drawn[:short], "供货商", timedelta(minutes=50)),
        (OrderState.CANCELLED, drawn[short:], "居民", timedelta(minutes=95)),
    ):
        steps = [
            orders.Step(
                order_id=order_ids[code],
                event_id=f"demo:{order_ids[code]}:{state}",
                to_state=state,
                happened_at=midnight - before,
            )
            for code in sorted(codes)
        ]
        orders.record_transitions(
            session, steps=steps, actor_id=None, actor_label=label, now=midnight.astimezone(UTC) - before
        )


def _write_people(session: Session, households: HouseholdIds, now: datetime) -> None:
    """Write one person for each role, all with the same public password."""
    password_hash = passwords.hash_password(log_ins.PASSWORD)
    for log_in in log_ins.log_ins():
        person = accounts.find_person_by_phone(session, phone=log_in.number)
        if person is None:
            person = Person(phone=log_in.number, name=log_in.name, password_hash=password_hash, created_at=now)
            session.add(person)
            session.flush()
        session.add(RoleGrant(person_id=person.id, role=log_in.role, scope=log_in.scope, created_at=now))
        if log_in.flat:
            household = households["C001", log_in.flat]
            session.add(HouseholdMember(household_id=household, person_id=person.id, since_at=now))
