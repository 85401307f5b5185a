"""The day that is being driven, as the planner takes it, and what its listed changes come to. No transaction is open.

Reading (`read_running`) needs a session; working out (`work_out`) needs none.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from supplyhub.core import clock, intervals
from supplyhub.places.models import District
from supplyhub.planning.live.answer_documents import answer_document
from supplyhub.planning.live.answers import Replanned
from supplyhub.planning.live.change_documents import read_change
from supplyhub.planning.live.changes import Change, LateRider, StoppedRider
from supplyhub.planning.plan import Plan as MadePlan
from supplyhub.planning.problem import Problem
from supplyhub.planning.stop import MaxSeconds, Stop
from supplyhub.rounds import live_overlay, live_rows, plan_rows, problems
from supplyhub.rounds.models import LiveChange, Plan
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries import planned, plans

SECONDS = 1.0
"""How long the planner may take, if somebody is left without a place: a person waits for the answer."""


class Replan(Protocol):
    """The planner's answer to changes of a running day (`planning.live.replan`)."""

    def __call__(
        self, problem: Problem, plan: MadePlan, now_s: int, changes: Sequence[Change], *, stop: Stop, seed: int = 0
    ) -> Replanned:
        """Return the changed day, its plan, and what changes for whom."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A day that is being driven: its published plan, what waits on its list, free of the session.

    `late` are riders who were recorded as late before, whom nobody has spoken of since.
    """

    plan_id: int
    day_date: date
    timezone: str
    records: Problem
    problem: Problem
    plan: MadePlan
    seed: int
    fingerprint: str
    change_ids: tuple[int, ...]
    changes: tuple[Change, ...]
    late: tuple[LateRider, ...]
    numbers: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """What the changes on a day's list come to: the planner's answer, and the rows of the version that it would be."""

    plan_id: int
    day_date: date
    changed_at: datetime
    change_ids: tuple[int, ...]
    fingerprint: str
    answer: dict[str, Any]
    rows: live_rows.VersionRows


def read_running(session: Session, *, district: District, plan: Plan) -> Running:
    """Return the day of a published plan, with what waits on its list.

    Raises
    ------
    UnableToReadRules
        The rules kept with the day cannot be planned with.
    UnableToBuildProblem
        A rider's vehicle is not among the day's.
    """
    read = planned.read_planned(session, district=district, plan=plan)
    waiting = queries.list_waiting(session, district_id=district.id, day_date=plan.day_date)
    changes = tuple(map(change_of, waiting))
    return Running(
        plan_id=plan.id,
        day_date=plan.day_date,
        timezone=district.timezone,
        records=read.records,
        problem=read.problem,
        plan=read.plan,
        seed=plan.seed,
        fingerprint=read.problem.fingerprint(),
        change_ids=tuple(entry.id for entry in waiting),
        changes=changes,
        late=_still_late(
            queries.list_taken_today(session, district_id=district.id, day_date=plan.day_date), but=changes
        ),
        numbers={row.rider_code: row.number for row in plans.list_rounds(session, plan_id=plan.id)},
    )


def change_of(entry: LiveChange) -> Change:
    """Return a recorded change as the planner takes it."""
    return read_change(entry.change)


def _still_late(taken: Sequence[LiveChange], *, but: Sequence[Change]) -> tuple[LateRider, ...]:
    """Return the latest word on each rider who was late, where there is none on the list."""
    spoken_of = {change.rider_id for change in but if isinstance(change, LateRider | StoppedRider)}
    latest: dict[str, LateRider] = {}
    for change in map(change_of, taken):
        if isinstance(change, LateRider):
            latest[change.rider_id] = change
        elif isinstance(change, StoppedRider):
            spoken_of.add(change.rider_id)
    return tuple(change for rider_id, change in latest.items() if rider_id not in spoken_of)


def work_out(running: Running, *, changed_at: datetime, replan: Replan) -> WorkedOut:
    """Return what the changes on a day's list come to, from a time of the day on.

    Raises
    ------
    UnableToApply
        A change speaks of something that the day does not know.
    """
    now_s = intervals.seconds_on_day(changed_at, running.day_date, running.timezone)
    # Who was late in the version before still is: said again, after the list, so that its numbers stay what they are.
    late = [change for change in running.late if change.until_s > now_s]
    replanned = replan(
        running.problem,
        running.plan,
        now_s,
        [*running.changes, *late],
        stop=MaxSeconds(SECONDS, clock=clock.monotonic),
        seed=running.seed,
    )
    instant: Callable[[int], datetime] = problems.instant_reader(running.day_date, running.timezone)
    rows = plan_rows.round_rows(replanned.problem, replanned.plan, instant=instant)
    return WorkedOut(
        plan_id=running.plan_id,
        day_date=running.day_date,
        changed_at=changed_at,
        change_ids=running.change_ids,
        fingerprint=running.fingerprint,
        answer=answer_document(replanned),
        rows=live_rows.VersionRows(
            rounds=live_rows.numbered_as(rows, running.numbers),
            unserved={entry.order_id: entry.reason.value for entry in replanned.plan.unserved},
            figures={**dataclasses.asdict(replanned.after), "iterations": replanned.plan.iterations or 0},
            fingerprint=replanned.problem.fingerprint(),
            overlay=live_overlay.overlay_document(running.records, replanned.problem),
        ),
    )
