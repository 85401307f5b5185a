"""Take over the rounds of a plan: put its drops where it has them, as far as the rules allow."""

from supplyhub.planning import candidates, change, simulate, state
from supplyhub.planning.compiled import inner, kernel
from supplyhub.planning.state import CARGO_G, CARGO_ML, DROP, HANDED_AT, ITERATION, LOADED_AT, START, TOUCHED
from supplyhub.planning.tables import ABOARD_G, ABOARD_ML, CAPACITY_G, CAPACITY_ML, HELD, PENALTY_M

adopt, keep, forget_near, note_near = change.adopt, change.keep, change.forget_near, change.note_near
compose_carried, renumber = candidates.compose_carried, candidates.renumber
simulated, touch, set_present = simulate.simulate, state.touch, state.set_present


@kernel
def take_over(the_state, wanted, rules):  # type: ignore[no-untyped-def]
    """Put absent drops on rounds as a plan has them: what is held as it is, the rest as far as the rules allow.

    Parameters
    ----------
    the_state
        Its current rounds hold PLACE_AT, START, LEAVE and SLOT of the plan's visits, and their counts. Nothing is
        booked.
    wanted
        Rows of rider, drop, visit of loading and visit of handing over, by rider, then in the order of handing
        over; shape (drops, 4).
    rules
        The day's tables.
    """
    the_state.scalars[ITERATION] += 1
    the_state.scalars[TOUCHED] = 0
    first = 0
    for rider in range(rules.riders.shape[0]):
        last = first
        while last < len(wanted) and wanted[last, 0] == rider:
            last += 1
        if last > first or rules.riders[rider, HELD]:
            _take_over_round(the_state, rider, wanted[first:last], rules)
        first = last
    keep(the_state)


@inner
def _take_over_round(the_state, rider, wanted, rules):  # type: ignore[no-untyped-def]
    """Take over all drops of one round; where they do not fit together, one after the other."""
    current, held = the_state.current, rules.riders[rider, HELD]
    for at in range(len(wanted)):
        _carry(current, wanted[at])
    if _try_carried(the_state, rider, rules) < 0:
        current.carried_counts[rider] = 0
        for at in range(len(wanted)):
            _carry(current, wanted[at])
            if wanted[at, 3] >= held and _try_carried(the_state, rider, rules) < 0:
                current.carried_counts[rider] -= 1
    count = _try_carried(the_state, rider, rules)
    renumber(current, the_state.moved_to, rider)
    touch(the_state, rider)
    for at in range(current.carried_counts[rider]):
        drop = current.carried[rider, DROP, at]
        set_present(the_state, drop, rider, rules.drops[drop, PENALTY_M])
    adopt(the_state, rider, count, rules)
    forget_near(current, rider, rules)
    for k in range(count + 1):
        note_near(current, rider, k, rules)


@inner
def _carry(current, row):  # type: ignore[no-untyped-def]
    """Note a drop, a row of `wanted`, as carried."""
    rider, at = row[0], current.carried_counts[row[0]]
    current.carried[rider, DROP, at], current.carried[rider, LOADED_AT, at] = row[1], row[2]
    current.carried[rider, HANDED_AT, at] = row[3]
    current.carried_counts[rider] = at + 1


@inner
def _try_carried(the_state, rider, rules):  # type: ignore[no-untyped-def]
    """Write the round of the carried drops into the candidate; return its visits, or -1 when a rule breaks.

    Nothing takes place earlier than the plan says, so that a plan which keeps all rules is taken over as it is.
    """
    current, candidate = the_state.current, the_state.candidate
    count = compose_carried(current, candidate, the_state.moved_to, rider, rules)
    for k in range(rules.riders[rider, HELD], current.counts[rider]):
        if the_state.moved_to[k] >= 0:
            candidate[START, the_state.moved_to[k]] = current.visits[rider, START, k]
    held = rules.riders[rider, HELD]
    if count == held:
        return count
    weight, volume = rules.riders[rider, ABOARD_G], rules.riders[rider, ABOARD_ML]
    for k in range(held, count):
        weight += candidate[CARGO_G, k]
        volume += candidate[CARGO_ML, k]
        if weight > rules.riders[rider, CAPACITY_G] or volume > rules.riders[rider, CAPACITY_ML]:
            return -1
    books = the_state.slots, the_state.docks, the_state.dock_counts
    is_possible = simulated(candidate, count, held, count, rider, books, rules)
    return count if is_possible else -1
