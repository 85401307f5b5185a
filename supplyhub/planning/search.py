"""The compiled search: recreate what `ruin` took out, and accept or undo by simulated annealing.

References
----------
S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi (1983). Optimization by simulated annealing. Science 220(4598),
671-680. https://doi.org/10.1126/science.220.4598.671
Orders of insertion: Christiaens and Vanden Berghe (2020), section 5.3; see `find`.
"""

import math

from supplyhub.planning import chance, change, find, ruin, state
from supplyhub.planning.compiled import inner, kernel
from supplyhub.planning.state import (
    ABSENT,
    BEST_COST,
    COST,
    FAR,
    ITERATION,
    KEPT_COST,
    TOUCHED,
)
from supplyhub.planning.tables import DUE, PICKUP, READY, WEIGHT_G

fraction, below = chance.fraction, chance.below
insert, close_gaps, keep, undo = change.insert, change.close_gaps, change.keep, change.undo
cheapest, take_some, copy_round = find.find, ruin.ruin, state.copy_round

# Drops that were absent before an iteration and get another chance in it, at most.
_SECOND_CHANCES = 12
_BITS = 20


@kernel
def search(the_state, first, iterations, temperature_m, rules):  # type: ignore[no-untyped-def]
    """Insert some drops, then run some iterations at one temperature.

    Parameters
    ----------
    the_state
        What is changed.
    first
        Absent drops to insert beforehand, in this order: this is how a plan is constructed.
    iterations
        How many.
    temperature_m
        Metres: a plan that is this much dearer is accepted once in e times.
    rules
        The day's tables.
    """
    scalars = the_state.scalars
    if iterations == 0:
        scalars[ITERATION] += 1
        scalars[TOUCHED] = 0
        for drop in first:
            if cheapest(the_state, drop, rules) < FAR:
                insert(the_state, drop, rules)
        keep(the_state)
        _note_best(the_state)
    for _ in range(iterations):
        scalars[ITERATION] += 1
        scalars[TOUCHED] = 0
        absent_before = scalars[ABSENT]
        take_some(the_state, rules)
        close_gaps(the_state, rules)
        count = _line_up(the_state, absent_before, rules)
        for at in range(count):
            drop = the_state.queue[at]
            if the_state.rider_of[drop] >= 0:
                continue
            if cheapest(the_state, drop, rules) < FAR:
                insert(the_state, drop, rules)
        allowed = -temperature_m * math.log(1.0 - fraction(the_state.random))
        if scalars[COST] < scalars[KEPT_COST] + allowed:
            keep(the_state)
            _note_best(the_state)
        else:
            undo(the_state, rules)


@inner
def _note_best(the_state):  # type: ignore[no-untyped-def]
    """Remember the kept plan when it is the best so far."""
    scalars = the_state.scalars
    if scalars[KEPT_COST] >= scalars[BEST_COST]:
        return
    scalars[BEST_COST] = scalars[KEPT_COST]
    for rider in range(the_state.is_ahead.shape[0]):
        if the_state.is_ahead[rider]:
            copy_round(the_state.kept, the_state.best, rider)
            the_state.is_ahead[rider] = 0


@inner
def _line_up(the_state, absent_before, rules):  # type: ignore[no-untyped-def]
    """Put the drops to insert into the queue in one of several orders; return how many."""
    random, queue, keys = the_state.random, the_state.queue, the_state.keys
    absent = the_state.scalars[ABSENT]
    order = below(random, 8)
    count = 0
    for at in range(absent_before, absent):
        queue[count] = the_state.absent[at]
        count += 1
    for _ in range(min(_SECOND_CHANCES, absent_before)):
        drop = the_state.absent[below(random, absent_before)]
        queue[count] = drop
        count += 1
    for at in range(count):
        drop, noise = queue[at], below(random, 1 << _BITS)
        if order < 3:
            key = noise
        elif order < 5:
            key = -rules.drops[drop, WEIGHT_G]
        elif order < 6:
            key = rules.drops[drop, DUE] * 2 + rules.drops[drop, READY]
        elif order < 7:
            key = -rules.drops[drop, READY]
        else:
            key = rules.drops[drop, PICKUP]
        keys[at] = (key << _BITS) + noise if order >= 3 else key
        _sink(queue, keys, at)
    return count


@inner
def _sink(queue, keys, at):  # type: ignore[no-untyped-def]
    """Move the last entry forward to where its key belongs."""
    drop, key = queue[at], keys[at]
    while at > 0 and keys[at - 1] > key:
        queue[at], keys[at] = queue[at - 1], keys[at - 1]
        at -= 1
    queue[at], keys[at] = drop, key
