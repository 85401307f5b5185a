"""An explanation in sentences: what stands in an order's way, what would free it, what holds its time.

It turns the planner's facts into words in the reader's language and decides nothing.
"""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from supplyhub.planning.explain.answers import Explanation
from supplyhub.planning.explain.hurdles import Hurdle
from supplyhub.planning.explain.remedies import Remedy
from supplyhub.planning.explain.service import Hold, Service
from supplyhub.planning.explain.steps import MINUTE, Kind, Step
from supplyhub.planning.explain.timing import Rule
from supplyhub.planning.problem import Order, Problem
from supplyhub.riders.words import vehicle_name
from supplyhub.webkit.filters import grams, metres, time_of_day

NAMED_RIDERS = 3
"""So many riders are named in a sentence; more are counted."""
_TIMES = (Rule.PICKUP_HOURS, Rule.GATE_HOURS, Rule.DUE, Rule.PASS_HOURS, Rule.SHIFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class HurdleLine:
    """A hurdle in words. `stopped` riders are stopped by it; `who` names them where they are few."""

    text: str
    who: str
    stopped: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyLine:
    """A remedy in words: what to do, what then happens, what it costs."""

    text: str
    then: str
    cost: str
    is_cheaper: bool


class Words:
    """Puts explanations of one day's orders into words."""

    def __init__(self, problem: Problem, order_id: str) -> None:
        self._problem = problem
        self.order: Order = next(order for order in problem.orders if order.order_id == order_id)
        compounds = {compound.compound_id: compound for compound in problem.compounds}
        self._compound = compounds[self.order.compound_id]
        self._riders = {rider.rider_id: rider for rider in problem.riders}
        self._gates = {gate.gate_id: gate for gate in problem.gates}
        self._pickups = {pickup.pickup_id: pickup for pickup in problem.pickups}

    def rider(self, rider_id: str) -> str:
        """Return what a rider is called; one more rider has no name yet."""
        rider = self._riders.get(rider_id)
        if rider is None:
            return gettext("the new rider")
        return gettext("%(name)s (%(code)s)", name=rider.name, code=rider.rider_id)

    def _gate(self, gate_id: str | None) -> str:
        gate = self._gates.get(gate_id or "")
        return gate.name if gate is not None else ""

    @property
    def _pickup(self) -> str:
        return self._pickups[self.order.pickup_id].name

    # --- hurdles -----------------------------------------------------------------------------------------------------

    def hurdles(self, explanation: Explanation) -> list[HurdleLine]:
        """Return what stands in the way, rule after rule."""
        return [
            HurdleLine(
                text=self._hurdle(hurdle),
                who=self._who(hurdle),
                stopped=hurdle.stopped,
                left=hurdle.left,
            )
            for hurdle in explanation.hurdles
        ]

    def _who(self, hurdle: Hurdle) -> str:
        if not 0 < hurdle.stopped <= NAMED_RIDERS:
            return ""
        return gettext(", ").join(self.rider(rider_id) for rider_id in hurdle.rider_ids)

    def _hurdle(self, hurdle: Hurdle) -> str:
        if hurdle.rule in _TIMES and hurdle.needs_s is not None:
            return self._too_late(hurdle)
        texts = {
            Rule.ZONE: lambda: gettext("%(street)s is not on their pass.", street=self._compound.street),
            Rule.HIGH_RISK: lambda: gettext("They are not trained for high-risk compounds."),
            Rule.BINDING: lambda: gettext("They are bound to a pickup other than %(pickup)s.", pickup=self._pickup),
            Rule.CAPACITY: lambda: gettext(
                "Their vehicle does not hold the order's %(weight)s.", weight=grams(self.order.weight_g)
            ),
            Rule.FULL: lambda: gettext("They would have time, but their vehicle is full then."),
            Rule.UNREACHABLE: lambda: gettext("There is no way or no gate by which they could reach the compound."),
            Rule.RIDE: lambda: gettext(
                "The order would ride for longer than the %(minutes)s minutes that are allowed.",
                minutes=self._problem.ride.max_s // MINUTE,
            ),
            Rule.SLOT: lambda: self._full(hurdle),
            Rule.DOCK: lambda: gettext("The docks of %(pickup)s are taken when they could load.", pickup=self._pickup),
        }
        words = texts.get(hurdle.rule)
        if words is not None:
            return words()
        return gettext("They are busy: with this order on board, others would come late, or they themselves home.")

    def _full(self, hurdle: Hurdle) -> str:
        if hurdle.from_s is None or hurdle.until_s is None:
            return gettext("The slots of the gate are taken when they could be there.")
        return gettext(
            "%(gate)s is full from %(from_time)s to %(until_time)s: no slot is left in which it could arrive.",
            gate=self._gate(hurdle.place_id),
            from_time=time_of_day(hurdle.from_s),
            until_time=time_of_day(hurdle.until_s),
        )

    def _too_late(self, hurdle: Hurdle) -> str:
        bound, needs = time_of_day(hurdle.until_s or 0), _upwards(hurdle.needs_s or 0)
        if hurdle.rule is Rule.PICKUP_HOURS:
            return gettext(
                "%(pickup)s closes at %(bound)s; they could have loaded by %(needs)s at the earliest.",
                pickup=self._pickup,
                bound=bound,
                needs=needs,
            )
        if hurdle.rule is Rule.GATE_HOURS:
            return gettext(
                "%(gate)s closes at %(bound)s; they could have handed over by %(needs)s at the earliest.",
                gate=self._gate(hurdle.place_id),
                bound=bound,
                needs=needs,
            )
        if hurdle.rule is Rule.DUE:
            return gettext(
                "It is due by %(bound)s; they could have handed over by %(needs)s at the earliest.",
                bound=bound,
                needs=needs,
            )
        if hurdle.rule is Rule.PASS_HOURS:
            return gettext(
                "Their pass ends at %(bound)s; they could have handed over by %(needs)s at the earliest.",
                bound=bound,
                needs=needs,
            )
        return gettext(
            "Their shift ends at %(bound)s; they could be back by %(needs)s at the earliest.", bound=bound, needs=needs
        )

    # --- remedies ----------------------------------------------------------------------------------------------------

    def remedies(self, explanation: Explanation) -> list[RemedyLine]:
        """Return what would free the order, by how little it asks."""
        return [
            RemedyLine(
                text=self._step(remedy.step),
                then=self._then(remedy),
                cost=_cost(remedy.score_m),
                is_cheaper=remedy.score_m <= 0,
            )
            for remedy in explanation.remedies
        ]

    def _then(self, remedy: Remedy) -> str:
        if remedy.step.kind is Kind.DIVIDE:
            return gettext(
                "All parts are at %(gate)s by %(time)s.",
                gate=self._gate(remedy.gate_id),
                time=_upwards(remedy.hand_over_ends_s),
            )
        return gettext(
            "%(rider)s loads it at %(load)s and hands it over at %(gate)s at %(time)s.",
            rider=self.rider(remedy.rider_id),
            load=time_of_day(remedy.load_starts_s),
            gate=self._gate(remedy.gate_id),
            time=time_of_day(remedy.hand_over_starts_s),
        )

    def _step(self, step: Step) -> str:
        if step.kind in {Kind.PASS, Kind.RIDER}:
            return self._pass(step)
        if step.kind in _MINUTES:
            return self._minutes(step)
        texts = {
            Kind.AGAIN: lambda: gettext("Plan again: it fits in as things stand."),
            Kind.SLOT: lambda: gettext(
                "Let one more rider into each slot of %(gate)s.", gate=self._gate(step.place_id)
            ),
            Kind.DOCK: lambda: gettext("Open one more dock at %(pickup)s.", pickup=self._pickup),
            Kind.VEHICLE: lambda: gettext(
                "Give %(rider)s another vehicle: %(vehicle)s.",
                rider=self.rider(step.rider_id or ""),
                vehicle=vehicle_name(step.vehicle or ""),
            ),
            Kind.DIVIDE: lambda: ngettext(
                "Divide the order into %(num)s part.", "Divide the order into %(num)s parts.", step.amount
            ),
        }
        return texts[step.kind]()

    def _pass(self, step: Step) -> str:
        rider = self.rider(step.rider_id or "")
        sentences = []
        if step.kind is Kind.RIDER:
            sentences.append(gettext("Issue one more pass, for a rider like %(rider)s.", rider=rider))
            rider = gettext("the new rider")
        if step.adds_street:
            sentences.append(
                gettext("Add %(street)s to the pass of %(rider)s.", street=self._compound.street, rider=rider)
            )
        if step.adds_high_risk:
            sentences.append(gettext("Train %(rider)s for high-risk compounds.", rider=rider))
        if step.releases:
            sentences.append(gettext("Let %(rider)s load at %(pickup)s too.", rider=rider, pickup=self._pickup))
        return " ".join(sentences)

    def _minutes(self, step: Step) -> str:
        minutes, seconds = step.amount, step.amount * MINUTE
        rider, order = self.rider(step.rider_id or ""), self.order
        gate, pickup = self._gates.get(step.place_id or ""), self._pickups[order.pickup_id]
        texts = {
            Kind.DUE: lambda: gettext(
                "Let it come %(minutes)s minutes later, by %(time)s.",
                minutes=minutes,
                time=time_of_day(order.due_s + seconds),
            ),
            Kind.READY: lambda: gettext(
                "Have it ready %(minutes)s minutes earlier, at %(time)s.",
                minutes=minutes,
                time=time_of_day(max(0, order.ready_s - seconds)),
            ),
            Kind.GATE_LATER: lambda: gettext(
                "Keep %(gate)s open %(minutes)s minutes longer, until %(time)s.",
                gate=self._gate(step.place_id),
                minutes=minutes,
                time=time_of_day((gate.closes_s if gate else 0) + seconds),
            ),
            Kind.GATE_EARLIER: lambda: gettext(
                "Open %(gate)s %(minutes)s minutes earlier.", gate=self._gate(step.place_id), minutes=minutes
            ),
            Kind.PICKUP_LATER: lambda: gettext(
                "Keep %(pickup)s open %(minutes)s minutes longer, until %(time)s.",
                pickup=pickup.name,
                minutes=minutes,
                time=time_of_day(pickup.closes_s + seconds),
            ),
            Kind.PICKUP_EARLIER: lambda: gettext(
                "Open %(pickup)s %(minutes)s minutes earlier.", pickup=pickup.name, minutes=minutes
            ),
            Kind.SHIFT_LATER: lambda: gettext(
                "Let shift and pass of %(rider)s end %(minutes)s minutes later.", rider=rider, minutes=minutes
            ),
            Kind.SHIFT_EARLIER: lambda: gettext(
                "Let shift and pass of %(rider)s begin %(minutes)s minutes earlier.", rider=rider, minutes=minutes
            ),
            Kind.RIDE: lambda: gettext(
                "Let orders ride %(minutes)s minutes longer: %(total)s minutes in all, everywhere.",
                minutes=minutes,
                total=(self._problem.ride.max_s + seconds) // MINUTE,
            ),
            Kind.LATER: lambda: gettext(
                "Move the evening by %(minutes)s minutes: the order comes by %(time)s, its gate stays open, "
                "and %(rider)s works longer.",
                minutes=minutes,
                time=time_of_day(order.due_s + seconds),
                rider=rider,
            ),
        }
        return texts[step.kind]()

    # --- served ------------------------------------------------------------------------------------------------------

    def holds(self, service: Service) -> list[str]:
        """Return what holds the time of a served order, loading first."""
        return [self._load_hold(service), self._hand_over_hold(service)]

    def _load_hold(self, service: Service) -> str:
        time = time_of_day(service.load_starts_s)
        texts = {
            Hold.WAY: gettext("Loaded at %(time)s, as soon as the rider comes from the stop before.", time=time),
            Hold.SHIFT: gettext("Loaded at %(time)s, as soon as the rider's shift has begun.", time=time),
            Hold.OPENING: gettext("Loaded at %(time)s, when %(pickup)s opens.", time=time, pickup=self._pickup),
            Hold.READY: gettext("Loaded at %(time)s, when the goods are ready.", time=time),
            Hold.DOCK: gettext("Loaded at %(time)s: no dock was free before.", time=time),
            Hold.RIDE: gettext(
                "Loaded at %(time)s and no earlier, so that nothing rides for longer than %(minutes)s minutes.",
                time=time,
                minutes=self._problem.ride.max_s // MINUTE,
            ),
        }
        return texts[service.load_hold]

    def _hand_over_hold(self, service: Service) -> str:
        time, gate = time_of_day(service.hand_over_starts_s), self._gate(service.gate_id)
        if service.hand_over_hold is Hold.OPENING:
            return gettext("Handed over at %(time)s, when %(gate)s opens.", time=time, gate=gate)
        if service.hand_over_hold is Hold.SLOT:
            return gettext("Handed over at %(time)s: the slot before was full.", time=time)
        return ngettext(
            "Handed over at %(time)s, on arrival; %(num)s stop comes in between.",
            "Handed over at %(time)s, on arrival; %(num)s stops come in between.",
            service.stops_before,
            time=time,
        )


_MINUTES = frozenset(
    {
        *(Kind.DUE, Kind.READY, Kind.GATE_LATER, Kind.GATE_EARLIER, Kind.PICKUP_LATER, Kind.PICKUP_EARLIER),
        *(Kind.SHIFT_LATER, Kind.SHIFT_EARLIER, Kind.RIDE, Kind.LATER),
    }
)


def _upwards(seconds: int) -> str:
    """Write seconds after midnight as the minute by which they have passed."""
    return time_of_day(seconds + MINUTE - 1)


def _cost(score_m: int) -> str:
    if score_m <= 0:
        return gettext("The plan's cost falls by %(distance)s.", distance=metres(-score_m))
    return gettext("The plan's cost rises by %(distance)s.", distance=metres(score_m))
