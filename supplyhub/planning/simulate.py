"""The one simulation of a round: it alone decides when things happen and whether every rule holds.

Visits take place as early as the rules allow. All rules are monotone (a later arrival never makes an
earlier start possible), so putting a load off by exactly the seconds by which a ride is too long, and
simulating again from there, ends at the earliest schedule that keeps the ride limit, if there is one.

Rules by number (docs/planning.md): 3 opening, docks and readiness; 5 gate hours and due times; 6 slots;
7 ride time; 8 shift and pass; 10 travel. Capacity (4) is kept where drops are inserted; the others (1, 2,
9, zones and risk) by which drops may be inserted at all.
"""

from supplyhub.planning.compiled import inlined, inner
from supplyhub.planning.state import (
    EARLIEST,
    FIRST_LOAD,
    FLOOR,
    HANDED,
    LATEST,
    LATEST_START,
    LEAVE,
    LEG_S,
    PLACE_AT,
    SLOT,
    START,
)
from supplyhub.planning.tables import (
    ABOARD_RIDE_S,
    CLOSES,
    FIRST_SLOT,
    FIXED_S,
    FREE_S,
    HELD,
    LEAVES,
    LIMIT,
    OPENS,
    PASS_UNTIL,
    PER_ORDER_S,
    PICKUPS,
    RIDE_S,
    SHIFT_END,
    UNIT_S,
)

# How often a load may be put off before the round counts as impossible. A round whose way alone is
# longer than the ride limit would otherwise be put off until the pickup closes.
_MOST_DELAYS = 24
NEVER = -1


@inlined
def _dock_start(start, pickup, docks, dock_counts, places):  # type: ignore[no-untyped-def]
    """Return the first second from `start` on in which a dock is free for a whole load, or NEVER.

    All loads of a pickup last equally long, so those that a load meets began less than that before it or
    begin less than that after it: they stand in three spans of the book.
    """
    lasts, limit = places[pickup, UNIT_S], places[pickup, LIMIT]
    last_start = places[pickup, CLOSES] - lasts
    if lasts == 0 or limit <= 0:
        return start if limit > 0 and start <= last_start else NEVER
    while start <= last_start:
        span = start // lasts
        first, last = max(0, span - 1), span + 2
        near = 0
        for at in range(first, last):
            near += dock_counts[pickup, at]
        if near < limit:
            return start
        free_at = _dock_conflict(start, pickup, docks, dock_counts, first, last, lasts, limit)
        if free_at == NEVER:
            return start
        start = free_at
    return NEVER


@inner
def _dock_conflict(  # type: ignore[no-untyped-def]
    start, pickup, docks, dock_counts, first, last, lasts, limit
):
    """Return when the first of the loads ends that leave no dock for one at `start`, or NEVER."""
    for span in range(first, last):
        for at in range(-1, dock_counts[pickup, span]):
            # Loads under way when the new one begins, and whenever another one begins during it.
            moment = start if at < 0 else docks[pickup, span, at]
            if not start <= moment < start + lasts:
                continue
            under_way, first_began = 0, moment
            for other_span in range(first, last):
                for other in range(dock_counts[pickup, other_span]):
                    began = docks[pickup, other_span, other]
                    if moment - lasts < began <= moment:
                        under_way += 1
                        first_began = min(first_began, began)
            if under_way >= limit:
                return first_began + lasts
    return NEVER


@inlined
def _slot_start(start, last_start, k, visits, slots, places):  # type: ignore[no-untyped-def]
    """Return the first second from `start` to `last_start` that lies in a slot with room, or NEVER.

    The slot is noted with the visit. Slots are shared with all other rounds (`slots`) and with earlier
    visits of this round.
    """
    gate = visits[PLACE_AT, k]
    opens, length = places[gate, OPENS], places[gate, UNIT_S]
    while start <= last_start:
        slot = (start - opens) // length
        begins = opens + slot * length
        number = places[gate, FIRST_SLOT] + slot
        used = slots[number]
        before = k - 1
        while before >= 0 and visits[START, before] >= begins:
            if visits[PLACE_AT, before] == gate:
                used += 1
            before -= 1
        if used < places[gate, LIMIT]:
            visits[SLOT, k] = number
            return start
        start = begins + length
    return NEVER


@inner
def simulate(  # type: ignore[no-untyped-def] # noqa: C901 - all rules in one loop, read from top to bottom
    visits, count, first, last, rider, books, rules
):
    """Fill in START, LEAVE and SLOT of the visits from `first` on; return True when every rule holds.

    As soon as a visit after `last` begins as it did before, all later ones do, and the simulation ends.

    Parameters
    ----------
    visits
        Columns of one round, with what its visits are; shape (VISIT_COLUMNS, most visits).
    count
        How many visits the round has.
    first
        The first visit that is not as it was: START and LEAVE of those before it are right. None that is held.
    last
        The last visit that is not as it was. START of those from `first` on holds when they took place before, or
        NEVER. Insertions only put visits off: nothing takes place earlier than it did.
    rider
        Whose round it is.
    books
        What all *other* rounds have booked: slots, docks and dock counts of the State.
    rules
        The day's tables.
    """
    places, settings = rules.places, rules.settings
    held = rules.riders[rider, HELD]
    for k in range(first):
        visits[FLOOR, k] = visits[START, k]
    delays, last_excess, last_delayed, changed_until = 0, 0, -1, 0
    # Visits before `reached` have been simulated; slots until `changed_until` are not booked as they were.
    k = reached = first
    while k < count:
        place = visits[PLACE_AT, k]
        is_load, is_new, was = place < settings[PICKUPS], k == reached, visits[START, k]
        if is_new:
            visits[FLOOR, k] = max(visits[EARLIEST, k], was)
        now = visits[LEAVE, k - 1] if k else rules.riders[rider, LEAVES]
        free_s = rules.riders[rider, FREE_S] if k == held else 0
        start = max(max(now, free_s) + visits[LEG_S, k], places[place, OPENS], visits[FLOOR, k])
        if start > visits[LATEST_START, k]:
            return False
        if is_load:
            lasts = places[place, UNIT_S]
            start = _dock_start(start, place, books[1], books[2], places)
        else:
            lasts = settings[FIXED_S] + settings[PER_ORDER_S] * visits[HANDED, k]
            latest = min(places[place, CLOSES], visits[LATEST, k], rules.riders[rider, PASS_UNTIL])
            start = _slot_start(start, latest - lasts, k, visits, books[0], places)
        if start == NEVER:
            return False
        load = visits[FIRST_LOAD, k]
        longest = rules.riders[rider, ABOARD_RIDE_S] if load < held else settings[RIDE_S]
        excess = 0 if is_load else start + lasts - visits[LEAVE, load] - longest
        if excess > 0:
            delays += 1
            # Putting the load off has not made this ride shorter: nobody waits on it, it is the way.
            if delays > _MOST_DELAYS or (last_delayed == k and excess >= last_excess) or load < held:
                return False
            last_excess, last_delayed = excess, k
            visits[FLOOR, load] = visits[START, load] + excess
            k = load
            continue
        if is_new and k > last and start == was and start >= changed_until:
            return True
        if not is_load and start != was:
            changed_until = max(changed_until, _slot_end(start, place, places))
        visits[START, k], visits[LEAVE, k] = start, start + lasts
        k += 1
        reached = max(reached, k)
    return count == 0 or visits[LEAVE, count - 1] + visits[LEG_S, count] <= rules.riders[rider, SHIFT_END]


@inlined
def _slot_end(start, gate, places):  # type: ignore[no-untyped-def]
    """Return when the slot ends in which a hand-over starts."""
    length = places[gate, UNIT_S]
    return start - (start - places[gate, OPENS]) % length + length
