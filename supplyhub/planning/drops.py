"""Gather orders into drops: what one rider loads at one pickup and hands over at one compound together.

The search moves drops, not orders. A drop's orders share pickup, compound and due time; a drop is no larger
than the smallest vehicle that may carry its orders, so that every rider who may serve one of them can serve
the drop. Orders that no plan can serve are left out from the start.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from supplyhub.planning import reasons
from supplyhub.planning.placements import Placement, held_orders, is_aboard
from supplyhub.planning.tables import (
    CAPACITY_G,
    CAPACITY_ML,
    COMPOUND,
    DROP_COLUMNS,
    DUE,
    FREE_S,
    HANDED_OVER,
    LOADED_BY,
    NEVER_FREE_S,
    NOT_ABOARD,
    ORDERS,
    PENALTY_M,
    PICKUP,
    READY,
    VOLUME_ML,
    WEIGHT_G,
    Day,
    Flags,
    Integers,
    offsets,
)

# What is on board is handed over before anything else is served.
_ABOARD_WEIGHT = 100


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """Drops and the numbers of their orders; `carriers` has shape (drops, riders)."""

    rows: Integers
    carriers: Flags
    orders: tuple[tuple[int, ...], ...]


def gather(the_day: Day, codes: Integers, placed: Mapping[int, Placement]) -> Drops:
    """Gather the orders that a plan can serve into drops.

    Parameters
    ----------
    the_day
        The day's tables.
    codes
        `reasons.hopeless` of the day.
    placed
        Where a plan that is to be taken over has its orders: only those in one placement share a drop.

    Returns
    -------
    Drops
        Every possible order is in exactly one drop, and every drop has a rider who could serve it
        alone. What is held is in a drop of its own for each placement; what is on board belongs to its rider.
    """
    groups: defaultdict[tuple[Placement | None, ...], list[int]] = defaultdict(list)
    held_groups: defaultdict[tuple[Placement, ...], list[int]] = defaultdict(list)
    keys = the_day.order_rows[:, [PICKUP, COMPOUND, DUE]].tolist()
    held = held_orders(the_day, placed)
    for number in sorted(held):
        held_groups[(placed[number], *keys[number])].append(number)
    for number in np.flatnonzero(codes == reasons.POSSIBLE).tolist():
        if number not in held:
            groups[(placed.get(number), *keys[number])].append(number)
    sizes = the_day.order_rows[:, [WEIGHT_G, VOLUME_ML]].tolist()
    capacities: dict[tuple[int, int], list[tuple[int, int]]] = {}
    loads: list[tuple[int, ...]] = []
    for orders in groups.values():
        pickup, compound, _ = keys[orders[0]]
        if (pickup, compound) not in capacities:
            capacities[pickup, compound] = _capacities(the_day, pickup, compound)
        loads += _packed(sizes, orders, capacities[pickup, compound])
    return _together(_free(the_day, loads), _held(the_day, held_groups.values(), placed))


def divided(the_day: Day, gathered: Drops, absent: Iterable[int], placed: Mapping[int, Placement]) -> Drops:
    """Return the drops with those in `absent` divided into single orders, which come last.

    A drop that is divided keeps its number but stands for nothing any more.

    Parameters
    ----------
    the_day
        The day's tables.
    gathered
        The drops so far.
    absent
        Numbers of drops that found no place.
    placed
        As for `gather`.
    """
    rows, carriers, orders = gathered.rows.copy(), gathered.carriers.copy(), list(gathered.orders)
    loads: list[tuple[int, ...]] = []
    aboard: list[tuple[int, ...]] = []
    for number in absent:
        if len(orders[number]) > 1:
            singles = loads if rows[number, LOADED_BY] == NOT_ABOARD else aboard
            singles += [(order,) for order in orders[number]]
            rows[number, [WEIGHT_G, VOLUME_ML, ORDERS, PENALTY_M]] = 0
            carriers[number], orders[number] = False, ()
    return _together(
        Drops(rows=rows, carriers=carriers, orders=tuple(orders)),
        _free(the_day, loads),
        _held(the_day, aboard, placed),
    )


def _together(*parts: Drops) -> Drops:
    return Drops(
        rows=np.concatenate([part.rows for part in parts]),
        carriers=np.concatenate([part.carriers for part in parts]),
        orders=tuple(load for part in parts for load in part.orders),
    )


def _held(the_day: Day, loads: Iterable[Sequence[int]], placed: Mapping[int, Placement]) -> Drops:
    """Return drops of what is loaded already: done, or on board of a rider who alone can hand it over."""
    kept = [tuple(load) for load in loads]
    rows = _rows(the_day, kept)
    carriers = np.zeros((len(kept), len(the_day.rider_rows)), dtype=bool)
    for number, load in enumerate(kept):
        rider, loaded_at, _ = placed[load[0]]
        if is_aboard(the_day, placed[load[0]]):
            rows[number, LOADED_BY] = loaded_at
            rows[number, PENALTY_M] *= _ABOARD_WEIGHT
            may_go_on = the_day.rider_rows[rider, FREE_S] != NEVER_FREE_S
            carriers[number, rider] = may_go_on and the_day.may_enter[rows[number, COMPOUND], rider]
        else:
            rows[number, LOADED_BY], carriers[number, rider] = HANDED_OVER, True
    return Drops(rows=rows, carriers=carriers, orders=tuple(kept))


def _free(the_day: Day, loads: list[tuple[int, ...]]) -> Drops:
    """Return drops of what any rider may carry who goes on."""
    drops = _halved(the_day, loads)
    drops.carriers[:, the_day.rider_rows[:, FREE_S] == NEVER_FREE_S] = False
    return drops


def _capacities(the_day: Day, pickup: int, compound: int) -> list[tuple[int, int]]:
    """Return the sizes of vehicles that may carry between two places, the smallest first."""
    riders = np.flatnonzero(the_day.may_enter[compound] & the_day.may_load[pickup])
    return sorted({(row[CAPACITY_G], row[CAPACITY_ML]) for row in the_day.rider_rows[riders].tolist()})


def _packed(sizes: list[list[int]], orders: list[int], capacities: list[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Split one group by first fit, heaviest first, into loads of the smallest vehicle that may."""
    bins: list[tuple[list[int], int, int, int, int]] = []
    for number in sorted(orders, key=lambda n: (-sizes[n][0], -sizes[n][1], n)):
        weight, volume = sizes[number]
        most_g, most_ml = next(
            (limit_g, limit_ml) for limit_g, limit_ml in capacities if weight <= limit_g and volume <= limit_ml
        )
        for place, (content, used_g, used_ml, limit_g, limit_ml) in enumerate(bins):
            is_same_size = (limit_g, limit_ml) == (most_g, most_ml)
            if is_same_size and used_g + weight <= limit_g and used_ml + volume <= limit_ml:
                content.append(number)
                bins[place] = (content, used_g + weight, used_ml + volume, limit_g, limit_ml)
                break
        else:
            bins.append(([number], weight, volume, most_g, most_ml))
    return [tuple(content) for content, *_ in bins]


def _halved(the_day: Day, loads: list[tuple[int, ...]]) -> Drops:
    """Halve every load that nobody could serve even alone (its hand-over may take too long)."""
    kept: list[tuple[int, ...]] = []
    while True:
        rows = _rows(the_day, loads)
        carriers = reasons.carriers(the_day, rows)
        is_possible = [bool(row.any()) for row in carriers]
        kept += [load for load, fine in zip(loads, is_possible, strict=True) if fine]
        too_long = [load for load, fine in zip(loads, is_possible, strict=True) if not fine]
        if not too_long:
            break
        loads = [half for load in too_long for half in _halves(the_day, load)]
    rows = _rows(the_day, kept)
    return Drops(rows=rows, carriers=reasons.carriers(the_day, rows), orders=tuple(kept))


def _halves(the_day: Day, load: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Split a load in two, those ready first apart from those ready last."""
    in_order = sorted(load, key=lambda number: (the_day.order_rows[number, READY], number))
    middle = len(in_order) // 2
    return [half for half in (tuple(in_order[:middle]), tuple(in_order[middle:])) if half]


def _rows(the_day: Day, loads: list[tuple[int, ...]]) -> Integers:
    """Sum up each load's orders: ready with the last of them, due with the first."""
    rows = np.zeros((len(loads), DROP_COLUMNS), dtype=np.int64)
    rows[:, LOADED_BY] = NOT_ABOARD
    if not loads:
        return rows
    orders = the_day.order_rows[[number for load in loads for number in load]]
    first = offsets([len(load) for load in loads])[:-1]
    rows[:, [PICKUP, COMPOUND]] = orders[first][:, [PICKUP, COMPOUND]]
    rows[:, READY] = np.maximum.reduceat(orders[:, READY], first)
    rows[:, DUE] = np.minimum.reduceat(orders[:, DUE], first)
    summed = [WEIGHT_G, VOLUME_ML, ORDERS, PENALTY_M]
    rows[:, summed] = np.add.reduceat(orders[:, summed], first, axis=0)
    return rows
