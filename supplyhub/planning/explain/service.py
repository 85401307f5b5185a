"""How a served order is served: by whom, when, with what slack, and what holds its time."""

import dataclasses
import enum

from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.explain.timing import dock_start
from supplyhub.planning.plan import Plan, Round, Visit
from supplyhub.planning.problem import Order


class Hold(enum.StrEnum):
    """Why a visit does not begin earlier."""

    WAY = "way"
    """The rider comes from the visit before, without a break."""
    SHIFT = "shift"
    """The rider comes from the base, where the shift has just begun."""
    OPENING = "opening"
    """The pickup or the gate is not open yet."""
    READY = "ready"
    """An order that is loaded with it is not ready yet."""
    DOCK = "dock"
    """No dock is free yet."""
    SLOT = "slot"
    """The slot before is full."""
    RIDE = "ride"
    """Loading is put off, so that nothing rides too long."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """When an order is loaded and handed over. `slack_s` is how much later the hand-over could end.

    `load_hold` and `hand_over_hold` say why both do not begin earlier, `stops_before` how many visits the rider makes
    between them.
    """

    rider_id: str
    pickup_id: str
    gate_id: str
    load_starts_s: int
    load_ends_s: int
    hand_over_starts_s: int
    hand_over_ends_s: int
    slack_s: int
    load_hold: Hold
    hand_over_hold: Hold
    stops_before: int


def find_service(facts: Facts, plan: Plan, order: Order) -> Service | None:
    """Return how an order is served, or None for one that is not.

    Parameters
    ----------
    facts
        The day.
    plan
        Its plan.
    order
        The order.
    """
    for a_round in plan.rounds:
        on_it = [at for at, visit in enumerate(a_round.visits) if order.order_id in visit.order_ids]
        # One that is loaded and not handed over is with a rider who stopped.
        if len(on_it) > 1:
            return _service(facts, plan, a_round, on_it[0], on_it[-1])
    return None


def _service(facts: Facts, plan: Plan, a_round: Round, load_at: int, hand_over_at: int) -> Service:
    rider = facts.riders[a_round.rider_id]
    load, hand_over = a_round.visits[load_at], a_round.visits[hand_over_at]
    dues = (facts.orders[order_id].due_s for order_id in hand_over.order_ids)
    ends_by_s = min(facts.gates[hand_over.place_id].closes_s, rider.pass_until_s, *dues)
    return Service(
        rider_id=a_round.rider_id,
        pickup_id=load.place_id,
        gate_id=hand_over.place_id,
        load_starts_s=load.starts_s,
        load_ends_s=load.leaves_s,
        hand_over_starts_s=hand_over.starts_s,
        hand_over_ends_s=hand_over.leaves_s,
        slack_s=ends_by_s - hand_over.leaves_s,
        load_hold=_load_hold(facts, plan, a_round, load_at),
        hand_over_hold=_hand_over_hold(facts, hand_over),
        stops_before=hand_over_at - load_at - 1,
    )


def _hand_over_hold(facts: Facts, visit: Visit) -> Hold:
    """Return why handing over does not begin earlier."""
    if visit.starts_s <= visit.arrives_s:
        return Hold.WAY
    return Hold.OPENING if visit.starts_s == facts.gates[visit.place_id].opens_s else Hold.SLOT


def _load_hold(facts: Facts, plan: Plan, a_round: Round, at: int) -> Hold:
    """Return why loading does not begin earlier. A round leaves its base as late as its first visit allows."""
    visit, pickup = a_round.visits[at], facts.pickups[a_round.visits[at].place_id]
    rider = facts.riders[a_round.rider_id]
    arrives_s = visit.arrives_s
    if at == 0:
        arrives_s -= a_round.leaves_base_s - max(rider.shift_start_s, rider.pass_from_s)
    ready_s = max(facts.orders[order_id].ready_s for order_id in visit.order_ids)
    asked_s = max(arrives_s, pickup.opens_s, ready_s)
    if visit.starts_s > asked_s:
        loads = sorted(
            other.starts_s
            for other_round in plan.rounds
            if other_round is not a_round
            for other in other_round.loads
            if other.place_id == visit.place_id
        )
        return Hold.RIDE if dock_start(pickup, loads, asked_s) == asked_s else Hold.DOCK
    if asked_s == arrives_s:
        return Hold.SHIFT if at == 0 else Hold.WAY
    return Hold.OPENING if asked_s == pickup.opens_s else Hold.READY
