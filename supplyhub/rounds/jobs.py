"""Jobs of rounds: planning a day. It reads, closes, asks the roads, plans, and writes the whole result at once.

A day in groups of suppliers is planned by a job for each group, and a last one that joins what they made.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from supplyhub.core import clock
from supplyhub.core.errors import DomainError
from supplyhub.db.transaction import reading, transaction
from supplyhub.integrations.roads import choice
from supplyhub.integrations.roads.troubles import RoadsUnavailable
from supplyhub.jobs import registry
from supplyhub.planning import day_folder, figures, groups, solve, stop
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from supplyhub.rounds import day_ways, plan_rows, problems
from supplyhub.rounds.asked_to_stop import AskedToStop
from supplyhub.rounds.operations import parts
from supplyhub.rounds.operations import plans as operations
from supplyhub.rounds.operations import ways as ways_operations
from supplyhub.rounds.policy import Failure
from supplyhub.rounds.queries import parts as part_queries
from supplyhub.rounds.queries import plans as queries
from supplyhub.webkit.settings import settings

TREND_STEP = 1 / 60
"""The share of the time between two points of the curve that the page shows."""


class _StoppedAsking(Exception):
    """The person wants no plan any more while roads are asked, or the worker has to end."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a job has before it: what is wanted, and the day with its ways."""

    plan_id: int
    wanted: operations.Assignment
    ways: day_ways.DayWays
    progress: registry.ProgressLike

    @property
    def problem(self) -> Problem:
        """The day."""
        return self.ways.problem


@registry.handles(operations.JOB_NAME)
def plan(*, progress: registry.ProgressLike, plan_id: int) -> None:
    """Plan a day for as long as was asked, or until stopped; then the best plan found so far is written.

    Where the day is wanted in groups of suppliers, give each to a job of its own instead.
    """
    work = _begin(progress, plan_id)
    if work is None or _is_shared_out(work):
        return
    _write(work, _solve(work, work.problem, limit=_limit(work.wanted.search, share=1.0)))


@registry.handles(parts.PART_JOB)
def plan_part(*, progress: registry.ProgressLike, plan_id: int, number: int) -> None:
    """Plan a group of suppliers for its share of the time, or until stopped; the last to end lets all be joined."""
    with reading() as session:
        group = part_queries.find_group(session, plan_id=plan_id, number=number)
    if group is None:
        return
    work = _begin(progress, plan_id)
    if work is None:
        return
    limit = _limit(work.wanted.search, share=parts.PARTS_SHARE)
    made = _solve(work, groups.part(work.problem, group), limit=limit)
    document = {**day_folder.to_document(made), "iterations": made.iterations or 0}
    with _writing(work) as session:
        parts.write_part(session, plan_id=plan_id, number=number, made=document, now=clock.now())


@registry.handles(parts.JOIN_JOB)
def join_parts(*, progress: registry.ProgressLike, plan_id: int) -> None:
    """Make one plan of all groups: mend what they book twice, insert what fell out, and search on as a whole."""
    work = _begin(progress, plan_id)
    if work is None:
        return
    with reading() as session:
        found = part_queries.list_made(session, plan_id=plan_id)
    start = groups.together(work.problem, map(day_folder.from_document, found))
    limit = _limit(work.wanted.search, share=1 - parts.PARTS_SHARE)
    if work.wanted.is_stopping:
        limit = stop.MaxIterations(0)
    made = _solve(work, work.problem, limit=limit, start=start)
    iterations = (made.iterations or 0) + sum(document["iterations"] for document in found)
    _write(work, made.replace(iterations=iterations))


@registry.handles_failure(parts.JOIN_JOB)
@registry.handles_failure(operations.JOB_NAME)
def note_failure(session: Session, *, now: datetime, plan_id: int) -> None:
    """Note on the plan that its job has ended without a result."""
    operations.fail_plan(session, plan_id=plan_id, failure=Failure.BROKEN, now=now)


@registry.handles_failure(parts.PART_JOB)
def note_failure_of_part(session: Session, *, now: datetime, plan_id: int, number: int) -> None:
    """Note on the plan that the job of one of its parts has ended without a result."""
    operations.fail_part(session, plan_id=plan_id, number=number, now=now)


def _begin(progress: registry.ProgressLike, plan_id: int) -> _Work | None:
    """Return the work for a plan; None where there is nothing to do, or it cannot be done and that is noted."""
    with transaction() as session:
        wanted = operations.begin_plan(session, plan_id=plan_id, now=clock.now())
    if wanted is None:
        return None
    try:
        return _Work(plan_id=plan_id, wanted=wanted, ways=_read_day(wanted, progress), progress=progress)
    except _StoppedAsking:
        with transaction() as session:
            progress.hold(session)
            operations.end_without_plan(session, plan_id=plan_id, now=clock.now())
    # Trying again would end the same way: a person has to mend the day, or the roads, first.
    except RoadsUnavailable as error:
        _fail(plan_id, Failure.ROADS, {"trouble": error.trouble.value, "fields": error.fields})
    except DomainError:
        _fail(plan_id, Failure.REFUSED, {})
    return None


def _is_shared_out(work: _Work) -> bool:
    """Give the day's groups to jobs of their own where several are wanted, and there are several suppliers."""
    dealt = groups.deal(work.problem, count=work.wanted.search.groups)
    if len(dealt) == 1:
        return False
    with _writing(work) as session:
        return parts.share_out(session, plan_id=work.plan_id, groups=dealt, now=clock.now())


def _write(work: _Work, made: Plan) -> None:
    measured = made.figures or figures.measure(work.problem, made)
    instant = problems.instant_reader(work.wanted.day_date, work.wanted.district.timezone)
    rows = plan_rows.round_rows(work.problem, made, instant=instant)
    with _writing(work) as session:
        is_written = operations.write_plan(
            session,
            plan_id=work.plan_id,
            rounds=rows,
            unserved={entry.order_id: entry.reason.value for entry in made.unserved},
            figures={**dataclasses.asdict(measured), "iterations": made.iterations or 0},
            fingerprint=made.fingerprint or work.problem.fingerprint(),
            now=clock.now(),
        )
        if is_written:
            ways_operations.write_plan_ways(
                session,
                plan_id=work.plan_id,
                source=work.ways.source,
                name=work.ways.name,
                matrix_id=work.ways.matrix_id,
                unreached=work.ways.unreached,
            )


@contextlib.contextmanager
def _writing(work: _Work) -> Iterator[Session]:
    """Give a transaction that writes a result, if the job is still this worker's.

    It holds the plan first and the job second, in the order of who stops them: neither waits for the other.
    """
    with transaction() as session:
        queries.find_and_lock_plan(session, plan_id=work.plan_id)
        work.progress.hold(session)
        yield session


def _read_day(wanted: operations.Assignment, progress: registry.ProgressLike) -> day_ways.DayWays:
    """Return the day as it is to be planned, on the roads that the settings name."""
    with reading() as session:
        problem = problems.build_problem(
            session, district=wanted.district, day_date=wanted.day_date, cutoff_at=wanted.cutoff_at
        )
        kinds = problems.read_kinds(session, district=wanted.district, day_date=wanted.day_date)

    def report(share: float) -> None:
        progress.report(0.0, ways_share=share)
        if progress.is_cancelled:
            raise _StoppedAsking

    return day_ways.find_ways(
        problem,
        district_id=wanted.district.id,
        kinds=kinds,
        find_router=lambda: choice.find_router(settings()),
        progress=report,
    )


def _fail(plan_id: int, failure: Failure, told: Mapping[str, Any]) -> None:
    with transaction() as session:
        operations.fail_plan(session, plan_id=plan_id, failure=failure, now=clock.now(), told=told)


def _limit(search: operations.Search, *, share: float) -> stop.Stop:
    """Return what ends a search for a share of what was asked for: so many steps if it was steps, else the seconds."""
    if search.iterations is not None:
        return stop.MaxIterations(round(search.iterations * share))
    # Compiling, where that is still to be done, takes nothing from the seconds.
    solve.warm_up()
    return stop.MaxSeconds(search.seconds * share, clock=clock.monotonic)


def _solve(work: _Work, problem: Problem, *, limit: stop.Stop, start: Plan | None = None) -> Plan:
    progress = work.progress
    trend: list[tuple[float, int]] = []

    def report(step: solve.Progress) -> None:
        if not trend or step.share - trend[-1][0] >= TREND_STEP:
            trend.append((round(step.share, 3), step.score_m))
        progress.report(
            step.share, score_m=step.score_m, unserved=step.unserved, iterations=step.iterations, trend=trend
        )

    until = stop.FirstOf(limit, AskedToStop(progress))
    return solve.solve(problem, stop=until, seed=work.wanted.search.seed, progress=report, start=start)
