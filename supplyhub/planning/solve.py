"""Plan a day: gather orders into drops, search by ruin and recreate, and give every unserved order its reason.

`solve` is pure: it reads no clock, file or setting, and the same problem, seed and number of iterations give
the same plan. The search's steps are in `ruin`, `find`, `change` and `search`; this module drives them in
short slices, so that it can cool, report, and be stopped at any time with the best plan so far.
"""

import contextlib
import dataclasses
from collections.abc import Callable

import numpy as np

from supplyhub.planning import decode, drops, reasons, search, smallest, state, tables
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from supplyhub.planning.stop import Effort, MaxIterations, Stop

# Temperatures in metres: at the start a plan that is dearer by one gate visit or two is often accepted,
# at the end hardly anything is.
_HOT_M, _COLD_M = 3000.0, 10.0
# Drops looked at in one slice: about 20 ms of work.
_SLICE_DROPS = 400_000
_SLICES_PER_REPORT = 10


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

    Returns
    -------
    Plan
        The best plan found, which keeps every rule. When a KeyboardInterrupt arrives during the
        search, the best plan so far is returned.
    """
    the_day = tables.day(problem)
    gathered = drops.gather(the_day, reasons.hopeless(the_day))
    rules = tables.rules(the_day, gathered.rows, gathered.carriers)
    the_state = state.make(rules, seed)
    search.search(the_state, _first_order(gathered.rows), 0, 0.0, rules)
    iterations = _run(the_state, rules, stop, progress)
    plan = decode.decode(problem, the_day, gathered, the_state.best)
    return dataclasses.replace(plan, fingerprint=problem.fingerprint(), seed=seed, iterations=iterations)


def warm_up() -> None:
    """Compile everything, or load it from the cache, by planning a day of one order."""
    solve(smallest.smallest_problem(), stop=MaxIterations(1), seed=0)


def _run(
    the_state: state.State,
    rules: tables.Rules,
    stop: Stop,
    progress: Callable[[Progress], None] | None,
) -> int:
    """Search until told to stop; return how many iterations were made."""
    nothing = tables.zeros(0)
    effort = Effort(iterations=0, iterations_since_best=0)
    slices = 0
    with contextlib.suppress(KeyboardInterrupt):
        while len(rules.drops):
            share = stop.share(effort)
            if progress is not None and (slices % _SLICES_PER_REPORT == 0 or share >= 1.0):
                progress(_progress(the_state, rules, share, effort))
            if share >= 1.0:
                break
            slices += 1
            iterations = _slice(rules, stop.iterations_left(effort))
            temperature_m = _HOT_M * (_COLD_M / _HOT_M) ** share
            search.search(the_state, nothing, iterations, temperature_m, rules)
            best_at = int(the_state.scalars[state.BEST_ITERATION])
            effort = Effort(
                iterations=effort.iterations + iterations,
                iterations_since_best=int(the_state.scalars[state.ITERATION]) - best_at,
            )
    return effort.iterations


def _progress(the_state: state.State, rules: tables.Rules, share: float, effort: Effort) -> Progress:
    """Return how far the search is; unserved orders weigh what the day's settings say."""
    best = the_state.best
    is_served = np.zeros(len(rules.drops), dtype=bool)
    for rider, count in enumerate(best.carried_counts.tolist()):
        is_served[best.carried[rider, state.DROP, :count]] = True
    left = rules.drops[~is_served]
    weighted_m = int(left[:, tables.PENALTY_M].sum())
    return Progress(
        share=min(share, 1.0),
        iterations=effort.iterations,
        score_m=int(best.costs.sum()) + weighted_m // tables.UNSERVED_WEIGHT,
        unserved=int(left[:, tables.ORDERS].sum()),
    )


def _slice(rules: tables.Rules, left: int | None) -> int:
    iterations: int = min(max(_SLICE_DROPS // max(1, rules.eligible.size), 10), 1000)
    return iterations if left is None else min(iterations, left)


def _first_order(rows: tables.Integers) -> tables.Integers:
    keys = (-rows[:, tables.WEIGHT_G], rows[:, tables.DUE])
    return np.lexsort(keys).astype(np.int64)
