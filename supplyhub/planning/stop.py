"""When a search ends: handed in by the caller, so that the engine itself reads no clock.

Every condition answers with the share of its budget that is used; the search cools by that share and ends
at 1.
"""

import dataclasses
from collections.abc import Callable
from typing import Protocol


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What the search has done so far."""

    iterations: int
    iterations_since_best: int


class Stop(Protocol):
    """A condition that ends a search."""

    def share(self, effort: Effort, /) -> float:
        """Return the share of the budget that is used; 1 or more ends the search."""

    def iterations_left(self, effort: Effort, /) -> int | None:
        """Return how many iterations may be run before asking again; None for no limit."""


class MaxSeconds:
    """Ends after some seconds of the clock that is handed in; they count from construction."""

    def __init__(self, seconds: float, *, clock: Callable[[], float]) -> None:
        self._seconds = max(seconds, 1e-9)
        self._clock = clock
        self._began = clock()

    def share(self, _effort: Effort, /) -> float:
        """Return the share of the seconds that have passed."""
        return (self._clock() - self._began) / self._seconds

    def iterations_left(self, _effort: Effort, /) -> int | None:
        """Return None: time sets no number."""
        return None


class MaxIterations:
    """Ends after a number of iterations; the same seed then gives the same plan."""

    def __init__(self, iterations: int) -> None:
        self._iterations = iterations

    def share(self, effort: Effort, /) -> float:
        """Return the share of the iterations that are done."""
        return effort.iterations / self._iterations if self._iterations > 0 else 1.0

    def iterations_left(self, effort: Effort, /) -> int | None:
        """Return how many are left."""
        return max(0, self._iterations - effort.iterations)


class NoImprovement:
    """Ends when the best plan has stood for a number of iterations.

    The share cannot be known beforehand: it is 0 until the end, so that alone it never lets the search
    cool. Combine it with another condition (`FirstOf`), by whose share the search then cools.
    """

    def __init__(self, iterations: int) -> None:
        self._iterations = max(1, iterations)

    def share(self, effort: Effort, /) -> float:
        """Return 1 when the best plan has stood long enough, and 0 before."""
        return float(effort.iterations_since_best >= self._iterations)

    def iterations_left(self, effort: Effort, /) -> int | None:
        """Return how many iterations could still pass at most without asking."""
        return max(0, self._iterations - effort.iterations_since_best)


class Cancelled:
    """Ends when someone calls `cancel`, from any thread."""

    def __init__(self) -> None:
        self._is_cancelled = False

    def cancel(self) -> None:
        """End the search at its next look."""
        self._is_cancelled = True

    def share(self, _effort: Effort, /) -> float:
        """Return 1 when cancelled, and 0 before."""
        return float(self._is_cancelled)

    def iterations_left(self, _effort: Effort, /) -> int | None:
        """Return None: a call may come at any time."""
        return None


class FirstOf:
    """Ends as soon as one of several conditions does."""

    def __init__(self, *conditions: Stop) -> None:
        self._conditions = conditions

    def share(self, effort: Effort, /) -> float:
        """Return the largest share."""
        return max(condition.share(effort) for condition in self._conditions)

    def iterations_left(self, effort: Effort, /) -> int | None:
        """Return the smallest number."""
        counts = [condition.iterations_left(effort) for condition in self._conditions]
        return min((count for count in counts if count is not None), default=None)
