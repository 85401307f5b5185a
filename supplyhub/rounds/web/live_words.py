"""Live changes in words: what happened, what is otherwise about a stop, and why. For the desk and for riders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from supplyhub.planning.live.answers import ChangedVisit, Refusal, Refused, VisitChange
from supplyhub.planning.live.changes import (
    CancelledOrder,
    Change,
    ClosedGate,
    Fault,
    HighRiskCompound,
    LateRider,
    NewOrder,
    OutOfStock,
    StoppedRider,
    StopReason,
    UnableToApply,
)
from supplyhub.planning.plan import VisitKind
from supplyhub.rounds.models import LiveChangeKind
from supplyhub.rounds.queries.live_names import Names, PlaceName
from supplyhub.webkit.filters import duration, grams, number, time_of_day
from supplyhub.wording import lazy_gettext

MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """A kind of change: what it is called, with its icon, and what one records."""

    kind: LiveChangeKind
    title: str
    icon: str
    help: str


KINDS: tuple[KindWords, ...] = (
    KindWords(
        kind=LiveChangeKind.NEW_ORDER,
        title=lazy_gettext("New orders"),
        icon="package-import",
        help=lazy_gettext("Orders of today that no round has yet."),
    ),
    KindWords(
        kind=LiveChangeKind.CANCELLED_ORDER,
        title=lazy_gettext("Orders cancelled"),
        icon="circle-x",
        help=lazy_gettext("Nobody waits for them any more, and they have not been loaded."),
    ),
    KindWords(
        kind=LiveChangeKind.OUT_OF_STOCK,
        title=lazy_gettext("Out of stock"),
        icon="building-store",
        help=lazy_gettext(
            "A supplier has no more of something. The whole orders that hold it are taken off the rounds."
        ),
    ),
    KindWords(
        kind=LiveChangeKind.LATE_RIDER,
        title=lazy_gettext("Rider late"),
        icon="clock-pause",
        help=lazy_gettext("A rider is held up and goes on later."),
    ),
    KindWords(
        kind=LiveChangeKind.STOPPED_RIDER,
        title=lazy_gettext("Rider stops"),
        icon="ban",
        help=lazy_gettext("A rider cannot go on today, or the pass is revoked."),
    ),
    KindWords(
        kind=LiveChangeKind.CLOSED_GATE,
        title=lazy_gettext("Gate closed"),
        icon="gate",
        help=lazy_gettext("A gate lets nobody in for the rest of the day."),
    ),
    KindWords(
        kind=LiveChangeKind.HIGH_RISK_COMPOUND,
        title=lazy_gettext("Compound high-risk"),
        icon="alert-octagon",
        help=lazy_gettext("From now on only riders who may enter high-risk compounds hand over there."),
    ),
)
"""All kinds, the most frequent first."""
_BY_KIND = {words.kind: words for words in KINDS}


def kind_words(kind: LiveChangeKind) -> KindWords:
    """Return the words of a kind of change."""
    return _BY_KIND[kind]


def sentence(change: Change, names: Names, *, note: str = "") -> str:
    """Say what happened, for the desk."""
    match change:
        case NewOrder(order=order):
            facts = [order.order_id, names.compounds.get(order.compound_id, order.compound_id), grams(order.weight_g)]
            said = " · ".join([*facts, gettext("due %(time)s", time=time_of_day(order.due_s))])
        case CancelledOrder(order_id=order_id):
            found = names.orders.get(order_id)
            said = " · ".join([order_id, found.compound, found.pickup] if found else [order_id])
        case StoppedRider(rider_id=rider_id, why=StopReason.PASS_REVOKED):
            said = gettext("%(rider)s: the pass is revoked", rider=rider_words(names, rider_id))
        case StoppedRider(rider_id=rider_id):
            said = gettext("%(rider)s cannot go on today", rider=rider_words(names, rider_id))
        case LateRider(rider_id=rider_id, until_s=until_s):
            said = gettext(
                "%(rider)s goes on at %(time)s", rider=rider_words(names, rider_id), time=time_of_day(until_s)
            )
        case HighRiskCompound(compound_id=compound_id):
            said = names.compounds.get(compound_id, compound_id)
        case ClosedGate(gate_id=gate_id, from_s=from_s):
            place = place_words(names.places.get(gate_id), gate_id)
            said = gettext("%(gate)s, from %(time)s", gate=place, time=time_of_day(from_s))
        case OutOfStock(pickup_id=pickup_id, order_ids=order_ids):
            place = place_words(names.places.get(pickup_id), pickup_id)
            count = len(order_ids)
            orders = ngettext("%(count)s order", "%(count)s orders", count, count=number(count))
            said = " · ".join([place, note or gettext("everything"), orders])
    return said


def rider_words(names: Names, code: str) -> str:
    """Return a rider in words: the name with the code."""
    found = names.riders.get(code)
    return f"{found.name} {code}" if found else code


def place_words(place: PlaceName | None, code: str) -> str:
    """Return a place in words: a pickup, or a compound with its gate."""
    if place is None:
        return code
    return f"{place.name} {place.gate}".strip()


# --- why -------------------------------------------------------------------------------------------------------------


def because_words(because: Sequence[int], changes: Mapping[int, Change], names: Names, *, rider_id: str) -> str:
    """Say why a stop of a rider's round is otherwise; where no change caused it, room was made for others."""
    reasons = [_reason(changes[at], names, rider_id) for at in because if at in changes]
    return gettext(", ").join(dict.fromkeys(reasons)) if reasons else gettext("makes room for other stops")


def _reason(change: Change, names: Names, rider_id: str) -> str:
    match change:
        case NewOrder():
            said = gettext("new orders")
        case CancelledOrder():
            said = gettext("orders were cancelled")
        case StoppedRider() | LateRider():
            said = _reason_of_rider(change, is_own=change.rider_id == rider_id)
        case HighRiskCompound(compound_id=compound_id):
            said = gettext("%(compound)s is high-risk now", compound=names.compounds.get(compound_id, compound_id))
        case ClosedGate(gate_id=gate_id):
            said = gettext("%(gate)s is closed", gate=place_words(names.places.get(gate_id), gate_id))
        case OutOfStock(pickup_id=pickup_id):
            place = place_words(names.places.get(pickup_id), pickup_id)
            said = gettext("%(pickup)s is out of stock", pickup=place)
    return said


def _reason_of_rider(change: StoppedRider | LateRider, *, is_own: bool) -> str:
    if isinstance(change, LateRider):
        if is_own:
            return gettext("goes on only at %(time)s", time=time_of_day(change.until_s))
        return gettext("another rider is late")
    if not is_own:
        return gettext("another rider stopped")
    return gettext("the pass is revoked") if change.why is StopReason.PASS_REVOKED else gettext("the rider stopped")


# --- a stop that is otherwise ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """A stop that is otherwise: when, where, what and why. `kind` is a colour family."""

    when: str
    place: str
    gate: str
    what: str
    why: str
    kind: str
    is_load: bool
    change: VisitChange
    later_s: int
    because: tuple[int, ...]

    @property
    def title(self) -> str:
        """The place in words."""
        return f"{self.place} {self.gate}".strip()

    @property
    def label(self) -> str:
        """In which way it is otherwise, in a word."""
        return _CHANGES[self.change][0]

    @property
    def icon(self) -> str:
        """The icon of that."""
        return _CHANGES[self.change][1]

    @property
    def detail(self) -> str:
        """What is otherwise, and why."""
        return f"{self.what} · {self.why}"

    @property
    def is_moved(self) -> bool:
        """Whether nothing but the time is otherwise."""
        return self.change is VisitChange.MOVED


_CHANGES = {
    VisitChange.ADDED: (lazy_gettext("Added"), "plus"),
    VisitChange.REMOVED: (lazy_gettext("Removed"), "x"),
    VisitChange.MOVED: (lazy_gettext("Other time"), "clock"),
    VisitChange.ORDERS: (lazy_gettext("Other orders"), "package"),
}
_COUNTED: dict[VisitChange, Callable[[int], str]] = {
    VisitChange.ADDED: lambda count: ngettext("%(num)s added", "%(num)s added", count),
    VisitChange.REMOVED: lambda count: ngettext("%(num)s removed", "%(num)s removed", count),
    VisitChange.MOVED: lambda count: ngettext("%(num)s at another time", "%(num)s at another time", count),
    VisitChange.ORDERS: lambda count: ngettext("%(num)s with other orders", "%(num)s with other orders", count),
}
_KIND_OF = {
    VisitChange.ADDED: "go",
    VisitChange.REMOVED: "stop",
    VisitChange.MOVED: "warn",
    VisitChange.ORDERS: "info",
}


def counted(lines: Sequence[VisitLine]) -> list[tuple[str, str, str]]:
    """Return how many stops are otherwise in each way that occurs: words, colour family, icon."""
    counts = {change: sum(line.change is change for line in lines) for change in VisitChange}
    return [
        (_COUNTED[change](count), _KIND_OF[change], _CHANGES[change][1]) for change, count in counts.items() if count
    ]


def visit_line(visit: ChangedVisit, names: Names, changes: Mapping[int, Change], *, rider_id: str) -> VisitLine:
    """Return what is otherwise about a stop, as a line."""
    place = names.places.get(visit.place_id)
    when_s = visit.before_s if visit.after_s is None else visit.after_s
    return VisitLine(
        when="" if when_s is None else time_of_day(when_s),
        place=place.name if place else visit.place_id,
        gate=place.gate if place else "",
        what=_what(visit),
        why=because_words(visit.because, changes, names, rider_id=rider_id),
        kind=_KIND_OF[visit.change],
        is_load=visit.kind is VisitKind.LOAD,
        change=visit.change,
        later_s=visit.later_s,
        because=visit.because,
    )


def _what(visit: ChangedVisit) -> str:
    before = "" if visit.before_s is None else time_of_day(visit.before_s)
    match visit.change:
        case VisitChange.REMOVED:
            return gettext("No longer: do not go there")
        case VisitChange.ADDED:
            count = len(visit.orders_added)
            return ngettext("New stop, %(count)s order", "New stop, %(count)s orders", count, count=number(count))
        case VisitChange.MOVED:
            return _moved(visit, before)
        case VisitChange.ORDERS:
            parts = [_more(len(visit.orders_added)), _fewer(len(visit.orders_removed))]
            if abs(visit.later_s) >= MINUTE:
                parts.append(_moved(visit, before))
            return gettext(", ").join(part for part in parts if part)


def _moved(visit: ChangedVisit, before: str) -> str:
    if abs(visit.later_s) < MINUTE:
        return gettext("a few seconds' difference")
    shift = duration(abs(visit.later_s))
    if visit.later_s > 0:
        return gettext("%(time)s later (was %(before)s)", time=shift, before=before)
    return gettext("%(time)s earlier (was %(before)s)", time=shift, before=before)


def _more(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s order more", "%(count)s orders more", count, count=number(count))


def _fewer(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s order fewer", "%(count)s orders fewer", count, count=number(count))


# --- what was not made -----------------------------------------------------------------------------------------------


def refusal(refused: Refused, names: Names) -> str:
    """Say why a change makes no difference."""
    rider = rider_words(names, refused.rider_id) if refused.rider_id else ""
    order = refused.order_id or ""
    match refused.why:
        case Refusal.LOADED:
            if rider:
                return gettext("%(order)s is on board of %(rider)s already.", order=order, rider=rider).strip()
            return gettext("%(order)s is loaded already.", order=order).strip()
        case Refusal.HANDED_OVER:
            return gettext("%(order)s is handed over already.", order=order).strip()
        case Refusal.STOPPED:
            return gettext("The rider has stopped already.")
        case Refusal.NO_EFFECT:
            return gettext("It is so already; nothing changes.")


_FAULTS = {
    Fault.UNKNOWN_ORDER: lazy_gettext("The plan no longer holds the order %(value)s."),
    Fault.UNKNOWN_RIDER: lazy_gettext("The district no longer has the rider %(value)s."),
    Fault.UNKNOWN_COMPOUND: lazy_gettext("The district no longer has the compound %(value)s."),
    Fault.UNKNOWN_GATE: lazy_gettext("The district no longer has the gate %(value)s."),
    Fault.UNKNOWN_PICKUP: lazy_gettext("The district no longer has the pickup %(value)s."),
    Fault.ORDER_EXISTS: lazy_gettext("The order %(value)s is in the plan already."),
    Fault.OTHER_PICKUP: lazy_gettext("The order %(value)s is loaded at another pickup."),
    Fault.NO_ORDERS: lazy_gettext("No order of the pickup %(value)s is named."),
    Fault.DUE_BEFORE_READY: lazy_gettext("The order %(value)s is due before it is ready."),
}


def fault(error: UnableToApply) -> str:
    """Say which change on the list cannot be meant, and what to do."""
    what = str(_FAULTS[error.fault]) % {"value": error.value}
    return gettext(
        "Change %(number)s on the list cannot be made. %(what)s Take it off the list.",
        number=error.number + 1,
        what=what,
    )
