"""Reading a city's day: each district's orders, riders and the plan that counts, in a handful of statements."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.orders.models import Order
from supplyhub.places import queries as places
from supplyhub.places.models import City, District
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import Plan
from supplyhub.rounds.queries import plans as queries


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictDay:
    """A district's day. `plan` is the one being made, else the published one, else the newest."""

    district: District
    orders: int
    riders: int
    plan: Plan | None

    @property
    def is_under_way(self) -> bool:
        """Whether a plan is being made."""
        return self.plan is not None and self.plan.state.is_under_way


def list_district_days(session: Session, *, city: City, day_date: date) -> list[DistrictDay]:
    """Return the day of each district of a city, ordered by the district's name."""
    districts = places.list_districts_of(session, city_id=city.id)
    ids = [district.id for district in districts]
    orders = session.execute(
        select(Order.district_id, func.count())
        .where(Order.district_id.in_(ids), Order.day_date == day_date, Order.state.in_(queries.COUNTED))
        .group_by(Order.district_id)
    )
    riders = session.execute(
        select(Rider.district_id, func.count()).where(Rider.district_id.in_(ids)).group_by(Rider.district_id)
    )
    plans: dict[int, list[Plan]] = {}
    for plan in session.scalars(
        select(Plan).where(Plan.district_id.in_(ids), Plan.day_date == day_date).order_by(Plan.version, Plan.id)
    ):
        plans.setdefault(plan.district_id, []).append(plan)
    order_counts, rider_counts = dict(orders.all()), dict(riders.all())
    return [
        DistrictDay(
            district=district,
            orders=order_counts.get(district.id, 0),
            riders=rider_counts.get(district.id, 0),
            plan=_leading(plans.get(district.id, [])),
        )
        for district in districts
    ]


def list_days(session: Session, *, city: City, limit: int = 30) -> list[date]:
    """Return the days on which a district of a city has orders, the newest first."""
    ids = [district.id for district in places.list_districts_of(session, city_id=city.id)]
    statement = select(Order.day_date).where(Order.district_id.in_(ids)).distinct()
    return list(session.scalars(statement.order_by(Order.day_date.desc()).limit(limit)))


def _leading(plans: list[Plan]) -> Plan | None:
    under_way = next((plan for plan in plans if plan.state.is_under_way), None)
    return under_way or queries.leading_plan(plans)
