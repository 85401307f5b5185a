"""Removing the invented districts with everything that belongs to them, whatever tables there are by then.

A row belongs to a district when it names the district, or must have a parent row that belongs to it.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

from supplyhub.accounts.models import Invitation, Person, RoleGrant
from supplyhub.db.base import Base
from supplyhub.demo import log_ins, writing
from supplyhub.files.models import FileImport
from supplyhub.places.models import City, District
from supplyhub.places.queries import path_is_within


def remove_districts(session: Session) -> bool:
    """Remove the invented districts and the people who have no role elsewhere; False where there are none."""
    statement = select(District.id, District.path).where(
        District.code.in_((writing.DISTRICT_CODE, writing.EMPTY_CODE)), District.is_invented
    )
    paths = {district_id: path for district_id, path in session.execute(statement)}  # noqa: C416 -- rows are no pairs
    if not paths:
        return False
    _remove_people(session, list(paths.values()))
    for table in reversed(Base.metadata.sorted_tables):
        condition = _belongs(table, list(paths), ())
        if condition is not None:
            session.execute(delete(table).where(condition))
    has_others = select(District.id).where(District.city_id == City.id).exists()
    session.execute(delete(City).where(City.code == writing.CITY_CODE, ~has_others))
    session.flush()
    session.expire_all()
    return True


def _belongs(table: Table, district_ids: list[int], below: tuple[Table, ...]) -> ColumnElement[bool] | None:
    """Return the condition under which rows of a table belong to the districts, or None where none can."""
    if table is District.__table__:
        return table.c.id.in_(district_ids)
    if "district_id" in table.c:
        return table.c.district_id.in_(district_ids)
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        parent = key.column.table
        if key.parent.nullable or parent is table or parent in below:
            continue
        condition = _belongs(parent, district_ids, (*below, table))
        if condition is not None:
            return key.parent.in_(select(key.column).where(condition))
    return None


def _remove_people(session: Session, paths: Sequence[str]) -> None:
    """Remove grants, invitations and imports within the paths, and people who are left without any role."""
    grants = or_(RoleGrant.scope == log_ins.CITY_PATH, path_is_within(RoleGrant.scope, paths))
    people = set(session.scalars(select(RoleGrant.person_id).where(grants)))
    session.execute(delete(RoleGrant).where(grants))
    session.execute(delete(Invitation).where(path_is_within(Invitation.scope, paths)))
    session.execute(delete(FileImport).where(path_is_within(FileImport.scope, paths)))
    numbers = [log_in.number for log_in in log_ins.log_ins()]
    has_role = select(RoleGrant.id).where(RoleGrant.person_id == Person.id).exists()
    session.execute(delete(Person).where(or_(Person.phone.in_(numbers), Person.id.in_(people) & ~has_role)))
