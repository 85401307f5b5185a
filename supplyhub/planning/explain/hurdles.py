"""What stands between an order and a round, rule after rule, with who is stopped by each.

The rules come in the order in which a reason is given (docs/day-folder.md): passes and binding, the vehicle, the
clock, the gate's slots, and then whatever keeps those who could carry the order from taking it along.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence

from supplyhub.planning.explain.board import Board
from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.explain.openings import Opening, find
from supplyhub.planning.explain.timing import Rule
from supplyhub.planning.plan import Reason
from supplyhub.planning.problem import Gate, Order, Rider
from supplyhub.planning.travel import NO_WAY


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hurdle:
    """A rule that stops some riders.

    `left` are those whom it does not stop. For times, `from_s` and `until_s` are the bounds that it sets (the
    earliest and latest among those stopped), and `needs_s` what would have done: by then the nearest of them could
    have handed over or be back.
    For slots, they are the first and last moment at which the order could have been handed over at `place_id`.
    """

    rule: Rule
    rider_ids: tuple[str, ...]
    left: int
    place_id: str | None = None
    from_s: int | None = None
    until_s: int | None = None
    needs_s: int | None = None

    @property
    def stopped(self) -> int:
        """How many riders it stops."""
        return len(self.rider_ids)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a rider could begin to hand the order over at a gate, as the day's only order."""

    rider: Rider
    gate: Gate
    earliest_s: int
    latest_s: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Obstacles:
    """All hurdles of an order, and the reason that follows from them.

    `carriers` may carry the order and could, were it the day's only one; `openings` are where it would fit in as
    things stand.
    """

    hurdles: tuple[Hurdle, ...]
    reason: Reason
    carriers: tuple[Rider, ...]
    openings: tuple[Opening, ...]


def obstacles(facts: Facts, board: Board, order: Order) -> Obstacles:
    """Return what stands between an order and a round.

    Parameters
    ----------
    facts
        The day.
    board
        All rounds; the order is on none.
    order
        The order.
    """
    found: list[Hurdle] = []
    riders = list(facts.riders.values())
    for rule, holds in (
        (Rule.ZONE, facts.is_on_zones),
        (Rule.HIGH_RISK, facts.is_trusted),
        (Rule.BINDING, facts.may_load),
    ):
        riders = _kept(found, rule, riders, lambda rider, holds=holds: holds(rider, order))  # type: ignore[misc]
    if not riders:
        return _answer(found, Reason.NO_ELIGIBLE_RIDER)
    riders = _kept(found, Rule.CAPACITY, riders, lambda rider: facts.fits(rider, order))
    if not riders:
        return _answer(found, Reason.OVER_CAPACITY)
    windows = {rider.rider_id: list(windows_of(facts, rider, order)) for rider in riders}
    late = [rider for rider in riders if not windows[rider.rider_id]]
    riders = [rider for rider in riders if windows[rider.rider_id]]
    found += _late(facts, order, late, left=len(riders))
    if not riders:
        return _answer(found, Reason.NO_TIME)
    all_windows = [window for rider in riders for window in windows[rider.rider_id]]
    full = [_full_slots(board, gate, [w for w in all_windows if w.gate is gate]) for gate in _gates(all_windows)]
    if all(hurdle is not None for hurdle in full):
        found += [dataclasses.replace(hurdle, rider_ids=_ids(riders), left=0) for hurdle in full if hurdle is not None]
        return _answer(found, Reason.NO_GATE_SLOT, riders)
    busy, openings = _busy(facts, board, order, riders)
    return Obstacles(
        hurdles=(*found, *busy),
        reason=Reason.NO_CAPACITY_LEFT,
        carriers=tuple(riders),
        openings=tuple(openings),
    )


def _answer(found: Sequence[Hurdle], reason: Reason, carriers: Sequence[Rider] = ()) -> Obstacles:
    return Obstacles(hurdles=tuple(found), reason=reason, carriers=tuple(carriers), openings=())


def _ids(riders: Sequence[Rider]) -> tuple[str, ...]:
    return tuple(rider.rider_id for rider in riders)


def _kept(found: list[Hurdle], rule: Rule, riders: list[Rider], holds: Callable[[Rider], bool]) -> list[Rider]:
    """Return the riders whom a rule lets through, and note the others."""
    kept = [rider for rider in riders if holds(rider)]
    if len(kept) < len(riders):
        stopped = [rider for rider in riders if not holds(rider)]
        found.append(Hurdle(rule=rule, rider_ids=_ids(stopped), left=len(kept)))
    return kept


def _gates(windows: Sequence[Window]) -> list[Gate]:
    return list({window.gate.gate_id: window.gate for window in windows}.values())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    """The day's only trip: when loading and handing over could be done, and the bounds on both."""

    rule: Rule | None
    bound_s: int
    needs_s: int
    earliest_s: int
    latest_s: int


def windows_of(facts: Facts, rider: Rider, order: Order) -> list[Window]:
    """Return when a rider could begin to hand an order over at each gate, were it the day's only one.

    Parameters
    ----------
    facts
        The day.
    rider
        May carry the order.
    order
        The order.
    """
    windows = []
    for gate in facts.gates_of(order.compound_id):
        trip = _trip(facts, rider, order, gate)
        if trip.rule is None:
            windows.append(Window(rider=rider, gate=gate, earliest_s=trip.earliest_s, latest_s=trip.latest_s))
    return windows


def _trip(facts: Facts, rider: Rider, order: Order, gate: Gate) -> _Trip:
    pickup = facts.pickups[order.pickup_id]
    ways, number = facts.ways.seconds_from, facts.ways.number
    base, load_at, hand_at = facts.base(rider), number[pickup.pickup_id], number[gate.gate_id]
    there, across = ways(rider.vehicle, base)[load_at], ways(rider.vehicle, load_at)[hand_at]
    home = ways(rider.vehicle, hand_at)[base]
    if NO_WAY in (there, across, home) or max(there, across, home) > NO_WAY:
        return _Trip(rule=Rule.UNREACHABLE, bound_s=0, needs_s=0, earliest_s=1, latest_s=0)
    lasts = facts.hands_over_in(1)
    leaves_s = max(rider.shift_start_s, rider.pass_from_s)
    loaded = max(leaves_s + there, pickup.opens_s, order.ready_s) + pickup.loading_s
    earliest = max(loaded + across, gate.opens_s)
    ends = earliest + lasts
    bounds = [
        (Rule.PICKUP_HOURS, pickup.closes_s, loaded),
        (Rule.RIDE, facts.ride_s, across + lasts),
        (Rule.DUE, order.due_s, ends),
        (Rule.GATE_HOURS, gate.closes_s, ends),
        (Rule.PASS_HOURS, rider.pass_until_s, ends),
        (Rule.SHIFT, rider.shift_end_s, ends + home),
        (Rule.RIDE, pickup.closes_s + facts.ride_s, ends),
    ]
    latest = min(
        gate.closes_s, order.due_s, rider.pass_until_s, rider.shift_end_s - home, pickup.closes_s + facts.ride_s
    )
    broken = [(needs - bound, rule, bound, needs) for rule, bound, needs in bounds if needs > bound]
    if not broken:
        return _Trip(rule=None, bound_s=0, needs_s=0, earliest_s=earliest, latest_s=latest - lasts)
    _, rule, bound, needs = max(broken, key=lambda one: one[0])
    return _Trip(rule=rule, bound_s=bound, needs_s=needs, earliest_s=1, latest_s=0)


def _late(facts: Facts, order: Order, riders: Sequence[Rider], *, left: int) -> list[Hurdle]:
    """Return by which rule each rider is too late even alone, at the gate that is nearest to being in time."""
    gates = facts.gates_of(order.compound_id)
    if not gates:
        return [Hurdle(rule=Rule.UNREACHABLE, rider_ids=_ids(riders), left=left)] if riders else []
    by_rule: defaultdict[Rule, list[tuple[Rider, Gate, _Trip]]] = defaultdict(list)
    for rider in riders:
        trips = [(_trip(facts, rider, order, gate), gate) for gate in gates]
        trip, gate = min(trips, key=lambda one: (one[0].rule is Rule.UNREACHABLE, one[0].needs_s - one[0].bound_s))
        by_rule[trip.rule or Rule.DUE].append((rider, gate, trip))
    result = []
    for rule, stopped in sorted(by_rule.items(), key=lambda item: -len(item[1])):
        bounds = [trip.bound_s for _, _, trip in stopped]
        at = {Rule.GATE_HOURS: stopped[0][1].gate_id, Rule.PICKUP_HOURS: order.pickup_id}
        result.append(
            Hurdle(
                rule=rule,
                rider_ids=_ids([rider for rider, _, _ in stopped]),
                left=left,
                place_id=at.get(rule),
                from_s=min(bounds),
                until_s=max(bounds),
                needs_s=min(trip.needs_s for _, _, trip in stopped),
            )
        )
    return result


def _full_slots(board: Board, gate: Gate, windows: Sequence[Window]) -> Hurdle | None:
    """Return that every slot is full in which the order could be handed over at a gate; None where one is not."""
    first, last = min(window.earliest_s for window in windows), max(window.latest_s for window in windows)
    for window in windows:
        begins = window.earliest_s - (window.earliest_s - gate.opens_s) % gate.slot_s
        while begins <= window.latest_s:
            if board.slots[gate.gate_id, begins] < gate.riders_per_slot:
                return None
            begins += gate.slot_s
    from_s = first - (first - gate.opens_s) % gate.slot_s
    until_s = last - (last - gate.opens_s) % gate.slot_s + gate.slot_s
    return Hurdle(rule=Rule.SLOT, rider_ids=(), left=0, place_id=gate.gate_id, from_s=from_s, until_s=until_s)


def _busy(facts: Facts, board: Board, order: Order, riders: Sequence[Rider]) -> tuple[list[Hurdle], list[Opening]]:
    """Return what keeps each of those who could carry the order from taking it along, and where it would fit in."""
    stopped: defaultdict[Rule, list[Rider]] = defaultdict(list)
    openings = []
    for rider in riders:
        result = find(facts, board, rider, order)
        if isinstance(result, Opening):
            openings.append(result)
        else:
            stopped[_closer(facts, board, order, rider) if result is Rule.OTHERS else result].append(rider)
    places = {Rule.DOCK: order.pickup_id}
    hurdles = [
        Hurdle(rule=rule, rider_ids=_ids(who), left=len(openings), place_id=places.get(rule))
        for rule, who in sorted(stopped.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return hurdles, sorted(openings, key=lambda opening: opening.cost_m)


# More docks, riders in a slot, or seconds than any day uses.
_PLENTY = 1_000_000


def _closer(facts: Facts, board: Board, order: Order, rider: Rider) -> Rule:
    """Return docks, slots or the limit on rides where that alone keeps a rider from taking the order along."""
    pickup = facts.pickups[order.pickup_id]
    gates = facts.gates_of(order.compound_id)
    without = (
        (Rule.DOCK, facts.with_pickup(dataclasses.replace(pickup, docks=_PLENTY))),
        (Rule.SLOT, facts.with_gates(dataclasses.replace(gate, riders_per_slot=_PLENTY) for gate in gates)),
        (Rule.RIDE, facts.with_ride(_PLENTY)),
    )
    for rule, eased in without:
        if isinstance(find(eased, board, rider, order), Opening):
            return rule
    return Rule.OTHERS
