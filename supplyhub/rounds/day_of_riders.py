"""Tells riders about the rounds of a day's published plan (`riders.day.DaySource`)."""

from collections.abc import Mapping
from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.places.models import District
from supplyhub.riders.day import RiderDay
from supplyhub.rounds.models import Plan, PlanState, Round, Visit


class DayOfRiders:
    """Knows the rounds that were published."""

    def rounds_of_day(
        self, session: Session, *, district_id: int, day_date: date, rider_id: int | None = None
    ) -> Mapping[int, RiderDay]:
        """Return the rounds of a day's published plan by the rider's id: all, or one rider's."""
        visits = (
            select(Visit.round_id, func.count().label("number"))
            .where(Visit.gate_id.is_not(None))
            .group_by(Visit.round_id)
            .subquery()
        )
        statement = (
            select(Round, visits.c.number, District.code)
            .join(Plan, Plan.id == Round.plan_id)
            .join(District, District.id == Plan.district_id)
            .outerjoin(visits, visits.c.round_id == Round.id)
            .where(Plan.district_id == district_id, Plan.day_date == day_date, Plan.state == PlanState.PUBLISHED)
            .order_by(Round.id)
        )
        if rider_id is not None:
            statement = statement.where(Round.rider_id == rider_id)
        return {
            found.rider_id: RiderDay(
                order_count=found.order_count,
                visit_count=count or 0,
                distance_m=found.distance_m,
                leaves_base_at=found.leaves_base_at,
                back_at=found.back_at,
                address=url_for("plans.show_round", district=code, plan_id=found.plan_id, number=found.number),
            )
            for found, count, code in session.execute(statement)
        }
