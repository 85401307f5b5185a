"""Keeping ways: what roads answered, so that the same day is not asked for again, and what a plan was made with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from supplyhub.planning.problem import Travel
from supplyhub.rounds import roads
from supplyhub.rounds.ways_models import LONGEST_NAME, PlanWays, RoadMatrix, WaysFrom

KEPT = timedelta(days=7)
"""How long an answer counts: a server's roads change behind its address. After it roads are asked anew."""


def keep_matrix(
    session: Session,
    *,
    district_id: int,
    digest: str,
    travel: Travel,
    unreached: Sequence[roads.Unreached],
    now: datetime,
) -> RoadMatrix:
    """Keep what roads answered; answers that count no longer and that no plan was made with go."""
    session.execute(
        delete(RoadMatrix).where(
            RoadMatrix.district_id == district_id,
            RoadMatrix.made_at < now - KEPT,
            RoadMatrix.id.not_in(select(PlanWays.matrix_id).where(PlanWays.matrix_id.is_not(None))),
        )
    )
    matrix = RoadMatrix(
        district_id=district_id,
        digest=digest,
        content=roads.pack(travel),
        unreached=[place.as_json() for place in unreached],
        made_at=now,
    )
    session.add(matrix)
    session.flush()
    return matrix


def write_plan_ways(
    session: Session,
    *,
    plan_id: int,
    source: WaysFrom,
    name: str,
    matrix_id: int | None,
    unreached: Sequence[roads.Unreached],
) -> None:
    """Write what ways a plan was made with."""
    session.add(
        PlanWays(
            plan_id=plan_id,
            source=source,
            name=name[:LONGEST_NAME],
            matrix_id=matrix_id,
            unreached=[place.as_json() for place in unreached],
        )
    )
    session.flush()
