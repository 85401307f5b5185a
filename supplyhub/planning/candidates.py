"""Write a round that is to be tried into the candidate: with a drop more, or with what is left of it.

What visits are follows from the drops; when they take place is for `simulate` to say.
"""

from supplyhub.planning import simulate
from supplyhub.planning.compiled import inlined, inner
from supplyhub.planning.state import (
    CARGO_G,
    CARGO_ML,
    DROP,
    EARLIEST,
    FAR,
    FIRST_LOAD,
    GATE,
    HAND_AT,
    HAND_IS_NEW,
    HANDED,
    HANDED_AT,
    LATEST,
    LATEST_START,
    LEAVE,
    LEG_M,
    LEG_S,
    LOAD_AT,
    LOAD_IS_NEW,
    LOADED_AT,
    PLACE_AT,
    RIDER,
    SLOT,
    START,
)
from supplyhub.planning.tables import (
    BASE,
    DUE,
    HELD,
    KIND,
    LOADED_BY,
    ORDERS,
    PER_ORDER_S,
    PICKUP,
    READY,
    VOLUME_ML,
    WEIGHT_G,
)

NEVER = simulate.NEVER


@inner
def compose(current, candidate, place, drop, rules, columns):  # type: ignore[no-untyped-def]
    """Write into `candidate` the round that an insertion makes; return how many visits it has.

    `place` is a row of State.options; `columns` how many columns the caller needs.
    """
    visits, rider, row = current.visits, place[RIDER], rules.drops[drop]
    load_at, hand_at = place[LOAD_AT], place[HAND_AT]
    shift = place[LOAD_IS_NEW]
    both, split = shift + place[HAND_IS_NEW], hand_at - shift
    count = current.counts[rider]
    for column in range(columns):
        for k in range(load_at):
            candidate[column, k] = visits[rider, column, k]
        for k in range(load_at, split):
            candidate[column, k + shift] = visits[rider, column, k]
        for k in range(split, count + 1):
            candidate[column, k + both] = visits[rider, column, k]
    count += both
    for k in range(load_at, count):
        candidate[FIRST_LOAD, k] += shift * (candidate[FIRST_LOAD, k] >= load_at)
        candidate[FIRST_LOAD, k] += (both - shift) * (candidate[FIRST_LOAD, k] >= hand_at)
    if place[LOAD_IS_NEW]:
        _clear(candidate, load_at, row[PICKUP])
        candidate[FIRST_LOAD, load_at] = 0
    candidate[EARLIEST, load_at] = max(candidate[EARLIEST, load_at], row[READY])
    # What is on board already counts from the beginning.
    candidate[CARGO_G, load_at] += row[WEIGHT_G] * (row[LOADED_BY] < 0)
    candidate[CARGO_ML, load_at] += row[VOLUME_ML] * (row[LOADED_BY] < 0)
    if place[HAND_IS_NEW]:
        _clear(candidate, hand_at, place[GATE])
    candidate[HANDED, hand_at] += row[ORDERS]
    candidate[LATEST_START, hand_at] -= rules.settings[PER_ORDER_S] * row[ORDERS]
    candidate[LATEST, hand_at] = min(candidate[LATEST, hand_at], row[DUE])
    candidate[FIRST_LOAD, hand_at] = min(candidate[FIRST_LOAD, hand_at], load_at)
    candidate[CARGO_G, hand_at] -= row[WEIGHT_G]
    candidate[CARGO_ML, hand_at] -= row[VOLUME_ML]
    if place[LOAD_IS_NEW]:
        _set_leg(candidate, load_at, count, rider, rules)
        _set_leg(candidate, load_at + 1, count, rider, rules)
    if place[HAND_IS_NEW]:
        _set_leg(candidate, hand_at, count, rider, rules)
        _set_leg(candidate, hand_at + 1, count, rider, rules)
    return count


@inlined
def _set_leg(visits, k, count, rider, rules):  # type: ignore[no-untyped-def]
    """Look up how long the way to visit k takes, or home after the last."""
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    before = visits[PLACE_AT, k - 1] if k else base
    after = visits[PLACE_AT, k] if k < count else base
    visits[LEG_S, k] = rules.seconds[kind, before, after]


@inner
def _clear(visits, k, place):  # type: ignore[no-untyped-def]
    """Make visit k one to this place at which nothing happens yet."""
    visits[PLACE_AT, k] = place
    visits[START, k] = NEVER
    visits[HANDED, k] = visits[EARLIEST, k] = visits[CARGO_G, k] = visits[CARGO_ML, k] = 0
    visits[LATEST, k] = visits[LATEST_START, k] = visits[FIRST_LOAD, k] = FAR


@inner
def renumber(current, moved_to, rider):  # type: ignore[no-untyped-def]
    """Let the drops point to where their visits have moved."""
    for at in range(current.carried_counts[rider]):
        for column in (LOADED_AT, HANDED_AT):
            current.carried[rider, column, at] = moved_to[current.carried[rider, column, at]]


@inner
def compose_carried(current, candidate, moved_to, rider, rules):  # type: ignore[no-untyped-def]
    """Write into the candidate the visits that carried drops need, and those that are held; return how many.

    `moved_to` then says where each visit of the round has gone.
    """
    carried, before = current.carried, current.counts[rider]
    drops = current.carried_counts[rider]
    for k in range(before):
        moved_to[k] = 0 if k < rules.riders[rider, HELD] else -1
    for at in range(drops):
        moved_to[carried[rider, LOADED_AT, at]] = moved_to[carried[rider, HANDED_AT, at]] = 0
    # LEG_M of the candidate marks the legs that were none before.
    count, last = 0, -1
    for k in range(before):
        if moved_to[k] == 0:
            moved_to[k] = count
            _clear(candidate, count, current.visits[rider, PLACE_AT, k])
            if k < rules.riders[rider, HELD]:
                for column in (START, LEAVE, SLOT):
                    candidate[column, count] = current.visits[rider, column, k]
            candidate[LEG_M, count] = k != last + 1
            count, last = count + 1, k
    candidate[LEG_M, count] = last + 1 != before
    for k in range(count + 1):
        _set_leg(candidate, k, count, rider, rules)
    for at in range(drops):
        row = rules.drops[carried[rider, DROP, at]]
        load = moved_to[carried[rider, LOADED_AT, at]]
        hand = moved_to[carried[rider, HANDED_AT, at]]
        candidate[FIRST_LOAD, load] = 0
        candidate[EARLIEST, load] = max(candidate[EARLIEST, load], row[READY])
        if row[LOADED_BY] < 0:
            candidate[CARGO_G, load] += row[WEIGHT_G]
            candidate[CARGO_ML, load] += row[VOLUME_ML]
        candidate[HANDED, hand] += row[ORDERS]
        candidate[LATEST, hand] = min(candidate[LATEST, hand], row[DUE])
        candidate[FIRST_LOAD, hand] = min(candidate[FIRST_LOAD, hand], load)
        candidate[CARGO_G, hand] -= row[WEIGHT_G]
        candidate[CARGO_ML, hand] -= row[VOLUME_ML]
    return count
