"""The day for the routing library of OR-Tools: pickup and delivery pairs that may stay out at a price.

Ride time is a limit between the two halves of a pair. Slots and docks cannot be said: drops of one visit are several
nodes, and would count several times. No seed; one thread.
"""

import math
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util import optional_boolean_pb2

from benchmarks.planning.answer import Route, Stop
from benchmarks.planning.model import Model, Table

DAY_S = 24 * 3600
# Insertion looks at the nearest tenth of the nodes only: construction in seconds instead of minutes.
NEAREST = 0.1
# Moves of whole pairs that try every place in every route take nearly all the time and find little.
SLOW = ("use_relocate_pair", "use_exchange_pair", "use_relocate_neighbors")


def solve(model: Model, *, seconds: float, seed: int) -> list[Route]:  # noqa: ARG001 - takes none
    """Solve a day within so many seconds."""
    nodes = 2 * len(model.drops)
    bases = sorted(set(model.base_of_rider))
    starts = [nodes + bases.index(base) for base in model.base_of_rider]
    manager = pywrapcp.RoutingIndexManager(nodes + len(bases), len(starts), starts, starts)
    routing = pywrapcp.RoutingModel(manager)
    places = np.array([place for drop in model.drops for place in (drop.pickup, drop.gate)] + bases)
    everywhere = np.ix_(places, places)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(model.cost_m[everywhere].tolist()))
    routing.SetFixedCostOfAllVehicles(model.day.score.rider_m)
    time = _add_time(model, routing, everywhere)
    for name, sizes, capacities in _loads(model):
        routing.AddDimensionWithVehicleCapacity(
            routing.RegisterUnaryTransitVector([*sizes, *([0] * len(bases))]), 0, capacities, True, name
        )
    for number in range(len(model.drops)):
        _add_drop(model, routing, manager, time, number)
    for rider in range(len(starts)):
        leaves_s, back_s = model.working_hours(rider)
        time.CumulVar(routing.Start(rider)).SetRange(leaves_s, back_s)
        time.CumulVar(routing.End(rider)).SetRange(leaves_s, back_s)
    assignment = routing.SolveWithParameters(_parameters(seconds))
    return _routes(model, manager, routing, time, assignment) if assignment else []


def _add_time(model: Model, routing: pywrapcp.RoutingModel, everywhere: tuple[Table, ...]) -> pywrapcp.RoutingDimension:
    """Add the time of day; serving a drop takes its time before the way to the next node."""
    service_s = np.zeros(len(everywhere[0]), dtype=np.int64)
    service_s[1 : 2 * len(model.drops) : 2] = [drop.service_s for drop in model.drops]
    ways = [
        routing.RegisterTransitMatrix((seconds[everywhere] + service_s[:, None]).tolist()) for seconds in model.seconds
    ]
    evaluators = [ways[vehicle] for vehicle in model.vehicle_of_rider]
    routing.AddDimensionWithVehicleTransits(evaluators, DAY_S, DAY_S, False, "time")
    return routing.GetDimensionOrDie("time")


def _loads(model: Model) -> list[tuple[str, list[int], list[int]]]:
    """Return what each node puts on board, and every rider's capacity, in grams and in millilitres."""
    riders = range(len(model.base_of_rider))
    weights = [size for drop in model.drops for size in (drop.weight_g, -drop.weight_g)]
    volumes = [size for drop in model.drops for size in (drop.volume_ml, -drop.volume_ml)]
    return [
        ("weight", weights, [model.capacity(rider)[0] for rider in riders]),
        ("volume", volumes, [model.capacity(rider)[1] for rider in riders]),
    ]


def _add_drop(
    model: Model,
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    time: pywrapcp.RoutingDimension,
    number: int,
) -> None:
    drop = model.drops[number]
    load, hand_over = manager.NodeToIndex(2 * number), manager.NodeToIndex(2 * number + 1)
    routing.AddDisjunction([load, hand_over], drop.penalty_m, 2)
    routing.AddPickupAndDelivery(load, hand_over)
    for node in (load, hand_over):
        routing.VehicleVar(node).SetValues([-1, *drop.riders])
    time.CumulVar(load).SetRange(drop.load_from_s, drop.load_until_s)
    time.CumulVar(hand_over).SetRange(drop.hand_over_from_s, drop.hand_over_until_s)
    # From the start of loading to the start of the hand-over; the ride counts from end to end.
    longest_s = (
        model.day.ride.max_s + model.day.pickups[drop.pickup].loading_s - model.day.handover.fixed_s - drop.service_s
    )
    time.SetPickupToDeliveryLimitFunctionForPair(lambda *_: longest_s, number)


def _parameters(seconds: float) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    insertion = parameters.global_cheapest_insertion_first_solution_parameters
    insertion.neighbors_ratio, insertion.min_neighbors = NEAREST, 10
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    for name in SLOW:
        setattr(parameters.local_search_operators, name, optional_boolean_pb2.BOOL_FALSE)
    parameters.time_limit.FromMilliseconds(math.ceil(seconds * 1000))
    return parameters


def _routes(
    model: Model,
    manager: pywrapcp.RoutingIndexManager,
    routing: pywrapcp.RoutingModel,
    time: pywrapcp.RoutingDimension,
    assignment: pywrapcp.Assignment,
) -> list[Route]:
    routes = []
    for rider in range(len(model.base_of_rider)):
        stops = []
        index = assignment.Value(routing.NextVar(routing.Start(rider)))
        while not routing.IsEnd(index):
            node = manager.IndexToNode(index)
            starts_s = assignment.Min(time.CumulVar(index))
            stops.append(Stop(drop=node // 2, is_load=node % 2 == 0, starts_s=starts_s))
            index = assignment.Value(routing.NextVar(index))
        routes.append(Route(rider=rider, stops=tuple(stops)))
    return routes
