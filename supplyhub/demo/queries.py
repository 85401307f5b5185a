"""Reading how the demo stands."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.demo import writing
from supplyhub.orders.models import Order
from supplyhub.places.models import District
from supplyhub.rounds.models import Plan, PlanState


def find_district(session: Session) -> District | None:
    """Return the district of the demo's code, invented or not, or None."""
    return session.scalars(select(District).where(District.code == writing.DISTRICT_CODE)).one_or_none()


def find_time_of_day(session: Session, *, now: datetime) -> str | None:
    """Return what the clock of the invented district shows (`10:24`), or None where there is none."""
    district = find_district(session)
    return f"{now.astimezone(ZoneInfo(district.timezone)):%H:%M}" if district and district.is_invented else None


def find_day(session: Session, *, district_id: int) -> date | None:
    """Return the day of the demo, that of its first order, or None."""
    return session.scalar(
        select(Order.day_date).where(Order.district_id == district_id, Order.code == writing.FIRST_ORDER)
    )


def find_plan(session: Session, *, district_id: int, day_date: date) -> Plan | None:
    """Return the published plan of a day, or None."""
    statement = select(Plan).where(
        Plan.district_id == district_id, Plan.day_date == day_date, Plan.state == PlanState.PUBLISHED
    )
    return session.scalars(statement).one_or_none()


def list_stuck_plans(session: Session, *, district_id: int) -> list[Plan]:
    """Return plans that were being made in the foreground when that was broken off: no job makes them."""
    statement = (
        select(Plan)
        .where(
            Plan.district_id == district_id,
            Plan.state.in_((PlanState.QUEUED, PlanState.RUNNING)),
            Plan.job_id.is_(None),
        )
        .order_by(Plan.id)
    )
    return list(session.scalars(statement))
