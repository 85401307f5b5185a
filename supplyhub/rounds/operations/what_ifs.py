"""Asking what-ifs about a plan: asking, beginning, writing the answer, stopping.

Working out happens between `begin_what_if` and `write_answer`, in a job, with no transaction open.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core.errors import Conflict, Invalid
from supplyhub.jobs import operations as jobs
from supplyhub.jobs.models import JobState
from supplyhub.permissions import Permission
from supplyhub.places.models import District
from supplyhub.planning.what_if.changes import Change
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan, WhatIf, WhatIfKind, WhatIfState
from supplyhub.rounds.operations.plans import require
from supplyhub.rounds.queries import plans, what_ifs
from supplyhub.wording import lazy_gettext

JOB_NAME = "rounds.what_if"


class UnableToAsk(Conflict):
    """The question cannot be asked now."""


class NothingToAsk(Invalid):
    """The question changes nothing."""


class UnableToStop(Conflict):
    """The question is no longer being worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be worked out, free of its session. `change` is None for a curve."""

    district: District
    plan: Plan
    change: Change | None
    seconds: int
    seed: int


def ask_what_if(
    session: Session,
    *,
    plan_id: int,
    district: District,
    change: Change | None,
    seconds: int,
    seed: int,
    actor: SignedIn | None,
    now: datetime,
) -> WhatIf:
    """Ask what would come of a plan's day with a change, or (None) with other numbers of passes: row and job at once.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    PlanNotFound
        The district has no such plan.
    UnableToAsk
        The plan has no rounds yet, or another question about it is being worked out.
    NothingToAsk
        The change changes nothing.
    """
    require(actor, Permission.MAKE_PLAN, district)
    # Two who press the button at once: the second waits here, and then finds the first one's question.
    plan = plans.lock_plan(session, district_id=district.id, plan_id=plan_id)
    if not policy.has_rounds(plan):
        raise UnableToAsk(lazy_gettext("This plan has no rounds yet. Wait until it is ready, then ask."))
    if what_ifs.find_under_way(session, plan_id=plan.id) is not None:
        raise UnableToAsk(
            lazy_gettext("Another question about this plan is being worked out. Wait for it, or stop it.")
        )
    if change is not None and change.is_nothing:
        raise NothingToAsk(lazy_gettext("Choose at least one thing that is to be otherwise."))
    asked = WhatIf(
        plan_id=plan.id,
        kind=WhatIfKind.CURVE if change is None else WhatIfKind.CHANGE,
        change={} if change is None else asdict(change),
        seconds=seconds,
        seed=seed,
        state=WhatIfState.QUEUED,
        asked_by_id=actor.person_id if actor else None,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    asked.job_id = jobs.add_job(session, name=JOB_NAME, arguments={"what_if_id": asked.id}, now=now).id
    session.flush()
    return asked


def change_of(asked: WhatIf) -> Change:
    """Return the change that a question is about; a curve changes nothing."""
    return Change(**asked.change)


def begin_what_if(session: Session, *, what_if_id: int, now: datetime) -> Question | None:
    """Note that a question is being worked out, and return it; None where nobody waits for the answer any more."""
    asked = what_ifs.find_and_lock_what_if(session, what_if_id=what_if_id)
    if asked is None or not asked.state.is_under_way:
        return None
    asked.state, asked.started_at = WhatIfState.RUNNING, now
    session.flush()
    plan = session.scalars(select(Plan).where(Plan.id == asked.plan_id)).one()
    return Question(
        district=session.get_one(District, plan.district_id),
        plan=plan,
        change=change_of(asked) if asked.kind == WhatIfKind.CHANGE else None,
        seconds=asked.seconds,
        seed=asked.seed,
    )


def write_answer(session: Session, *, what_if_id: int, result: Mapping[str, Any], now: datetime) -> bool:
    """Write the answer to a question; False where nobody waits for it any more."""
    asked = what_ifs.find_and_lock_what_if(session, what_if_id=what_if_id)
    if asked is None or asked.state != WhatIfState.RUNNING:
        return False
    asked.state, asked.finished_at, asked.result = WhatIfState.DONE, now, dict(result)
    session.flush()
    return True


def fail_what_if(session: Session, *, what_if_id: int, failure: policy.Failure, now: datetime) -> None:
    """Note that a question could not be worked out; one that is gone or answered is left as it is."""
    asked = what_ifs.find_and_lock_what_if(session, what_if_id=what_if_id)
    if asked is None or not asked.state.is_under_way:
        return
    asked.state, asked.finished_at, asked.result = WhatIfState.FAILED, now, {"failure": failure.value}
    session.flush()


def stop_what_if(
    session: Session, *, plan_id: int, what_if_id: int, district: District, actor: SignedIn | None, now: datetime
) -> None:
    """Stop working a question out: what has been found so far is kept; one that has not begun is cancelled.

    Raises
    ------
    MayNotPlan
        The person may not make plans here.
    PlanNotFound
        The district has no such plan.
    WhatIfNotFound
        There is no such question about it.
    UnableToStop
        It is answered already.
    """
    require(actor, Permission.MAKE_PLAN, district)
    plan = plans.get_plan(session, district_id=district.id, plan_id=plan_id)
    what_ifs.get_what_if(session, plan_id=plan.id, what_if_id=what_if_id)
    asked = what_ifs.find_and_lock_what_if(session, what_if_id=what_if_id)
    if asked is None or not asked.state.is_under_way:
        raise UnableToStop(lazy_gettext("This question is no longer being worked out."))
    job = jobs.ask_to_cancel(session, job_id=asked.job_id, now=now) if asked.job_id is not None else None
    if job is None or job.state == JobState.CANCELLED:
        asked.state, asked.finished_at = WhatIfState.CANCELLED, now
    session.flush()
