"""A day too large for one process: planned in groups of suppliers side by side, and put together again.

A group has its suppliers' orders and docks, the riders bound to them and a share of the others. Gates are everybody's:
groups do not know of each other's slots, so that `merge` leaves out the hand-overs for which a slot is too full. Both
are deterministic. A split day drives some 20 % farther than one planned whole, because rounds no longer load at
suppliers of several groups: split only what one process cannot plan.
"""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from supplyhub.planning import figures, reasons, tables, travel
from supplyhub.planning.plan import Plan, Round, Unserved, Visit
from supplyhub.planning.problem import Gate, Problem, Rider


class UnableToMerge(ValueError):
    """The plans are not those of a split of this problem."""


def split(problem: Problem, *, count: int) -> tuple[Problem, ...]:
    """Return the day in groups of suppliers: alike in weight, each with its riders.

    Parameters
    ----------
    problem
        The day.
    count
        How many groups are wanted. There are fewer where fewer suppliers have orders; a day without orders is whole.

    Returns
    -------
    tuple of Problem
        Every order is in exactly one of them, and no rider in two. Compounds and gates are in all.

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
    if count <= 1:
        return (problem,)
    group_of = _deal_pickups(weights, count)
    group_of_rider = _deal_riders(problem, group_of, _shares(weights, group_of, count))
    return tuple(
        problem.replace(
            pickups=tuple(pickup for pickup in problem.pickups if group_of.get(pickup.pickup_id) == number),
            riders=tuple(rider for rider in problem.riders if group_of_rider.get(rider.rider_id) == number),
            orders=tuple(order for order in problem.orders if group_of[order.pickup_id] == number),
        )
        for number in range(count)
    )


def merge(problem: Problem, plans: Sequence[Plan]) -> Plan:
    """Return one plan of the whole day from the plans of its groups. It keeps every rule.

    Where more hand-overs would begin in a slot than it takes, those stay whose orders cost most if left out; the others
    are left out with all their orders. Whoever is left then drives on directly, at the times planned.

    Parameters
    ----------
    problem
        The whole day.
    plans
        A plan of each group that `split` gave.

    Raises
    ------
    UnableToMerge
        A rider has two rounds, an order is on two, or one is not the problem's.
    """
    _require_parts(problem, plans)
    the_day = tables.day(problem)
    rounds = [a_round for plan in plans for a_round in plan.rounds]
    too_many = _too_many(problem, rounds)
    riders = {rider.rider_id: number for number, rider in enumerate(problem.riders)}
    drive = _Drive(problem, the_day.places)
    kept = []
    for a_round in sorted(rounds, key=lambda a_round: riders[a_round.rider_id]):
        shorter = drive.without(a_round, too_many)
        if shorter is not None:
            kept.append(shorter)
    served = {order_id for a_round in kept for visit in a_round.hand_overs for order_id in visit.order_ids}
    left = [number for number, order in enumerate(problem.orders) if order.order_id not in served]
    why = reasons.explain(the_day, left, _used_slots(problem, the_day, kept))
    merged = Plan(
        day_date=problem.day_date,
        rounds=tuple(kept),
        unserved=tuple(
            Unserved(order_id=problem.orders[number].order_id, reason=reason)
            for number, reason in zip(left, why, strict=True)
        ),
        fingerprint=problem.fingerprint(),
        iterations=sum(plan.iterations or 0 for plan in plans),
    )
    return figures.with_figures(problem, merged, the_day.places)


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


def _require_parts(problem: Problem, plans: Sequence[Plan]) -> None:
    riders = [a_round.rider_id for plan in plans for a_round in plan.rounds]
    orders = [
        order_id
        for plan in plans
        for a_round in plan.rounds
        for visit in a_round.hand_overs
        for order_id in visit.order_ids
    ]
    known_riders = {rider.rider_id for rider in problem.riders}
    known_orders = {order.order_id for order in problem.orders}
    for name, found, known in (("rider", riders, known_riders), ("order", orders, known_orders)):
        twice = [one for one, times in Counter(found).items() if times > 1]
        unknown = set(found) - known
        if twice or unknown:
            message = f"not the plans of one split: {name} {sorted(twice or unknown)[0]}"
            raise UnableToMerge(message)


def _slot(gate: Gate, visit: Visit) -> tuple[str, int]:
    return gate.gate_id, (visit.starts_s - gate.opens_s) // gate.slot_s


def _too_many(problem: Problem, rounds: Sequence[Round]) -> frozenset[tuple[str, str, int]]:
    """Return the hand-overs (rider, gate, start) for which their slots are too full: the cheapest to leave out."""
    gates = {gate.gate_id: gate for gate in problem.gates}
    cost = {order.order_id: problem.score.unserved_m[order.priority] for order in problem.orders}
    slots: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for a_round in rounds:
        for visit in a_round.hand_overs:
            worth = sum(cost[order_id] for order_id in visit.order_ids)
            slots.setdefault(_slot(gates[visit.place_id], visit), []).append((-worth, visit.starts_s, a_round.rider_id))
    return frozenset(
        (rider_id, gate_id, starts_s)
        for (gate_id, _), visits in slots.items()
        for _, starts_s, rider_id in sorted(visits)[gates[gate_id].riders_per_slot :]
    )


def _used_slots(problem: Problem, the_day: tables.Day, rounds: Sequence[Round]) -> tables.Integers:
    """Count the hand-overs that begin in each slot of each gate."""
    gates = {gate.gate_id: gate for gate in problem.gates}
    used = tables.zeros(max(1, the_day.total_slots))
    for a_round in rounds:
        for visit in a_round.hand_overs:
            gate_id, slot = _slot(gates[visit.place_id], visit)
            place = the_day.places.gate_number[gate_id]
            used[the_day.place_rows[place, tables.FIRST_SLOT] + slot] += 1
    return used


class _Drive:
    """Drives rounds on a day's ways, for the rider's own vehicle."""

    def __init__(self, problem: Problem, places: travel.Places) -> None:
        self._places = places
        self._riders = {rider.rider_id: (number, rider) for number, rider in enumerate(problem.riders)}
        self._kinds = {vehicle.name: kind for kind, vehicle in enumerate(problem.vehicles)}
        self._numbers = {**places.pickup_number, **places.gate_number}

    def without(self, a_round: Round, left_out: frozenset[tuple[str, str, int]]) -> Round | None:
        """Return a round without some hand-overs and what was loaded for them; None where nothing remains.

        All other visits keep their times. On roads, the direct way may take longer than that by a place left out: a
        round that would be late so is left out whole.
        """
        gone = {
            order_id
            for visit in a_round.hand_overs
            if (a_round.rider_id, visit.place_id, visit.starts_s) in left_out
            for order_id in visit.order_ids
        }
        if not gone:
            return a_round
        visits = [
            dataclasses.replace(visit, order_ids=tuple(order for order in visit.order_ids if order not in gone))
            for visit in a_round.visits
        ]
        return self._driven(a_round, [visit for visit in visits if visit.order_ids])

    def _driven(self, a_round: Round, visits: Sequence[Visit]) -> Round | None:
        if not visits:
            return None
        number, rider = self._riders[a_round.rider_id]
        base = self._places.base_of_rider[number]
        stops = [base, *(self._numbers[visit.place_id] for visit in visits), base]
        ways = list(self._seconds(stops, self._kinds[rider.vehicle]))
        earliest_s = max(rider.shift_start_s, rider.pass_from_s)
        leaves_base_s = max(earliest_s, visits[0].starts_s - ways[0])
        driven = []
        now_s = leaves_base_s
        for visit, way_s in zip(visits, ways, strict=False):
            arrives_s = now_s + way_s
            if arrives_s > visit.starts_s:
                return None
            driven.append(dataclasses.replace(visit, arrives_s=arrives_s))
            now_s = visit.leaves_s
        back_s = now_s + ways[-1]
        if back_s > rider.shift_end_s:
            return None
        return dataclasses.replace(a_round, leaves_base_s=leaves_base_s, back_s=back_s, visits=tuple(driven))

    def _seconds(self, stops: Sequence[int], kind: int) -> Iterator[int]:
        table = self._places.seconds[kind]
        for here, there in itertools.pairwise(stops):
            yield int(table[here, there])
