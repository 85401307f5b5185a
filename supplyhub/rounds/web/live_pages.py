"""What the pages of live changes show, put together from queries and words. Read-only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from supplyhub.orders.reasons import ReasonWords, reason_words
from supplyhub.planning.live.answer_documents import read_answer
from supplyhub.planning.live.answers import Answer, ChangedRound, StrandedOrder
from supplyhub.planning.live.changes import (
    CancelledOrder,
    Change,
    ClosedGate,
    HighRiskCompound,
    LateRider,
    NewOrder,
    OutOfStock,
    StoppedRider,
)
from supplyhub.planning.plan import Figures
from supplyhub.rounds.live_day import change_of
from supplyhub.rounds.models import LiveAnswer, LiveChange, Plan
from supplyhub.rounds.queries.live_names import Names, OrderName, RiderName, read_names
from supplyhub.rounds.web import live_words
from supplyhub.rounds.web.live_words import KindWords, VisitLine
from supplyhub.webkit.filters import metres, number, time_of_day

LISTED_ORDERS = 50
"""How many orders of a kind the answer lists by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A recorded change in words."""

    entry: LiveChange
    words: KindWords
    text: str
    refused: str = ""

    @property
    def note(self) -> str:
        """What was noted with it; of a shortage the goods are in the text."""
        return "" if self.entry.kind == "out_of_stock" else self.entry.note


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLine:
    """A rider whose round is otherwise."""

    rider: RiderName
    lines: Sequence[VisitLine]
    back_before: str
    back_after: str
    stopped: str

    @property
    def counts(self) -> Sequence[tuple[str, str, str]]:
        """How many stops are otherwise in each way: words, colour family, icon."""
        return live_words.counted(self.lines)

    @property
    def is_back_moved(self) -> bool:
        """Whether the rider is back at another time."""
        return bool(self.back_after) and self.back_before != self.back_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded:
    """What a rider carries and cannot hand over: somebody has to fetch it.

    The rider has stopped (`has_stopped`), or drives on until `at` with the orders on board, and `why` says the reason.
    """

    rider: RiderName
    place: str
    at: str
    has_stopped: bool
    why: str
    orders: Sequence[OrderName]
    weight_g: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """An order that comes after it was due."""

    order: OrderName
    rider: RiderName
    due: str
    handed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Orders that are on no round any more, for one reason."""

    words: ReasonWords
    orders: Sequence[OrderName]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A figure of the published version and of the next."""

    label: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """What the changes come to, in words."""

    entries: Sequence[Entry]
    changed_visits: int
    rounds: Sequence[RoundLine]
    stranded: Sequence[Stranded]
    refused: Sequence[Entry]
    left_out: Sequence[LeftOut]
    late: Sequence[LateLine]
    figures: Sequence[FigureRow]

    @property
    def left_out_count(self) -> int:
        """How many orders are on no round any more."""
        return sum(one.count for one in self.left_out)

    @property
    def stranded_count(self) -> int:
        """How many orders stand on vehicles that do not go on."""
        return sum(len(one.orders) for one in self.stranded)


def entries_of(session: Session, *, plan: Plan, changes: Sequence[LiveChange]) -> list[Entry]:
    """Return recorded changes in words."""
    meant = {entry.id: change_of(entry) for entry in changes}
    names = names_for(session, plan, meant.values())
    return [_entry(entry, meant[entry.id], names) for entry in changes]


def answer_view(session: Session, *, plan: Plan, changes: Sequence[LiveChange], answer: Answer) -> AnswerView:
    """Return what changes (in the order of their numbers) come to, in words."""
    meant = [change_of(entry) for entry in changes]
    numbered = dict(enumerate(meant))
    names = names_for(session, plan, meant, answer)
    why = {one.number: live_words.refusal(one, names) for one in reversed(answer.refused) if one.number in numbered}
    entries = [
        _entry(entry, change, names, refused=why.get(at, ""))
        for at, (entry, change) in enumerate(zip(changes, meant, strict=True))
    ]
    return AnswerView(
        entries=entries,
        changed_visits=answer.changed_visits,
        rounds=[_round_line(one, names, numbered) for one in answer.rounds],
        stranded=_stranded(answer, names, numbered),
        refused=[entry for entry in entries if entry.refused],
        left_out=_left_out(answer, names),
        late=[
            LateLine(
                order=_order(names, one.order_id),
                rider=rider_of(names, one.rider_id),
                due=time_of_day(one.due_s),
                handed=time_of_day(one.handed_s),
            )
            for one in answer.late
        ],
        figures=_figure_rows(answer.before, answer.after),
    )


def kept_answer_view(session: Session, *, plan: Plan, waiting: Sequence[LiveChange], kept: LiveAnswer) -> AnswerView:
    """Return a kept answer in words."""
    return answer_view(session, plan=plan, changes=waiting, answer=read_answer(kept.answer))


# --- parts -----------------------------------------------------------------------------------------------------------


def _entry(entry: LiveChange, change: Change, names: Names, *, refused: str = "") -> Entry:
    return Entry(
        entry=entry,
        words=live_words.kind_words(entry.kind),
        text=live_words.sentence(change, names, note=entry.note),
        refused=refused,
    )


def _round_line(one: ChangedRound, names: Names, changes: Mapping[int, Change]) -> RoundLine:
    # a round that only ends away from the base has such a time as well
    stops = any(isinstance(change, StoppedRider) and change.rider_id == one.rider_id for change in changes.values())
    return RoundLine(
        rider=rider_of(names, one.rider_id),
        lines=[live_words.visit_line(visit, names, changes, rider_id=one.rider_id) for visit in one.visits],
        back_before="" if one.back_before_s is None else time_of_day(one.back_before_s),
        back_after="" if one.back_after_s is None else time_of_day(one.back_after_s),
        stopped=time_of_day(one.stopped_s) if stops and one.stopped_s is not None else "",
    )


def _stranded(answer: Answer, names: Names, changes: Mapping[int, Change]) -> list[Stranded]:
    by_rider: dict[str, list[StrandedOrder]] = {}
    for one in answer.stranded:
        by_rider.setdefault(one.rider_id, []).append(one)
    stopped = {change.rider_id for change in changes.values() if isinstance(change, StoppedRider)}
    found = []
    for rider_id, entries in by_rider.items():
        orders = [_order(names, one.order_id) for one in entries]
        because = sorted({number for one in entries for number in one.because})
        place_id = entries[0].place_id
        found.append(
            Stranded(
                rider=rider_of(names, rider_id),
                place=live_words.place_words(names.places.get(place_id), place_id),
                at=time_of_day(entries[0].stopped_s),
                has_stopped=rider_id in stopped,
                why=live_words.because_words(because, changes, names, rider_id=rider_id),
                orders=sorted(orders, key=lambda order: (-order.priority, order.code)),
                weight_g=sum(order.weight_g for order in orders),
                first=sum(order.goes_first for order in orders),
            )
        )
    return sorted(found, key=lambda one: (not one.has_stopped, one.at))


def _left_out(answer: Answer, names: Names) -> list[LeftOut]:
    by_reason: dict[str, list[str]] = {}
    for one in answer.left_out:
        by_reason.setdefault(one.reason.value, []).append(one.order_id)
    return [
        LeftOut(
            words=reason_words(reason),
            orders=[_order(names, code) for code in codes[:LISTED_ORDERS]],
            count=len(codes),
        )
        for reason, codes in by_reason.items()
    ]


def _figure_rows(before: Figures, after: Figures) -> list[FigureRow]:
    def row(label: str, first: int, second: int, *, is_distance: bool = False) -> FigureRow:
        write = metres if is_distance else number
        difference = second - first
        sign = "+" if difference > 0 else "-" if difference < 0 else "±"
        return FigureRow(
            label=label, before=write(first), after=write(second), difference=f"{sign}{write(abs(difference))}"
        )

    return [
        row(gettext("Orders on a round"), before.served, after.served),
        row(gettext("Orders on no round"), before.unserved, after.unserved),
        row(gettext("Riders used"), before.rounds, after.rounds),
        row(gettext("Visits at gates"), before.gate_visits, after.gate_visits),
        row(gettext("Distance"), before.distance_m, after.distance_m, is_distance=True),
        row(gettext("Cost of the plan"), before.score_m, after.score_m, is_distance=True),
    ]


def rider_of(names: Names, code: str) -> RiderName:
    """Return a rider by code, also one whom the district no longer knows."""
    return names.riders.get(code) or RiderName(code=code, name=code, company="", phone="", number=None)


def _order(names: Names, code: str) -> OrderName:
    return names.orders.get(code) or OrderName(code=code, compound="", pickup="", weight_g=0, priority=0)


# --- which names are needed ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Codes:
    """Codes of all kinds, gathered before they are looked up at once."""

    places: set[str]
    compounds: set[str]
    riders: set[str]
    orders: set[str]


def names_for(
    session: Session,
    plan: Plan,
    changes: Iterable[Change],
    answer: Answer | None = None,
    *,
    place_codes: Iterable[str] = (),
) -> Names:
    """Return what all codes in changes and their answer stand for."""
    codes = _Codes(set(place_codes), set(), set(), set())
    for change in changes:
        _gather_change(codes, change)
    if answer is not None:
        _gather_answer(codes, answer)
    return read_names(
        session,
        plan=plan,
        place_codes=codes.places,
        compound_codes=codes.compounds,
        rider_codes=codes.riders,
        order_codes=codes.orders,
    )


def _gather_change(codes: _Codes, change: Change) -> None:
    match change:
        case NewOrder(order=order):
            codes.compounds.add(order.compound_id)
        case CancelledOrder(order_id=order_id):
            codes.orders.add(order_id)
        case StoppedRider(rider_id=rider_id) | LateRider(rider_id=rider_id):
            codes.riders.add(rider_id)
        case HighRiskCompound(compound_id=compound_id):
            codes.compounds.add(compound_id)
        case ClosedGate(gate_id=gate_id):
            codes.places.add(gate_id)
        case OutOfStock(pickup_id=pickup_id):
            codes.places.add(pickup_id)


def _gather_answer(codes: _Codes, answer: Answer) -> None:
    for one in answer.rounds:
        codes.riders.add(one.rider_id)
        codes.places.update(visit.place_id for visit in one.visits)
    for refused in answer.refused:
        codes.riders.update({refused.rider_id} if refused.rider_id else ())
    for stranded in answer.stranded:
        codes.riders.add(stranded.rider_id)
        codes.places.add(stranded.place_id)
        codes.orders.add(stranded.order_id)
    for late in answer.late:
        codes.riders.add(late.rider_id)
        codes.orders.add(late.order_id)
    codes.orders.update(one.order_id for one in answer.left_out[: 10 * LISTED_ORDERS])
