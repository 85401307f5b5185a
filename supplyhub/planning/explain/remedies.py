"""What would free an order: one small step at a time, each tried on the plan.

A remedy is a step after which the order has a place in one round while everybody else keeps theirs: the round is
timed anew by every rule, beside what all other rounds have booked. So a remedy that is named works, and it is the
smallest of its kind; a rearrangement of several rounds might get by with less.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence

from supplyhub.planning.explain import steps
from supplyhub.planning.explain.board import Board, Times, Timetable, as_round, cost_m
from supplyhub.planning.explain.facts import Facts
from supplyhub.planning.explain.hurdles import Obstacles
from supplyhub.planning.explain.openings import Opening, find
from supplyhub.planning.explain.steps import Kind, Step
from supplyhub.planning.explain.timing import timed
from supplyhub.planning.plan import Reason, Round
from supplyhub.planning.problem import Order, Rider

LADDER = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)
"""Minutes that are asked for: the smallest of these that does it."""
_MOST_PARTS = 8


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A step that frees an order, and what then happens.

    `rounds` are the rounds that differ from the plan's; `score_m` is how much higher the plan's score then is, less
    than nothing where it gets better.
    """

    step: Step
    rider_id: str
    gate_id: str
    load_starts_s: int
    hand_over_starts_s: int
    hand_over_ends_s: int
    score_m: int
    rounds: tuple[Round, ...]


def remedies(facts: Facts, board: Board, order: Order, obstacles: Obstacles, *, saved_m: int) -> tuple[Remedy, ...]:
    """Return what would free an order, by how little it asks.

    Parameters
    ----------
    facts
        The day.
    board
        All rounds; the order is on none. It is as before afterwards.
    order
        The order.
    obstacles
        What stands in its way.
    saved_m
        What the order costs as things stand: being unserved, or its part of the round on which it is late.
    """
    trial = _Trial(facts, board, order, obstacles, saved_m)
    if obstacles.openings:
        found = [trial.remedy(Step(kind=Kind.AGAIN), facts, obstacles.openings[0])]
    else:
        found = [
            *trial.at_places(),
            *trial.by_time(),
            *trial.by_pass(),
            *trial.by_vehicle(),
            *trial.by_parts(),
            *trial.by_one_more_rider(),
        ]
        if not any(remedy.step.kind in _OF_TIME for remedy in found):
            found += trial.much_later()
    return tuple(sorted(found, key=lambda remedy: (remedy.step.effort, remedy.score_m)))


_OF_TIME = frozenset({Kind.DUE, Kind.READY, Kind.GATE_LATER, Kind.SHIFT_LATER, Kind.SHIFT_EARLIER})


class _Trial:
    """Tries steps for one order on one plan."""

    def __init__(self, facts: Facts, board: Board, order: Order, obstacles: Obstacles, saved_m: int) -> None:
        self._facts, self._board, self._order = facts, board, order
        self._obstacles, self._saved_m = obstacles, saved_m
        self._street = facts.compounds[order.compound_id].street
        riders = facts.riders.values()
        self._able = [rider for rider in riders if facts.is_eligible(rider, order) and facts.fits(rider, order)]

    def remedy(self, step: Step, facts: Facts, opening: Opening, *, extra_m: int = 0) -> Remedy:
        """Return a step with what it brings."""
        return Remedy(
            step=step,
            rider_id=opening.rider.rider_id,
            gate_id=opening.gate_id,
            load_starts_s=opening.load_starts_s,
            hand_over_starts_s=opening.hand_over_starts_s,
            hand_over_ends_s=opening.hand_over_ends_s,
            score_m=opening.cost_m + extra_m - self._saved_m,
            rounds=(as_round(facts, opening.rider, opening.timetable),),
        )

    def at_places(self) -> Iterator[Remedy]:
        """Yield one more rider per slot at a gate, and one more dock."""
        carriers = self._obstacles.carriers
        if not carriers:
            return
        for gate in self._facts.gates_of(self._order.compound_id):
            step = Step(kind=Kind.SLOT, place_id=gate.gate_id)
            facts = self._facts.with_gates([steps.changed_gate(gate, step)])
            yield from self._cheapest(step, facts, carriers)
        if self._obstacles.reason is Reason.NO_CAPACITY_LEFT:
            step = Step(kind=Kind.DOCK, place_id=self._order.pickup_id)
            pickup = steps.changed_pickup(self._facts.pickups[self._order.pickup_id], step)
            yield from self._cheapest(step, self._facts.with_pickup(pickup), carriers)

    def _cheapest(self, step: Step, facts: Facts, riders: Iterable[Rider]) -> Iterator[Remedy]:
        opening = self._opening(facts, riders, self._order)
        if opening is not None:
            yield self.remedy(step, facts, opening)

    def _opening(self, facts: Facts, riders: Iterable[Rider], order: Order) -> Opening | None:
        """Return the cheapest opening among some riders' rounds, or None."""
        return min(self._openings(facts, riders, order), key=lambda opening: opening.cost_m, default=None)

    def _openings(self, facts: Facts, riders: Iterable[Rider], order: Order) -> Iterator[Opening]:
        for rider in riders:
            result = find(facts, self._board, rider, order)
            if isinstance(result, Opening):
                yield result

    # --- times -------------------------------------------------------------------------------------------------------

    def by_time(self) -> Iterator[Remedy]:
        """Yield the fewest minutes by which each bound on times would have to be wider."""
        order, facts = self._order, self._facts
        pickup = facts.pickups[order.pickup_id]
        gates = facts.gates_of(order.compound_id)
        yield from self._fewest_minutes(Kind.DUE)
        if order.ready_s > pickup.opens_s:
            yield from self._fewest_minutes(Kind.READY)
        for gate in gates:
            if gate.closes_s < order.due_s:
                yield from self._fewest_minutes(Kind.GATE_LATER, place_id=gate.gate_id)
            yield from self._fewest_minutes(Kind.GATE_EARLIER, place_id=gate.gate_id)
        if pickup.closes_s < order.due_s:
            yield from self._fewest_minutes(Kind.PICKUP_LATER, place_id=pickup.pickup_id)
        if order.ready_s < pickup.opens_s:
            yield from self._fewest_minutes(Kind.PICKUP_EARLIER, place_id=pickup.pickup_id)
        yield from self._fewest_minutes(Kind.SHIFT_LATER)
        yield from self._fewest_minutes(Kind.SHIFT_EARLIER)
        yield from self._fewest_minutes(Kind.RIDE)

    def much_later(self) -> Iterator[Remedy]:
        """Yield the fewest minutes by which order, gates and one rider's shift would have to be later together."""
        yield from self._fewest_minutes(Kind.LATER)

    def _fewest_minutes(self, kind: Kind, *, place_id: str | None = None) -> Iterator[Remedy]:
        """Yield the smallest step of a kind that does it, by bisection: what a step allows, a larger one does."""

        def possible(minutes: int, riders: Sequence[Rider], *, is_enough: bool) -> list[Opening]:
            step = Step(kind=kind, amount=minutes, place_id=place_id)
            facts, order = self._after(step)
            changed = [steps.changed_rider(rider, step, self._street) for rider in riders]
            found = []
            for opening in self._openings(facts, changed, order):
                found.append(opening)
                if is_enough:
                    break
            return found

        riders: list[Rider] = self._able
        widest = possible(LADDER[-1], riders, is_enough=False)
        if not widest:
            return
        hopeful = {opening.rider.rider_id for opening in widest}
        riders = [rider for rider in riders if rider.rider_id in hopeful]
        first, last = 0, len(LADDER) - 1
        while first < last:
            middle = (first + last) // 2
            if possible(LADDER[middle], riders, is_enough=True):
                last = middle
            else:
                first = middle + 1
        openings = possible(LADDER[first], riders, is_enough=False)
        best = min(openings, key=lambda opening: opening.cost_m)
        owner = best.rider.rider_id if kind in _OF_RIDERS else None
        step = Step(kind=kind, amount=LADDER[first], place_id=place_id, rider_id=owner)
        facts, _ = self._after(step)
        yield self.remedy(step, facts, best)

    def _after(self, step: Step) -> tuple[Facts, Order]:
        """Return the facts and the order after a step that concerns places, the order or all rides."""
        facts = self._facts
        if step.kind is Kind.LATER:
            gates = facts.gates_of(self._order.compound_id)
            facts = facts.with_gates([steps.changed_gate(gate, step) for gate in gates])
        elif step.place_id in facts.gates:
            facts = facts.with_gates([steps.changed_gate(facts.gates[step.place_id], step)])
        elif step.place_id in facts.pickups:
            facts = facts.with_pickup(steps.changed_pickup(facts.pickups[step.place_id], step))
        elif step.kind is Kind.RIDE:
            facts = facts.with_ride(facts.ride_s + step.amount * steps.MINUTE)
        (order,) = steps.changed_orders(self._order, step)
        return facts, order

    # --- riders ------------------------------------------------------------------------------------------------------

    def by_pass(self) -> Iterator[Remedy]:
        """Yield the least that another rider's pass or binding would have to allow."""
        options = []
        for rider in self._facts.riders.values():
            step = self._missing(rider)
            if step is None or not self._facts.fits(rider, self._order):
                continue
            changed = steps.changed_rider(rider, step, self._street)
            result = find(self._facts, self._board, changed, self._order)
            if isinstance(result, Opening):
                options.append((step.effort, result.cost_m, rider.rider_id, step, result))
        seen: set[tuple[bool, bool, bool]] = set()
        for _, _, _, step, opening in sorted(options, key=lambda option: option[:3]):
            parts = step.adds_street, step.adds_high_risk, step.releases
            # What asks for more than another remedy of the kind is no help.
            if not any(all(a <= b for a, b in zip(other, parts, strict=True)) for other in seen):
                seen.add(parts)
                yield self.remedy(step, self._facts, opening)

    def _missing(self, rider: Rider, kind: Kind = Kind.PASS) -> Step | None:
        """Return what a rider's pass and binding lack for the order; None where they lack nothing."""
        step = Step(
            kind=kind,
            rider_id=rider.rider_id,
            adds_street=not self._facts.is_on_zones(rider, self._order),
            adds_high_risk=not self._facts.is_trusted(rider, self._order),
            releases=not self._facts.may_load(rider, self._order),
        )
        return step if step.adds_street or step.adds_high_risk or step.releases else None

    def by_vehicle(self) -> Iterator[Remedy]:
        """Yield a larger vehicle for a rider who may carry the order."""
        if self._obstacles.reason not in {Reason.OVER_CAPACITY, Reason.NO_CAPACITY_LEFT}:
            return
        options: list[Remedy] = []
        for rider in self._facts.riders.values():
            own = self._facts.vehicles[rider.vehicle]
            if not self._facts.is_eligible(rider, self._order):
                continue
            for vehicle in self._facts.vehicles.values():
                if vehicle.capacity_g > own.capacity_g or vehicle.capacity_ml > own.capacity_ml:
                    step = Step(kind=Kind.VEHICLE, rider_id=rider.rider_id, vehicle=vehicle.name)
                    options += self._with_vehicle(rider, step)
        if options:
            yield min(options, key=lambda remedy: remedy.score_m)

    def _with_vehicle(self, rider: Rider, step: Step) -> Iterator[Remedy]:
        changed = steps.changed_rider(rider, step, self._street)
        if not self._facts.fits(changed, self._order):
            return
        before = self._board.take(rider.rider_id)
        times = timed(self._facts, self._board, changed, before.stops)
        try:
            if isinstance(times, Times):
                self._board.put(rider.rider_id, Timetable(stops=before.stops, times=times))
                result = find(self._facts, self._board, changed, self._order)
                self._board.take(rider.rider_id)
                if isinstance(result, Opening):
                    was_m, is_m = (cost_m(self._facts, who, before.stops) for who in (rider, changed))
                    yield self.remedy(step, self._facts, result, extra_m=is_m - was_m)
        finally:
            if before.stops:
                self._board.put(rider.rider_id, before)

    def by_one_more_rider(self) -> Iterator[Remedy]:
        """Yield one more rider, like the one who would do it with the least added to the pass."""
        options: list[Remedy] = []
        seen: set[tuple[object, ...]] = set()
        for rider in self._facts.riders.values():
            alike = dataclasses.astuple(dataclasses.replace(rider, rider_id="", name="", pass_no=""))
            if alike in seen or not self._facts.fits(rider, self._order):
                continue
            seen.add(alike)
            step = self._missing(rider, Kind.RIDER) or Step(kind=Kind.RIDER, rider_id=rider.rider_id)
            new = steps.changed_rider(rider, step, self._street)
            facts = self._facts.with_colleague(new, rider)
            result = find(facts, self._board, new, self._order)
            if isinstance(result, Opening):
                options.append(self.remedy(step, facts, result))
        if options:
            yield min(options, key=lambda remedy: (remedy.step.effort, remedy.score_m))

    # --- parts -------------------------------------------------------------------------------------------------------

    def by_parts(self) -> Iterator[Remedy]:
        """Yield the fewest parts into which the order would have to be divided, each on its way by itself."""
        if self._obstacles.reason is not Reason.OVER_CAPACITY:
            return
        riders = [rider for rider in self._facts.riders.values() if self._facts.is_eligible(rider, self._order)]
        vehicles = [self._facts.vehicles[rider.vehicle] for rider in riders]
        heaps = (
            max(self._order.weight_g / max(1, one.capacity_g), self._order.volume_ml / max(1, one.capacity_ml))
            for one in vehicles
        )
        fewest = math.ceil(min(heaps))
        for parts in range(max(2, fewest), _MOST_PARTS + 1):
            remedy = self._in_parts(Step(kind=Kind.DIVIDE, amount=parts), riders)
            if remedy is not None:
                yield remedy
                return

    def _in_parts(self, step: Step, riders: Sequence[Rider]) -> Remedy | None:
        parts = steps.changed_orders(self._order, step)
        facts = self._facts.with_orders(parts)
        former: dict[str, Timetable] = {}
        placed: list[Opening] = []
        try:
            for part in parts:
                able = [rider for rider in riders if facts.fits(rider, part)]
                opening = self._opening(facts, able, part)
                if opening is None:
                    return None
                taken = self._board.take(opening.rider.rider_id)
                former.setdefault(opening.rider.rider_id, taken)
                self._board.put(opening.rider.rider_id, opening.timetable)
                placed.append(opening)
        finally:
            for rider_id, timetable in former.items():
                self._board.take(rider_id)
                if timetable.stops:
                    self._board.put(rider_id, timetable)
        last = {opening.rider.rider_id: opening for opening in placed}
        first = self.remedy(step, facts, placed[0])
        return dataclasses.replace(
            first,
            hand_over_starts_s=max(opening.hand_over_starts_s for opening in placed),
            hand_over_ends_s=max(opening.hand_over_ends_s for opening in placed),
            score_m=sum(opening.cost_m for opening in placed) - self._saved_m,
            rounds=tuple(as_round(facts, opening.rider, opening.timetable) for opening in last.values()),
        )


_OF_RIDERS = frozenset({Kind.SHIFT_LATER, Kind.SHIFT_EARLIER, Kind.LATER})
