"""A day too large for one process: dealt in groups of suppliers, planned side by side, and put together again.

A group has its suppliers' orders and docks, the riders bound to them and a share of the others. Gates are everybody's:
groups do not know of each other's slots. Everything here is deterministic. A split day drives some 20 % farther than
one planned whole, because rounds do not load at suppliers of several groups: split only what one process cannot plan.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem, Rider


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Suppliers and the riders who carry for them, both by id and in the day's order."""

    pickup_ids: tuple[str, ...]
    rider_ids: tuple[str, ...]


def deal(problem: Problem, *, count: int) -> tuple[Group, ...]:
    """Return groups of suppliers: alike in weight, each with its riders.

    Parameters
    ----------
    problem
        The day.
    count
        How many groups are wanted. There are fewer where fewer suppliers have orders.

    Returns
    -------
    tuple of Group
        No rider and no supplier is in two of them. A single group is the whole day; otherwise suppliers without orders,
        and the riders bound to them, are in none.

    Raises
    ------
    ValueError
        Less than one group is wanted.
    """
    if count < 1:
        message = f"a day cannot be split into {count} groups"
        raise ValueError(message)
    weights: Counter[str] = Counter()
    for order in problem.orders:
        weights[order.pickup_id] += order.weight_g + 1  # an order that weighs nothing is work as well
    count = min(count, len(weights))
    pickup_ids = [pickup.pickup_id for pickup in problem.pickups]
    rider_ids = [rider.rider_id for rider in problem.riders]
    if count <= 1:
        return (Group(pickup_ids=tuple(pickup_ids), rider_ids=tuple(rider_ids)),)
    group_of = _deal_pickups(weights, count)
    group_of_rider = _deal_riders(problem, group_of, _shares(weights, group_of, count))
    return tuple(
        Group(
            pickup_ids=tuple(pickup_id for pickup_id in pickup_ids if group_of.get(pickup_id) == number),
            rider_ids=tuple(rider_id for rider_id in rider_ids if group_of_rider.get(rider_id) == number),
        )
        for number in range(count)
    )


def part(problem: Problem, group: Group) -> Problem:
    """Return the day of one group: its suppliers, riders and orders, and all compounds and gates.

    Parameters
    ----------
    problem
        The day. It may be another than the one that was dealt: what it does not know is left out.
    group
        One of those that `deal` gave.
    """
    pickup_ids, rider_ids = frozenset(group.pickup_ids), frozenset(group.rider_ids)
    return problem.replace(
        pickups=tuple(pickup for pickup in problem.pickups if pickup.pickup_id in pickup_ids),
        riders=tuple(rider for rider in problem.riders if rider.rider_id in rider_ids),
        orders=tuple(order for order in problem.orders if order.pickup_id in pickup_ids),
    )


def split(problem: Problem, *, count: int) -> tuple[Problem, ...]:
    """Return the day in parts, one for each group that `deal` gives. Every order is in exactly one of them.

    Parameters
    ----------
    problem
        The day.
    count
        How many groups are wanted.
    """
    return tuple(part(problem, group) for group in deal(problem, count=count))


def together(problem: Problem, plans: Iterable[Plan]) -> Plan:
    """Return the rounds of the groups' plans as one plan, for a search of the whole day to start from.

    It need not keep the rules: two groups may book the same slot of a gate, and the day may have changed meanwhile.
    `solve.solve(start=...)` takes over what the day's rules allow, later where a slot is taken, and inserts the rest
    anew; reasons of unserved orders are its own too.

    Parameters
    ----------
    problem
        The whole day.
    plans
        Plans of groups that `deal` gave; of a group without one, everything is inserted anew.
    """
    rounds = tuple(a_round for plan in plans for a_round in plan.rounds)
    return Plan(day_date=problem.day_date, rounds=rounds, unserved=())


def _deal_pickups(weights: Counter[str], count: int) -> dict[str, int]:
    """Return the group of each pickup: the heaviest first, each to the group that has least so far.

    References
    ----------
    R. L. Graham: Bounds on Multiprocessing Timing Anomalies. SIAM J. Appl. Math. 17(2), 1969, doi:10.1137/0117039
    (longest processing time first).
    """
    loads = [0] * count
    group_of = {}
    for pickup_id, weight_g in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        lightest = loads.index(min(loads))
        group_of[pickup_id] = lightest
        loads[lightest] += weight_g
    return group_of


def _shares(weights: Counter[str], group_of: dict[str, int], count: int) -> list[float]:
    whole = sum(weights.values())
    return [
        sum(weights[pickup] for pickup, group in group_of.items() if group == number) / whole for number in range(count)
    ]


def _deal_riders(problem: Problem, group_of: dict[str, int], shares: Sequence[float]) -> dict[str, int]:
    """Return the group of each rider: by binding, else so that each kind of rider is shared out by what is missing."""
    dealt = {rider.rider_id: group_of[rider.pickup_id] for rider in problem.riders if rider.pickup_id in group_of}
    bound = Counter(dealt.values())
    missing = [max(0.0, share * len(problem.riders) - bound[number]) for number, share in enumerate(shares)]
    kinds: dict[tuple[object, ...], list[Rider]] = {}
    for rider in sorted(problem.riders, key=lambda rider: rider.rider_id):
        if rider.pickup_id is None:
            kinds.setdefault((rider.vehicle, rider.zones, rider.high_risk), []).append(rider)
    for riders in kinds.values():
        of_kind = [0] * len(shares)
        for rider in riders:
            # Whoever lacks most, the less so the more it has of this kind already.
            number = max(range(len(shares)), key=lambda group: (missing[group] / (of_kind[group] + 1), -group))
            dealt[rider.rider_id] = number
            of_kind[number] += 1
            missing[number] = max(0.0, missing[number] - 1)
    return dealt
