"""Reading places."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from supplyhub.accounts.models import Person
from supplyhub.core import ids
from supplyhub.core.errors import NotFound
from supplyhub.places.models import Building, City, Compound, District, Gate, Household, HouseholdMember, Risk, Street
from supplyhub.webkit.pagination import Page, paginate
from supplyhub.wording import lazy_gettext


class PlaceNotFound(NotFound):
    """There is no such place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundRow:
    """A compound as lists show it. `slot_count` is how many hand-overs its gates can start on one day."""

    id: int
    code: str
    name: str
    street: str
    risk: Risk
    household_count: int
    gate_count: int
    slot_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhabitant:
    """Somebody who lives in a household."""

    person_id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUpHousehold:
    """A household that somebody has signed up for, with its people."""

    id: int
    building: str
    unit: str
    room: str
    people: tuple[Inhabitant, ...]


def get_district(session: Session, *, code: str) -> District:
    """Return a district by its code.

    Raises
    ------
    PlaceNotFound
        There is no such district.
    """
    district = session.scalars(select(District).where(District.code == code)).one_or_none()
    if district is None:
        raise PlaceNotFound(lazy_gettext("There is no such district."))
    return district


def get_city(session: Session, *, code: str) -> City:
    """Return a city by its code, which is also its scope.

    Raises
    ------
    PlaceNotFound
        There is no such city.
    """
    city = session.scalars(select(City).where(City.code == code)).one_or_none()
    if city is None:
        raise PlaceNotFound(lazy_gettext("There is no such city."))
    return city


def list_cities(session: Session) -> list[City]:
    """Return all cities, ordered by name."""
    return list(session.scalars(select(City).order_by(City.name, City.id)))


def list_districts_of(session: Session, *, city_id: int) -> list[District]:
    """Return the districts of a city, ordered by name."""
    statement = select(District).where(District.city_id == city_id).order_by(District.name, District.id)
    return list(session.scalars(statement))


def list_districts_within(session: Session, *, paths: Sequence[str]) -> list[District]:
    """Return the districts that scopes cover or lie in, ordered by name."""
    districts = session.scalars(select(District).order_by(District.name, District.id))
    return [
        district
        for district in districts
        if any(
            path == "" or (district.path + "/").startswith(path + "/") or path.startswith(district.path + "/")
            for path in paths
        )
    ]


def get_compound(session: Session, *, district_id: int, code: str, paths: Sequence[str]) -> Compound:
    """Return a compound of a district, with street, gates and buildings, if one of the scopes covers it.

    Raises
    ------
    PlaceNotFound
        There is no such compound within the scopes.
    """
    statement = (
        select(Compound)
        .where(Compound.district_id == district_id, Compound.code == code, path_is_within(Compound.path, paths))
        .options(joinedload(Compound.street), selectinload(Compound.gates), selectinload(Compound.buildings))
    )
    compound = session.scalars(statement).unique().one_or_none()
    if compound is None:
        raise PlaceNotFound(lazy_gettext("There is no such compound."))
    return compound


def find_compound_by_invitation(session: Session, *, code: str) -> Compound | None:
    """Return the compound whose residents' invitation code this is, with district and buildings, or None."""
    statement = (
        select(Compound)
        .where(Compound.invitation_code == ids.tidy_spoken_code(code))
        .options(joinedload(Compound.district), joinedload(Compound.street), selectinload(Compound.buildings))
    )
    return session.scalars(statement).unique().one_or_none()


def list_streets(session: Session, *, district_id: int) -> list[Street]:
    """Return the streets of a district, ordered by name."""
    statement = select(Street).where(Street.district_id == district_id).order_by(Street.name, Street.id)
    return list(session.scalars(statement))


def find_gate_by_path(session: Session, *, path: str) -> Gate | None:
    """Return the gate that a gate keeper's scope names (`…/C001/G0001`), with its compound, or None."""
    compound_path, _, code = path.rpartition("/")
    statement = (
        select(Gate)
        .join(Compound, Compound.id == Gate.compound_id)
        .where(Compound.path == compound_path, Gate.code == code)
        .options(joinedload(Gate.compound).joinedload(Compound.district))
    )
    return session.scalars(statement).one_or_none()


def find_household_of(session: Session, *, person_id: int) -> Household | None:
    """Return the household in which a person lives (the first joined), with compound, street, district and building."""
    statement = (
        select(Household)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.person_id == person_id)
        .options(
            joinedload(Household.building),
            joinedload(Household.compound).joinedload(Compound.street),
            joinedload(Household.compound).joinedload(Compound.district),
            joinedload(Household.compound).selectinload(Compound.gates),
        )
        .order_by(HouseholdMember.since_at, Household.id)
        .limit(1)
    )
    return session.scalars(statement).unique().one_or_none()


def path_is_within(column: InstrumentedAttribute[str], paths: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a path column is one of the scopes or lies below one."""
    if "" in paths:
        return true()
    return or_(false(), *((column == path) | column.startswith(path + "/", autoescape=True) for path in paths))


def list_compounds(
    session: Session,
    *,
    district_id: int,
    paths: Sequence[str],
    street_id: int | None = None,
    risk: Risk | None = None,
    text: str = "",
) -> list[CompoundRow]:
    """Return the compounds of a district that the scopes cover, ordered by code.

    `text` is a part of the name or the code.
    """
    statement = (
        select(
            Compound.id,
            Compound.code,
            Compound.name,
            Street.name.label("street"),
            Compound.risk,
            Compound.household_count,
        )
        .join(Street, Street.id == Compound.street_id)
        .where(Compound.district_id == district_id, path_is_within(Compound.path, paths))
        .order_by(Compound.code, Compound.id)
    )
    if street_id is not None:
        statement = statement.where(Compound.street_id == street_id)
    if risk is not None:
        statement = statement.where(Compound.risk == risk)
    if text:
        statement = statement.where(
            Compound.name.icontains(text, autoescape=True) | Compound.code.icontains(text, autoescape=True)
        )
    gates = _count_gates(session, district_id=district_id)
    return [
        CompoundRow(
            id=row.id,
            code=row.code,
            name=row.name,
            street=row.street,
            risk=row.risk,
            household_count=row.household_count,
            gate_count=gates.get(row.id, (0, 0))[0],
            slot_count=gates.get(row.id, (0, 0))[1],
        )
        for row in session.execute(statement)
    ]


def list_compound_names(session: Session, *, district_id: int, paths: Sequence[str]) -> list[tuple[str, str]]:
    """Return code and name of the compounds of a district that the scopes cover, ordered by name."""
    statement = (
        select(Compound.code, Compound.name)
        .where(Compound.district_id == district_id, path_is_within(Compound.path, paths))
        .order_by(Compound.name, Compound.id)
    )
    return [(row.code, row.name) for row in session.execute(statement)]


def _count_gates(session: Session, *, district_id: int) -> dict[int, tuple[int, int]]:
    """Return, by compound, how many gates there are and how many hand-overs may start at them on one day."""
    # the last slot may be shorter than the others: hand-overs can still start in it
    seconds = Gate.slot_minutes * 60
    slots = (Gate.closes_s - Gate.opens_s + seconds - 1) // seconds
    statement = (
        select(
            Gate.compound_id,
            func.count().label("gates"),
            func.sum(slots * Gate.riders_per_slot).label("slots"),
        )
        .where(Gate.district_id == district_id)
        .group_by(Gate.compound_id)
    )
    return {row.compound_id: (row.gates, int(row.slots)) for row in session.execute(statement)}


def list_streets_within(session: Session, *, district_id: int, paths: Sequence[str]) -> list[Street]:
    """Return the streets of a district in which the scopes cover a compound, ordered by name."""
    covered = select(Compound.street_id).where(
        Compound.district_id == district_id, path_is_within(Compound.path, paths)
    )
    statement = select(Street).where(Street.id.in_(covered)).order_by(Street.name, Street.id)
    return list(session.scalars(statement))


def page_of_signed_up_households(
    session: Session, *, compound_id: int, number: int = 1, per_page: int = 50
) -> Page[SignedUpHousehold]:
    """Return a page of the households of a compound that somebody lives in by sign-up, in the order of their doors."""
    signed_up = select(HouseholdMember.household_id)
    statement = (
        select(Household)
        .join(Building, Building.id == Household.building_id)
        .where(Household.compound_id == compound_id, Household.id.in_(signed_up))
        .options(joinedload(Household.building))
        .order_by(Building.id, Household.unit, func.length(Household.room), Household.room, Household.id)
    )
    page = paginate(session, statement, number=number, per_page=per_page)
    people = _people_of(session, household_ids=[household.id for household in page.items])
    return Page(
        items=[
            SignedUpHousehold(
                id=household.id,
                building=household.building.name,
                unit=household.unit,
                room=household.room,
                people=tuple(people.get(household.id, ())),
            )
            for household in page.items
        ],
        number=page.number,
        per_page=page.per_page,
        total=page.total,
    )


def _people_of(session: Session, *, household_ids: Sequence[int]) -> dict[int, list[Inhabitant]]:
    statement = (
        select(HouseholdMember.household_id, Person.id, Person.name, Person.phone)
        .join(Person, Person.id == HouseholdMember.person_id)
        .where(HouseholdMember.household_id.in_(household_ids))
        .order_by(HouseholdMember.since_at, Person.id)
    )
    found: dict[int, list[Inhabitant]] = {}
    for row in session.execute(statement):
        one = Inhabitant(person_id=row.id, name=row.name, phone=row.phone)
        found.setdefault(row.household_id, []).append(one)
    return found
