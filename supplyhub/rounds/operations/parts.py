"""Plans made in parts: a job for each group of a day's suppliers, and a last job that joins what they made.

Every change here holds the plan's row, so that of parts that finish at the same time exactly one is the last. The
planning itself is done by the jobs, with no transaction open.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from supplyhub.jobs import operations as jobs
from supplyhub.jobs import queries as job_queries
from supplyhub.jobs.models import JobState
from supplyhub.planning.groups import Group
from supplyhub.rounds.models import Plan, PlanPart, PlanState
from supplyhub.rounds.queries import parts as queries
from supplyhub.rounds.queries import plans

PART_JOB = "rounds.plan_part"
JOIN_JOB = "rounds.join_parts"
PARTS_SHARE = 0.8
"""The share of the time, or of the iterations, that each part searches for; the whole is searched for the rest."""


def share_out(session: Session, *, plan_id: int, groups: Sequence[Group], now: datetime) -> bool:
    """Give each group to a job of its own; False where the plan is to stop or is no longer wanted.

    Parts that there are already stay: the groups are dealt once.
    """
    plan = plans.find_and_lock_plan(session, plan_id=plan_id)
    if plan is None or plan.state != PlanState.RUNNING or plan.stop_asked_at is not None:
        return False
    if queries.list_parts(session, plan_id=plan.id):
        return True
    for number, group in enumerate(groups, 1):
        job = jobs.add_job(session, name=PART_JOB, arguments={"plan_id": plan.id, "number": number}, now=now)
        session.add(
            PlanPart(
                plan_id=plan.id,
                number=number,
                pickups=list(group.pickup_ids),
                riders=list(group.rider_ids),
                job_id=job.id,
            )
        )
    session.flush()
    return True


def write_part(session: Session, *, plan_id: int, number: int, made: Mapping[str, Any], now: datetime) -> bool:
    """Write what was made of a part, and where it is the last let the parts be joined; False where nobody waits for it.

    `made` is the part's plan as a document; empty where it was stopped before anything was found.
    """
    plan = plans.find_and_lock_plan(session, plan_id=plan_id)
    part = queries.find_part(session, plan_id=plan_id, number=number)
    if plan is None or plan.state != PlanState.RUNNING or part is None or part.finished_at is not None:
        return False
    part.made, part.finished_at = dict(made), now
    session.flush()
    _join_after_the_last(session, plan, now=now)
    return True


def stop_parts(session: Session, *, plan: Plan, now: datetime) -> bool:
    """Stop the parts of a plan that is held: what they have found is joined. False where there are none.

    Parts that nobody has begun end at once; where none has, so does the plan.
    """
    found = queries.list_parts(session, plan_id=plan.id)
    if not found:
        return False
    unfinished = [part for part in found if part.finished_at is None]
    for part in unfinished:
        job = jobs.ask_to_cancel(session, job_id=part.job_id, now=now) if part.job_id is not None else None
        if job is None or job.state == JobState.CANCELLED:
            part.finished_at = now
    session.flush()
    if not unfinished:
        _stop_joining(session, plan, now=now)
    elif any(part.finished_at is None or part.made for part in found):
        _join_after_the_last(session, plan, now=now)
    else:
        plan.state, plan.finished_at = PlanState.CANCELLED, now
        forget_parts(session, plan_id=plan.id)
    return True


def give_up_parts(session: Session, *, plan: Plan, now: datetime) -> None:
    """Stop what is still under way of the parts of a plan that is held, and forget them."""
    for part in queries.list_parts(session, plan_id=plan.id):
        job = job_queries.find_job(session, job_id=part.job_id) if part.job_id is not None else None
        if job is not None and job.state in {JobState.WAITING, JobState.RUNNING}:
            jobs.ask_to_cancel(session, job_id=job.id, now=now)
    forget_parts(session, plan_id=plan.id)


def forget_parts(session: Session, *, plan_id: int) -> None:
    """Delete the parts of a plan: they are joined, or nobody waits for them."""
    session.execute(delete(PlanPart).where(PlanPart.plan_id == plan_id))


def _join_after_the_last(session: Session, plan: Plan, *, now: datetime) -> None:
    if queries.count_unfinished(session, plan_id=plan.id) == 0:
        plan.job_id = jobs.add_job(session, name=JOIN_JOB, arguments={"plan_id": plan.id}, now=now).id
        session.flush()


def _stop_joining(session: Session, plan: Plan, *, now: datetime) -> None:
    """Stop the search for the whole. A job that has not begun stays: it sees the wish, and writes what there is."""
    job = job_queries.find_job(session, job_id=plan.job_id) if plan.job_id is not None else None
    if job is not None and job.state == JobState.RUNNING:
        jobs.ask_to_cancel(session, job_id=job.id, now=now)
