"""Reading riders and rider companies."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from supplyhub.core.errors import NotFound
from supplyhub.places.queries import path_is_within
from supplyhub.riders.models import Rider, RiderCompany, RiderZone
from supplyhub.suppliers.models import Pickup
from supplyhub.wording import lazy_gettext


class RiderNotFound(NotFound):
    """There is no such rider."""


def list_riders(
    session: Session,
    *,
    district_id: int,
    paths: Sequence[str],
    company_id: int | None = None,
    vehicle: str = "",
    zone_id: int | None = None,
    enters_high_risk: bool | None = None,
    text: str = "",
) -> list[Rider]:
    """Return the riders that the scopes cover, with company, pickup and zones, ordered by code.

    A scope covers a rider by the rider's own path, or by that of the company. `zone_id` is a street that the pass must
    cover; `text` a part of name, code or pass number.
    """
    statement = (
        select(Rider)
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .where(Rider.district_id == district_id, _is_covered(paths))
        .options(joinedload(Rider.company), joinedload(Rider.pickup), selectinload(Rider.zones))
        .order_by(Rider.code, Rider.id)
    )
    if company_id is not None:
        statement = statement.where(Rider.company_id == company_id)
    if vehicle:
        statement = statement.where(Rider.vehicle == vehicle)
    if zone_id is not None:
        covering = select(RiderZone.rider_id).where(RiderZone.street_id == zone_id)
        statement = statement.where(Rider.any_zone.is_(True) | Rider.id.in_(covering))
    if enters_high_risk is not None:
        statement = statement.where(Rider.enters_high_risk.is_(enters_high_risk))
    if text:
        statement = statement.where(
            Rider.name.icontains(text, autoescape=True)
            | Rider.code.icontains(text, autoescape=True)
            | Rider.pass_no.icontains(text, autoescape=True)
        )
    return list(session.scalars(statement).unique())


def get_rider(session: Session, *, district_id: int, code: str, paths: Sequence[str]) -> Rider:
    """Return a rider by code with company, pickup and zones, if one of the scopes covers the rider or the company.

    Raises
    ------
    RiderNotFound
        There is no such rider within the scopes.
    """
    statement = (
        select(Rider)
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .where(Rider.district_id == district_id, Rider.code == code, _is_covered(paths))
        .options(
            joinedload(Rider.company),
            joinedload(Rider.pickup).joinedload(Pickup.supplier),
            selectinload(Rider.zones),
        )
    )
    rider = session.scalars(statement).unique().one_or_none()
    if rider is None:
        raise RiderNotFound(lazy_gettext("There is no such rider."))
    return rider


def find_rider_by_path(session: Session, *, path: str) -> Rider | None:
    """Return the rider that a rider's scope names, with company, pickup and zones, or None."""
    statement = (
        select(Rider)
        .where(Rider.path == path)
        .options(joinedload(Rider.company), joinedload(Rider.pickup), selectinload(Rider.zones))
    )
    return session.scalars(statement).unique().one_or_none()


def list_companies(session: Session, *, district_id: int, paths: Sequence[str]) -> list[RiderCompany]:
    """Return the rider companies of a district that the scopes cover, ordered by name."""
    statement = (
        select(RiderCompany)
        .where(RiderCompany.district_id == district_id, path_is_within(RiderCompany.path, paths))
        .order_by(RiderCompany.name, RiderCompany.id)
    )
    return list(session.scalars(statement))


def list_vehicles(session: Session, *, district_id: int) -> list[str]:
    """Return the kinds of vehicles that the riders of a district have, ordered by name."""
    statement = select(Rider.vehicle).where(Rider.district_id == district_id).distinct().order_by(Rider.vehicle)
    return list(session.scalars(statement))


def _is_covered(paths: Sequence[str]) -> ColumnElement[bool]:
    return path_is_within(Rider.path, paths) | path_is_within(RiderCompany.path, paths)
