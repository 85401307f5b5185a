"""Turn a finished plan into rows for the database: rounds and visits with their ways, weights and instants. Pure.

All that takes time is done here, before the transaction that writes the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from supplyhub.planning import travel
from supplyhub.planning.plan import Plan, Round, Visit, VisitKind
from supplyhub.planning.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """A visit, its place and orders still by code. `distance_m` is the way there."""

    position: int
    is_load: bool
    place_code: str
    arrive_at: datetime
    start_at: datetime
    leave_at: datetime
    distance_m: int
    weight_g: int
    volume_ml: int
    order_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """A round, its rider still by code. `distance_m` is from base to base, or to where the rider stopped."""

    number: int
    rider_code: str
    leaves_base_at: datetime
    back_at: datetime
    stopped_at: datetime | None
    distance_m: int
    order_count: int
    visits: tuple[VisitRow, ...]


class _Ways:
    """Metres between the places of a problem, for a rider's vehicle."""

    def __init__(self, problem: Problem) -> None:
        self._places = travel.build(problem)
        kinds = {vehicle.name: kind for kind, vehicle in enumerate(problem.vehicles)}
        self._base = {rider.rider_id: self._places.base_of_rider[number] for number, rider in enumerate(problem.riders)}
        self._kind = {rider.rider_id: kinds[rider.vehicle] for rider in problem.riders}

    def metres(self, a_round: Round) -> list[int]:
        """Return the way to each visit, and the way home."""
        base = self._base[a_round.rider_id]
        stops = [base, *map(self._number, a_round.visits)]
        if a_round.back_s is not None:
            stops.append(base)
        table = self._places.metres[self._kind[a_round.rider_id]]
        return [int(table[here, there]) for here, there in pairwise(stops)]

    def _number(self, visit: Visit) -> int:
        numbers = self._places.pickup_number if visit.kind is VisitKind.LOAD else self._places.gate_number
        return numbers[visit.place_id]


def round_rows(problem: Problem, plan: Plan, *, instant: Callable[[int], datetime]) -> tuple[RoundRow, ...]:
    """Return the plan's rounds as rows, numbered from 1 in the order of their riders.

    Parameters
    ----------
    problem
        The day that was planned.
    plan
        Its plan.
    instant
        Turns seconds of the local day into an instant.
    """
    ways = _Ways(problem)
    sizes = {order.order_id: (order.weight_g, order.volume_ml) for order in problem.orders}
    rounds = sorted(plan.rounds, key=lambda a_round: a_round.rider_id)
    return tuple(
        _round_row(number, a_round, ways.metres(a_round), sizes, instant) for number, a_round in enumerate(rounds, 1)
    )


def _round_row(
    number: int,
    a_round: Round,
    metres: list[int],
    sizes: dict[str, tuple[int, int]],
    instant: Callable[[int], datetime],
) -> RoundRow:
    ends_s = a_round.back_s if a_round.back_s is not None else (a_round.stopped_s or a_round.leaves_base_s)
    return RoundRow(
        number=number,
        rider_code=a_round.rider_id,
        leaves_base_at=instant(a_round.leaves_base_s),
        back_at=instant(ends_s),
        stopped_at=None if a_round.stopped_s is None else instant(a_round.stopped_s),
        distance_m=sum(metres),
        order_count=sum(len(visit.order_ids) for visit in a_round.hand_overs),
        visits=tuple(
            VisitRow(
                position=position,
                is_load=visit.kind is VisitKind.LOAD,
                place_code=visit.place_id,
                arrive_at=instant(visit.arrives_s),
                start_at=instant(visit.starts_s),
                leave_at=instant(visit.leaves_s),
                distance_m=metres[position],
                weight_g=sum(sizes[order_id][0] for order_id in visit.order_ids),
                volume_ml=sum(sizes[order_id][1] for order_id in visit.order_ids),
                order_codes=visit.order_ids,
            )
            for position, visit in enumerate(a_round.visits)
        ),
    )
