"""A plan as value objects: rounds of visits, and the orders that no round serves, with the reason.

Frozen, holding tuples. Times are integer seconds after local midnight (`_s`). Nothing here plans.
"""

import dataclasses
from datetime import date
from enum import StrEnum


class VisitKind(StrEnum):
    """What a rider does at a place."""

    LOAD = "load"
    HAND_OVER = "hand_over"


class Reason(StrEnum):
    """Why an order is not served: the first of the first five that holds; stranded stands apart."""

    NO_ELIGIBLE_RIDER = "no_eligible_rider"
    OVER_CAPACITY = "over_capacity"
    NO_TIME = "no_time"
    NO_GATE_SLOT = "no_gate_slot"
    NO_CAPACITY_LEFT = "no_capacity_left"
    STRANDED = "stranded"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stop of a round, at a pickup (loads orders) or at a gate (hands orders over)."""

    kind: VisitKind
    place_id: str
    arrives_s: int
    starts_s: int
    leaves_s: int
    order_ids: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One rider's day. `back_s` is None when the rider dropped out at `stopped_s`."""

    rider_id: str
    leaves_base_s: int
    back_s: int | None
    visits: tuple[Visit, ...]
    stopped_s: int | None = None

    @property
    def loads(self) -> tuple[Visit, ...]:
        """The visits that load."""
        return tuple(visit for visit in self.visits if visit.kind is VisitKind.LOAD)

    @property
    def hand_overs(self) -> tuple[Visit, ...]:
        """The visits that hand over."""
        return tuple(visit for visit in self.visits if visit.kind is VisitKind.HAND_OVER)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """An order that no round serves."""

    order_id: str
    reason: Reason


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan costs and achieves; `score_m` is lower when better."""

    score_m: int
    distance_m: int
    gate_visits: int
    loads: int
    rounds: int
    served: int
    unserved: int
    unserved_m: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rounds of one day. Every order is in one round, or in `unserved`, never in both.

    `fingerprint` names the problem, `seed` and `iterations` the search; a plan read from a file
    knows neither, and its `figures` come from `supplyhub.planning.figures.measure`.
    """

    day_date: date
    rounds: tuple[Round, ...]
    unserved: tuple[Unserved, ...]
    figures: Figures | None = None
    fingerprint: str | None = None
    seed: int | None = None
    iterations: int | None = None

    def replace(self, **changes: object) -> "Plan":
        """Return a copy with some fields replaced.

        Parameters
        ----------
        **changes
            Field names with their new values.
        """
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
