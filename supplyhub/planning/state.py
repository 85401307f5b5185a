"""What a search changes: rounds, bookings, and the lists it works with, as arrays made once and reused.

There are three sets of rounds: `current` is being changed, `kept` is the last one accepted, `best` the
best ever seen. Each thread of search has a state of its own; the `Rules` are shared.

A round is a row of visits. Its visits stand in columns that are contiguous along the round, so that a
loop over one column reads along memory: `visits[rider, COLUMN, place in the round]`.
"""

from typing import Any, NamedTuple

import numpy as np

from supplyhub.planning.compiled import inner, kernel
from supplyhub.planning.tables import (
    BASE,
    CLOSES,
    KIND,
    LIMIT,
    PENALTY_M,
    PICKUPS,
    STOPS,
    UNIT_S,
    Rules,
)
from supplyhub.planning.travel import NO_WAY

# Columns of a visit. What the visit is:
#   PLACE_AT    place number: a pickup (loads) or a gate (hands over)
#   HANDED      orders handed over, 0 for a load
#   EARLIEST    a load begins no earlier: the last of its orders is ready
#   LATEST      a hand-over ends no later: the first of its orders is due
#   FIRST_LOAD  where in the round the first of the handed-over drops was loaded
#   CARGO_G/ML  what comes on board, negative for a hand-over
#   LEG_S       seconds from the place before; one more entry for the way home
# What follows from it by simulation:
#   START, LEAVE, SLOT (of a hand-over, counted over all gates)
#   LEG_M       metres from the place before; one more entry for the way home
#   LATEST_START  no later, or something after it is late
#   SPARE_S     by how much the round may grow here before a ride is too long even without waiting
#   BOARD_G/ML  on board after the visit
#   FLOOR       simulation only: a visit begins no earlier; a load is put off to here to keep the ride limit
(
    PLACE_AT,
    HANDED,
    EARLIEST,
    LATEST,
    FIRST_LOAD,
    LATEST_START,
    LEG_S,
    START,
    LEAVE,
    SLOT,
    CARGO_G,
    CARGO_ML,
    LEG_M,
    SPARE_S,
    BOARD_G,
    BOARD_ML,
    FLOOR,
    VISIT_COLUMNS,
) = range(18)
# Columns that a candidate copies to be simulated, and to be carried out.
SIMULATED, CARRIED_OUT = 10, 12
# Columns of the drops on a round.
DROP, LOADED_AT, HANDED_AT, CARRIED_COLUMNS = range(4)
# Entries of `scalars`.
ABSENT, COST, KEPT_COST, BEST_COST, ITERATION, TOUCHED, OPTIONS, SCALARS = range(8)
# Entries of `found` and columns of `options`: where a drop may go. Places count in the round as it will be.
RIDER, LOAD_AT, LOAD_IS_NEW, HAND_AT, HAND_IS_NEW, GATE, COST_M, INSERTION = range(8)
MOST_OPTIONS = 1024

# Nobody makes more visits than this in a day; a longer round is treated as full.
MOST_VISITS = 256
_MOST_CARRIED = 1024
# Stands for "no bound" in minimums over metres.
FAR = 1 << 40


class Rounds(NamedTuple):
    """A plan: the visits and drops of every rider."""

    visits: Any  # (riders, VISIT_COLUMNS, most visits + 1)
    counts: Any  # (riders,): visits
    carried: Any  # (riders, CARRIED_COLUMNS, most drops)
    carried_counts: Any  # (riders,): drops
    costs: Any  # (riders,): metres, contacts and rider together
    near: Any  # int32 (riders, pickups and gates): metres that a detour there costs at least


class State(NamedTuple):
    """Everything that one thread of search changes."""

    current: Rounds
    kept: Rounds
    best: Rounds
    slots: Any  # (slots of all gates,): hand-overs of `current` that begin in each
    docks: Any  # (pickups, spans, docks): when loads of `current` begin, by spans of one loading time
    dock_counts: Any  # (pickups, spans): how many begin in each
    rider_of: Any  # (drops,): rider, or -1
    absent: Any  # (drops,): drops without rider, the first scalars[ABSENT]
    absent_at: Any  # (drops,): where in `absent`, or -1
    candidate: Any  # (VISIT_COLUMNS, most visits + 1): a round being tried
    found: Any  # (INSERTION,): the best insertion found
    options: Any  # (MOST_OPTIONS, INSERTION): insertions to try, the first scalars[OPTIONS]
    bounds: Any  # (riders,): least cost of an insertion into each round
    hopeful: Any  # (riders,): riders whose round may still be the best
    is_sharp: Any  # (riders,): 1 where the bound comes from a pass along the round
    queue: Any  # (drops,): drops to insert, in order
    keys: Any  # (drops,): what the queue is ordered by
    moved_to: Any  # (most visits + 1,): new places of visits when some vanish
    touched: Any  # (riders,): rounds changed in this iteration, the first scalars[TOUCHED]
    touched_in: Any  # (riders,): iteration in which each was last touched
    is_ahead: Any  # (riders,): 1 when `kept` differs from `best`
    scalars: Any  # (SCALARS,)
    random: Any  # uint64 (1,)


def make(rules: Rules, seed: int) -> State:
    """Return a state in which every drop is absent and every round empty.

    Parameters
    ----------
    rules
        The day's tables.
    seed
        What the state's random numbers follow from.
    """
    drops, riders = len(rules.drops), len(rules.riders)
    pickups = int(rules.settings[PICKUPS])
    most_visits = min(2 * drops, MOST_VISITS) + 1
    spans, most_docks = _dock_sizes(rules)
    scalars = np.zeros(SCALARS, dtype=np.int64)
    scalars[ABSENT] = drops
    penalties = int(rules.drops[:, PENALTY_M].sum())
    scalars[COST] = scalars[KEPT_COST] = scalars[BEST_COST] = penalties

    def rounds() -> Rounds:
        visits = np.zeros((riders, VISIT_COLUMNS, most_visits), dtype=np.int64)
        visits[:, SPARE_S, :] = FAR
        return Rounds(
            visits=visits,
            counts=np.zeros(riders, dtype=np.int64),
            carried=np.zeros((riders, CARRIED_COLUMNS, min(drops, _MOST_CARRIED) + 1), dtype=np.int64),
            carried_counts=np.zeros(riders, dtype=np.int64),
            costs=np.zeros(riders, dtype=np.int64),
            near=_there_and_back(rules),
        )

    def integers(*shape: int) -> Any:
        return np.zeros(shape, dtype=np.int64)

    return State(
        current=rounds(),
        kept=rounds(),
        best=rounds(),
        slots=integers(max(1, int(rules.total_slots[0]))),
        docks=integers(pickups, spans, most_docks),
        dock_counts=integers(pickups, spans),
        rider_of=np.full(drops, -1, dtype=np.int64),
        absent=np.arange(drops, dtype=np.int64),
        absent_at=np.arange(drops, dtype=np.int64),
        candidate=integers(VISIT_COLUMNS, most_visits),
        found=integers(INSERTION),
        options=integers(MOST_OPTIONS, INSERTION),
        bounds=integers(riders),
        hopeful=integers(riders),
        is_sharp=integers(riders),
        queue=integers(drops),
        keys=integers(drops),
        moved_to=integers(most_visits + 1),
        touched=integers(riders),
        touched_in=np.full(riders, -1, dtype=np.int64),
        is_ahead=integers(riders),
        scalars=scalars,
        random=np.array([seed % 2**64], dtype=np.uint64),
    )


def resume(rules: Rules, source: State) -> State:
    """Return a state with the best rounds of another one, whose drops come first among those of `rules`.

    Parameters
    ----------
    rules
        The day's tables, with more drops than `source` knows.
    source
        Where rounds and random numbers are taken from.
    """
    result = make(rules, 0)
    result.random[:] = source.random
    best = source.best
    width = best.carried.shape[2]
    for rounds in (result.current, result.kept, result.best):
        rounds.visits[:, :, : best.visits.shape[2]] = best.visits
        rounds.carried[:, :, :width] = best.carried
        rounds.counts[:], rounds.carried_counts[:] = best.counts, best.carried_counts
        rounds.costs[:], rounds.near[:] = best.costs, best.near
    for rider, count in enumerate(best.carried_counts.tolist()):
        result.rider_of[best.carried[rider, DROP, :count]] = rider
    absent = np.flatnonzero(result.rider_of < 0)
    result.absent[: len(absent)], result.absent_at[:] = absent, -1
    result.absent_at[absent] = np.arange(len(absent))
    cost = int(best.costs.sum() + rules.drops[absent, PENALTY_M].sum())
    result.scalars[[COST, KEPT_COST, BEST_COST]] = cost
    result.scalars[ABSENT] = len(absent)
    book_all(result, rules)
    return result


def _dock_sizes(rules: Rules) -> tuple[int, int]:
    """Return how many spans of one loading time a day has, and how many loads can begin in one."""
    rows = rules.places[: int(rules.settings[PICKUPS])]
    lasting = rows[rows[:, UNIT_S] > 0]
    if not len(lasting):
        return 1, 1
    spans = int((lasting[:, CLOSES] // lasting[:, UNIT_S]).max()) + 2
    return spans, int(min(lasting[:, LIMIT].max(), len(rules.riders))) + 1


def _there_and_back(rules: Rules) -> Any:
    """Return what each place costs an empty round: from the base there and back."""
    kinds, bases = rules.riders[:, KIND], rules.riders[:, BASE]
    stops = int(rules.settings[STOPS])
    metres = rules.metres[kinds, bases, :stops] + rules.metres_in[kinds, bases, :stops]
    return np.ascontiguousarray(np.where(metres < NO_WAY, metres, 0))


@inner
def copy_round(source, target, rider):  # type: ignore[no-untyped-def]
    """Make one rider's round in `target` what it is in `source`."""
    count = source.counts[rider]
    for column in range(FLOOR):
        for k in range(count + 1):
            target.visits[rider, column, k] = source.visits[rider, column, k]
    carried = source.carried_counts[rider]
    for column in range(CARRIED_COLUMNS):
        for k in range(carried):
            target.carried[rider, column, k] = source.carried[rider, column, k]
    for stop in range(source.near.shape[1]):
        target.near[rider, stop] = source.near[rider, stop]
    target.counts[rider] = count
    target.carried_counts[rider] = carried
    target.costs[rider] = source.costs[rider]


@inner
def book(rider, rounds, slots, docks, dock_counts, places, settings):  # type: ignore[no-untyped-def]
    """Enter the round's hand-overs into the slots and its loads into the docks."""
    for k in range(rounds.counts[rider]):
        place = rounds.visits[rider, PLACE_AT, k]
        if place >= settings[PICKUPS]:
            slots[rounds.visits[rider, SLOT, k]] += 1
        elif places[place, UNIT_S] > 0:
            span = rounds.visits[rider, START, k] // places[place, UNIT_S]
            docks[place, span, dock_counts[place, span]] = rounds.visits[rider, START, k]
            dock_counts[place, span] += 1


@kernel
def book_all(the_state, rules):  # type: ignore[no-untyped-def]
    """Enter all current rounds into the books, which are empty."""
    for rider in range(rules.riders.shape[0]):
        book(
            rider,
            the_state.current,
            the_state.slots,
            the_state.docks,
            the_state.dock_counts,
            rules.places,
            rules.settings,
        )


@inner
def release(rider, rounds, slots, docks, dock_counts, places, settings):  # type: ignore[no-untyped-def]
    """Take the round's hand-overs and loads out of the books again."""
    for k in range(rounds.counts[rider]):
        place = rounds.visits[rider, PLACE_AT, k]
        if place >= settings[PICKUPS]:
            slots[rounds.visits[rider, SLOT, k]] -= 1
        elif places[place, UNIT_S] > 0:
            span = rounds.visits[rider, START, k] // places[place, UNIT_S]
            last = dock_counts[place, span] - 1
            at = last
            while docks[place, span, at] != rounds.visits[rider, START, k]:
                at -= 1
            docks[place, span, at] = docks[place, span, last]
            dock_counts[place, span] = last


@inner
def touch(state, rider):  # type: ignore[no-untyped-def]
    """Note that this iteration changes the round."""
    if state.touched_in[rider] != state.scalars[ITERATION]:
        state.touched_in[rider] = state.scalars[ITERATION]
        state.touched[state.scalars[TOUCHED]] = rider
        state.scalars[TOUCHED] += 1


@inner
def set_absent(state, drop, penalty):  # type: ignore[no-untyped-def]
    """Note that the drop is on no round."""
    state.rider_of[drop] = -1
    state.absent_at[drop] = state.scalars[ABSENT]
    state.absent[state.scalars[ABSENT]] = drop
    state.scalars[ABSENT] += 1
    state.scalars[COST] += penalty


@inner
def set_present(state, drop, rider, penalty):  # type: ignore[no-untyped-def]
    """Note that the drop is on the rider's round."""
    state.rider_of[drop] = rider
    state.scalars[ABSENT] -= 1
    at, last = state.absent_at[drop], state.absent[state.scalars[ABSENT]]
    state.absent[at] = last
    state.absent_at[last] = at
    state.absent_at[drop] = -1
    state.scalars[COST] -= penalty
