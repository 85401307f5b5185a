"""How many orders a day serves with how many passes: a curve from few to many.

Today's plan is searched on first. From there the curve goes down and up, each point started from its neighbour's plan:
towards fewer, those leave whose rounds hand over the fewest orders of the neighbour's plan; towards more, copies come
in proportion. The sets are nested, so a plan for few is a plan for many who stay at home: where the search found less
with more riders, the point keeps what is known to be possible with fewer. That makes the curve rise, and honestly so.
"""

import dataclasses
import enum
from collections.abc import Callable, Sequence

from supplyhub.planning import solve
from supplyhub.planning.plan import Figures, Plan
from supplyhub.planning.problem import Problem
from supplyhub.planning.stop import Stop
from supplyhub.planning.what_if.changes import with_riders
from supplyhub.planning.what_if.outcomes import fitting, measured

TODAYS_SHARE = 4
"""Today's plan is searched on for as long as so many other points: all of them begin with what comes of it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What can be served with a number of passes: the figures of the best plan known with at most so many."""

    riders: int
    figures: Figures


def curve(
    problem: Problem,
    plan: Plan,
    counts: Sequence[int],
    *,
    stop: Callable[[], Stop],
    seed: int,
    progress: Callable[[float, tuple[Point, ...]], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Point, ...]:
    """Return the served orders for numbers of passes, today's number among them.

    Parameters
    ----------
    problem
        The day.
    plan
        Its plan.
    counts
        Numbers of passes, in any order.
    stop
        Makes the condition that ends the search of one point.
    seed
        What random choices follow from.
    progress
        Called after each point with the share that is done and the points so far.
    is_cancelled
        Asked before each point; the points so far are returned when it says so.
    """
    today = len(problem.riders)
    # Else what searching alone brings would look like the passes' doing.
    base = plan
    for _ in range(TODAYS_SHARE):
        base = solve.solve(problem, stop=stop(), seed=seed, start=base)
    found = {today: Point(riders=today, figures=measured(problem, base))}
    fewer = sorted({count for count in counts if 0 <= count < today}, reverse=True)
    more = sorted({count for count in counts if count > today})
    for way in (fewer, more):
        day, made = problem, base
        for count in way:
            if is_cancelled():
                return rising(list(found.values()))
            # Towards more, copies are always made of the day's own riders.
            day = with_riders(day if way is fewer else problem, made, count)
            made = solve.solve(day, stop=stop(), seed=seed, start=fitting(day, made))
            found[count] = Point(riders=count, figures=measured(day, made))
            if progress is not None:
                progress(len(found) / (len(fewer) + len(more) + 1), rising(list(found.values())))
    return rising(list(found.values()))


def rising(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return points from few passes to many, each at least as good as those before it.

    Parameters
    ----------
    points
        Points with nested sets of riders, in any order.
    """
    result: list[Point] = []
    for point in sorted(points, key=lambda point: point.riders):
        best = point.figures
        if result:
            best = max(best, result[-1].figures, key=lambda one: (one.served, -one.score_m))
        result.append(Point(riders=point.riders, figures=best))
    return tuple(result)


class Course(enum.StrEnum):
    """What a curve says about today's number of passes."""

    ENOUGH = "enough"
    """Fewer would do: with `to_riders` hardly fewer orders are served."""
    JUST_ENOUGH = "just_enough"
    """It was worth it up to here; more hardly help."""
    TOO_FEW = "too_few"
    """Up to `to_riders` more orders are served; more than that hardly help."""
    STILL_RISING = "still_rising"
    """More orders are served up to the last point."""
    FLAT = "flat"
    """The number of passes makes no difference."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A curve in one sentence: from one number of passes to another, so many more orders are served."""

    course: Course
    from_riders: int
    to_riders: int
    orders: int


# Orders, as a share of all, that count as hardly any.
_HARDLY = 0.002


def read(points: Sequence[Point], today: int) -> Reading:
    """Return what a curve says about today's number of passes.

    Parameters
    ----------
    points
        A curve, from few to many; today's number among them.
    today
        The number of passes there are.
    """
    served = {point.riders: point.figures.served for point in points}
    total = max(point.figures.served + point.figures.unserved for point in points)
    hardly = _HARDLY * total
    first, last = points[0].riders, points[-1].riders
    # The fewest with which hardly fewer are served than with the most.
    enough = next(point.riders for point in points if served[last] - point.figures.served <= hardly)

    def reading(course: Course, low: int, high: int) -> Reading:
        return Reading(course=course, from_riders=low, to_riders=high, orders=served[high] - served[low])

    if enough == first:
        return reading(Course.FLAT, first, last)
    if enough < today:
        return dataclasses.replace(reading(Course.ENOUGH, enough, today), to_riders=enough, from_riders=today)
    if enough > today:
        return reading(Course.STILL_RISING if enough == last else Course.TOO_FEW, today, enough)
    before = max(point.riders for point in points if point.riders < today)
    return reading(Course.JUST_ENOUGH, before, today)


def usual_counts(today: int, *, points: int = 13) -> tuple[int, ...]:
    """Return numbers of passes for a curve around today's: evenly spaced, from about an eighth to a third more.

    Parameters
    ----------
    today
        The number of passes there are.
    points
        About how many numbers.
    """
    first, last = _rounded(today / 8), max(today + 3, _rounded(today * 4 / 3))
    step = _rounded((last - first) / (points - 1))
    numbers = [number for number in range(first, last + 1, step) if 2 * abs(number - today) > step]
    return tuple(sorted({*numbers, today}))


def _rounded(number: float) -> int:
    """Return a number as people would choose it: a multiple of five from five on."""
    return max(1, round(number / 5) * 5 if number >= 5 else round(number))
