"""Random small days by number: slots, docks, rides, passes and vehicles are all scarce, so that orders are left out."""

import random

from supplyhub.planning.problem import Handover, Order, Problem, Ride, Risk
from tests.planning import days

HOUR = days.HOUR


def random_day(seed: int) -> Problem:
    """A day of a few places where slots, docks, rides, passes and vehicles are all scarce."""
    chance = random.Random(seed)
    pickups = tuple(
        days.pickup(
            f"P{n}",
            east_m=chance.uniform(-4000, 4000),
            opens_s=chance.choice((6, 7, 8)) * HOUR,
            closes_s=chance.choice((9, 12, 20)) * HOUR,
            loading_s=chance.choice((0, 300, 480, 1200)),
            docks=chance.choice((1, 1, 2)),
        )
        for n in range(chance.randint(1, 3))
    )
    compounds = tuple(
        days.compound(
            f"C{n}",
            street=chance.choice(("north", "south")),
            risk=chance.choice((Risk.LOW, Risk.LOW, Risk.HIGH)),
        )
        for n in range(chance.randint(1, 5))
    )
    gates = tuple(
        days.gate(
            f"G{compound.compound_id}{n}",
            compound.compound_id,
            east_m=chance.uniform(-5000, 5000),
            opens_s=chance.choice((8, 9)) * HOUR + chance.choice((0, 777)),
            closes_s=chance.choice((9, 13, 20)) * HOUR,
            slot_s=chance.choice((300, 600, 3600)),
            riders_per_slot=chance.choice((1, 1, 2)),
        )
        for compound in compounds
        for n in range(chance.randint(0, 2))
    )
    riders = tuple(
        days.rider(
            f"R{n}",
            east_m=chance.uniform(-3000, 3000),
            vehicle=chance.choice(("ebike", "ebike", "van")),
            pickup_id=chance.choice((None, None, "P0")),
            zones=chance.choice((None, None, ("north",), ("south", "east"))),
            high_risk=chance.random() < 0.5,
            pass_from_s=chance.choice((6, 7, 10)) * HOUR,
            pass_until_s=chance.choice((11, 14, 20)) * HOUR,
            shift_start_s=chance.choice((6, 7, 9)) * HOUR,
            shift_end_s=chance.choice((12, 16, 20)) * HOUR,
        )
        for n in range(chance.randint(0, 4))
    )
    return days.day(
        pickups=pickups,
        compounds=compounds,
        gates=gates,
        riders=riders,
        orders=tuple(random_order(chance, n, len(pickups), len(compounds)) for n in range(chance.randint(0, 40))),
        ride=Ride(max_s=chance.choice((900, 1800, 6000))),
        handover=Handover(fixed_s=chance.choice((0, 120)), per_order_s=chance.choice((0, 10, 120))),
    )


def random_order(chance: random.Random, number: int, pickups: int, compounds: int) -> Order:
    ready_s = chance.choice((7, 8, 10)) * HOUR
    return days.order(
        f"O{number}",
        pickup_id=f"P{chance.randrange(pickups)}",
        compound_id=f"C{chance.randrange(compounds)}",
        weight_g=chance.choice((0, 800, 5000, 30_000, 70_000)),
        volume_ml=chance.choice((0, 2000, 15_000, 90_000)),
        ready_s=ready_s,
        due_s=ready_s + chance.choice((0, 1, 2, 5)) * HOUR,
        priority=chance.randrange(4),
    )
