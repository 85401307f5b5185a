"""Ways that are kept: what roads answered before, and the matrix that a plan was made with. Reads, never writes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.planning.problem import Travel
from supplyhub.rounds import roads
from supplyhub.rounds.models import Plan
from supplyhub.rounds.ways_models import PlanWays, RoadMatrix


def find_matrix(session: Session, *, district_id: int, digest: str, since_at: datetime) -> RoadMatrix | None:
    """Return the newest answer to the same question that is not older than an instant, or None."""
    statement = (
        select(RoadMatrix)
        .where(RoadMatrix.district_id == district_id, RoadMatrix.digest == digest, RoadMatrix.made_at >= since_at)
        .order_by(RoadMatrix.made_at.desc(), RoadMatrix.id.desc())
    )
    return session.scalars(statement.limit(1)).first()


def find_plan_ways(session: Session, *, plan: Plan) -> PlanWays | None:
    """Return the ways of a plan; a version that was made of an earlier one has the ways of that."""
    statement = (
        select(PlanWays)
        .join(Plan, Plan.id == PlanWays.plan_id)
        .where(Plan.district_id == plan.district_id, Plan.day_date == plan.day_date, Plan.version <= plan.version)
        .order_by(Plan.version.desc(), Plan.id)
    )
    return session.scalars(statement.limit(1)).first()


def find_travel(session: Session, *, plan: Plan) -> Travel | None:
    """Return the matrix that a plan was made with, where roads were asked for one; else None."""
    ways = find_plan_ways(session, plan=plan)
    if ways is None or ways.matrix_id is None:
        return None
    return roads.unpack(session.get_one(RoadMatrix, ways.matrix_id).content)
