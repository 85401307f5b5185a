"""Apply changes to a day: what the day is from now on, what came too late, and which orders and riders each concerns.

Nothing here plans. The changed day stays one by which the whole plan can be judged, so that what is done already must
be possible in it: a gate closes no earlier than the hand-overs that have begun there end, and a rider who stops is one
whose pass or shift ends then. A compound's risk has no hour: hand-overs made there before keep their place.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Sequence

from supplyhub.planning.live import faults
from supplyhub.planning.live.answers import Refusal, Refused
from supplyhub.planning.live.changes import (
    CancelledOrder,
    Change,
    ClosedGate,
    HighRiskCompound,
    LateRider,
    NewOrder,
    OutOfStock,
    StoppedRider,
    StopReason,
)
from supplyhub.planning.live.standing import Standing, has_stopped, standings, stranded
from supplyhub.planning.plan import Plan, VisitKind
from supplyhub.planning.problem import Problem, Risk


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """A day after changes.

    `standings` are those of the plan's rounds; `stopped` names the riders who go no farther, `late` until when others
    do not go on. `gone` are orders that the day has no more. `by_order`, `by_rider`, `by_compound` and `by_gate` say
    which changes concern which, by their positions.
    """

    problem: Problem
    standings: dict[str, Standing]
    refused: tuple[Refused, ...]
    stopped: frozenset[str]
    late: dict[str, int]
    gone: frozenset[str]
    by_order: dict[str, set[int]]
    by_rider: dict[str, set[int]]
    by_compound: dict[str, set[int]]
    by_gate: dict[str, set[int]]

    @property
    def is_changed(self) -> bool:
        """Whether any change makes a difference."""
        return any((self.by_order, self.by_rider, self.by_compound, self.by_gate))


def change_day(problem: Problem, plan: Plan, now_s: int, changes: Sequence[Change]) -> ChangedDay:
    """Apply changes to a day.

    Parameters
    ----------
    problem
        The day.
    plan
        Its plan, as it is being driven.
    now_s
        The moment, in seconds of the day.
    changes
        What happened.

    Returns
    -------
    ChangedDay
        With the changes that are too late or change nothing in `refused`.

    Raises
    ------
    UnableToApply
        A change names something that the day does not know, or contradicts it.
    """
    faults.check(problem, changes)
    run = _Run(problem, plan, now_s, changes)
    for number, change in enumerate(changes):
        run.apply(number, change)
    return run.result()


class _Run:
    """The parts of a day while changes are applied one by one."""

    def __init__(self, problem: Problem, plan: Plan, now_s: int, changes: Sequence[Change]) -> None:
        self._problem, self._plan, self._now_s = problem, plan, now_s
        self._rounds = {a_round.rider_id: a_round for a_round in plan.rounds}
        self._had_stopped = {one.rider_id for one in plan.rounds if has_stopped(one, now_s)}
        stopping = {change.rider_id for change in changes if isinstance(change, StoppedRider)}
        self.standings = standings(plan, now_s, stopping)
        self._carrier = {
            order_id: rider_id for rider_id, standing in self.standings.items() for order_id in standing.loaded
        }
        self._stranded = stranded(plan)
        self._orders = {order.order_id: order for order in problem.orders}
        self._riders = {rider.rider_id: rider for rider in problem.riders}
        self._compounds = {compound.compound_id: compound for compound in problem.compounds}
        self._gates = {gate.gate_id: gate for gate in problem.gates}
        self._refused: list[Refused] = []
        self._stopped = set(self._had_stopped)
        self._late: dict[str, int] = {}
        self._gone: set[str] = set()
        self._by: dict[str, defaultdict[str, set[int]]] = {
            name: defaultdict(set) for name in ("order", "rider", "compound", "gate")
        }

    def apply(self, number: int, change: Change) -> None:
        """Apply one change."""
        match change:
            case NewOrder(order=order):
                self._orders[order.order_id] = order
                self._by["order"][order.order_id].add(number)
            case CancelledOrder(order_id=order_id):
                self._remove(number, order_id)
            case OutOfStock(order_ids=order_ids):
                for order_id in order_ids:
                    self._remove(number, order_id)
            case StoppedRider(rider_id=rider_id, why=why):
                self._stop(number, rider_id, why)
            case LateRider(rider_id=rider_id, until_s=until_s):
                self._put_off(number, rider_id, until_s)
            case HighRiskCompound(compound_id=compound_id):
                self._raise_risk(number, compound_id)
            case ClosedGate(gate_id=gate_id, from_s=from_s):
                self._close(number, gate_id, from_s)

    def result(self) -> ChangedDay:
        """Return the day as it is now."""
        # Whoever stopped in an earlier version takes nothing more on, whatever the day says.
        for rider_id in self._had_stopped:
            self._end_shift(rider_id, self._rounds[rider_id].stopped_s or self._now_s)
        return ChangedDay(
            problem=self._problem.replace(
                orders=tuple(self._orders.values()),
                riders=tuple(self._riders.values()),
                compounds=tuple(self._compounds.values()),
                gates=tuple(self._gates.values()),
            ),
            standings=self.standings,
            refused=tuple(self._refused),
            stopped=frozenset(self._stopped),
            late={rider_id: until_s for rider_id, until_s in self._late.items() if rider_id not in self._stopped},
            gone=frozenset(self._gone),
            by_order=self._by["order"],
            by_rider=self._by["rider"],
            by_compound=self._by["compound"],
            by_gate=self._by["gate"],
        )

    def _remove(self, number: int, order_id: str) -> None:
        """Take an order from the day, unless it has left its pickup."""
        rider_id = self._carrier.get(order_id)
        if order_id in self._gone:
            self._refuse(number, Refusal.NO_EFFECT, order_id=order_id)
        elif rider_id is not None or order_id in self._stranded:
            is_handed = rider_id is not None and order_id in self.standings[rider_id].handed
            why = Refusal.HANDED_OVER if is_handed else Refusal.LOADED
            self._refuse(number, why, order_id=order_id, rider_id=rider_id)
        else:
            del self._orders[order_id]
            self._gone.add(order_id)
            self._by["order"][order_id].add(number)

    def _stop(self, number: int, rider_id: str, why: StopReason) -> None:
        if rider_id in self._stopped:
            self._refuse(number, Refusal.STOPPED, rider_id=rider_id)
            return
        self._stopped.add(rider_id)
        self._by["rider"][rider_id].add(number)
        if why is StopReason.PASS_REVOKED:
            rider = self._riders[rider_id]
            self._riders[rider_id] = dataclasses.replace(rider, pass_until_s=min(rider.pass_until_s, self._now_s))
        self._end_shift(rider_id, self._now_s)

    def _end_shift(self, rider_id: str, at_s: int) -> None:
        rider = self._riders.get(rider_id)
        if rider is not None:
            self._riders[rider_id] = dataclasses.replace(rider, shift_end_s=min(rider.shift_end_s, at_s))

    def _put_off(self, number: int, rider_id: str, until_s: int) -> None:
        if rider_id in self._stopped:
            self._refuse(number, Refusal.STOPPED, rider_id=rider_id)
        elif until_s <= self._now_s:
            self._refuse(number, Refusal.NO_EFFECT, rider_id=rider_id)
        else:
            self._late[rider_id] = max(until_s, self._late.get(rider_id, until_s))
            self._by["rider"][rider_id].add(number)

    def _raise_risk(self, number: int, compound_id: str) -> None:
        compound = self._compounds[compound_id]
        if compound.risk is Risk.HIGH:
            self._refuse(number, Refusal.NO_EFFECT)
            return
        self._compounds[compound_id] = dataclasses.replace(compound, risk=Risk.HIGH)
        self._by["compound"][compound_id].add(number)

    def _close(self, number: int, gate_id: str, from_s: int) -> None:
        gate = self._gates[gate_id]
        if from_s >= gate.closes_s:
            self._refuse(number, Refusal.NO_EFFECT)
            return
        begun = (
            visit.leaves_s
            for rider_id, standing in self.standings.items()
            for visit in self._rounds[rider_id].visits[: standing.begun]
            if visit.kind is VisitKind.HAND_OVER and visit.place_id == gate_id
        )
        closes_s = min(gate.closes_s, max(from_s, *begun, from_s))
        self._gates[gate_id] = dataclasses.replace(gate, closes_s=closes_s)
        self._by["gate"][gate_id].add(number)

    def _refuse(self, number: int, why: Refusal, *, order_id: str | None = None, rider_id: str | None = None) -> None:
        self._refused.append(Refused(number=number, why=why, order_id=order_id, rider_id=rider_id))
