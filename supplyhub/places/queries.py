"""Reading places."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from supplyhub.core import ids
from supplyhub.core.errors import NotFound
from supplyhub.places.models import Compound, District, Gate, Household, HouseholdMember, Street
from supplyhub.wording import lazy_gettext


class PlaceNotFound(NotFound):
    """There is no such place."""


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
