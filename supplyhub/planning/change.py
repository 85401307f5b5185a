"""Change rounds: put a drop in where it was found to fit, take drops out, undo, and keep the books right.

Every change ends in `adopt`, which takes over a simulated candidate as the rider's round and derives
what the next search for a place needs: metres of each leg, cargo on board, latest starts.
"""

import numpy as np

from supplyhub.planning import candidates, chance, simulate, state
from supplyhub.planning.compiled import inner
from supplyhub.planning.state import (
    BOARD_G,
    BOARD_ML,
    CARGO_G,
    CARGO_ML,
    CARRIED_OUT,
    COST,
    DROP,
    FAR,
    FIRST_LOAD,
    HAND_AT,
    HAND_IS_NEW,
    HANDED_AT,
    KEPT_COST,
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
    SPARE_S,
    START,
    TOUCHED,
)
from supplyhub.planning.tables import (
    ABOARD_G,
    ABOARD_ML,
    ABOARD_RIDE_S,
    BASE,
    CLOSES,
    CONTACT_M,
    HANDED_OVER,
    HELD,
    KIND,
    LOADED_BY,
    PASS_UNTIL,
    PENALTY_M,
    PICKUPS,
    RIDE_S,
    RIDER_M,
    SHIFT_END,
    STOPS,
)
from supplyhub.planning.travel import NO_WAY

_TOO_FAR = NO_WAY // 2
# How often `near` is computed anew when visits have left a round.
_FRESH_SHARE = 0.25

book, release, touch = state.book, state.release, state.touch
set_absent, set_present, copy_round = state.set_absent, state.set_present, state.copy_round
simulated, fraction, NEVER = simulate.simulate, chance.fraction, simulate.NEVER
compose, compose_carried, renumber = candidates.compose, candidates.compose_carried, candidates.renumber


@inner
def insert(the_state, drop, rules):  # type: ignore[no-untyped-def]
    """Carry out the insertion that was found for the drop."""
    place, current = the_state.found, the_state.current
    rider = place[RIDER]
    touch(the_state, rider)
    release(rider, current, the_state.slots, the_state.docks, the_state.dock_counts, rules.places, rules.settings)
    count = compose(current, the_state.candidate, place, drop, rules, CARRIED_OUT)
    # From scratch, so that the round takes place as early as it now can.
    first = max(place[LOAD_AT], rules.riders[rider, HELD])
    for k in range(first, count):
        the_state.candidate[START, k] = NEVER
    books = the_state.slots, the_state.docks, the_state.dock_counts
    if not simulated(the_state.candidate, count, first, place[HAND_AT], rider, books, rules):
        # Loads would have to be put off too often: as it was when it was found.
        compose(current, the_state.candidate, place, drop, rules, CARRIED_OUT)
        simulated(the_state.candidate, count, first, place[HAND_AT], rider, books, rules)
    carried, drops = current.carried, current.carried_counts[rider]
    for at in range(drops):
        for column in (LOADED_AT, HANDED_AT):
            k = carried[rider, column, at]
            k += place[LOAD_IS_NEW] * (k >= place[LOAD_AT])
            carried[rider, column, at] = k + place[HAND_IS_NEW] * (k >= place[HAND_AT])
    carried[rider, DROP, drops] = drop
    carried[rider, LOADED_AT, drops] = place[LOAD_AT]
    carried[rider, HANDED_AT, drops] = place[HAND_AT]
    current.carried_counts[rider] = drops + 1
    set_present(the_state, drop, rider, rules.drops[drop, PENALTY_M])
    adopt(the_state, rider, count, rules)
    # The legs that are gone stay in `near`: as a lower bound it is still right.
    for k in (place[LOAD_AT], place[LOAD_AT] + 1, place[HAND_AT], place[HAND_AT] + 1):
        note_near(current, rider, k, rules)


@inner
def take_out(the_state, drop, rules):  # type: ignore[no-untyped-def]
    """Mark the drop as absent, unless it is handed over; `close_gaps` then makes its round whole."""
    if rules.drops[drop, LOADED_BY] == HANDED_OVER:
        return
    touch(the_state, the_state.rider_of[drop])
    set_absent(the_state, drop, rules.drops[drop, PENALTY_M])


@inner
def close_gaps(the_state, rules):  # type: ignore[no-untyped-def]
    """Rebuild every touched round from the drops that are left on it."""
    for at in range(the_state.scalars[TOUCHED]):
        _rebuild(the_state, the_state.touched[at], rules)


@inner
def _rebuild(the_state, rider, rules):  # type: ignore[no-untyped-def]
    current, candidate = the_state.current, the_state.candidate
    release(rider, current, the_state.slots, the_state.docks, the_state.dock_counts, rules.places, rules.settings)
    _leave_out(the_state, rider)
    held = rules.riders[rider, HELD]
    count = compose_carried(current, candidate, the_state.moved_to, rider, rules)
    # Leaving places out never makes anything later, unless a travel matrix has ways that are longer
    # than their detours: then the round is given up, and its drops find new places.
    is_possible = simulated(
        candidate,
        count,
        held,
        count,
        rider,
        (the_state.slots, the_state.docks, the_state.dock_counts),
        rules,
    )
    if not is_possible and count > held:
        for at in range(current.carried_counts[rider]):
            drop = current.carried[rider, DROP, at]
            if rules.drops[drop, LOADED_BY] != HANDED_OVER:
                set_absent(the_state, drop, rules.drops[drop, PENALTY_M])
        _leave_out(the_state, rider)
        count = compose_carried(current, candidate, the_state.moved_to, rider, rules)
    renumber(current, the_state.moved_to, rider)
    adopt(the_state, rider, count, rules)
    # Legs that are gone may stay in `near`, which is a bound; now and then it is made sharp again.
    is_fresh = count == 0 or fraction(the_state.random) < _FRESH_SHARE
    if is_fresh:
        forget_near(current, rider, rules)
    for k in range(count + 1):
        if is_fresh or candidate[LEG_M, k]:
            note_near(current, rider, k, rules)


@inner
def forget_near(current, rider, rules):  # type: ignore[no-untyped-def]
    """Make `near` the bound of a round without a way; `note_near` lowers it."""
    for stop in range(rules.settings[STOPS]):
        current.near[rider, stop] = NO_WAY


@inner
def _leave_out(the_state, rider):  # type: ignore[no-untyped-def]
    """Strike absent drops from those that the rider carries."""
    carried, drops = the_state.current.carried, 0
    for at in range(the_state.current.carried_counts[rider]):
        if the_state.rider_of[carried[rider, DROP, at]] == rider:
            for column in (DROP, LOADED_AT, HANDED_AT):
                carried[rider, column, drops] = carried[rider, column, at]
            drops += 1
    the_state.current.carried_counts[rider] = drops


@inner
def adopt(the_state, rider, count, rules):  # type: ignore[no-untyped-def]
    """Take over the simulated candidate as the rider's round, book it and sum up what it costs."""
    current, candidate = the_state.current, the_state.candidate
    visits, settings = current.visits, rules.settings
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    for column in range(CARRIED_OUT):
        for k in range(count + 1):
            visits[rider, column, k] = candidate[column, k]
    current.counts[rider] = count
    metres = contacts = 0
    weight, volume = rules.riders[rider, ABOARD_G], rules.riders[rider, ABOARD_ML]
    before = base
    for k in range(count):
        place = visits[rider, PLACE_AT, k]
        visits[rider, LEG_M, k] = rules.metres[kind, before, place]
        metres += visits[rider, LEG_M, k]
        contacts += place >= settings[PICKUPS]
        if k >= rules.riders[rider, HELD]:
            weight += visits[rider, CARGO_G, k]
            volume += visits[rider, CARGO_ML, k]
        visits[rider, BOARD_G, k], visits[rider, BOARD_ML, k] = weight, volume
        before = place
    visits[rider, LEG_M, count] = rules.metres[kind, before, base]
    metres += visits[rider, LEG_M, count]
    _set_latest_starts(visits, rider, count, rules)
    _set_spare_time(visits, rider, count, rules)
    cost = metres + contacts * settings[CONTACT_M] + (count > 0) * settings[RIDER_M]
    the_state.scalars[COST] += cost - current.costs[rider]
    current.costs[rider] = cost
    book(
        rider,
        current,
        the_state.slots,
        the_state.docks,
        the_state.dock_counts,
        rules.places,
        settings,
    )


@inner
def _set_latest_starts(visits, rider, count, rules):  # type: ignore[no-untyped-def]
    """Derive from the end how late each visit may begin, as if slots and docks were always free."""
    latest_arrival = rules.riders[rider, SHIFT_END]
    for k in range(count - 1, -1, -1):
        place = visits[rider, PLACE_AT, k]
        ends = min(latest_arrival - visits[rider, LEG_S, k + 1], rules.places[place, CLOSES])
        if place >= rules.settings[PICKUPS]:
            ends = min(ends, visits[rider, LATEST, k], rules.riders[rider, PASS_UNTIL])
        latest_arrival = ends - (visits[rider, LEAVE, k] - visits[rider, START, k])
        visits[rider, LATEST_START, k] = latest_arrival


@inner
def _set_spare_time(visits, rider, count, rules):  # type: ignore[no-untyped-def]
    """Derive how much longer each leg may become before a ride over it is too long without any wait."""
    settings = rules.settings
    for k in range(count + 1):
        visits[rider, SPARE_S, k] = FAR
    for k in range(count):
        if visits[rider, PLACE_AT, k] < settings[PICKUPS]:
            continue
        is_aboard = visits[rider, FIRST_LOAD, k] < rules.riders[rider, HELD]
        spare = rules.riders[rider, ABOARD_RIDE_S] if is_aboard else settings[RIDE_S]
        for at in range(visits[rider, FIRST_LOAD, k] + 1, k + 1):
            spare -= visits[rider, LEG_S, at] + visits[rider, LEAVE, at] - visits[rider, START, at]
        for at in range(visits[rider, FIRST_LOAD, k] + 1, k + 1):
            visits[rider, SPARE_S, at] = min(visits[rider, SPARE_S, at], spare)


@inner
def note_near(current, rider, k, rules):  # type: ignore[no-untyped-def]
    """Lower `near` to what a detour from the way to visit k costs, for all pickups and gates at once.

    Where a way is missing the place may still do, if the rider goes on elsewhere: the bound is then zero.
    """
    visits, count = current.visits, current.counts[rider]
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    before = visits[rider, PLACE_AT, k - 1] if k else base
    after = visits[rider, PLACE_AT, k] if k < count else base
    leg = visits[rider, LEG_M, k]
    for stop in range(rules.settings[STOPS]):
        detour = rules.metres[kind, before, stop] + rules.metres_in[kind, after, stop] - leg
        detour = detour if detour < _TOO_FAR else 0
        current.near[rider, stop] = min(current.near[rider, stop], np.int32(detour))


@inner
def keep(the_state):  # type: ignore[no-untyped-def]
    """Accept what this iteration changed."""
    for at in range(the_state.scalars[TOUCHED]):
        rider = the_state.touched[at]
        copy_round(the_state.current, the_state.kept, rider)
        the_state.is_ahead[rider] = 1
    the_state.scalars[KEPT_COST] = the_state.scalars[COST]


@inner
def undo(the_state, rules):  # type: ignore[no-untyped-def]
    """Go back to the rounds that were kept."""
    books = the_state.slots, the_state.docks, the_state.dock_counts
    for at in range(the_state.scalars[TOUCHED]):
        rider = the_state.touched[at]
        release(rider, the_state.current, *books, rules.places, rules.settings)
        for drop in the_state.current.carried[rider, DROP, : the_state.current.carried_counts[rider]]:
            set_absent(the_state, drop, rules.drops[drop, PENALTY_M])
    for at in range(the_state.scalars[TOUCHED]):
        rider = the_state.touched[at]
        copy_round(the_state.kept, the_state.current, rider)
        book(rider, the_state.current, *books, rules.places, rules.settings)
        for drop in the_state.current.carried[rider, DROP, : the_state.current.carried_counts[rider]]:
            set_present(the_state, drop, rider, rules.drops[drop, PENALTY_M])
    the_state.scalars[COST] = the_state.scalars[KEPT_COST]
