"""Changes to a whole day that a district can decide on: passes, gate hours, slots, streets. Pure.

Which riders come and go is fixed by the day and its plan, so that the same question has the same answer.
"""

import dataclasses
import math
from collections import Counter, defaultdict

from supplyhub.planning import legs
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Gate, Problem, Rider

MINUTE = 60
DAY_S = 24 * 3600


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be otherwise. The default changes nothing.

    `riders` come or go. All gates open `earlier_minutes` earlier and close `later_minutes` later, let
    `riders_per_slot` more riders in, and have slots of `slot_minutes` (None: as they are). `all_streets` takes the
    limits by street from all passes; high-risk compounds still need the training.
    """

    riders: int = 0
    earlier_minutes: int = 0
    later_minutes: int = 0
    riders_per_slot: int = 0
    slot_minutes: int | None = None
    all_streets: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether everything stays as it is."""
        return self == Change()

    @property
    def is_wider(self) -> bool:
        """Whether every plan of the day is still one after the change."""
        return self.riders >= 0 and self.riders_per_slot >= 0 and self.slot_minutes is None


def changed(problem: Problem, plan: Plan, change: Change) -> Problem:
    """Return the day with a change.

    Parameters
    ----------
    problem
        The day.
    plan
        Its plan: tells who is used least.
    change
        What is to be otherwise.
    """
    gates = tuple(_gate(gate, change) for gate in problem.gates)
    riders = problem.riders
    if change.all_streets:
        riders = tuple(dataclasses.replace(rider, zones=None) for rider in riders)
    wider = problem.replace(gates=gates, riders=riders)
    return with_riders(wider, plan, len(problem.riders) + change.riders)


def _gate(gate: Gate, change: Change) -> Gate:
    """Return a gate with a change; it opens earlier by whole slots: those that are booked stay what they are."""
    slots = min(math.ceil(change.earlier_minutes * MINUTE / gate.slot_s), gate.opens_s // gate.slot_s)
    return dataclasses.replace(
        gate,
        opens_s=gate.opens_s - slots * gate.slot_s,
        closes_s=min(max(gate.closes_s, DAY_S), gate.closes_s + change.later_minutes * MINUTE),
        riders_per_slot=max(0, gate.riders_per_slot + change.riders_per_slot),
        slot_s=change.slot_minutes * MINUTE if change.slot_minutes else gate.slot_s,
    )


def with_riders(problem: Problem, plan: Plan, count: int) -> Problem:
    """Return the day with another number of riders: copies are added, or those who are used least leave.

    Parameters
    ----------
    problem
        The day.
    plan
        A plan of it, or of the day with fewer or more riders.
    count
        How many there are to be.
    """
    missing = count - len(problem.riders)
    if missing <= 0:
        leaving = {rider.rider_id for rider in by_use(problem, plan)[:-missing]}
        return problem.replace(riders=tuple(rider for rider in problem.riders if rider.rider_id not in leaving))
    added = copies(problem, missing)
    new = {copy.base_id: like.base_id for copy, like in added}
    return problem.replace(
        riders=(*problem.riders, *(copy for copy, _ in added)), travel=legs.with_same_place(problem.travel, new)
    )


def by_use(problem: Problem, plan: Plan) -> list[Rider]:
    """Return the riders, those who hand over the fewest orders of a plan first, and of equals the last of the day.

    Parameters
    ----------
    problem
        The day.
    plan
        The plan.
    """
    handed: Counter[str] = Counter()
    for a_round in plan.rounds:
        handed[a_round.rider_id] = sum(len(visit.order_ids) for visit in a_round.hand_overs)
    numbered = sorted(enumerate(problem.riders), key=lambda item: (handed[item[1].rider_id], -item[0]))
    return [rider for _, rider in numbered]


def copies(problem: Problem, count: int) -> list[tuple[Rider, Rider]]:
    """Return new riders with whom each is a copy of, in proportion of companies, vehicles and streets.

    Seats are given by highest averages (A. Sainte-Laguë, 1910, DOI 10.24033/asens.627), one at a time, so that the
    first of many copies are those of few.

    Parameters
    ----------
    problem
        The day.
    count
        How many.
    """
    groups: defaultdict[tuple[str, str, tuple[str, ...] | None], list[Rider]] = defaultdict(list)
    for rider in problem.riders:
        groups[rider.company, rider.vehicle, rider.zones].append(rider)
    if not groups:
        return []
    taken: Counter[tuple[str, str, tuple[str, ...] | None]] = Counter()
    known = {rider.rider_id for rider in problem.riders}
    result = []
    for _ in range(count):
        # Of equal averages the larger group, then the one whose first rider comes first.
        group = max(groups, key=lambda key: (len(groups[key]) / (2 * taken[key] + 1), len(groups[key])))
        like = groups[group][taken[group] % len(groups[group])]
        taken[group] += 1
        rider_id = _free_id(like.rider_id, known)
        known.add(rider_id)
        suffix = rider_id.removeprefix(like.rider_id)
        copy = dataclasses.replace(
            like, rider_id=rider_id, name=f"{like.name}{suffix}", pass_no=f"{like.pass_no}{suffix}"
        )
        result.append((copy, like))
    return result


def _free_id(rider_id: str, known: set[str]) -> str:
    number = 1
    while f"{rider_id}+{number}" in known:
        number += 1
    return f"{rider_id}+{number}"
