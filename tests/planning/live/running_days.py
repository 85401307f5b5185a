"""Days that are being driven, for tests: random changes, and what must hold of every answer, whatever happened.

The judge of rules is the checker. It knows one day and not the hour at which it changed: hand-overs that were made
before a compound turned high-risk are the one thing that it may name.
"""

import json
import random
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from hypothesis import strategies as st

from supplyhub.planning import day_folder
from supplyhub.planning.live.answers import Replanned
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
from supplyhub.planning.live.standing import standing
from supplyhub.planning.plan import Plan, Reason, Round, Visit, VisitKind
from supplyhub.planning.problem import Problem
from tests.planning import days
from tests.tools import check_plan

MINUTE = 60


@st.composite
def moments(draw: Callable, plan: Plan) -> int:
    """A second of the day, mostly one about which something happens."""
    times = {
        second
        for a_round in plan.rounds
        for visit in a_round.visits
        for second in (a_round.leaves_base_s, visit.arrives_s, visit.starts_s, visit.leaves_s)
    }
    chance = draw(chances)
    if not times or not chance.randrange(5):
        return chance.randrange(6 * days.HOUR, 20 * days.HOUR)
    return chance.choice(sorted(times)) + chance.choice((0, 1, -1, 200))


@st.composite
def changes(
    draw: Callable, a_day: Problem, plan: Plan, now_s: int, *, most: int = 4, prefix: str = "N"
) -> tuple[Change, ...]:
    """Up to `most` changes."""
    return several(draw(chances), a_day, plan, now_s, draw(st.integers(1, most)), prefix=prefix)


def several(
    chance: random.Random, a_day: Problem, plan: Plan, now_s: int, count: int, *, prefix: str = "N"
) -> tuple[Change, ...]:
    """Some changes that speak of what the day knows, most about riders who are under way."""
    under_way = [one.rider_id for one in plan.rounds if one.leaves_base_s <= now_s < (one.back_s or 0)]
    rider_ids = [*under_way * 3, *(rider.rider_id for rider in a_day.riders)]
    possible: list[Callable[..., Change]] = []
    if a_day.orders:
        possible += [_new_order, _cancelled, _out_of_stock]
    if rider_ids:
        possible += [_stopped, _late, _late]
    if a_day.gates:
        possible.append(_closed_gate)
    if a_day.compounds:
        possible.append(_high_risk)
    if not possible:
        return ()
    return tuple(
        chance.choice(possible)(chance, a_day, rider_ids, now_s, f"{prefix}{number}") for number in range(count)
    )


# Hypothesis draws the first and the last of few things much more often than the others.
chances = st.integers(0, 2**16).map(random.Random)


def _new_order(chance: random.Random, a_day: Problem, _riders: Sequence[str], now_s: int, new_id: str) -> Change:
    like = chance.choice(a_day.orders)
    ready_s = min(max(0, now_s + chance.choice((-1, 0, 1)) * days.HOUR), 23 * days.HOUR)
    return NewOrder(
        order=days.order(
            new_id,
            pickup_id=like.pickup_id,
            compound_id=like.compound_id,
            ready_s=ready_s,
            due_s=min(ready_s + chance.choice((2, 6)) * days.HOUR, 24 * days.HOUR),
            priority=chance.randrange(4),
        )
    )


def _cancelled(chance: random.Random, a_day: Problem, *_: object) -> Change:
    return CancelledOrder(order_id=chance.choice(a_day.orders).order_id)


def _out_of_stock(chance: random.Random, a_day: Problem, *_: object) -> Change:
    order = chance.choice(a_day.orders)
    others = [other.order_id for other in a_day.orders if other.pickup_id == order.pickup_id]
    return OutOfStock(pickup_id=order.pickup_id, order_ids=tuple(others[: chance.randrange(1, 4)]))


def _stopped(chance: random.Random, _day: Problem, rider_ids: Sequence[str], *_: object) -> Change:
    return StoppedRider(rider_id=chance.choice(rider_ids), why=chance.choice(list(StopReason)))


def _late(chance: random.Random, _day: Problem, rider_ids: Sequence[str], now_s: int, _new_id: str) -> Change:
    return LateRider(
        rider_id=chance.choice(rider_ids), until_s=now_s + chance.choice((0, 5, 30, 90, 150, 240)) * MINUTE
    )


def _closed_gate(chance: random.Random, a_day: Problem, _riders: Sequence[str], now_s: int, _new_id: str) -> Change:
    gate = chance.choice(a_day.gates)
    return ClosedGate(gate_id=gate.gate_id, from_s=now_s + chance.choice((-5, 0, 0, 30)) * MINUTE)


def _high_risk(chance: random.Random, a_day: Problem, *_: object) -> Change:
    return HighRiskCompound(compound_id=chance.choice(a_day.compounds).compound_id)


def assert_holds(before: Plan, now_s: int, what: Sequence[Change], answer: Replanned, folder: Path) -> None:
    """Assert what must hold of every answer."""
    assert_keeps_rules(answer, now_s, folder)
    assert_past_stays(before, now_s, what, answer.plan)
    assert_future_is_ahead(before, now_s, answer.plan)
    assert_goods_stay_on_their_vehicle(before, now_s, what, answer.plan)


def assert_keeps_rules(answer: Replanned, now_s: int, folder: Path) -> None:
    """Assert that the checker finds no broken rule on the changed day, and the same figures."""
    folder.mkdir(parents=True, exist_ok=True)
    days.write_day(answer.problem, folder)
    path = folder / "plan.json"
    day_folder.write_plan(answer.plan, path)
    check = check_plan.Check(check_plan.Day(folder), json.loads(path.read_text(encoding="utf-8")))
    check.run()
    broken = [text for number, text in check.broken if not (number == 8 and _is_past_risk(text, now_s))]
    assert broken == [], broken
    measured = check.figures()
    for name in ("score_m", "distance_m", "gate_visits", "loads", "rounds", "served", "unserved"):
        assert getattr(answer.after, name) == measured[name], name
    assert answer.plan.figures == answer.after


def _is_past_risk(text: str, now_s: int) -> bool:
    where, _, what = text.partition(": ")
    return what == "high-risk compound" and days.clock(where.rpartition(", ")[2]) <= now_s


def stopping(what: Collection[Change]) -> set[str]:
    return {change.rider_id for change in what if isinstance(change, StoppedRider)}


def assert_past_stays(before: Plan, now_s: int, what: Sequence[Change], after: Plan) -> None:
    """Assert that all visits that have begun are as they were; those of riders who stop only if they have ended."""
    rounds = {a_round.rider_id: a_round for a_round in after.rounds}
    for a_round in before.rounds:
        stops = a_round.rider_id in stopping(what)
        begun = standing(a_round, now_s, stops=stops).begun
        now = rounds.get(a_round.rider_id)
        assert (now.visits[:begun] if now else ()) == a_round.visits[:begun]
        if stops and now:
            assert len(now.visits) == begun
            assert now.back_s is None
        if now and begun:
            assert now.leaves_base_s == a_round.leaves_base_s


def assert_future_is_ahead(before: Plan, now_s: int, after: Plan) -> None:
    """Assert that nothing that was not under way before begins in the past."""
    known = {(a_round.rider_id, _at(visit)) for a_round in before.rounds for visit in a_round.visits}
    for a_round in after.rounds:
        for visit in a_round.visits:
            if (a_round.rider_id, _at(visit)) not in known:
                assert visit.starts_s >= now_s


def _at(visit: Visit) -> tuple[VisitKind, str, int]:
    return visit.kind, visit.place_id, visit.starts_s


def assert_goods_stay_on_their_vehicle(before: Plan, now_s: int, what: Sequence[Change], after: Plan) -> None:
    """Assert that what is on board is handed over by its rider, or stranded with that rider."""
    stranded = {entry.order_id for entry in after.unserved if entry.reason is Reason.STRANDED}
    rounds = {a_round.rider_id: a_round for a_round in after.rounds}
    for a_round in before.rounds:
        loaded = standing(a_round, now_s, stops=a_round.rider_id in stopping(what)).loaded
        handed = _orders(rounds[a_round.rider_id], VisitKind.HAND_OVER) if loaded else set()
        for order_id in loaded:
            assert (order_id in handed) != (order_id in stranded), order_id
    for a_round in after.rounds:
        left = _orders(a_round, VisitKind.LOAD) - _orders(a_round, VisitKind.HAND_OVER)
        assert left <= stranded
        assert a_round.back_s is None or not left


def _orders(a_round: Round, kind: VisitKind) -> set[str]:
    return {order_id for visit in a_round.visits if visit.kind is kind for order_id in visit.order_ids}
