"""Search twice side by side and go with the winner: every so often both go on from the plan of the better one.

Two searches of the same length end a few percent apart, by chance. Choosing the better one many times on the way gains
more than choosing at the end. Each runs in a thread of its own; they share nothing but the read-only rules, and wait
for each other after every slice. Which thread is the quicker decides nothing: the same seed and iterations give the
same plan.

References
----------
D. Aldous, U. Vazirani (1994). "Go with the winners" algorithms. 35th Symposium on Foundations of Computer Science,
492-501. https://doi.org/10.1109/SFCS.1994.365742
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from supplyhub.planning import search, state, tables

# Iterations of each search between two choices. Fewer gain less: what differs then is noise of the temperature.
_ITERATIONS_PER_CHOICE = 1000


class Twins:
    """Two states that are searched side by side, the second one in a thread of its own."""

    def __init__(self, first: state.State, rules: tables.Rules, seed: int) -> None:
        self._rules = rules
        self._states = first, state.make(rules, seed)
        self._since_choice = 0
        _copy(*self._states)

    def search(self, iterations: int, temperature_m: float, *, beside: ThreadPoolExecutor) -> None:
        """Run some iterations, half of them in each state.

        Parameters
        ----------
        iterations
            How many in both together.
        temperature_m
            As for `search.search`.
        beside
            Where the second state is searched.
        """
        first, second = self._states
        half = iterations // 2
        other = beside.submit(self._search, second, half, temperature_m)
        self._search(first, iterations - half, temperature_m)
        other.result()
        self._since_choice += half
        if self._since_choice >= _ITERATIONS_PER_CHOICE:
            self._since_choice = 0
            costs = [int(each.scalars[state.KEPT_COST]) for each in self._states]
            _go_with(*(self._states if costs[0] <= costs[1] else (second, first)))

    def best(self) -> state.State:
        """Return the state that has seen the better plan."""
        return min(self._states, key=lambda each: int(each.scalars[state.BEST_COST]))

    def _search(self, one: state.State, iterations: int, temperature_m: float) -> None:
        if iterations:
            search.search(one, tables.zeros(0), iterations, temperature_m, self._rules)


def _go_with(winner: state.State, loser: state.State) -> None:
    """Let both go on from the winner's plan; the best plan that either has seen stays known.

    Whoever is said to have the better one always has it in whole: an interruption may come between any two lines.
    """
    if loser.scalars[state.BEST_COST] < winner.scalars[state.BEST_COST]:
        for ours, theirs in zip(winner.best, loser.best, strict=True):
            np.copyto(ours, theirs)
        winner.scalars[state.BEST_COST] = loser.scalars[state.BEST_COST]
        winner.is_ahead[:] = 1
    _copy(winner, loser)


def _copy(source: state.State, target: state.State) -> None:
    """Make one state what another one is, all but its random numbers."""
    for name in state.State._fields:
        ours, theirs = getattr(target, name), getattr(source, name)
        if isinstance(ours, state.Rounds):
            for column, other in zip(ours, theirs, strict=True):
                np.copyto(column, other)
        elif name != "random":
            np.copyto(ours, theirs)
