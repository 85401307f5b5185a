"""Jobs of rounds: planning a day. It reads, closes, asks the roads, plans, and writes the whole result at once."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from supplyhub.core import clock
from supplyhub.core.errors import DomainError
from supplyhub.db.transaction import reading, transaction
from supplyhub.integrations.roads import choice
from supplyhub.integrations.roads.troubles import RoadsUnavailable
from supplyhub.jobs import registry
from supplyhub.planning import figures, solve, stop
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from supplyhub.rounds import day_ways, plan_rows, problems
from supplyhub.rounds.asked_to_stop import AskedToStop
from supplyhub.rounds.operations import plans as operations
from supplyhub.rounds.operations import ways as ways_operations
from supplyhub.rounds.policy import Failure
from supplyhub.webkit.settings import settings

TREND_STEP = 1 / 60
"""The share of the time between two points of the curve that the page shows."""


class _StoppedAsking(Exception):
    """The person wants no plan any more while roads are asked, or the worker has to end."""


@registry.handles(operations.JOB_NAME)
def plan(*, progress: registry.ProgressLike, plan_id: int) -> None:
    """Plan a day for as long as was asked, or until stopped; then the best plan found so far is written."""
    with transaction() as session:
        wanted = operations.begin_plan(session, plan_id=plan_id, now=clock.now())
    if wanted is None:
        return
    try:
        found = _read_day(wanted, progress)
    except _StoppedAsking:
        with transaction() as session:
            progress.hold(session)
            operations.end_without_plan(session, plan_id=plan_id, now=clock.now())
        return
    # Trying again would end the same way: a person has to mend the day, or the roads, first.
    except RoadsUnavailable as error:
        told = {"trouble": error.trouble.value, "fields": error.fields}
        _fail(plan_id, Failure.ROADS, told)
        return
    except DomainError:
        _fail(plan_id, Failure.REFUSED, {})
        return
    problem = found.problem
    made = _solve(problem, progress=progress, limit=_limit(wanted), seed=wanted.seed)
    measured = made.figures or figures.measure(problem, made)
    instant = problems.instant_reader(wanted.day_date, wanted.district.timezone)
    rows = plan_rows.round_rows(problem, made, instant=instant)
    with transaction() as session:
        progress.hold(session)
        is_written = operations.write_plan(
            session,
            plan_id=plan_id,
            rounds=rows,
            unserved={entry.order_id: entry.reason.value for entry in made.unserved},
            figures={**dataclasses.asdict(measured), "iterations": made.iterations or 0},
            fingerprint=made.fingerprint or problem.fingerprint(),
            now=clock.now(),
        )
        if is_written:
            ways_operations.write_plan_ways(
                session,
                plan_id=plan_id,
                source=found.source,
                name=found.name,
                matrix_id=found.matrix_id,
                unreached=found.unreached,
            )


@registry.handles_failure(operations.JOB_NAME)
def note_failure(session: Session, *, now: datetime, plan_id: int) -> None:
    """Note on the plan that its job has ended without a result."""
    operations.fail_plan(session, plan_id=plan_id, failure=Failure.BROKEN, now=now)


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
        router=choice.find_router(settings()),
        progress=report,
    )


def _fail(plan_id: int, failure: Failure, told: Mapping[str, Any]) -> None:
    with transaction() as session:
        operations.fail_plan(session, plan_id=plan_id, failure=failure, now=clock.now(), told=told)


def _limit(wanted: operations.Assignment) -> stop.Stop:
    """Return what ends the search: so many steps where they were asked for, else the seconds."""
    if wanted.iterations is not None:
        return stop.MaxIterations(wanted.iterations)
    return stop.MaxSeconds(wanted.seconds, clock=clock.monotonic)


def _solve(problem: Problem, *, progress: registry.ProgressLike, limit: stop.Stop, seed: int) -> Plan:
    trend: list[tuple[float, int]] = []

    def report(step: solve.Progress) -> None:
        if not trend or step.share - trend[-1][0] >= TREND_STEP:
            trend.append((round(step.share, 3), step.score_m))
        progress.report(
            step.share, score_m=step.score_m, unserved=step.unserved, iterations=step.iterations, trend=trend
        )

    return solve.solve(problem, stop=stop.FirstOf(limit, AskedToStop(progress)), seed=seed, progress=report)
