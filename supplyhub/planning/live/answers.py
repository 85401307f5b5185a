"""What comes of changes to a running day: the new plan, and what it means to each rider. Value objects alone.

Everything is said in codes, ids and numbers, so that a page can put it in words. `because` holds positions of changes
in the list that was asked about; where it is empty, room was made for something else.
"""

import dataclasses
from enum import StrEnum

from supplyhub.planning.plan import Figures, Plan, Reason, VisitKind
from supplyhub.planning.problem import Problem


class VisitChange(StrEnum):
    """What is otherwise about a visit."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """The same orders, at another time."""
    ORDERS = "orders"
    """Other orders; it may begin at another time as well."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChangedVisit:
    """One visit that is not as it was. `before_s` and `after_s` are its starts; None where there is none."""

    change: VisitChange
    kind: VisitKind
    place_id: str
    before_s: int | None
    after_s: int | None
    orders_added: tuple[str, ...] = ()
    orders_removed: tuple[str, ...] = ()
    because: tuple[int, ...] = ()

    @property
    def later_s(self) -> int:
        """By how many seconds it begins later; less than nothing where it is earlier."""
        return 0 if self.before_s is None or self.after_s is None else self.after_s - self.before_s


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRound:
    """One rider's round that is not as it was; visits in the order of the day.

    `back_before_s` and `back_after_s` say when the rider is back; None where there is no round, or where it ends
    elsewhere: then `stopped_s` says when.
    """

    rider_id: str
    visits: tuple[ChangedVisit, ...]
    back_before_s: int | None
    back_after_s: int | None
    stopped_s: int | None = None
    because: tuple[int, ...] = ()


class Refusal(StrEnum):
    """Why a change makes no difference: it comes too late, or says what is so already."""

    LOADED = "loaded"
    """The order is on a rider's vehicle, or being loaded."""
    HANDED_OVER = "handed_over"
    """The order has reached its gate, or is being handed over."""
    STOPPED = "stopped"
    """The rider has stopped."""
    NO_EFFECT = "no_effect"
    """It is so already."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A change that was not made; of one that names several orders, the part of it that `order_id` names."""

    number: int
    why: Refusal
    order_id: str | None = None
    rider_id: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StrandedOrder:
    """An order on the vehicle of a rider who cannot hand it over: somebody has to fetch it.

    `place_id` is where the rider's round ends, at `stopped_s`.
    """

    order_id: str
    rider_id: str
    place_id: str
    stopped_s: int
    because: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LateOrder:
    """An order on board that comes after it was due at `due_s`, at `handed_s`, rather than not at all."""

    order_id: str
    rider_id: str
    due_s: int
    handed_s: int
    because: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutOrder:
    """An order that was on a round, or is new, and is on none now; it is not on board of anybody either."""

    order_id: str
    reason: Reason
    because: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What changes to a running day mean, without the plan itself: small enough to be kept with it.

    `rounds` come in the order of the day's riders, `changed_visits` counts their visits. `stranded`, `late` and
    `left_out` name what was not so before. `before` are the figures of the old plan for the old day.
    """

    changed_visits: int
    rounds: tuple[ChangedRound, ...]
    refused: tuple[Refused, ...]
    stranded: tuple[StrandedOrder, ...]
    late: tuple[LateOrder, ...]
    left_out: tuple[LeftOutOrder, ...]
    before: Figures
    after: Figures


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Replanned(Answer):
    """An answer with the changed day and its plan, which keeps the rules of that day."""

    problem: Problem
    plan: Plan
