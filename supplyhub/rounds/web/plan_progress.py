"""How far a plan is, for the pages of plans: from the row of its job, or of the jobs of its groups. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sqlalchemy.orm import Session

from supplyhub.jobs import queries as jobs
from supplyhub.jobs.models import Job, JobState
from supplyhub.rounds.models import Plan
from supplyhub.rounds.operations.parts import PARTS_SHARE
from supplyhub.rounds.queries import parts as queries
from supplyhub.rounds.web import search_words

TREND_WIDTH, TREND_HEIGHT = 320, 56


@dataclass(frozen=True, slots=True, kw_only=True)
class PartProgress:
    """How far a group of suppliers is."""

    number: int
    suppliers: Sequence[str]
    riders: int
    share: float
    is_running: bool
    is_finished: bool
    unserved: int | None

    @property
    def is_waiting(self) -> bool:
        """Whether no worker has it yet."""
        return not self.is_running and not self.is_finished


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProgress:
    """How far the planning is, for people. `parts` are its groups of suppliers, where it is made in such."""

    share: float
    is_waiting: bool
    is_stopping: bool
    left_s: int
    search_time: str
    score_m: int | None
    unserved: int | None
    iterations: int
    trend: str
    ways_share: float | None
    parts: Sequence[PartProgress] = ()

    @property
    def left_text(self) -> str:
        """How long it still takes, in words."""
        return search_words.time_left(self.left_s)

    @property
    def parts_finished(self) -> int:
        """How many groups are planned."""
        return sum(part.is_finished for part in self.parts)

    @property
    def is_joining(self) -> bool:
        """Whether all groups are planned and are being put together."""
        return bool(self.parts) and self.parts_finished == len(self.parts)


def plan_progress(session: Session, *, plan: Plan) -> PlanProgress:
    """Return how far the planning is."""
    rows = queries.list_part_rows(session, plan_id=plan.id, district_id=plan.district_id) if plan.groups > 1 else []
    parts = [_part(row) for row in rows]
    job = jobs.find_job(session, job_id=plan.job_id) if plan.job_id is not None else None
    if not parts:
        share = job.share if job is not None else 0.0
        return _from_job(plan, job, share=share, left_s=plan.seconds * (1 - share))
    if all(part.is_finished for part in parts):
        joined = job.share if job is not None else 0.0
        left_s = plan.seconds * (1 - PARTS_SHARE) * (1 - joined)
        return _from_job(plan, job, share=PARTS_SHARE + (1 - PARTS_SHARE) * joined, left_s=left_s, parts=parts)
    details = [row.job.progress for row in rows if row.job is not None]
    return PlanProgress(
        share=PARTS_SHARE * fmean(part.share for part in parts),
        is_waiting=not any(part.is_running or part.is_finished for part in parts),
        is_stopping=plan.stop_asked_at is not None,
        left_s=_parts_left_s(plan, parts),
        search_time=search_words.time_to_search(plan.seconds),
        score_m=_sum(details, "score_m", len(parts)),
        unserved=_sum(details, "unserved", len(parts)),
        iterations=sum(one.get("iterations", 0) for one in details),
        trend="",
        ways_share=None,
        parts=parts,
    )


def _from_job(
    plan: Plan, job: Job | None, *, share: float, left_s: float, parts: Sequence[PartProgress] = ()
) -> PlanProgress:
    details = job.progress if job is not None else {}
    is_running = job is not None and job.state == JobState.RUNNING
    return PlanProgress(
        share=share,
        is_waiting=not is_running,
        is_stopping=is_running and plan.stop_asked_at is not None,
        left_s=round(left_s),
        search_time=search_words.time_to_search(plan.seconds),
        score_m=details.get("score_m"),
        unserved=details.get("unserved"),
        iterations=details.get("iterations", 0),
        trend=_trend(details.get("trend", [])),
        ways_share=details.get("ways_share"),
        parts=parts,
    )


def _part(row: queries.PartRow) -> PartProgress:
    is_finished = row.part.finished_at is not None
    is_running = not is_finished and row.job is not None and row.job.state == JobState.RUNNING
    details = row.job.progress if row.job is not None else {}
    return PartProgress(
        number=row.part.number,
        suppliers=row.suppliers,
        riders=len(row.part.riders),
        share=1.0 if is_finished else (row.job.share if is_running and row.job is not None else 0.0),
        is_running=is_running,
        is_finished=is_finished,
        unserved=details.get("unserved"),
    )


def _parts_left_s(plan: Plan, parts: Sequence[PartProgress]) -> int:
    """Return how long it takes if no more workers than now share the groups."""
    workers = max(1, sum(part.is_running for part in parts))
    searches = sum(1 - part.share for part in parts) / workers
    return round(plan.seconds * (searches * PARTS_SHARE + 1 - PARTS_SHARE))


def _sum(details: Sequence[Mapping[str, Any]], name: str, count: int) -> int | None:
    """Return the sum over all parts, or None while one of them has said nothing yet."""
    known = [one[name] for one in details if name in one]
    return sum(known) if len(known) == count else None


def _trend(points: Sequence[Sequence[float]]) -> str:
    """Return the falling score as the points of a line: share to the right, score upwards."""
    if len(points) < 2:
        return ""
    scores = [score for _, score in points]
    lowest, highest = min(scores), max(scores)
    spread = (highest - lowest) or 1
    return " ".join(
        f"{share * TREND_WIDTH:.1f},{4 + (highest - score) / spread * (TREND_HEIGHT - 8):.1f}"
        for share, score in points
    )
