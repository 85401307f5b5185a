"""Plan a day: gather orders into drops, search by ruin and recreate, and give every unserved order its reason.

`solve` is pure: it reads no clock, file or setting, and the same problem, seed and number of iterations give
the same plan. The search's steps are in `ruin`, `find`, `change` and `search`; this module drives them in
short slices, so that it can cool, report, and be stopped at any time with the best plan so far.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from supplyhub.planning import decode, drops, encode, placements, reasons, search, smallest, state, tables, twins
from supplyhub.planning.held import Held, restore
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from supplyhub.planning.stop import Effort, MaxIterations, Stop

# Temperatures in metres. At the start nearly everything is accepted: what is put back lies better than it did, and
# a plan that is dearer for a while gets farther (measured on days of 450 and 4,800 drops). At the end hardly
# anything is.
_HOT_M, _COLD_M = 20_000.0, 50.0
# From a plan that is taken over, which is good already.
_WARM_M = 600.0
# Drops looked at in one slice: some 50 ms of work.
_SLICE_DROPS = 1_600_000
_SLICES_PER_REPORT = 4
# A day with this many drops is searched twice side by side.
_DROPS_OF_TWINS = 200
# Orders of drops that still have no place after this share of the budget go on one by one.
_DIVIDE_AT = 0.4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is. `share` is of the budget; `score_m` that of the best plan so far."""

    share: float
    iterations: int
    score_m: int
    unserved: int


def solve(
    problem: Problem,
    *,
    stop: Stop,
    seed: int,
    progress: Callable[[Progress], None] | None = None,
    start: Plan | None = None,
    held: Mapping[str, Held] | None = None,
) -> Plan:
    """Plan a day.

    Parameters
    ----------
    problem
        The day.
    stop
        When to end; see `stop`.
    seed
        What all random choices follow from.
    progress
        Called several times a second, in the calling thread.
    start
        A plan of this day or of a similar one to begin with: what the day knows of it and its rules allow is
        taken over, at the same times; the rest is inserted anew, and the search goes on from there. Where it
        keeps every rule, the result is no worse.
    held
        By rider, how far `start` is carried out: the day is under way. What is done stays, what is on board is
        handed over by its rider or is unserved.

    Returns
    -------
    Plan
        The best plan found, which keeps every rule. When a KeyboardInterrupt arrives during the
        search, the best plan so far is returned.
    """
    the_day = tables.day(problem)
    placed: dict[int, placements.Placement] = {}
    if start and held:
        the_day, placed = placements.hold(problem, the_day, held, start)
    elif start:
        placed = placements.placements(problem, the_day, start)
    with ThreadPoolExecutor(1) as beside:
        run = _Run(problem, the_day, placed, start, seed, beside)
        with contextlib.suppress(KeyboardInterrupt):
            run.search(stop, until=_DIVIDE_AT, progress=progress)
            run.divide_absent()
            run.search(stop, until=1.0, progress=progress)
            run.divide_absent()
    plan = decode.decode(problem, the_day, run.drops, run.best)
    if start and held:
        plan = restore(plan, start, held)
    return dataclasses.replace(plan, fingerprint=problem.fingerprint(), seed=seed, iterations=run.effort.iterations)


def warm_up() -> None:
    """Compile everything, or load it from the cache, by planning a day of one order, and planning on from there."""
    problem = smallest.smallest_problem()
    plan = solve(problem, stop=MaxIterations(1), seed=0)
    solve(problem, stop=MaxIterations(1), seed=0, start=plan)


class _Run:
    """One search with all that it changes."""

    def __init__(
        self,
        problem: Problem,
        the_day: tables.Day,
        placed: Mapping[int, placements.Placement],
        start: Plan | None,
        seed: int,
        beside: ThreadPoolExecutor,
    ) -> None:
        self._day, self._placed, self._seed, self._beside = the_day, placed, seed, beside
        self.drops = drops.gather(the_day, reasons.hopeless(the_day), self._placed)
        self.effort = Effort(iterations=0, iterations_since_best=0)
        self._slices = self._best_cost = self._best_at = 0
        self._rules = tables.rules(the_day, self.drops.rows, self.drops.carriers)
        if start:
            self._state = encode.start(problem, the_day, self._rules, self.drops, start, self._placed, seed)
        else:
            self._state = state.make(self._rules, seed)
        self._hottest_m = _WARM_M if start else _HOT_M
        first = _first_order(self.drops)
        search.search(self._state, first[self._state.rider_of[first] < 0], 0, 0.0, self._rules)
        self._twins = self._make_twins()

    def search(self, stop: Stop, *, until: float, progress: Callable[[Progress], None] | None) -> None:
        """Search until a share of the budget is used."""
        while len(self.drops.rows):
            share = stop.share(self.effort)
            is_time = self._slices % _SLICES_PER_REPORT == 0 or share >= 1.0
            if progress is not None and is_time:
                progress(self._progress(share))
            if share >= until:
                return
            self._slices += 1
            iterations = self._slice(stop.iterations_left(self.effort))
            temperature_m = self._hottest_m * (_COLD_M / self._hottest_m) ** share
            if self._twins:
                self._twins.search(iterations, temperature_m, beside=self._beside)
            else:
                search.search(self._state, tables.zeros(0), iterations, temperature_m, self._rules)
            self._note_effort(self.effort.iterations + iterations)

    @property
    def best(self) -> state.Rounds:
        """The best rounds so far, also when the search was interrupted at any point."""
        return self._best_state().best

    def _best_state(self) -> state.State:
        return self._twins.best() if self._twins else self._state

    def divide_absent(self) -> None:
        """Give the orders of drops that found no place another chance one by one."""
        absent = np.flatnonzero(~self._is_served()).tolist()
        divided = drops.divided(self._day, self.drops, absent, self._placed)
        first_single = len(self.drops.rows)
        if len(divided.rows) == first_single:
            return
        rules = tables.rules(self._day, divided.rows, divided.carriers)
        resumed = state.resume(rules, self._best_state())
        singles = np.arange(first_single, len(divided.rows), dtype=np.int64)
        search.search(resumed, singles, 0, 0.0, rules)
        self.drops, self._rules, self._state = divided, rules, resumed
        self._twins = self._make_twins()

    def _make_twins(self) -> twins.Twins | None:
        """Return a search that goes on twice, where that is worth it."""
        is_under_way = bool(self._day.rider_rows[:, tables.HELD].any())
        if len(self.drops.rows) < _DROPS_OF_TWINS or is_under_way:
            return None
        return twins.Twins(self._state, self._rules, ~self._seed)

    def _note_effort(self, iterations: int) -> None:
        cost = int(self._best_state().scalars[state.BEST_COST])
        if cost != self._best_cost:
            self._best_cost, self._best_at = cost, iterations
        self.effort = Effort(iterations=iterations, iterations_since_best=iterations - self._best_at)

    def _is_served(self) -> tables.Flags:
        best = self.best
        is_served = np.zeros(len(self.drops.rows), dtype=bool)
        for rider, count in enumerate(best.carried_counts.tolist()):
            is_served[best.carried[rider, state.DROP, :count]] = True
        return is_served

    def _progress(self, share: float) -> Progress:
        """Return how far the search is; unserved orders weigh what the day's settings say."""
        left = self.drops.rows[~self._is_served()]
        weighted_m = int(left[:, tables.PENALTY_M].sum())
        return Progress(
            share=min(share, 1.0),
            iterations=self.effort.iterations,
            score_m=int(self.best.costs.sum()) + weighted_m // tables.UNSERVED_WEIGHT,
            unserved=int(left[:, tables.ORDERS].sum()),
        )

    def _slice(self, left: int | None) -> int:
        pairs = max(1, self._rules.eligible.size)
        iterations: int = min(max(_SLICE_DROPS // pairs, 40), 1000)
        return iterations if left is None else min(iterations, left)


def _first_order(gathered: drops.Drops) -> tables.Integers:
    """Return the order of construction: by due time, and those first whom the fewest riders may serve."""
    rows = gathered.rows
    carriers = gathered.carriers.sum(axis=1)
    keys = (rows[:, tables.COMPOUND], carriers, rows[:, tables.DUE])
    return np.lexsort(keys).astype(np.int64)
