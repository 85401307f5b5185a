"""Ruin: choose drops to take out of the plan, so that putting them back may end better.

Four ways, each for a kind of gain that the others miss: strings of neighbouring visits in several rounds
(order of visits), all drops of one wave around a compound (consolidation), loads of one pickup in full
(when and by whom it is loaded), and a whole rider (fewer rounds).

References
----------
G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt, G. Dueck (2000). Record breaking optimization results using
the ruin and recreate principle. Journal of Computational Physics 159(2), 139-171.
https://doi.org/10.1006/jcph.1999.6413
J. Christiaens, G. Vanden Berghe (2020). Slack induction by string removals for vehicle routing problems.
Transportation Science 54(2), 417-433. https://doi.org/10.1287/trsc.2019.0914 (strings: section 5.2)
"""

from supplyhub.planning import chance, change
from supplyhub.planning.compiled import inner
from supplyhub.planning.state import (
    DROP,
    HANDED_AT,
    ITERATION,
    LOADED_AT,
    START,
)
from supplyhub.planning.tables import COMPOUND, DUE, PICKUP

below, fraction, take_out = chance.below, chance.fraction, change.take_out

# How often each way is chosen, cumulated; the rest takes out a whole rider.
_STRINGS, _WAVES, _LOADS = 0.30, 0.70, 0.99
# Drops that one ruin takes out, on average, and the longest string.
_AVERAGE_DROPS = 10.0
_LONGEST_STRING = 10
# Strings and loads of other rounds are taken from about the same time of day.
_NEAR_IN_TIME_S = 2700


@inner
def ruin(the_state, rules):  # type: ignore[no-untyped-def]
    """Take some drops out; the caller closes the gaps."""
    drops = rules.drops.shape[0]
    seed = below(the_state.random, drops)
    for _ in range(8):
        if the_state.rider_of[seed] >= 0:
            break
        seed = below(the_state.random, drops)
    chosen = fraction(the_state.random)
    if the_state.rider_of[seed] < 0 or _STRINGS <= chosen < _WAVES:
        _take_wave(the_state, seed, rules)
    elif chosen < _STRINGS:
        _take_strings(the_state, seed, rules)
    elif chosen < _LOADS:
        _take_loads(the_state, seed, rules)
    else:
        _take_rider(the_state, the_state.rider_of[seed], rules)


@inner
def _find_carried(current, rider, drop):  # type: ignore[no-untyped-def]
    """Return where the drop stands among those that the rider carries."""
    at = 0
    while current.carried[rider, DROP, at] != drop:
        at += 1
    return at


@inner
def _take_strings(the_state, seed, rules):  # type: ignore[no-untyped-def]
    """Take a string of visits out of each of several rounds near the seed in place and time."""
    current, random = the_state.current, the_state.random
    rider = the_state.rider_of[seed]
    k = current.carried[rider, HANDED_AT, _find_carried(current, rider, seed)]
    when = current.visits[rider, START, k]
    longest = 1 + below(random, _LONGEST_STRING)
    strings = 1 + below(random, int(4.0 * _AVERAGE_DROPS / (1.0 + longest)))
    compound = rules.drops[seed, COMPOUND]
    for near in range(rules.near.shape[1]):
        neighbour = rules.near[compound, near]
        first, last = rules.drops_from[neighbour], rules.drops_from[neighbour + 1]
        offset = below(random, last - first) if last > first else 0
        for step in range(last - first):
            drop = rules.drops_at[first + (step + offset) % (last - first)]
            rider = the_state.rider_of[drop]
            if rider < 0 or the_state.touched_in[rider] == the_state.scalars[ITERATION]:
                continue
            k = current.carried[rider, HANDED_AT, _find_carried(current, rider, drop)]
            if abs(current.visits[rider, START, k] - when) > _NEAR_IN_TIME_S:
                continue
            _take_string(the_state, rider, k, longest, rules)
            strings -= 1
            if strings == 0:
                return


@inner
def _take_string(the_state, rider, k, longest, rules):  # type: ignore[no-untyped-def]
    """Take out every drop that is handed over in a string of visits around visit k."""
    current, random = the_state.current, the_state.random
    length = min(1 + below(random, longest), current.counts[rider])
    first = max(0, k - below(random, length))
    for at in range(current.carried_counts[rider]):
        if first <= current.carried[rider, HANDED_AT, at] < first + length:
            take_out(the_state, current.carried[rider, DROP, at], rules)


@inner
def _take_wave(the_state, seed, rules):  # type: ignore[no-untyped-def]
    """Take out drops of the compounds around the seed that are due at the same time."""
    compound, due = rules.drops[seed, COMPOUND], rules.drops[seed, DUE]
    left = 1 + below(the_state.random, int(2 * _AVERAGE_DROPS))
    for near in range(rules.near.shape[1]):
        neighbour = rules.near[compound, near]
        for at in range(rules.drops_from[neighbour], rules.drops_from[neighbour + 1]):
            drop = rules.drops_at[at]
            if rules.drops[drop, DUE] == due and the_state.rider_of[drop] >= 0:
                take_out(the_state, drop, rules)
                left -= 1
        if left <= 0:
            return


@inner
def _take_loads(the_state, seed, rules):  # type: ignore[no-untyped-def]
    """Take out the whole load that the seed is in, and loads of its pickup that go the same way."""
    current, random = the_state.current, the_state.random
    rider, pickup = the_state.rider_of[seed], rules.drops[seed, PICKUP]
    k = current.carried[rider, LOADED_AT, _find_carried(current, rider, seed)]
    when = current.visits[rider, START, k]
    compound = rules.drops[seed, COMPOUND]
    _take_load(the_state, rider, k, rules)
    left = below(random, 5)
    for near in range(rules.near.shape[1]):
        neighbour = rules.near[compound, near]
        for at in range(rules.drops_from[neighbour], rules.drops_from[neighbour + 1]):
            if left <= 0:
                return
            drop = rules.drops_at[at]
            rider = the_state.rider_of[drop]
            if rider < 0 or rules.drops[drop, PICKUP] != pickup:
                continue
            if the_state.touched_in[rider] == the_state.scalars[ITERATION]:
                continue
            k = current.carried[rider, LOADED_AT, _find_carried(current, rider, drop)]
            if abs(current.visits[rider, START, k] - when) < _NEAR_IN_TIME_S:
                _take_load(the_state, rider, k, rules)
                left -= 1


@inner
def _take_load(the_state, rider, k, rules):  # type: ignore[no-untyped-def]
    current = the_state.current
    for at in range(current.carried_counts[rider]):
        if current.carried[rider, LOADED_AT, at] == k:
            take_out(the_state, current.carried[rider, DROP, at], rules)


@inner
def _take_rider(the_state, rider, rules):  # type: ignore[no-untyped-def]
    current = the_state.current
    for at in range(current.carried_counts[rider]):
        take_out(the_state, current.carried[rider, DROP, at], rules)
