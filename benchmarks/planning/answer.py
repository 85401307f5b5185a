"""Turn a solver's answer into a plan file: who stops where in which order, and when at the earliest.

A solver's stops at one place, one after the other, are one visit. Nothing is mended here: what the solver could not
know is broken in the plan, and the checker counts it.
"""

import dataclasses
import itertools
from collections.abc import Iterable

from benchmarks.planning.model import Model
from supplyhub.planning.plan import Plan, Reason, Round, Unserved, Visit, VisitKind


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A drop is loaded or handed over; the solver begins with it at `starts_s`."""

    drop: int
    is_load: bool
    starts_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The stops of one rider in their order."""

    rider: int
    stops: tuple[Stop, ...]


def to_plan(model: Model, routes: Iterable[Route]) -> Plan:
    """Write a solver's routes as a plan.

    Every visit starts as soon as the rider is there, the place is open and the orders are ready, but not before the
    solver's own start. Orders on no route are unserved; their reason stands for any of the five.

    Parameters
    ----------
    model
        The day.
    routes
        At most one for each rider; riders without stops are left out.

    Returns
    -------
    Plan
        Not necessarily a valid one.
    """
    rounds = tuple(_round(model, route) for route in routes if route.stops)
    placed = {order_id for a_round in rounds for visit in a_round.visits for order_id in visit.order_ids}
    return Plan(
        day_date=model.day.day_date,
        rounds=rounds,
        unserved=tuple(
            Unserved(order_id=order.order_id, reason=Reason.NO_CAPACITY_LEFT)
            for order in model.day.orders
            if order.order_id not in placed
        ),
    )


def _round(model: Model, route: Route) -> Round:
    base = here = model.base_of_rider[route.rider]
    travel_s = model.travel_s[model.vehicle_of_rider[route.rider]]
    leaves_base_s = now_s = model.working_hours(route.rider)[0]
    visits = []
    for place, stops in itertools.groupby(route.stops, key=lambda stop: _place(model, stop)):
        now_s += int(travel_s[here, place])
        visits.append(_visit(model, place, list(stops), now_s))
        here, now_s = place, visits[-1].leaves_s
    # Whoever would wait at the first place leaves the base later.
    leaves_base_s += visits[0].starts_s - visits[0].arrives_s
    visits[0] = dataclasses.replace(visits[0], arrives_s=visits[0].starts_s)
    return Round(
        rider_id=model.day.riders[route.rider].rider_id,
        leaves_base_s=leaves_base_s,
        back_s=now_s + int(travel_s[here, base]),
        visits=tuple(visits),
    )


def _place(model: Model, stop: Stop) -> int:
    drop = model.drops[stop.drop]
    return drop.pickup if stop.is_load else drop.gate


def _visit(model: Model, place: int, stops: list[Stop], arrives_s: int) -> Visit:
    drops = [model.drops[stop.drop] for stop in stops]
    order_ids = tuple(order_id for drop in drops for order_id in drop.order_ids)
    if stops[0].is_load:
        # Loading begins when the last drop is ready: what a visit loads is loaded together.
        solvers_s = max(stop.starts_s for stop in stops)
        starts_s = max(arrives_s, solvers_s, *(drop.load_from_s for drop in drops))
        leaves_s = starts_s + model.day.pickups[place].loading_s
    else:
        starts_s = max(arrives_s, stops[0].starts_s, *(drop.hand_over_from_s for drop in drops))
        leaves_s = starts_s + model.day.handover.fixed_s + model.day.handover.per_order_s * len(order_ids)
    return Visit(
        kind=VisitKind.LOAD if stops[0].is_load else VisitKind.HAND_OVER,
        place_id=model.place_ids[place],
        arrives_s=arrives_s,
        starts_s=starts_s,
        leaves_s=leaves_s,
        order_ids=order_ids,
    )
