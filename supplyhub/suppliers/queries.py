"""Reading suppliers and their pickups."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core.errors import NotFound
from supplyhub.places.queries import path_is_within
from supplyhub.suppliers.models import Pickup, Supplier
from supplyhub.wording import lazy_gettext


class SupplierNotFound(NotFound):
    """There is no such supplier or pickup."""


def list_suppliers(session: Session, *, district_id: int) -> list[Supplier]:
    """Return the suppliers of a district with their pickups, ordered by code."""
    statement = (
        select(Supplier)
        .where(Supplier.district_id == district_id)
        .options(selectinload(Supplier.pickups))
        .order_by(Supplier.code, Supplier.id)
    )
    return list(session.scalars(statement))


def list_pickups(session: Session, *, district_id: int) -> list[Pickup]:
    """Return the pickups of a district with their suppliers, ordered by code."""
    statement = (
        select(Pickup)
        .where(Pickup.district_id == district_id)
        .options(joinedload(Pickup.supplier))
        .order_by(Pickup.code, Pickup.id)
    )
    return list(session.scalars(statement))


def list_pickups_within(session: Session, *, paths: Sequence[str]) -> list[Pickup]:
    """Return the pickups of the suppliers that the scopes cover, with their suppliers, ordered by code."""
    statement = (
        select(Pickup)
        .join(Supplier, Supplier.id == Pickup.supplier_id)
        .where(path_is_within(Supplier.path, paths))
        .options(joinedload(Pickup.supplier))
        .order_by(Pickup.code, Pickup.id)
    )
    return list(session.scalars(statement))


def get_pickup(session: Session, *, district_id: int, code: str) -> Pickup:
    """Return a pickup of a district by its code, with its supplier.

    Raises
    ------
    SupplierNotFound
        There is no such pickup.
    """
    statement = (
        select(Pickup)
        .where(Pickup.district_id == district_id, Pickup.code == code)
        .options(joinedload(Pickup.supplier))
    )
    pickup = session.scalars(statement).one_or_none()
    if pickup is None:
        raise SupplierNotFound(lazy_gettext("There is no such pickup."))
    return pickup
