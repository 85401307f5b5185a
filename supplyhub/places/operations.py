"""Changing places: residents signing up for their flat, a new invitation code for a compound."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from supplyhub.accounts import operations as accounts
from supplyhub.accounts.models import Person
from supplyhub.accounts.operations import Credentials
from supplyhub.accounts.roles import Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import ids
from supplyhub.core.errors import Invalid
from supplyhub.permissions import Permission
from supplyhub.places import flats, queries
from supplyhub.places.models import Compound, Household, HouseholdMember
from supplyhub.wording import lazy_gettext

CODE_LENGTH = 8


class UnknownCode(Invalid):
    """No compound has this invitation code."""


def sign_up_resident(
    session: Session,
    *,
    code: str,
    building: str,
    unit: str,
    room: str,
    name: str,
    credentials: Credentials,
    now: datetime,
) -> Person:
    """Make somebody a resident of the flat entered, in the compound whose code it is.

    The account is new, or the known one that the credentials belong to. Doing it again changes nothing.

    Raises
    ------
    UnknownCode
        No compound has this code.
    flats.FlatNotFound
        The flat is not on the compound's building list.
    accounts.UnableToSignUp
        Somebody opened an account with this phone number in the meantime.
    """
    compound = queries.find_compound_by_invitation(session, code=code)
    if compound is None:
        raise UnknownCode(lazy_gettext("No compound has this code. Check each letter and digit."), field="code")
    flat = flats.find_flat(compound.buildings, building=building, unit=unit, room=room)
    person = accounts.open_account(session, credentials=credentials, name=name, now=now)
    household_id = obtain_household(session, compound=compound, flat=flat)
    _add_member(session, household_id=household_id, person_id=person.id, now=now)
    accounts.grant_role(session, person_id=person.id, role=Role.RESIDENT, scope=compound.path, now=now)
    return person


def obtain_household(session: Session, *, compound: Compound, flat: flats.Flat) -> int:
    """Return the id of a flat's household, made now where it is the first time that somebody speaks of it."""
    same_flat = select(Household.id).where(
        Household.building_id == flat.building.id, Household.unit == flat.unit, Household.room == flat.room
    )
    known = session.scalar(same_flat)
    if known is not None:
        return known
    household = Household(
        district_id=compound.district_id,
        compound_id=compound.id,
        building_id=flat.building.id,
        unit=flat.unit,
        room=flat.room,
    )
    try:
        with session.begin_nested():
            session.add(household)
    except IntegrityError:  # a neighbour of the same flat was faster
        return session.scalars(same_flat).one()
    return household.id


def _add_member(session: Session, *, household_id: int, person_id: int, now: datetime) -> None:
    if session.get(HouseholdMember, (household_id, person_id)) is None:
        session.add(HouseholdMember(household_id=household_id, person_id=person_id, since_at=now))
        session.flush()


def renew_invitation_code(session: Session, *, district_id: int, code: str, actor: SignedIn) -> Compound:
    """Give a compound a new invitation code; the old one no longer works. Who has signed up stays.

    Raises
    ------
    queries.PlaceNotFound
        There is no such compound where the actor may invite.
    """
    paths = [grant.scope for grant in actor.grants if grant.allows(Permission.INVITE_PEOPLE)]
    compound = queries.get_compound(session, district_id=district_id, code=code, paths=paths)
    compound.invitation_code = ids.new_spoken_code(CODE_LENGTH)
    session.flush()
    return compound
