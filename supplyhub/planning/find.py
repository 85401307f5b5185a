"""Find the cheapest place for a drop: two visits of one round, each an existing one or a new one.

A drop needs a load at its pickup and, later in the same round, a hand-over at a gate of its compound.
Joining an existing visit costs no metres and no contact. The search goes from cheap to dear:

1. `_glance`: for every rider a lower bound from two numbers that are kept with the round;
2. riders in the order of their bounds, until a bound is no better than the best place found; `_bound`
   sharpens it first, in one pass along the round within the drop's hours;
3. within a round, all pairs of places whose cost beats the best become options, if capacity, pure ride
   time and, with the delay carried along the round, the latest starts allow: O(1) for each pair;
4. options are simulated in full, with docks, slots and waiting, cheapest first, until one is possible.

The steps before the simulation reject only what the simulation would reject, as long as no way is longer
than its detour (always so for crow travel; a matrix may lose a few places that would do).

References
----------
J. Christiaens, G. Vanden Berghe (2020). Slack induction by string removals for vehicle routing problems.
Transportation Science 54(2), 417-433. https://doi.org/10.1287/trsc.2019.0914 (blinks: section 5.3)
"""

import numpy as np

from supplyhub.planning import candidates, chance, simulate, state
from supplyhub.planning.compiled import inlined, inner
from supplyhub.planning.state import (
    BOARD_G,
    BOARD_ML,
    COST_M,
    FAR,
    GATE,
    HAND_AT,
    HAND_IS_NEW,
    INSERTION,
    LATEST_START,
    LEAVE,
    LEG_M,
    LOAD_AT,
    LOAD_IS_NEW,
    MOST_OPTIONS,
    OPTIONS,
    PLACE_AT,
    RIDER,
    SIMULATED,
    SPARE_S,
    START,
)
from supplyhub.planning.tables import (
    ABOARD_RIDE_S,
    BASE,
    CAPACITY_G,
    CAPACITY_ML,
    CLOSES,
    COMPOUND,
    COMPOUND_OF,
    CONTACT_M,
    DUE,
    FIXED_S,
    FREE_S,
    HELD,
    KIND,
    LEAVES,
    LOADED_BY,
    OPENS,
    ORDERS,
    PASS_UNTIL,
    PER_ORDER_S,
    PICKUP,
    READY,
    RIDE_S,
    RIDER_M,
    SHIFT_END,
    UNIT_S,
    VOLUME_ML,
    WEIGHT_G,
)
from supplyhub.planning.travel import NO_WAY

fraction, compose = chance.fraction, candidates.compose
simulated, book, release = simulate.simulate, state.book, state.release

# A place that would win is passed over once in a hundred times, so that greedy insertion does not
# always end alike.
_BLINK = 0.01
# Metres of a way that does not exist are far above this.
_TOO_FAR = NO_WAY // 2


@inner
def find(the_state, drop, rules):  # type: ignore[no-untyped-def]
    """Write the cheapest insertion into `found`; return its cost, or FAR when there is none."""
    bounds, is_sharp, hopeful = the_state.bounds, the_state.is_sharp, the_state.hopeful
    current, options, scalars = the_state.current, the_state.options, the_state.scalars
    left = 0
    for rider in range(rules.riders.shape[0]):
        if rules.eligible[drop, rider]:
            bounds[rider], is_sharp[rider] = _glance(current, rider, drop, rules), 0
            hopeful[left] = rider
            left += 1
    best = _TOO_FAR
    while True:
        closest, least, seen, left = -1, best, left, 0
        for at in range(seen):
            rider = hopeful[at]
            if bounds[rider] < best:
                hopeful[left] = rider
                left += 1
                if bounds[rider] < least:
                    closest, least = rider, bounds[rider]
        if closest < 0:
            return best if best < _TOO_FAR else FAR
        if not is_sharp[closest]:
            bounds[closest], is_sharp[closest] = _bound(current, closest, drop, rules), 1
            continue
        bounds[closest] = FAR
        scalars[OPTIONS] = 0
        _list_options(current, options, scalars, closest, drop, rules, best)
        if scalars[OPTIONS]:
            best = _try_options(the_state, closest, drop, rules, best)


@inlined
def _glance(current, rider, drop, rules):  # type: ignore[no-untyped-def]
    """Return metres that inserting the drop into the round costs at least, at any time of day."""
    compound, contact = rules.drops[drop, COMPOUND], rules.settings[CONTACT_M]
    load, hand = current.near[rider, rules.drops[drop, PICKUP]], FAR
    for at in range(rules.gates_from[compound], rules.gates_from[compound + 1]):
        hand = min(hand, current.near[rider, rules.gates[at]])
    new_rider = rules.settings[RIDER_M] if current.counts[rider] == 0 else 0
    # A gate without a detour may be one that the round visits: then there is no new contact either.
    return new_rider + (max(load, hand) + contact if hand > 0 else load)


@inlined
def _bound(current, rider, drop, rules):  # type: ignore[no-untyped-def]
    """Return metres that inserting the drop into the round costs at least."""
    visits, count, row = current.visits, current.counts[rider], rules.drops[drop]
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    pickup, compound = row[PICKUP], row[COMPOUND]
    first_gate, last_gate = rules.gates_from[compound], rules.gates_from[compound + 1]
    contact = rules.settings[CONTACT_M]
    if row[LOADED_BY] >= 0:
        return 0  # only one rider has it
    load = hand = both = FAR
    before = base
    for k in range(count + 1):
        if k > 0 and visits[rider, LEAVE, k - 1] > row[DUE]:
            break
        after = visits[rider, PLACE_AT, k] if k < count else base
        if k < count and visits[rider, LATEST_START, k] < row[READY]:
            before = after
            continue
        leg = visits[rider, LEG_M, k]
        to_pickup = rules.metres_in[kind, pickup, before] - leg
        load = min(load, to_pickup + rules.metres[kind, pickup, after])
        for at in range(first_gate, last_gate):
            gate = rules.gates[at]
            from_gate = rules.metres[kind, gate, after] + contact
            hand = min(hand, rules.metres_in[kind, gate, before] + from_gate - leg)
            both = min(both, to_pickup + rules.metres[kind, pickup, gate] + from_gate)
        if k < count:
            load = min(load, 0) if after == pickup else load
            hand = min(hand, 0) if rules.places[after, COMPOUND_OF] == compound else hand
        before = after
    new_rider = rules.settings[RIDER_M] if count == 0 else 0
    return min(load + hand, both) + new_rider


@inlined
def _list_options(current, options, scalars, rider, drop, rules, best):  # type: ignore[no-untyped-def]
    """List the round's insertions that cost less than `best` and may be possible."""
    if rules.drops[drop, LOADED_BY] >= 0:
        _list_on_board(current, options, scalars, rider, drop, rules, best)
    else:
        _list_pairs(current, options, scalars, rider, drop, rules, best)


@inner
def _list_pairs(current, options, scalars, rider, drop, rules, best):  # type: ignore[no-untyped-def]
    """List insertions of a drop that is loaded and handed over anew."""
    row = rules.drops[drop]
    visits, count = current.visits, current.counts[rider]
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    pickup = row[PICKUP]
    lasts = rules.places[pickup, UNIT_S]
    # Typed, so that numba compiles `_follow` once and not for each constant.
    new, joined, no_metres = np.int64(1), np.int64(0), np.int64(0)
    count_to = -1 if _is_full(current, rider) else count
    held = rules.riders[rider, HELD]
    before = visits[rider, PLACE_AT, held - 1] if held else base
    for k in range(held, count_to + 1):
        if k > 0 and visits[rider, LEAVE, k - 1] > row[DUE]:
            return
        after = visits[rider, PLACE_AT, k] if k < count else base
        if k < count and visits[rider, LATEST_START, k] < row[READY]:
            before = after
            continue
        # A new load on the way to visit k.
        onward = rules.metres[kind, pickup, after]
        cost = rules.metres_in[kind, pickup, before] + onward - visits[rider, LEG_M, k]
        cost += rules.settings[RIDER_M] * (count == 0)
        # A hand-over on the same leg may save the way from the pickup to what comes after it.
        if cost - onward < best and (k == 0 or _has_room(visits, rider, k - 1, row, rules)):
            now = _sets_off(visits, rider, k, rules)
            there = rules.seconds[kind, before, pickup]
            across = rules.seconds[kind, pickup, after]
            longer = there + lasts + across - rules.seconds[kind, before, after]
            now = max(now + there, rules.places[pickup, OPENS], row[READY]) + lasts
            latest = rules.places[pickup, CLOSES]
            spare = visits[rider, SPARE_S, k]
            if across >= NO_WAY:
                spare = FAR
            elif k < count:
                latest = min(latest, visits[rider, LATEST_START, k] - across)
            if now <= latest and longer <= spare:
                _follow(visits, count, options, scalars, rider, k, new, now, latest, cost, row, rules, best)
        # The load at visit k, when it is one of this pickup.
        if k < count and after == pickup and _has_room(visits, rider, k, row, rules):
            now = max(visits[rider, START, k], row[READY]) + lasts
            latest = visits[rider, LATEST_START, k] + lasts
            if now <= latest:
                _follow(visits, count, options, scalars, rider, k, joined, now, latest, no_metres, row, rules, best)
        before = after


@inner
def _list_on_board(current, options, scalars, rider, drop, rules, best):  # type: ignore[no-untyped-def]
    """List where the rider may hand over what is on board since a visit that is held."""
    row, visits, count = rules.drops[drop], current.visits, current.counts[rider]
    load_at, joined, no_metres = row[LOADED_BY], np.int64(0), np.int64(0)
    now = _sets_off(visits, rider, rules.riders[rider, HELD], rules)
    loaded_by = visits[rider, LEAVE, load_at]
    if not _is_full(current, rider):
        _follow(visits, count, options, scalars, rider, load_at, joined, now, loaded_by, no_metres, row, rules, best)


@inlined
def _sets_off(visits, rider, k, rules):  # type: ignore[no-untyped-def]
    """Return when the rider leaves for visit k at the earliest."""
    now = visits[rider, LEAVE, k - 1] if k else rules.riders[rider, LEAVES]
    return max(now, rules.riders[rider, FREE_S]) if k == rules.riders[rider, HELD] else now


@inlined
def _is_full(current, rider):  # type: ignore[no-untyped-def]
    """Return True when the tables hold no two visits or no drop more for the rider."""
    is_full = current.counts[rider] + 2 >= current.visits.shape[2]
    return is_full or current.carried_counts[rider] + 1 >= current.carried.shape[2]


@inlined
def _has_room(visits, rider, k, row, rules):  # type: ignore[no-untyped-def]
    """Return True when the vehicle could carry the drop after visit k in addition."""
    # What is on board counts there already.
    is_new = row[LOADED_BY] < 0
    return (
        visits[rider, BOARD_G, k] + row[WEIGHT_G] * is_new <= rules.riders[rider, CAPACITY_G]
        and visits[rider, BOARD_ML, k] + row[VOLUME_ML] * is_new <= rules.riders[rider, CAPACITY_ML]
    )


@inner
def _follow(  # type: ignore[no-untyped-def] # noqa: PLR0913 - loose values pass quicker than tables
    visits, count, options, scalars, rider, load_at, is_new, now, loaded_by, cost, row, rules, best
):
    """Carry the delay along the round from a load on, and list each place to hand over.

    Parameters
    ----------
    load_at, is_new
        The load: a new one on the way to this visit, or (0) this visit itself.
    now
        The earliest time of leaving the pickup.
    loaded_by
        When the load ends at the latest: it can be put off until then to keep the ride limit.
    cost
        Metres that the load adds.
    """
    kind, base, settings = rules.riders[rider, KIND], rules.riders[rider, BASE], rules.settings
    is_aboard, held = row[LOADED_BY] >= 0, rules.riders[rider, HELD]
    compound, longest = row[COMPOUND], rules.riders[rider, ABOARD_RIDE_S] if is_aboard else settings[RIDE_S]
    first_gate, last_gate = rules.gates_from[compound], rules.gates_from[compound + 1]
    lasts = settings[FIXED_S] + settings[PER_ORDER_S] * row[ORDERS]
    longer = settings[PER_ORDER_S] * row[ORDERS]
    ends_by = min(row[DUE], loaded_by + longest)
    before, riding = row[PICKUP], np.int64(0)
    k = load_at + 1 - is_new
    if is_aboard:
        # It rides since it was loaded, to the first visit that is not held.
        k = held
        before, riding = visits[rider, PLACE_AT, k - 1], now - visits[rider, LEAVE, load_at]
    while True:
        # A new hand-over on the way to visit k.
        after = visits[rider, PLACE_AT, k] if k < count else base
        direct = rules.seconds[kind, before, after]
        latest = visits[rider, LATEST_START, k] if k < count else rules.riders[rider, SHIFT_END]
        base_cost = cost + settings[CONTACT_M] - rules.metres[kind, before, after]
        for at in range(first_gate, last_gate):
            gate = rules.gates[at]
            total = base_cost + rules.metres_in[kind, gate, before] + rules.metres[kind, gate, after]
            if total >= best:
                continue
            there, onward = rules.seconds[kind, before, gate], rules.seconds[kind, gate, after]
            ends = max(now + there, rules.places[gate, OPENS]) + lasts
            if (
                ends <= min(ends_by, rules.riders[rider, PASS_UNTIL], rules.places[gate, CLOSES])
                and ends + onward <= latest
                and riding + there + lasts <= longest
                and there + lasts + onward - direct <= visits[rider, SPARE_S, k]
            ):
                _list(options, scalars, rider, load_at, is_new, k + is_new, 1, gate, total)
        if k == count or cost >= best:
            return
        # The hand-over at visit k, when it is one of this compound.
        start = max(visits[rider, START, k], now + direct)
        if start > latest:
            return
        stays = visits[rider, LEAVE, k] - visits[rider, START, k]
        now = start + stays
        riding += direct + stays
        if (
            rules.places[after, COMPOUND_OF] == compound
            and start + longer <= latest
            and now + longer <= ends_by
            and riding + longer <= longest
            and longer <= visits[rider, SPARE_S, k]
        ):
            _list(options, scalars, rider, load_at, is_new, k + is_new, 0, after, cost)
        if now > ends_by or riding > longest or not _has_room(visits, rider, k, row, rules):
            return
        before = after
        k += 1


@inlined
def _list(  # type: ignore[no-untyped-def] # noqa: PLR0913 - one for each column
    options, scalars, rider, load_at, load_is_new, hand_at, hand_is_new, gate, cost
):
    """Add an option, unless the list is full."""
    at = scalars[OPTIONS]
    if at < MOST_OPTIONS:
        options[at, RIDER] = rider
        options[at, LOAD_AT], options[at, LOAD_IS_NEW] = load_at, load_is_new
        options[at, HAND_AT], options[at, HAND_IS_NEW] = hand_at, hand_is_new
        options[at, GATE], options[at, COST_M] = gate, cost
        scalars[OPTIONS] = at + 1


@inner
def _try_options(the_state, rider, drop, rules, best):  # type: ignore[no-untyped-def]
    """Simulate the listed options, cheapest first; return the cost of the first possible one."""
    options, left = the_state.options, the_state.scalars[OPTIONS]
    books = the_state.slots, the_state.docks, the_state.dock_counts
    release(rider, the_state.current, *books, rules.places, rules.settings)
    while left > 0:
        cheapest = 0
        for at in range(1, left):
            if options[at, COST_M] < options[cheapest, COST_M]:
                cheapest = at
        option = options[cheapest]
        if fraction(the_state.random) >= _BLINK:
            count = compose(the_state.current, the_state.candidate, option, drop, rules, SIMULATED)
            first = max(option[LOAD_AT], rules.riders[rider, HELD])
            if simulated(the_state.candidate, count, first, option[HAND_AT], rider, books, rules):
                for column in range(INSERTION):
                    the_state.found[column] = option[column]
                best = option[COST_M]
                break
        left -= 1
        for column in range(INSERTION):
            option[column] = options[left, column]
    book(rider, the_state.current, *books, rules.places, rules.settings)
    return best
