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
    PLACE_AT,
    SLOT,
    START,
)
from supplyhub.planning.tables import (
    BASE,
    CLOSES,
    FIRST_SLOT,
    FIXED_S,
    KIND,
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
def simulate(  # type: ignore[no-untyped-def]
    visits, count, first, rider, slots, docks, dock_counts, rules
):
    """Fill in START and LEAVE of the visits from `first` on; return True when every rule holds.

    Parameters
    ----------
    visits
        Columns of one round, with what its visits are; shape (VISIT_COLUMNS, most visits).
    count
        How many visits the round has.
    first
        The first visit that is not as it was: START and LEAVE of those before it are right.
    rider
        Whose round it is.
    slots, docks, dock_counts
        What all *other* rounds have booked.
    rules
        The day's tables.
    """
    places, settings = rules.places, rules.settings
    kind, base = rules.riders[rider, KIND], rules.riders[rider, BASE]
    for k in range(count):
        visits[FLOOR, k] = visits[EARLIEST, k]
    delays, last_excess, last_delayed = 0, 0, -1
    k = first
    while k < count:
        place = visits[PLACE_AT, k]
        before = visits[PLACE_AT, k - 1] if k else base
        now = visits[LEAVE, k - 1] if k else rules.riders[rider, LEAVES]
        start = max(now + rules.seconds[kind, before, place], places[place, OPENS])
        if start > visits[LATEST_START, k]:
            return False
        if place < settings[PICKUPS]:
            start = _dock_start(max(start, visits[FLOOR, k]), place, docks, dock_counts, places)
            if start == NEVER:
                return False
            visits[START, k] = start
            visits[LEAVE, k] = start + places[place, UNIT_S]
            k += 1
            continue
        lasts = settings[FIXED_S] + settings[PER_ORDER_S] * visits[HANDED, k]
        latest = min(places[place, CLOSES], visits[LATEST, k], rules.riders[rider, PASS_UNTIL])
        start = _slot_start(start, latest - lasts, k, visits, slots, places)
        if start == NEVER:
            return False
        load = visits[FIRST_LOAD, k]
        excess = start + lasts - visits[LEAVE, load] - settings[RIDE_S]
        if excess > 0:
            delays += 1
            # Putting the load off has not made this ride shorter: nobody waits on it, it is the way.
            if delays > _MOST_DELAYS or (last_delayed == k and excess >= last_excess):
                return False
            last_excess, last_delayed = excess, k
            visits[FLOOR, load] = visits[START, load] + excess
            k = load
            continue
        visits[START, k] = start
        visits[LEAVE, k] = start + lasts
        k += 1
    if count == 0:
        return True
    home = rules.seconds[kind, visits[PLACE_AT, count - 1], base]
    return visits[LEAVE, count - 1] + home <= rules.riders[rider, SHIFT_END]
