"""An order as its household sees it: when it comes, how far it is, what it costs, and why it waits. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from supplyhub.orders import raises, reasons
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.wording import lazy_gettext

CHAIN = (
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.PLANNED,
    OrderState.LOADED,
    OrderState.AT_GATE,
    OrderState.DELIVERED,
)
"""The states of an order that goes well, in order."""
_SHOWN = tuple(state for state in CHAIN if state != OrderState.CONFIRMED)
"""The steps of the short line: that the supplier has confirmed matters less to whoever waits."""
_FOR_RESIDENTS = {**{state: state.label for state in OrderState}, OrderState.PLANNED: lazy_gettext("Planned")}
"""The states in the words of whoever waits: a round is the riders' word."""
_ENDED_EARLY = frozenset({OrderState.CANCELLED, OrderState.SHORT, OrderState.RETURNED})
_OVER = _ENDED_EARLY | {OrderState.DELIVERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of an order's chain. `mark` is `done`, `now`, `todo` or `stopped`; `at` is when it was taken."""

    state: OrderState
    mark: str
    at: datetime | None = None
    place: str = ""

    @property
    def label(self) -> str:
        """The step's name for the household."""
        return _FOR_RESIDENTS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order seen on one local day at one instant. The order's lines are loaded; its transitions for `chain` only."""

    order: Order
    today: date
    now: datetime

    @property
    def title(self) -> str:
        """The first thing on the order."""
        return self.order.lines[0].name if self.order.lines else self.order.code

    @property
    def has_more_lines(self) -> bool:
        """Whether there is more than one thing on it."""
        return len(self.order.lines) > 1

    @property
    def total_fen(self) -> int:
        """What the lines cost together."""
        return sum(line.quantity * line.price_fen for line in self.order.lines)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.order.state in _OVER

    @property
    def is_today(self) -> bool:
        """Whether it is an order of today."""
        return self.order.day_date == self.today

    @property
    def has_slot(self) -> bool:
        """Whether a time at a gate is promised."""
        return self.order.planned_from_at is not None and not self.is_over

    @property
    def is_slot_over(self) -> bool:
        """Whether the promised time has passed and nobody has said that the order arrived."""
        until_at = self.order.planned_until_at
        return self.has_slot and until_at is not None and until_at <= self.now

    @property
    def is_expected(self) -> bool:
        """Whether it has a promised time that is still ahead."""
        return self.has_slot and not self.is_slot_over

    @property
    def reason(self) -> str:
        """Why it is on no round; empty where it is on one, or where no plan has been published yet."""
        code = self.order.unplanned_reason
        return reasons.reason_words(code).for_resident if code and not self.has_slot and not self.is_over else ""

    @property
    def goes_first(self) -> bool:
        """Whether it is carried before others: medicine, infants, people who live alone."""
        return self.order.priority == 3

    @property
    def raised(self) -> str:
        """Why it goes before others this time; empty where it does not, or is over."""
        cause = raises.find_cause(self.order.raised_because)
        return cause.for_resident if cause and not self.is_over else ""

    @property
    def state_label(self) -> str:
        """The state's name for the household."""
        return _FOR_RESIDENTS[self.order.state]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """How far it has come: (label, mark) from placed to delivered, or to where it ended."""
        state = self.order.state
        path = _path(OrderState.PLACED if state == OrderState.CONFIRMED else state, _SHOWN)
        return [(step.label, step.mark) for step in path]

    @property
    def chain(self) -> list[Step]:
        """Every step with its time, then the steps still to come."""
        taken = [Step(state=OrderState.PLACED, mark="done", at=self.order.placed_at)]
        taken += [
            Step(
                state=one.to_state,
                mark="stopped" if one.to_state in _ENDED_EARLY else "done",
                at=one.happened_at,
                place=one.place,
            )
            for one in sorted(self.order.transitions, key=lambda one: (one.happened_at, one.id))
        ]
        return taken + [step for step in _path(self.order.state, CHAIN) if step.mark == "todo"]


def _path(state: OrderState, chain: tuple[OrderState, ...]) -> list[Step]:
    if state in _ENDED_EARLY:
        return [Step(state=OrderState.PLACED, mark="done"), Step(state=state, mark="stopped")]
    here = chain.index(state)
    marks = ["done"] * here + ["now"] + ["todo"] * (len(chain) - here - 1)
    if state == OrderState.DELIVERED:
        marks[-1] = "done"
    return [Step(state=one, mark=mark) for one, mark in zip(chain, marks, strict=True)]
