"""Measure a plan: metres, visits, rounds and the score of the day's settings (lower is better)."""

import dataclasses
import itertools

from supplyhub.planning import travel
from supplyhub.planning.plan import Figures, Plan
from supplyhub.planning.problem import Problem


def measure(problem: Problem, plan: Plan) -> Figures:
    """Return what a plan costs and achieves.

    Parameters
    ----------
    problem
        The day that was planned.
    plan
        Its plan; all ids must be the problem's.

    Returns
    -------
    Figures
        The same numbers that the checker prints.
    """
    return _figures(problem, plan, travel.build(problem))


def with_figures(problem: Problem, plan: Plan, places: travel.Places) -> Plan:
    """Return the plan with its figures.

    Parameters
    ----------
    problem
        The day that was planned.
    plan
        Its plan.
    places
        `travel.build` of the problem.
    """
    return dataclasses.replace(plan, figures=_figures(problem, plan, places))


def _figures(problem: Problem, plan: Plan, places: travel.Places) -> Figures:
    kinds = {vehicle.name: number for number, vehicle in enumerate(problem.vehicles)}
    riders = {rider.rider_id: number for number, rider in enumerate(problem.riders)}
    numbers = {**places.pickup_number, **places.gate_number}
    metres = gate_visits = loads = served = 0
    for a_round in plan.rounds:
        rider = riders[a_round.rider_id]
        table = places.metres[kinds[problem.riders[rider].vehicle]]
        base = places.base_of_rider[rider]
        stops = [base, *(numbers[visit.place_id] for visit in a_round.visits)]
        if a_round.back_s is not None:
            stops.append(base)
        metres += sum(int(table[pair]) for pair in itertools.pairwise(stops))
        gate_visits += len(a_round.hand_overs)
        loads += len(a_round.loads)
        served += sum(len(visit.order_ids) for visit in a_round.hand_overs)
    priorities = {order.order_id: order.priority for order in problem.orders}
    score = problem.score
    unserved_m = sum(score.unserved_m[priorities[entry.order_id]] for entry in plan.unserved)
    fixed_m = score.contact_m * gate_visits + score.rider_m * len(plan.rounds)
    return Figures(
        score_m=metres + fixed_m + unserved_m,
        distance_m=metres,
        gate_visits=gate_visits,
        loads=loads,
        rounds=len(plan.rounds),
        served=served,
        unserved=len(plan.unserved),
        unserved_m=unserved_m,
    )
