"""What the pages of what-ifs show: questions and answers in words and figures. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from supplyhub.jobs import queries as jobs
from supplyhub.jobs.models import JobState
from supplyhub.planning.plan import Figures
from supplyhub.planning.what_if import curve as curves
from supplyhub.planning.what_if.curve import Course, Reading
from supplyhub.rounds import policy
from supplyhub.rounds.models import WhatIf, WhatIfKind, WhatIfState
from supplyhub.rounds.operations.what_ifs import change_of
from supplyhub.rounds.web import search_words
from supplyhub.webkit.filters import metres, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question in words, with its answer in a few where there is one."""

    asked: WhatIf
    question: str
    answer: str

    @property
    def is_curve(self) -> bool:
        """Whether it asks for a curve."""
        return self.asked.kind == WhatIfKind.CURVE

    @property
    def has_failed(self) -> bool:
        """Whether it could not be worked out."""
        return self.asked.state == WhatIfState.FAILED

    @property
    def failure(self) -> policy.Failure:
        """Why it failed."""
        return policy.Failure(self.asked.result.get("failure", policy.Failure.BROKEN))

    @property
    def has_changed(self) -> bool:
        """Whether the day was no longer the one that was planned."""
        return bool(self.asked.result.get("has_changed"))

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it, so that the answer is of less time."""
        return bool(self.asked.result.get("is_stopped"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a question is."""

    share: float
    is_waiting: bool
    is_stopping: bool
    left_s: int
    points: int

    @property
    def left_text(self) -> str:
        """How long it still takes, in words."""
        return search_words.time_left(self.left_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure of the plan, of the plan searched on for as long, and with the change."""

    label: str
    before: str
    searched: str
    after: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The answer about a change: figures of the plan, of the plan searched on for as long, and with the change."""

    rows: Sequence[Row]
    reasons: Sequence[tuple[str, int, int]]
    sentence: str
    kind: str
    found_anyway: int

    @property
    def anyway_text(self) -> str:
        """What searching on brings by itself, where it serves more orders; else empty."""
        if self.found_anyway <= 0:
            return ""
        return ngettext(
            "%(count)s order more would be served without any change",
            "%(count)s orders more would be served without any change",
            self.found_anyway,
            count=number(self.found_anyway),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRow:
    """A point of the curve, for its table."""

    riders: int
    served: int
    unserved: int
    used: int
    is_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveView:
    """A curve: what it says, its chart, its table."""

    asked: WhatIf
    today: int
    sentence: str
    chart_rows: Sequence[tuple[str, int]]
    marked: str
    rows: Sequence[CurveRow]


def line(asked: WhatIf) -> Line:
    """Return a question in words."""
    if asked.kind == WhatIfKind.CURVE:
        question = gettext("How many orders are served with how many passes?")
    else:
        question = gettext(", ").join(_parts(asked))
    return Line(asked=asked, question=question, answer=_answer(asked))


def _parts(asked: WhatIf) -> list[str]:
    """Return what is to be otherwise."""
    change = change_of(asked)
    parts = []
    if change.riders > 0:
        parts.append(ngettext("%(num)s rider more", "%(num)s riders more", change.riders))
    if change.riders < 0:
        parts.append(ngettext("%(num)s rider fewer", "%(num)s riders fewer", -change.riders))
    if change.earlier_minutes:
        parts.append(gettext("gates open %(minutes)s minutes earlier", minutes=change.earlier_minutes))
    if change.later_minutes:
        parts.append(gettext("gates close %(minutes)s minutes later", minutes=change.later_minutes))
    if change.riders_per_slot:
        parts.append(
            ngettext("%(num)s rider more in each slot", "%(num)s riders more in each slot", change.riders_per_slot)
        )
    if change.slot_minutes:
        parts.append(gettext("slots of %(minutes)s minutes", minutes=change.slot_minutes))
    if change.all_streets:
        parts.append(gettext("no limits by street"))
    return parts


def _answer(asked: WhatIf) -> str:
    if asked.state != WhatIfState.DONE:
        return ""
    if asked.kind == WhatIfKind.CURVE:
        view = curve_view(asked)
        return view.sentence if view is not None else ""
    found = comparison(asked)
    return found.sentence if found is not None else ""


def progress(session: Session, *, asked: WhatIf) -> Progress:
    """Return how far a question is, from the row of its job."""
    job = jobs.find_job(session, job_id=asked.job_id) if asked.job_id is not None else None
    share = job.share if job is not None else 0.0
    is_running = job is not None and job.state == JobState.RUNNING
    return Progress(
        share=share,
        is_waiting=not is_running,
        is_stopping=is_running and job is not None and job.cancel_asked,
        left_s=round(asked.seconds * (1 - share)),
        points=len(job.progress.get("points", ())) if job is not None else 0,
    )


# --- a change --------------------------------------------------------------------------------------------------------


def comparison(asked: WhatIf) -> Comparison | None:
    """Return the answer about a change, or None where there is none."""
    if asked.kind != WhatIfKind.CHANGE or asked.state != WhatIfState.DONE:
        return None
    result = asked.result
    before, searched, after = (Figures(**result[name]) for name in ("before", "searched", "after"))
    reasons_before, reasons_after = dict(result["unserved_before"]), dict(result["unserved"])
    own_worth = after.served - searched.served
    return Comparison(
        rows=_rows(result, before, searched, after),
        reasons=[
            (code, reasons_before.get(code, 0), reasons_after.get(code, 0))
            for code in dict.fromkeys([*reasons_before, *reasons_after])
        ],
        sentence=_worth(own_worth, after.score_m - searched.score_m),
        kind="go" if own_worth > 0 else "stop" if own_worth < 0 else "info",
        found_anyway=searched.served - before.served,
    )


def _worth(orders: int, score_m: int) -> str:
    if orders > 0:
        return ngettext(
            "%(count)s order more is served.", "%(count)s orders more are served.", orders, count=number(orders)
        )
    if orders < 0:
        return ngettext(
            "%(count)s order fewer is served.", "%(count)s orders fewer are served.", -orders, count=number(-orders)
        )
    if score_m < 0:
        return gettext(
            "As many orders are served; the cost of the plan falls by %(distance)s.", distance=metres(-score_m)
        )
    return gettext("As many orders are served; it makes no difference.")


def _rows(result: dict[str, Any], before: Figures, searched: Figures, after: Figures) -> list[Row]:
    def row(label: str, values: tuple[int, int, int], *, is_distance: bool = False) -> Row:
        write = metres if is_distance else number
        difference = values[2] - values[1]
        sign = "+" if difference > 0 else "-" if difference < 0 else "±"
        first, second, third = (write(value) for value in values)
        return Row(
            label=label, before=first, searched=second, after=third, difference=f"{sign}{write(abs(difference))}"
        )

    plans = (before, searched, after)

    def of(name: str) -> tuple[int, int, int]:
        first, second, third = (getattr(plan, name) for plan in plans)
        return first, second, third

    riders = result["riders_before"]
    return [
        row(gettext("Orders on a round"), of("served")),
        row(gettext("Orders on no round"), of("unserved")),
        row(gettext("Riders with a pass"), (riders, riders, result["riders"])),
        row(gettext("Riders used"), of("rounds")),
        row(gettext("Distance"), of("distance_m"), is_distance=True),
        row(gettext("Visits at gates"), of("gate_visits")),
        row(gettext("Cost of the plan"), of("score_m"), is_distance=True),
    ]


# --- a curve ---------------------------------------------------------------------------------------------------------


def curve_view(asked: WhatIf) -> CurveView | None:
    """Return a curve with what it says, or None where there is none."""
    if asked.kind != WhatIfKind.CURVE or asked.state != WhatIfState.DONE:
        return None
    today, points = asked.result["today"], asked.result["points"]
    rows = [
        CurveRow(
            riders=point["riders"],
            served=point["served"],
            unserved=point["unserved"],
            used=point["used"],
            is_today=point["riders"] == today,
        )
        for point in points
    ]
    return CurveView(
        asked=asked,
        today=today,
        sentence=_curve_sentence(curves.read([_point(point) for point in points], today)),
        chart_rows=[(_tick(row), row.served) for row in rows],
        marked=next((_tick(row) for row in rows if row.is_today), ""),
        rows=rows,
    )


def _tick(row: CurveRow) -> str:
    return gettext("%(riders)s now", riders=row.riders) if row.is_today else str(row.riders)


def _point(stored: dict[str, int]) -> curves.Point:
    return curves.Point(
        riders=stored["riders"],
        figures=Figures(
            score_m=stored["score_m"],
            distance_m=0,
            gate_visits=0,
            loads=0,
            rounds=stored["used"],
            served=stored["served"],
            unserved=stored["unserved"],
            unserved_m=0,
        ),
    )


def _curve_sentence(reading: Reading) -> str:
    facts = {
        "from_riders": number(reading.from_riders),
        "to_riders": number(reading.to_riders),
        "orders": number(abs(reading.orders)),
    }
    if reading.course is Course.FLAT:
        return gettext("From %(from_riders)s to %(to_riders)s passes hardly anything changes.", **facts)
    if reading.course is Course.ENOUGH:
        if reading.orders == 0:
            return gettext(
                "%(to_riders)s passes in place of %(from_riders)s would do: no order fewer is served.", **facts
            )
        return gettext(
            "%(to_riders)s passes in place of %(from_riders)s would nearly do: "
            "only %(orders)s orders fewer are served.",
            **facts,
        )
    if reading.course is Course.JUST_ENOUGH:
        return gettext(
            "From %(from_riders)s to %(to_riders)s passes, %(orders)s orders more are served; "
            "more than today's %(to_riders)s passes hardly help.",
            **facts,
        )
    if reading.course is Course.TOO_FEW:
        return gettext(
            "From today's %(from_riders)s to %(to_riders)s passes, %(orders)s orders more are served; "
            "more than that hardly help.",
            **facts,
        )
    return gettext(
        "From today's %(from_riders)s to %(to_riders)s passes, %(orders)s orders more are served, "
        "and the curve still rises.",
        **facts,
    )
