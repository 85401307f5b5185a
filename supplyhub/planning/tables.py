"""The rules of one day as read-only tables of integers: what the compiled search looks things up in.

Columns have names; a table is an int64 array whose last axis they number. Built once per set of drops and
shared by everything that searches; nothing here changes afterwards.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from supplyhub.planning import travel
from supplyhub.planning.problem import Problem, Risk

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Columns of `places`. For a pickup UNIT_S is the loading time and LIMIT the docks; for a gate they are
# the slot length and the riders per slot.
OPENS, CLOSES, UNIT_S, LIMIT, FIRST_SLOT, COMPOUND_OF, PLACE_COLUMNS = range(7)
# Columns of `riders`. The last ones say how far a rider is on a round that is taken over (`held`): visits that
# stay, when the rider leaves the last of them, and what is on board then: its weight and volume, and how long it
# may ride.
(
    BASE,
    LEAVES,
    PASS_UNTIL,
    SHIFT_END,
    CAPACITY_G,
    CAPACITY_ML,
    KIND,
    HELD,
    FREE_S,
    ABOARD_G,
    ABOARD_ML,
    ABOARD_RIDE_S,
    RIDER_COLUMNS,
) = range(13)
# Columns of `drops` (and, with one order each, of `orders`).
(
    PICKUP,
    COMPOUND,
    WEIGHT_G,
    VOLUME_ML,
    ORDERS,
    READY,
    DUE,
    PENALTY_M,
    LOADED_BY,
    DROP_COLUMNS,
) = range(10)
# LOADED_BY is the visit of its rider's round at which a drop came on board before the search began, or one of these.
NOT_ABOARD, HANDED_OVER = -1, -2
# FREE_S of a rider who has stopped.
NEVER_FREE_S = 1 << 40
# Entries of `settings`. PICKUPS counts the pickups, STOPS pickups and gates together.
FIXED_S, PER_ORDER_S, RIDE_S, CONTACT_M, RIDER_M, PICKUPS, STOPS, SETTINGS = range(8)

# The search weighs an unserved order at this many times its score: a round that could carry it is then
# always taken, whatever it costs, while priorities keep their proportions.
UNSERVED_WEIGHT = 10
# Never free: an order that costs nothing when unserved would not be planned at all.
_LEAST_PENALTY_M = 100_000
NEIGHBOURS = 48


class Rules(NamedTuple):
    """Read-only tables. `metres` and `metres_in` are each other's transposes, for reading along rows."""

    metres: Any  # int32 (kinds, places, places): from, to
    metres_in: Any  # int32 (kinds, places, places): to, from
    seconds: Any  # int32 (kinds, places, places): from, to
    places: Any  # (places, PLACE_COLUMNS)
    riders: Any  # (riders, RIDER_COLUMNS)
    drops: Any  # (drops, DROP_COLUMNS)
    eligible: Any  # bool (drops, riders)
    gates_from: Any  # (compounds + 1,): where a compound's gates begin in gates
    gates: Any  # (gates,): place numbers
    drops_from: Any  # (compounds + 1,): where a compound's drops begin in drops_at
    drops_at: Any  # (drops,): drop numbers by compound
    near: Any  # (compounds, <= NEIGHBOURS): compounds by distance, itself first
    settings: Any  # (SETTINGS,)
    total_slots: Any  # (1,): slots of all gates


class Day(NamedTuple):
    """What does not depend on how orders are gathered into drops."""

    places: travel.Places
    place_rows: Integers
    rider_rows: Integers
    order_rows: Integers
    may_enter: Flags  # (compounds, riders): zone and high risk
    may_load: Flags  # (pickups, riders): binding
    gates_from: Integers
    gates: Integers
    settings: Integers
    total_slots: int


def day(problem: Problem) -> Day:
    """Return a problem as tables.

    Parameters
    ----------
    problem
        The day.

    Returns
    -------
    Day
        Rows in the order of the problem's tuples; places as `travel.build` numbers them.
    """
    places = travel.build(problem)
    compounds = {compound.compound_id: n for n, compound in enumerate(problem.compounds)}
    gates_of: list[list[int]] = [[] for _ in compounds]
    for gate in problem.gates:
        gates_of[compounds[gate.compound_id]].append(places.gate_number[gate.gate_id])
    place_rows, total_slots = _place_rows(problem, places, compounds)
    settings = np.zeros(SETTINGS, dtype=np.int64)
    settings[FIXED_S] = problem.handover.fixed_s
    settings[PER_ORDER_S] = problem.handover.per_order_s
    settings[RIDE_S] = problem.ride.max_s
    settings[CONTACT_M] = problem.score.contact_m
    settings[RIDER_M] = problem.score.rider_m
    settings[PICKUPS] = len(problem.pickups)
    settings[STOPS] = len(problem.pickups) + len(problem.gates)
    return Day(
        places=places,
        place_rows=place_rows,
        rider_rows=_rider_rows(problem, places),
        order_rows=_order_rows(problem, places, compounds),
        may_enter=_may_enter(problem),
        may_load=_may_load(problem),
        gates_from=offsets([len(gates) for gates in gates_of]),
        gates=np.array([number for gates in gates_of for number in gates], dtype=np.int64),
        settings=settings,
        total_slots=total_slots,
    )


def rules(the_day: Day, drops: Integers, eligible: Flags) -> Rules:
    """Return the tables for a set of drops.

    Parameters
    ----------
    the_day
        What does not depend on the drops.
    drops
        Rows with the drops' columns.
    eligible
        Which rider may carry which drop, shape (drops, riders).

    Returns
    -------
    Rules
        Contiguous read-only arrays.
    """
    compounds = len(the_day.gates_from) - 1
    drops_at = np.argsort(drops[:, COMPOUND], kind="stable")
    counts = np.bincount(drops[:, COMPOUND], minlength=compounds)
    metres = np.ascontiguousarray(the_day.places.metres)
    return Rules(
        metres=metres,
        metres_in=np.ascontiguousarray(metres.transpose(0, 2, 1)),
        seconds=np.ascontiguousarray(the_day.places.seconds),
        places=the_day.place_rows,
        riders=the_day.rider_rows,
        drops=np.ascontiguousarray(drops),
        eligible=np.ascontiguousarray(eligible),
        gates_from=the_day.gates_from,
        gates=the_day.gates,
        drops_from=offsets(counts.tolist()),
        drops_at=drops_at.astype(np.int64),
        near=_near(the_day),
        settings=the_day.settings,
        total_slots=np.array([the_day.total_slots], dtype=np.int64),
    )


def offsets(counts: list[int]) -> Integers:
    """Return where each of some consecutive groups begins, and where the last one ends.

    Parameters
    ----------
    counts
        Sizes of the groups.
    """
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _place_rows(problem: Problem, places: travel.Places, compounds: dict[str, int]) -> tuple[Integers, int]:
    rows = np.zeros((len(places.ids), PLACE_COLUMNS), dtype=np.int64)
    rows[:, COMPOUND_OF] = -1
    for number, pickup in enumerate(problem.pickups):
        rows[number, OPENS], rows[number, CLOSES] = pickup.opens_s, pickup.closes_s
        rows[number, UNIT_S], rows[number, LIMIT] = pickup.loading_s, pickup.docks
    first_slot = 0
    for gate in problem.gates:
        number = places.gate_number[gate.gate_id]
        rows[number, OPENS], rows[number, CLOSES] = gate.opens_s, gate.closes_s
        rows[number, UNIT_S], rows[number, LIMIT] = gate.slot_s, gate.riders_per_slot
        rows[number, FIRST_SLOT] = first_slot
        rows[number, COMPOUND_OF] = compounds[gate.compound_id]
        # One more than fits: a hand-over without duration may begin at the closing second.
        first_slot += max(0, gate.closes_s - gate.opens_s) // gate.slot_s + 1
    return rows, first_slot


def _rider_rows(problem: Problem, places: travel.Places) -> Integers:
    kinds = {vehicle.name: number for number, vehicle in enumerate(problem.vehicles)}
    rows = np.zeros((len(problem.riders), RIDER_COLUMNS), dtype=np.int64)
    for number, rider in enumerate(problem.riders):
        vehicle = problem.vehicles[kinds[rider.vehicle]]
        rows[number, BASE] = places.base_of_rider[number]
        rows[number, LEAVES] = max(rider.shift_start_s, rider.pass_from_s)
        rows[number, PASS_UNTIL] = rider.pass_until_s
        rows[number, SHIFT_END] = rider.shift_end_s
        rows[number, CAPACITY_G] = vehicle.capacity_g
        rows[number, CAPACITY_ML] = vehicle.capacity_ml
        rows[number, KIND] = kinds[rider.vehicle]
        rows[number, ABOARD_RIDE_S] = problem.ride.max_s
    return rows


def _order_rows(problem: Problem, places: travel.Places, compounds: dict[str, int]) -> Integers:
    costs = problem.score.unserved_m
    penalties = [max(cost * UNSERVED_WEIGHT, _LEAST_PENALTY_M) for cost in costs]
    rows = [
        (
            places.pickup_number[order.pickup_id],
            compounds[order.compound_id],
            order.weight_g,
            order.volume_ml,
            1,
            order.ready_s,
            order.due_s,
            penalties[order.priority],
            NOT_ABOARD,
        )
        for order in problem.orders
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), DROP_COLUMNS)


def _may_enter(problem: Problem) -> Flags:
    """Zone and high-risk rules as (compounds, riders)."""
    streets = sorted({compound.street for compound in problem.compounds})
    by_street = {
        street: np.array([rider.zones is None or street in rider.zones for rider in problem.riders], dtype=bool)
        for street in streets
    }
    trusted = np.array([rider.high_risk for rider in problem.riders], dtype=bool)
    rows = [by_street[compound.street] & (trusted | (compound.risk is not Risk.HIGH)) for compound in problem.compounds]
    return np.array(rows, dtype=bool).reshape(len(rows), len(problem.riders))


def _may_load(problem: Problem) -> Flags:
    """Binding as (pickups, riders)."""
    rows = [[rider.pickup_id in (None, pickup.pickup_id) for rider in problem.riders] for pickup in problem.pickups]
    return np.array(rows, dtype=bool).reshape(len(rows), len(problem.riders))


def _near(the_day: Day) -> Integers:
    """Return each compound's neighbours, nearest first, measured between first gates."""
    compounds = len(the_day.gates_from) - 1
    width = min(NEIGHBOURS, compounds)
    has_gate = np.diff(the_day.gates_from) > 0
    first = np.zeros(compounds, dtype=np.int64)
    first[has_gate] = the_day.gates[the_day.gates_from[:-1][has_gate]]
    if not the_day.places.metres.size or not compounds:
        return np.zeros((compounds, width), dtype=np.int64)
    between = the_day.places.metres[0][np.ix_(first, first)].astype(np.int64)
    between[:, ~has_gate] = 2 * travel.NO_WAY
    np.fill_diagonal(between, -1)
    return np.argsort(between, axis=1, kind="stable")[:, :width].astype(np.int64)


def zeros(size: int) -> Integers:
    """Return a column of zeros.

    Parameters
    ----------
    size
        How many.
    """
    return np.zeros(size, dtype=np.int64)
