"""Reading the parts of a plan that is made in groups of suppliers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.jobs.models import Job
from supplyhub.planning.groups import Group
from supplyhub.rounds.models import PlanPart
from supplyhub.suppliers.models import Pickup


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """A part with its job, and its suppliers by name."""

    part: PlanPart
    job: Job | None
    suppliers: tuple[str, ...]


def find_part(session: Session, *, plan_id: int, number: int) -> PlanPart | None:
    """Return a part of a plan, or None where all are joined or given up."""
    return session.scalars(select(PlanPart).where(PlanPart.plan_id == plan_id, PlanPart.number == number)).one_or_none()


def find_group(session: Session, *, plan_id: int, number: int) -> Group | None:
    """Return the group that a part plans, or None where it is made already, or nobody waits for it."""
    part = find_part(session, plan_id=plan_id, number=number)
    if part is None or part.finished_at is not None:
        return None
    return Group(pickup_ids=tuple(part.pickups), rider_ids=tuple(part.riders))


def list_parts(session: Session, *, plan_id: int) -> list[PlanPart]:
    """Return the parts of a plan, by number."""
    statement = select(PlanPart).where(PlanPart.plan_id == plan_id)
    return list(session.scalars(statement.order_by(PlanPart.number, PlanPart.id)))


def list_made(session: Session, *, plan_id: int) -> list[dict[str, Any]]:
    """Return what was made of the parts of a plan, by number; parts of which nothing was made are left out."""
    return [part.made for part in list_parts(session, plan_id=plan_id) if part.made]


def count_unfinished(session: Session, *, plan_id: int) -> int:
    """Return how many parts of a plan are still to be made."""
    statement = select(func.count()).where(PlanPart.plan_id == plan_id, PlanPart.finished_at.is_(None))
    return session.scalar(statement) or 0


def list_part_rows(session: Session, *, plan_id: int, district_id: int) -> list[PartRow]:
    """Return the parts of a plan with their jobs, by number."""
    rows = session.execute(
        select(PlanPart, Job)
        .outerjoin(Job, Job.id == PlanPart.job_id)
        .where(PlanPart.plan_id == plan_id)
        .order_by(PlanPart.number, PlanPart.id)
    ).all()
    if not rows:
        return []
    named = session.execute(select(Pickup.code, Pickup.name).where(Pickup.district_id == district_id))
    names = dict(named.all())
    return [
        PartRow(part=part, job=job, suppliers=tuple(names.get(code, code) for code in part.pickups))
        for part, job in rows
    ]
