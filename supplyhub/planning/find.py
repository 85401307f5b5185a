"""Find the cheapest place for a drop: two visits of one round, each an existing one or a new one.

A drop needs a load at its pickup and, later in the same round, a hand-over at a gate of its compound.
Joining an existing visit costs no metres and no contact. The search goes from cheap to dear:

1. `_bound`: for every rider a lower bound from metres alone, in one pass along the round;
2. riders in the order of their bounds, until a bound is no better than the best place found;
3. within a round, pairs of places whose cost beats the best, checked against capacity and, by carrying
   the delay along the round, against latest starts: O(1) for each pair;
4. only what passes is simulated in full, with docks, slots and ride time.

The steps before the simulation reject only what the simulation would reject.

References
----------
J. Christiaens, G. Vanden Berghe (2020). Slack induction by string removals for vehicle routing problems.
Transportation Science 54(2), 417-433. https://doi.org/10.1287/trsc.2019.0914 (blinks: section 5.3)
"""

from supplyhub.planning import chance, change, simulate, state
from supplyhub.planning.compiled import inner
from supplyhub.planning.state import (
    BOARD_G,
    BOARD_ML,
    FAR,
    FOUND,
    GATE,
    HAND_AT,
    HAND_IS_NEW,
    INSERTION,
    LATEST_START,
    LEAVE,
    LEG_M,
    LOAD_AT,
    LOAD_IS_NEW,
    PLACE_AT,
    RELEASED,
    RIDER,
    SIMULATED,
    START,
    TRIED,
)
from supplyhub.planning.tables import (
    BASE,
    CAPACITY_G,
    CAPACITY_ML,
    CLOSES,
    COMPOUND,
    COMPOUND_OF,
    CONTACT_M,
    DUE,
    FIXED_S,
    KIND,
    LEAVES,
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

fraction, compose = chance.fraction, change.compose
simulated, book, release = simulate.simulate, state.book, state.release

# A place that would win is passed over once in a hundred times, so that greedy insertion does not
# always end alike.
_BLINK = 0.01


@inner
def find(the_state, drop, rules, may_blink):  # type: ignore[no-untyped-def]
    """Write the cheapest insertion into the state; return its cost, or FAR when there is none."""
    bounds, riders = the_state.bounds, rules.riders.shape[0]
    for rider in range(riders):
        bounds[rider] = FAR
        if rules.eligible[drop, rider]:
            bounds[rider] = _bound(the_state.current, rider, drop, rules)
    # Metres of a way that does not exist are far above this.
    best = NO_WAY // 2
    while True:
        closest, least = -1, best
        for rider in range(riders):
            if bounds[rider] < least:
                closest, least = rider, bounds[rider]
        if closest < 0:
            break
        bounds[closest] = FAR
        best = _best_in_round(the_state, closest, drop, rules, best, may_blink)
    return best if best < NO_WAY // 2 else FAR


@inner
def _bound(current, rider, drop, rules):  # type: ignore[no-untyped-def]
    """Return metres that inserting the drop into the round costs at least."""
    visits, count, row = current.visits, current.counts[rider], rules.drops[drop]
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    pickup, compound = row[PICKUP], row[COMPOUND]
    first_gate, last_gate = rules.gates_from[compound], rules.gates_from[compound + 1]
    contact = rules.settings[CONTACT_M]
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


@inner
def _best_in_round(the_state, rider, drop, rules, best, may_blink):  # type: ignore[no-untyped-def] # noqa: PLR0913
    """Return the cost of the best insertion found so far, after looking at this round."""
    current, row = the_state.current, rules.drops[drop]
    visits, count = current.visits, current.counts[rider]
    if (
        count + 2 >= visits.shape[2]
        or current.carried_counts[rider] + 1 >= current.carried.shape[2]
    ):
        return best
    the_state.scalars[RELEASED] = 0
    place = the_state.insertion[TRIED]
    place[RIDER] = rider
    pickup = row[PICKUP]
    for k in range(count + 1):
        if k > 0 and visits[rider, LEAVE, k - 1] > row[DUE]:
            break
        if k < count and visits[rider, LATEST_START, k] < row[READY]:
            continue
        if k == 0 or _has_room(visits, rider, k - 1, row, rules):
            place[LOAD_AT], place[LOAD_IS_NEW] = k, 1
            best = _from_new_load(the_state, k, drop, rules, best, may_blink)
        if (
            k < count
            and visits[rider, PLACE_AT, k] == pickup
            and _has_room(visits, rider, k, row, rules)
        ):
            place[LOAD_AT], place[LOAD_IS_NEW] = k, 0
            best = _from_joined_load(the_state, k, drop, rules, best, may_blink)
    if the_state.scalars[RELEASED]:
        book(
            rider,
            current,
            the_state.slots,
            the_state.docks,
            the_state.dock_counts,
            rules.places,
            rules.settings,
        )
    return best


@inner
def _has_room(visits, rider, k, row, rules):  # type: ignore[no-untyped-def]
    """Return True when the vehicle could carry the drop after visit k in addition."""
    return (
        visits[rider, BOARD_G, k] + row[WEIGHT_G] <= rules.riders[rider, CAPACITY_G]
        and visits[rider, BOARD_ML, k] + row[VOLUME_ML] <= rules.riders[rider, CAPACITY_ML]
    )


@inner
def _from_new_load(the_state, k, drop, rules, best, may_blink):  # type: ignore[no-untyped-def] # noqa: PLR0913
    """Look at all hand-overs after a new load on the way to visit k."""
    rider, row = the_state.insertion[TRIED, RIDER], rules.drops[drop]
    visits, count = the_state.current.visits, the_state.current.counts[rider]
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    pickup = row[PICKUP]
    before = visits[rider, PLACE_AT, k - 1] if k else base
    after = visits[rider, PLACE_AT, k] if k < count else base
    cost = rules.metres_in[kind, pickup, before] + rules.metres[kind, pickup, after]
    cost += rules.settings[RIDER_M] * (count == 0) - visits[rider, LEG_M, k]
    # A hand-over on the same leg may save the way from the pickup to what comes after it.
    if cost - rules.metres[kind, pickup, after] >= best:
        return best
    now = visits[rider, LEAVE, k - 1] if k else rules.riders[rider, LEAVES]
    now += rules.seconds[kind, before, pickup]
    now = max(now, rules.places[pickup, OPENS], row[READY]) + rules.places[pickup, UNIT_S]
    latest = rules.places[pickup, CLOSES]
    if k < count:
        latest = min(
            latest, visits[rider, LATEST_START, k] - rules.seconds[kind, pickup, after]
        )
    if now > latest:
        return best
    return _follow(the_state, k, pickup, now, latest, cost, drop, rules, best, may_blink)


@inner
def _from_joined_load(the_state, k, drop, rules, best, may_blink):  # type: ignore[no-untyped-def] # noqa: PLR0913
    """Look at all hand-overs after loading the drop at visit k, which loads at its pickup anyway."""
    rider, row = the_state.insertion[TRIED, RIDER], rules.drops[drop]
    visits = the_state.current.visits
    lasts = rules.places[row[PICKUP], UNIT_S]
    now = max(visits[rider, START, k], row[READY]) + lasts
    latest = visits[rider, LATEST_START, k] + lasts
    if now > latest:
        return best
    return _follow(the_state, k + 1, row[PICKUP], now, latest, 0, drop, rules, best, may_blink)


@inner
def _follow(the_state, k, before, now, loaded_by, cost, drop, rules, best, may_blink):  # type: ignore[no-untyped-def] # noqa: PLR0913
    """Carry the delay along the round from a load on, and look at each place to hand over.

    Parameters
    ----------
    k
        The next visit after the load, numbered as the round is now.
    before, now
        Where the rider is, and the earliest time of leaving there.
    loaded_by
        When the load ends at the latest: it can be put off until then to keep the ride limit.
    cost
        Metres that the load adds.
    """
    rider, row = the_state.insertion[TRIED, RIDER], rules.drops[drop]
    current = the_state.current
    visits, count, kind = current.visits, current.counts[rider], rules.riders[rider, KIND]
    shift, tried = the_state.insertion[TRIED, LOAD_IS_NEW], the_state.insertion[TRIED]
    ends_by = min(row[DUE], loaded_by + rules.settings[RIDE_S])
    while True:
        tried[HAND_AT], tried[HAND_IS_NEW] = k + shift, 1
        best = _new_hand_over(
            the_state, k, before, now, ends_by, cost, drop, rules, best, may_blink
        )
        if k == count or cost >= best:
            return best
        place = visits[rider, PLACE_AT, k]
        start = max(visits[rider, START, k], now + rules.seconds[kind, before, place])
        if start > visits[rider, LATEST_START, k]:
            return best
        now = start + visits[rider, LEAVE, k] - visits[rider, START, k]
        if rules.places[place, COMPOUND_OF] == row[COMPOUND]:
            longer = rules.settings[PER_ORDER_S] * row[ORDERS]
            if start + longer <= visits[rider, LATEST_START, k] and now + longer <= ends_by:
                tried[HAND_AT], tried[HAND_IS_NEW] = k + shift, 0
                best = _try(the_state, cost, drop, rules, best, may_blink)
        if now > ends_by or not _has_room(visits, rider, k, row, rules):
            return best
        before = place
        k += 1


@inner
def _new_hand_over(  # type: ignore[no-untyped-def] # noqa: PLR0913
    the_state, k, before, now, ends_by, cost, drop, rules, best, may_blink
):
    """Look at a new visit to each gate of the compound on the way from `before` to visit k."""
    rider, row = the_state.insertion[TRIED, RIDER], rules.drops[drop]
    visits, count = the_state.current.visits, the_state.current.counts[rider]
    kind, base, settings = rules.riders[rider, KIND], rules.riders[rider, BASE], rules.settings
    after = visits[rider, PLACE_AT, k] if k < count else base
    leg = rules.metres[kind, before, after]
    lasts = settings[FIXED_S] + settings[PER_ORDER_S] * row[ORDERS]
    by = min(ends_by, rules.riders[rider, PASS_UNTIL])
    compound = row[COMPOUND]
    for at in range(rules.gates_from[compound], rules.gates_from[compound + 1]):
        gate = rules.gates[at]
        total = cost + rules.metres[kind, before, gate] + rules.metres_in[kind, after, gate]
        total += settings[CONTACT_M] - leg
        if total >= best:
            continue
        ends = max(now + rules.seconds[kind, before, gate], rules.places[gate, OPENS]) + lasts
        if ends > by or ends > rules.places[gate, CLOSES]:
            continue
        arrives = ends + rules.seconds[kind, gate, after]
        latest = visits[rider, LATEST_START, k] if k < count else rules.riders[rider, SHIFT_END]
        if arrives <= latest:
            the_state.insertion[TRIED, GATE] = gate
            best = _try(the_state, total, drop, rules, best, may_blink)
    return best


@inner
def _try(the_state, cost, drop, rules, best, may_blink):  # type: ignore[no-untyped-def] # noqa: PLR0913
    """Simulate the round with the insertion that is being tried; return the better cost."""
    if cost >= best or (may_blink and fraction(the_state.random) < _BLINK):
        return best
    tried, current = the_state.insertion[TRIED], the_state.current
    rider = tried[RIDER]
    books = the_state.slots, the_state.docks, the_state.dock_counts
    if not the_state.scalars[RELEASED]:
        the_state.scalars[RELEASED] = 1
        release(rider, current, *books, rules.places, rules.settings)
    count = compose(current, the_state.candidate, tried, drop, rules, SIMULATED)
    if not simulated(the_state.candidate, count, rider, *books, rules):
        return best
    for column in range(INSERTION):
        the_state.insertion[FOUND, column] = tried[column]
    return cost
