"""Jobs of what-ifs: working one out. It reads, closes, searches, and writes the answer in one transaction."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from supplyhub.core import clock
from supplyhub.core.errors import DomainError
from supplyhub.db.transaction import reading, transaction
from supplyhub.jobs import registry
from supplyhub.planning import solve, stop
from supplyhub.planning.what_if import curve, outcomes
from supplyhub.planning.what_if.changes import Change
from supplyhub.rounds.asked_to_stop import AskedToStop
from supplyhub.rounds.operations import what_ifs as operations
from supplyhub.rounds.policy import Failure
from supplyhub.rounds.queries import planned as queries
from supplyhub.rounds.queries.planned import Planned


@registry.handles(operations.JOB_NAME)
def work_out(*, progress: registry.ProgressLike, what_if_id: int) -> None:
    """Work a question out for as long as was asked, or until stopped; then what was found so far is written."""
    with transaction() as session:
        question = operations.begin_what_if(session, what_if_id=what_if_id, now=clock.now())
    if question is None:
        return
    try:
        with reading() as session:
            planned = queries.read_planned(session, district=question.district, plan=question.plan)
    except DomainError:
        # Trying again would end the same way: the person has to mend the day first.
        with transaction() as session:
            operations.fail_what_if(session, what_if_id=what_if_id, failure=Failure.REFUSED, now=clock.now())
        return
    # Compiling, where that is still to be done, takes nothing from the seconds of the first search.
    solve.warm_up()
    if question.change is None:
        found = _curve(planned, question, progress)
    else:
        found = _change(planned, question, question.change, progress)
    result = {**found, "has_changed": planned.has_changed, "is_stopped": progress.is_cancelled}
    with transaction() as session:
        progress.hold(session)
        operations.write_answer(session, what_if_id=what_if_id, result=result, now=clock.now())


@registry.handles_failure(operations.JOB_NAME)
def note_failure(session: Session, *, now: datetime, what_if_id: int) -> None:
    """Note on the question that its job has ended without an answer."""
    operations.fail_what_if(session, what_if_id=what_if_id, failure=Failure.BROKEN, now=now)


def _ends(seconds: float, progress: registry.ProgressLike) -> stop.Stop:
    return stop.FirstOf(stop.MaxSeconds(seconds, clock=clock.monotonic), AskedToStop(progress))


def _change(
    planned: Planned, question: operations.Question, change: Change, progress: registry.ProgressLike
) -> Mapping[str, Any]:
    """Search with the change for half of the time, and without it for the other half: what it is worth."""
    seconds = question.seconds / 2

    def search(change: Change, done: float) -> outcomes.Outcome:
        def report(step: solve.Progress) -> None:
            progress.report(done + step.share / 2, unserved=step.unserved, score_m=step.score_m)

        return outcomes.what_if(
            planned.problem,
            planned.plan,
            change,
            stop=_ends(seconds, progress),
            seed=question.seed,
            progress=report,
        )

    changed = search(change, 0.0)
    searched = search(Change(), 0.5)
    return {
        "riders_before": len(planned.problem.riders),
        "riders": changed.riders,
        "before": dataclasses.asdict(changed.before),
        "searched": dataclasses.asdict(searched.after),
        "after": dataclasses.asdict(changed.after),
        "unserved_before": [[reason.value, count] for reason, count in outcomes.count_reasons(planned.plan)],
        "unserved": [[reason.value, count] for reason, count in changed.unserved],
    }


def _curve(planned: Planned, question: operations.Question, progress: registry.ProgressLike) -> Mapping[str, Any]:
    today = len(planned.problem.riders)
    counts = curve.usual_counts(today)
    seconds = question.seconds / (len(counts) - 1 + curve.TODAYS_SHARE)

    def report(share: float, points: tuple[curve.Point, ...]) -> None:
        progress.report(share, points=_rows(points))

    points = curve.curve(
        planned.problem,
        planned.plan,
        counts,
        stop=lambda: _ends(seconds, progress),
        seed=question.seed,
        progress=report,
        is_cancelled=lambda: progress.is_cancelled,
    )
    return {"today": today, "points": _rows(points)}


def _rows(points: tuple[curve.Point, ...]) -> list[dict[str, int]]:
    return [
        {
            "riders": point.riders,
            "served": point.figures.served,
            "unserved": point.figures.unserved,
            "used": point.figures.rounds,
            "score_m": point.figures.score_m,
        }
        for point in points
    ]
