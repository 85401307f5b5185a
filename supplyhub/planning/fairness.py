"""How evenly a day serves compounds and streets: shares, waits, one index, and who came off last.

It judges what became of orders, whoever knows it: a plan (`outcomes`), or a record of what was handed over.
It plans nothing and changes no priority; who goes first on the day after is decided outside.
"""

import dataclasses
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem

LAST_SHARE = 0.1
"""The share of compounds that may be called last; more only where the worst stand equal."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one order. `handed_over_s` is None where nobody brought it; `placed_s` where it is not known."""

    compound_id: str
    ready_s: int
    handed_over_s: int | None
    placed_s: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long those who were served had to wait, in seconds."""

    median_s: int
    longest_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The orders of a place. `wait` counts from ready to hand-over, `since_placed` from placing; None: no order."""

    orders: int
    served: int
    wait: Wait | None
    since_placed: Wait | None

    @property
    def unserved(self) -> int:
        """How many orders nobody brought."""
        return self.orders - self.served

    @property
    def share(self) -> float:
        """The share of the orders that was served; 1 where there were none."""
        return self.served / self.orders if self.orders else 1.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A compound or a street with its tally. `is_last` marks compounds only."""

    name: str
    street: str
    tally: Tally
    is_last: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How evenly a day served; both lists hold the worst first, and only places that ordered."""

    whole: Tally
    index: float
    compounds: tuple[Place, ...]
    streets: tuple[Place, ...]

    @property
    def last(self) -> frozenset[str]:
        """The compounds that came off last."""
        return frozenset(place.name for place in self.compounds if place.is_last)


def outcomes(problem: Problem, plan: Plan, *, placed_s: Mapping[str, int] | None = None) -> tuple[Outcome, ...]:
    """Return what becomes of each order of a problem by a plan; an order that the plan does not know is not served.

    Parameters
    ----------
    problem
        The day that was planned.
    plan
        Its plan.
    placed_s
        When orders were placed, by id, in seconds after the day's midnight (negative on the days before).
    """
    placed = placed_s or {}
    handed_over = {
        order_id: visit.starts_s
        for a_round in plan.rounds
        for visit in a_round.hand_overs
        for order_id in visit.order_ids
    }
    return tuple(
        Outcome(
            compound_id=order.compound_id,
            ready_s=order.ready_s,
            handed_over_s=handed_over.get(order.order_id),
            placed_s=placed.get(order.order_id),
        )
        for order in problem.orders
    )


def assess(results: Iterable[Outcome], *, streets: Mapping[str, str]) -> Fairness:
    """Return how evenly orders were served.

    Parameters
    ----------
    results
        What became of each order.
    streets
        The street of each compound, by the compound's id.
    """
    everything = list(results)
    by_compound: dict[str, list[Outcome]] = {}
    by_street: dict[str, list[Outcome]] = {}
    for result in everything:
        by_compound.setdefault(result.compound_id, []).append(result)
        by_street.setdefault(streets[result.compound_id], []).append(result)
    tallies = {name: _tally(group) for name, group in by_compound.items()}
    last = find_last({name: (tally.served, tally.orders) for name, tally in tallies.items()})
    compounds = [
        Place(name=name, street=streets[name], tally=tally, is_last=name in last) for name, tally in tallies.items()
    ]
    parts = [Place(name=name, street=name, tally=_tally(group)) for name, group in by_street.items()]
    return Fairness(
        whole=_tally(everything),
        index=jain_index([tally.share for tally in tallies.values()]),
        compounds=tuple(sorted(compounds, key=_worst_first)),
        streets=tuple(sorted(parts, key=_worst_first)),
    )


def find_last(served: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Return the compounds that came off last, given how many of how many orders each got.

    They are those with the smallest shares, a tenth of all that ordered (at least one) and whoever stands equal to
    the best of these; and only compounds served worse than the whole. Where everybody is served alike, nobody is last.
    """
    shares = {name: got / orders for name, (got, orders) in served.items() if orders}
    whole = sum(got for got, _ in served.values()) / max(1, sum(orders for _, orders in served.values()))
    behind = sorted(share for share in shares.values() if share < whole)
    if not behind:
        return frozenset()
    wanted = min(len(behind), max(1, math.floor(LAST_SHARE * len(shares))))
    return frozenset(name for name, share in shares.items() if share <= behind[wanted - 1])


def jain_index(values: Sequence[float]) -> float:
    """Return Jain's fairness index: 1 where all have the same, 1/n where one of n has everything.

    Parameters
    ----------
    values
        What each has, in any unit, none negative. Nothing for anybody counts as the same for everybody.

    References
    ----------
    R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness and Discrimination for Resource Allocation in Shared
    Computer Systems. DEC Research Report TR-301, 1984; arXiv:cs/9809099. Formula (2): (sum x)^2 / (n sum x^2).
    """
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def _worst_first(place: Place) -> tuple[float, int, int, str]:
    tally = place.tally
    return (tally.share, -tally.unserved, -(tally.wait.longest_s if tally.wait else 0), place.name)


def _tally(results: Sequence[Outcome]) -> Tally:
    served = [result for result in results if result.handed_over_s is not None]
    waits = [result.handed_over_s - result.ready_s for result in served if result.handed_over_s is not None]
    placed = [
        result.handed_over_s - result.placed_s
        for result in served
        if result.handed_over_s is not None and result.placed_s is not None
    ]
    return Tally(orders=len(results), served=len(served), wait=_wait(waits), since_placed=_wait(placed))


def _wait(seconds: Sequence[int]) -> Wait | None:
    if not seconds:
        return None
    return Wait(median_s=round(statistics.median(seconds)), longest_s=max(seconds))
