"""The day for VROOM: shipments with skills, two capacities, priorities, and breaks at which a vehicle must be empty.

Slots and docks cannot be said. VROOM takes no seed; it uses as many threads as there are cores.
"""

import os
from collections import defaultdict
from datetime import timedelta

import vroom
from vroom.solution.solution import Solution

from benchmarks.planning.answer import Route, Stop
from benchmarks.planning.model import Model

EXPLORATION = 5
TOP_PRIORITY = 100
# How much later than planned a vehicle may be empty. Stricter breaks lengthen the routes by a quarter; without breaks
# every seventh order rides too long.
SLACK_S = 1200


def solve(model: Model, *, seconds: float, seed: int) -> list[Route]:  # noqa: ARG001 - takes none
    """Solve a day within about so many seconds (VROOM finishes its first solutions even when they take longer)."""
    problem = vroom.Input()
    for number, vehicle in enumerate(model.day.vehicles):
        problem.set_durations_matrix(vehicle.name, model.seconds[number])
        problem.set_costs_matrix(vehicle.name, model.cost_m)
    problem.add_job(_shipments(model))
    problem.add_vehicle(_vehicles(model))
    solution = problem.solve(
        exploration_level=EXPLORATION, nb_threads=os.cpu_count() or 1, timeout=timedelta(seconds=seconds)
    )
    return _routes(solution)


def _shipments(model: Model) -> list[vroom.Shipment]:
    """Return a shipment for each drop.

    Unserved drops have no price: VROOM first serves the greatest sum of priorities, then as many as it can.
    """
    dearest = max(drop.penalty_m for drop in model.drops)
    skills = _skills(model)
    return [
        vroom.Shipment(
            vroom.ShipmentStep(number, drop.pickup, time_windows=[_window(drop.load_from_s, drop.load_until_s)]),
            vroom.ShipmentStep(
                number,
                drop.gate,
                default_service=drop.service_s,
                time_windows=[_window(drop.hand_over_from_s, drop.hand_over_until_s)],
            ),
            amount=[drop.weight_g, drop.volume_ml],
            skills={skills[drop.riders]},
            priority=max(1, TOP_PRIORITY * drop.penalty_m // dearest),
        )
        for number, drop in enumerate(model.drops)
    ]


def _skills(model: Model) -> dict[tuple[int, ...], int]:
    """Give each set of riders a number: whoever is in a set has that skill."""
    return {riders: number for number, riders in enumerate(sorted({drop.riders for drop in model.drops}))}


def _vehicles(model: Model) -> list[vroom.Vehicle]:
    skills = _skills(model)
    vehicles = []
    for rider in range(len(model.day.riders)):
        leaves_s, back_s = model.working_hours(rider)
        base = model.base_of_rider[rider]
        vehicles.append(
            vroom.Vehicle(
                rider,
                start=base,
                end=base,
                profile=model.day.riders[rider].vehicle,
                capacity=list(model.capacity(rider)),
                skills={skill for riders, skill in skills.items() if rider in riders},
                time_window=_window(leaves_s, back_s),
                breaks=_breaks(model, leaves_s, back_s),
                costs=vroom.VehicleCosts(fixed=model.day.score.rider_m),
            )
        )
    return vehicles


def _breaks(model: Model, leaves_s: int, back_s: int) -> list[vroom.Break]:
    """Ask for an empty vehicle once in every longest ride, so that hardly anything rides too long."""
    apart_s = model.day.ride.max_s + min(pickup.loading_s for pickup in model.day.pickups)
    return [
        vroom.Break(number, time_windows=[_window(begins_s, min(begins_s + SLACK_S, back_s))], max_load=[0, 0])
        for number, begins_s in enumerate(range(leaves_s + apart_s, back_s, apart_s))
    ]


def _window(from_s: int, until_s: int) -> vroom.TimeWindow:
    return vroom.TimeWindow(from_s, until_s)


def _routes(solution: Solution) -> list[Route]:
    stops: defaultdict[int, list[Stop]] = defaultdict(list)
    for step in solution.routes.itertuples():
        if step.type in {"pickup", "delivery"}:
            starts_s = step.arrival + step.waiting_time
            stops[step.vehicle_id].append(Stop(drop=int(step.id), is_load=step.type == "pickup", starts_s=starts_s))
    return [Route(rider=rider, stops=tuple(route)) for rider, route in stops.items()]
