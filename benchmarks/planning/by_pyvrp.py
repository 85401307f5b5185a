"""The day for PyVRP: shipments with prizes, two load dimensions, and a travel profile for each kind of pass.

Ride time, slots and docks cannot be said. One thread.
"""

import pyvrp
import pyvrp.stop
from pyvrp.search import NeighbourhoodParams, PerturbationParams

from benchmarks.planning.answer import Route, Stop
from benchmarks.planning.model import NO_WAY_M, NO_WAY_S, Model, Riders, Table

# Dozens of drops share a place: the nearest 50 tasks (the default) would all be at the same one.
NEIGHBOURS = 300
# Such neighbourhoods allow some ten iterations a second: accept and perturb for hundreds of them, not for a million.
HISTORY, PERTURBED = 10, 8


def solve(model: Model, *, seconds: float, seed: int) -> list[Route]:
    """Solve a day; the seconds count from the first complete solution."""
    parameters = pyvrp.SolveParams(
        ils=pyvrp.IteratedLocalSearchParams(history_length=HISTORY),
        neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS),
        perturbation=PerturbationParams(max_perturbations=PERTURBED),
    )
    stop = pyvrp.stop.MaxRuntime(seconds)
    result = pyvrp.solve(_data(model), stop=stop, seed=seed, collect_stats=False, params=parameters)
    return _routes(result.best)


def _data(model: Model) -> pyvrp.ProblemData:
    profiles: dict[tuple[int, Riders], int] = {}
    for rider, vehicle in enumerate(model.vehicle_of_rider):
        profiles.setdefault((vehicle, _served(model, rider)), len(profiles))
    tables = [_tables(model, vehicle, served) for vehicle, served in profiles]
    bases = sorted(set(model.base_of_rider))
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0, name=place_id) for place_id in model.place_ids],
        clients=[],
        depots=[pyvrp.Depot(base) for base in bases],
        vehicle_types=[
            pyvrp.VehicleType(
                capacity=list(model.capacity(rider)),
                start_depot=bases.index(model.base_of_rider[rider]),
                end_depot=bases.index(model.base_of_rider[rider]),
                fixed_cost=model.day.score.rider_m,
                tw_early=model.working_hours(rider)[0],
                tw_late=model.working_hours(rider)[1],
                profile=profiles[vehicle, _served(model, rider)],
            )
            for rider, vehicle in enumerate(model.vehicle_of_rider)
        ],
        distance_matrices=[cost_m for cost_m, _ in tables],
        duration_matrices=[seconds for _, seconds in tables],
        shipments=[
            pyvrp.Shipment(
                pickup_location=drop.pickup,
                delivery_location=drop.gate,
                pickup_tw_early=drop.load_from_s,
                pickup_tw_late=drop.load_until_s,
                delivery_tw_early=drop.hand_over_from_s,
                delivery_tw_late=drop.hand_over_until_s,
                delivery_service_duration=drop.service_s,
                amount=[drop.weight_g, drop.volume_ml],
                prize=drop.penalty_m,
                required=False,
            )
            for drop in model.drops
        ],
    )


def _served(model: Model, rider: int) -> tuple[int, ...]:
    """Return the pickups and gates at which the rider may serve any drop: what tells one profile from another."""
    return tuple(sorted({place for drop in model.drops if rider in drop.riders for place in (drop.pickup, drop.gate)}))


def _tables(model: Model, vehicle: int, served: tuple[int, ...]) -> tuple[Table, Table]:
    """Take away the ways into places at which the pass allows nothing."""
    cost_m, seconds = model.cost_m.copy(), model.seconds[vehicle].copy()
    closed = sorted(set(range(min(model.base_of_rider))) - set(served))
    cost_m[:, closed], seconds[:, closed] = NO_WAY_M, NO_WAY_S
    cost_m[closed, closed] = seconds[closed, closed] = 0
    return cost_m, seconds


def _routes(solution: pyvrp.Solution) -> list[Route]:
    return [
        Route(
            rider=route.vehicle_type(),
            stops=tuple(
                Stop(drop=activity.idx, is_load=activity.is_pickup(), starts_s=activity.start_time)
                for activity in route.schedule()
                if activity.is_shipment()
            ),
        )
        for route in solution.routes()
    ]
