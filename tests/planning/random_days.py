"""Random small days for property tests: a few places where slots, docks, rides, passes and room are all scarce.

`small_days` draws whatever the day format allows, sensible or not; `generous` makes a day on which leaving an order
behind is always dearer than serving it, so that scores of two plans can be compared. Examples shrink towards one
pickup, one compound, one rider and one order.
"""

import dataclasses
import itertools
import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from supplyhub.planning import legs
from supplyhub.planning.problem import (
    Compound,
    Gate,
    Handover,
    Order,
    Pickup,
    Problem,
    Ride,
    Rider,
    Risk,
    ScoreSettings,
    Travel,
    TravelModel,
    Vehicle,
)
from tests.planning import days

HOUR, MINUTE = days.HOUR, 60
_Value = TypeVar("_Value")

# Metres from the middle: some places coincide, some lie in a row, one is far away.
_metres = st.one_of(st.sampled_from((1000, 0, 300, -2500, 3000, 9000)), st.integers(-3000, 3000))
_points = st.tuples(_metres, _metres).map(lambda point: days.at(*point))


def _often(usual: Sequence[_Value], rare: Sequence[_Value] = ()) -> st.SearchStrategy[_Value]:
    """One of the usual values, towards the first when shrinking, and once in a while one of the rare ones.

    Hypothesis likes the first and the last value best, so that the rare ones stand in between.
    """
    many = [value for _ in range(1 + 4 * len(rare)) for value in usual]
    return st.sampled_from([*many, *rare, *usual])


def _at(*hours: float, rare: Sequence[float] = ()) -> st.SearchStrategy[int]:
    """Seconds after midnight."""
    return _often([round(hour * HOUR) for hour in hours], [round(hour * HOUR) for hour in rare])


def _minutes(*usual: int, rare: Sequence[int] = ()) -> st.SearchStrategy[int]:
    """Minutes in seconds."""
    return _often([minutes * MINUTE for minutes in usual], [minutes * MINUTE for minutes in rare])


@st.composite
def small_days(draw: Callable, *, most_orders: int = 10) -> Problem:
    """A day with up to three pickups, four compounds, four riders and `most_orders` kinds of orders."""
    pickups = [draw(_pickups(f"P{n}")) for n in range(draw(_often((1, 2, 3), (0,))))]
    compounds = [draw(_compounds(f"C{n}")) for n in range(draw(_often((1, 2, 3, 4), (0,))))]
    gates = [
        draw(_gates(f"G{compound.compound_id}{n}", compound.compound_id))
        for compound in compounds
        for n in range(draw(_often((1, 1, 2, 3), (0,))))
    ]
    pickup_ids = [pickup.pickup_id for pickup in pickups]
    riders = [draw(_riders(f"R{n}", pickup_ids)) for n in range(draw(_often((1, 2, 3, 4, 4, 3), (0,))))]
    orders: list[Order] = []
    if pickups and compounds:
        kinds = st.tuples(_orders(pickup_ids, [c.compound_id for c in compounds]), st.sampled_from((1, 2, 5, 12)))
        size = draw(_often(range(1, most_orders + 1), (0,)))
        for order, copies in draw(st.lists(kinds, min_size=size, max_size=size)):
            orders += [dataclasses.replace(order, order_id=f"O{len(orders) + n:03d}") for n in range(copies)]
    a_day = days.day(
        handover=Handover(fixed_s=draw(_often((120, 60), (0,))), per_order_s=draw(_often((10, 60), (0, 240)))),
        ride=Ride(max_s=draw(_minutes(100, 30, rare=(15, 1)))),
        score=draw(_scores()),
        vehicles=draw(_vehicles()),
        pickups=tuple(pickups),
        compounds=tuple(compounds),
        gates=tuple(gates),
        riders=tuple(riders),
        orders=tuple(orders),
    )
    return a_day.replace(travel=draw(_travel(a_day)))


def generous(a_day: Problem) -> Problem:
    """The same day with orders so precious that no way is too long for them."""
    precious = dataclasses.replace(a_day.score, unserved_m=(10**6, 2 * 10**6, 4 * 10**6, 8 * 10**6))
    return a_day.replace(score=precious)


@st.composite
def _pickups(draw: Callable, pickup_id: str) -> Pickup:
    lat, lon = draw(_points)
    return days.pickup(
        pickup_id,
        lat=lat,
        lon=lon,
        opens_s=draw(_at(6, 7.5, rare=(9, 0))),
        closes_s=draw(_at(20, 12, rare=(9, 6, 24))),
        loading_s=draw(_minutes(8, 1, 20, rare=(0, 60))),
        docks=draw(_often((1, 2), (0,))),
    )


@st.composite
def _compounds(draw: Callable, compound_id: str) -> Compound:
    risk = draw(_often((Risk.LOW, Risk.LOW, Risk.MEDIUM, Risk.HIGH)))
    return days.compound(compound_id, street=draw(st.sampled_from(("north", "south", "east"))), risk=risk)


@st.composite
def _gates(draw: Callable, gate_id: str, compound_id: str) -> Gate:
    lat, lon = draw(_points)
    return days.gate(
        gate_id,
        compound_id,
        lat=lat,
        lon=lon,
        opens_s=draw(_at(8, 9, 8.216, rare=(0,))),
        closes_s=draw(_at(20, 13, 10, rare=(8, 6, 24))),
        slot_s=draw(_minutes(10, 5, 60, rare=(1, 1440))),
        riders_per_slot=draw(_often((1, 2), (0,))),
    )


@st.composite
def _riders(draw: Callable, rider_id: str, pickup_ids: Sequence[str]) -> Rider:
    lat, lon = draw(_points)
    zones: tuple[tuple[str, ...] | None, ...] = (None, None, ("north", "south"), ("south", "elsewhere"))
    return days.rider(
        rider_id,
        base_lat=lat,
        base_lon=lon,
        vehicle=draw(_often(("ebike", "van"))),
        pickup_id=draw(st.sampled_from((None, None, None, *pickup_ids[:1]))),
        zones=draw(_often(zones, ((),))),
        high_risk=draw(st.sampled_from((True, False))),
        pass_from_s=draw(_at(6, 7, rare=(10,))),
        pass_until_s=draw(_at(20, 14, rare=(11, 8))),
        shift_start_s=draw(_at(7, 6, rare=(9.5,))),
        shift_end_s=draw(_at(20, 16, rare=(12, 7))),
    )


@st.composite
def _orders(draw: Callable, pickup_ids: Sequence[str], compound_ids: Sequence[str]) -> Order:
    ready_s = draw(_at(8, 7, 10))
    return days.order(
        pickup_id=draw(st.sampled_from(pickup_ids)),
        compound_id=draw(st.sampled_from(compound_ids)),
        weight_g=draw(_often((5000, 800, 30_000), (0, 70_000, 2_000_000))),
        volume_ml=draw(_often((12_000, 2000, 90_000), (0,))),
        ready_s=ready_s,
        # The last one is due before it is ready.
        due_s=ready_s + draw(_at(5, 2, rare=(1, 0.7, 0, -0.5))),
        priority=draw(st.sampled_from((0, 1, 2, 3))),
    )


@st.composite
def _scores(draw: Callable) -> ScoreSettings:
    prices = st.sampled_from(((10_000, 20_000, 50_000, 200_000), (10**6, 10**6, 10**6, 10**6), (0, 0, 0, 1)))
    return ScoreSettings(
        contact_m=draw(_often((500,), (0,))), rider_m=draw(st.sampled_from((3000, 0))), unserved_m=draw(prices)
    )


@st.composite
def _vehicles(draw: Callable) -> tuple[Vehicle, ...]:
    speed_kmh = draw(_often((18, 60), (4.7,)))
    return (
        Vehicle(name="ebike", speed_kmh=speed_kmh, capacity_g=60_000, capacity_ml=200_000),
        Vehicle(name="van", speed_kmh=25, capacity_g=draw(_often((600_000,), (0, 60_000))), capacity_ml=3_200_000),
    )


@st.composite
def _travel(draw: Callable, a_day: Problem) -> Travel:
    if draw(st.sampled_from((True, False))):
        return Travel(model=TravelModel.CROW, detour=draw(st.sampled_from((1.35, 1.0))))
    return matrix(
        a_day,
        random.Random(draw(st.integers(0, 2**16))),
        missing=draw(st.sampled_from((0.0, 0.05, 0.3))),
        is_wild=draw(st.booleans()),
    )


def matrix(a_day: Problem, chance: random.Random, *, missing: float = 0.0, is_wild: bool = False) -> Travel:
    """Ways that differ by direction and vehicle, some of them missing; wild ones may be longer than their detours."""
    ids = [place.pickup_id for place in a_day.pickups] + [place.gate_id for place in a_day.gates]
    ids = sorted([*ids, *(rider.base_id for rider in a_day.riders)])
    at = {place_id: (chance.uniform(0, 4000), chance.uniform(0, 4000)) for place_id in ids}
    squares = legs.Squares(ids)
    for vehicle in ("", "van"):
        # Where a van has no way of its own, that for all counts.
        absent = 0.5 if vehicle and is_wild else missing
        for start, end in itertools.permutations(ids, 2):
            if chance.random() >= absent:
                apart = abs(at[start][0] - at[end][0]) + abs(at[start][1] - at[end][1])
                metres = chance.randrange(8000) if is_wild else round(apart * chance.uniform(1.0, 1.3))
                squares.add(vehicle, start, end, metres, round(metres * chance.uniform(0.1, 0.3)))
    return squares.travel()


def closed(travel: Travel) -> Travel:
    """The same ways, but none longer than its detours over other places: as a road network gives them."""
    return dataclasses.replace(
        travel,
        tables=tuple(
            dataclasses.replace(table, distance_m=_shortest(table.distance_m), duration_s=_shortest(table.duration_s))
            for table in travel.tables
        ),
    )


def _shortest(cells: Sequence[int]) -> tuple[int, ...]:
    """All shortest paths (Floyd and Warshall) in a row-major square, -1 where there is none."""
    size = math.isqrt(len(cells))
    paths = [[math.inf if cells[a * size + b] < 0 else cells[a * size + b] for b in range(size)] for a in range(size)]
    for via in range(size):
        for a in range(size):
            for b in range(size):
                paths[a][b] = min(paths[a][b], paths[a][via] + paths[via][b])
    return tuple(
        -1 if paths[a][b] == math.inf or a == b else int(paths[a][b]) for a in range(size) for b in range(size)
    )
