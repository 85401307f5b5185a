"""Why an order is not served: the first of the page's reasons that holds, decided from the rules alone.

Three reasons depend on the day only (nobody may, nothing holds it, no time even alone); the last two also
on the slots that a plan uses. `docs/planning.md` lists them; the checker decides them in its own way.
"""

import numpy as np

from supplyhub.planning.compiled import inner, maker
from supplyhub.planning.plan import Reason
from supplyhub.planning.tables import (
    BASE,
    CAPACITY_G,
    CAPACITY_ML,
    CLOSES,
    COMPOUND,
    DUE,
    FIRST_SLOT,
    FIXED_S,
    KIND,
    LEAVES,
    LIMIT,
    OPENS,
    ORDERS,
    PASS_UNTIL,
    PER_ORDER_S,
    PICKUP,
    READY,
    RIDE_S,
    SHIFT_END,
    UNIT_S,
    VOLUME_ML,
    WEIGHT_G,
    Day,
    Flags,
    Integers,
)
from supplyhub.planning.travel import NO_WAY

# Codes of the kernels; 0 means that the order could be served as the day's only one.
_REASONS = (
    Reason.NO_CAPACITY_LEFT,
    Reason.NO_ELIGIBLE_RIDER,
    Reason.OVER_CAPACITY,
    Reason.NO_TIME,
    Reason.NO_GATE_SLOT,
)
POSSIBLE = 0


def hopeless(the_day: Day) -> Integers:
    """Return for each order POSSIBLE, or the code of the reason why no plan can serve it.

    Parameters
    ----------
    the_day
        The day's tables.

    Returns
    -------
    ndarray
        One code per order, in their order.
    """
    no_slots = np.zeros(0, dtype=np.int64)
    return np.asarray(_codes(the_day.order_rows, no_slots, *_arguments(the_day)))


def carriers(the_day: Day, drops: Integers) -> Flags:
    """Return which rider could serve which drop if it were all there is to do.

    Parameters
    ----------
    the_day
        The day's tables.
    drops
        Rows with the drops' columns.

    Returns
    -------
    ndarray
        Shape (drops, riders).
    """
    return np.asarray(_carriers(drops, *_arguments(the_day)))


def explain(the_day: Day, orders: list[int], used_slots: Integers) -> list[Reason]:
    """Return the reason of each of some unserved orders.

    Parameters
    ----------
    the_day
        The day's tables.
    orders
        Numbers of the unserved orders.
    used_slots
        Hand-overs that begin in each slot of each gate.

    Returns
    -------
    list of Reason
        In the same order.
    """
    codes = _codes(the_day.order_rows[orders], used_slots, *_arguments(the_day))
    return [_REASONS[code] for code in codes.tolist()]


def _arguments(the_day: Day) -> tuple[object, ...]:
    return (
        the_day.may_enter,
        the_day.may_load,
        the_day.places.seconds,
        the_day.place_rows,
        the_day.rider_rows,
        the_day.gates_from,
        the_day.gates,
        the_day.settings,
    )


@inner
def _alone(row, rider, gate, seconds, places, riders, settings):  # type: ignore[no-untyped-def]
    """Return earliest and latest start of the hand-over as the day's only one; (1, 0) if impossible."""
    base, kind, pickup = riders[rider, BASE], riders[rider, KIND], row[PICKUP]
    there, across = seconds[kind, base, pickup], seconds[kind, pickup, gate]
    home = seconds[kind, gate, base]
    if there >= NO_WAY or across >= NO_WAY or home >= NO_WAY:
        return 1, 0
    lasts = settings[FIXED_S] + settings[PER_ORDER_S] * row[ORDERS]
    loading = max(riders[rider, LEAVES] + there, places[pickup, OPENS], row[READY])
    loaded = loading + places[pickup, UNIT_S]
    closes = places[pickup, CLOSES]
    if loaded > closes or across + lasts > settings[RIDE_S]:
        return 1, 0
    earliest = max(loaded + across, places[gate, OPENS])
    latest = min(places[gate, CLOSES], row[DUE], riders[rider, PASS_UNTIL])
    latest = min(latest, riders[rider, SHIFT_END] - home, closes + settings[RIDE_S]) - lasts
    return earliest, latest


@inner
def _has_free_slot(earliest, latest, gate, used_slots, places):  # type: ignore[no-untyped-def]
    if used_slots.shape[0] == 0:
        return True
    first = (earliest - places[gate, OPENS]) // places[gate, UNIT_S]
    last = (latest - places[gate, OPENS]) // places[gate, UNIT_S]
    for slot in range(first, last + 1):  # noqa: SIM110 - a generator would not compile
        if used_slots[places[gate, FIRST_SLOT] + slot] < places[gate, LIMIT]:
            return True
    return False


@inner
def _code(  # type: ignore[no-untyped-def] # noqa: PLR0913
    row,
    used_slots,
    may_enter,
    may_load,
    seconds,
    places,
    riders,
    gates_from,
    gates,
    settings,
):
    code = 1
    for rider in range(riders.shape[0]):
        if not (may_enter[row[COMPOUND], rider] and may_load[row[PICKUP], rider]):
            continue
        code = max(code, 2)
        if row[WEIGHT_G] > riders[rider, CAPACITY_G] or row[VOLUME_ML] > riders[rider, CAPACITY_ML]:
            continue
        code = max(code, 3)
        for at in range(gates_from[row[COMPOUND]], gates_from[row[COMPOUND] + 1]):
            gate = gates[at]
            earliest, latest = _alone(row, rider, gate, seconds, places, riders, settings)
            if earliest <= latest:
                if _has_free_slot(earliest, latest, gate, used_slots, places):
                    return 0
                code = 4
    return code


@maker
def _codes(  # type: ignore[no-untyped-def] # noqa: PLR0913
    rows,
    used_slots,
    may_enter,
    may_load,
    seconds,
    places,
    riders,
    gates_from,
    gates,
    settings,
):
    codes = np.empty(rows.shape[0], dtype=np.int64)
    for number in range(rows.shape[0]):
        codes[number] = _code(
            rows[number],
            used_slots,
            may_enter,
            may_load,
            seconds,
            places,
            riders,
            gates_from,
            gates,
            settings,
        )
    return codes


@maker
def _carriers(  # type: ignore[no-untyped-def] # noqa: PLR0913
    rows,
    may_enter,
    may_load,
    seconds,
    places,
    riders,
    gates_from,
    gates,
    settings,
):
    result = np.zeros((rows.shape[0], riders.shape[0]), dtype=np.bool_)
    for number in range(rows.shape[0]):
        row = rows[number]
        for rider in range(riders.shape[0]):
            if (
                not (may_enter[row[COMPOUND], rider] and may_load[row[PICKUP], rider])
                or row[WEIGHT_G] > riders[rider, CAPACITY_G]
                or row[VOLUME_ML] > riders[rider, CAPACITY_ML]
            ):
                continue
            for at in range(gates_from[row[COMPOUND]], gates_from[row[COMPOUND] + 1]):
                earliest, latest = _alone(row, rider, gates[at], seconds, places, riders, settings)
                if earliest <= latest:
                    result[number, rider] = True
                    break
    return result
