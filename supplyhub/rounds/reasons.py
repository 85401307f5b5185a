"""Why an order is on no round, in words, and what would help. The codes are the planner's. Pure."""

from dataclasses import dataclass

from supplyhub.planning.plan import Reason
from supplyhub.wording import lazy_gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWords:
    """A reason for people. `kind` is its colour family: `stop` where riders cannot help, else `warn` or `info`."""

    code: str
    label: str
    help: str
    kind: str


_WORDS = (
    ReasonWords(
        code=Reason.NO_ELIGIBLE_RIDER,
        label=lazy_gettext("No pass may go there"),
        help=lazy_gettext(
            "No rider has a pass for the street, or none may enter a high-risk compound. "
            "Add the street to a pass, or let one more rider into high-risk compounds."
        ),
        kind="stop",
    ),
    ReasonWords(
        code=Reason.OVER_CAPACITY,
        label=lazy_gettext("Too large for the vehicle"),
        help=lazy_gettext("No vehicle that may go there can carry it. Send a van, or divide the order in two."),
        kind="stop",
    ),
    ReasonWords(
        code=Reason.NO_TIME,
        label=lazy_gettext("Not enough time"),
        help=lazy_gettext(
            "Even alone it could not arrive in time. Give it a later time, have it ready earlier, "
            "or open the gate for longer."
        ),
        kind="warn",
    ),
    ReasonWords(
        code=Reason.NO_GATE_SLOT,
        label=lazy_gettext("The gate is full"),
        help=lazy_gettext(
            "Every slot in which it could arrive is taken. Let one more rider in per slot, or open another gate."
        ),
        kind="warn",
    ),
    ReasonWords(
        code=Reason.NO_CAPACITY_LEFT,
        label=lazy_gettext("All riders are busy"),
        help=lazy_gettext(
            "Riders or docks are used up at that time. Issue more passes, lengthen shifts, or spread the due times."
        ),
        kind="warn",
    ),
    ReasonWords(
        code=Reason.STRANDED,
        label=lazy_gettext("Left with a rider who stopped"),
        help=lazy_gettext("It is loaded on a vehicle that no longer drives. Send somebody to take it over."),
        kind="stop",
    ),
)
_BY_CODE = {words.code: words for words in _WORDS}


def reason_words(code: str) -> ReasonWords:
    """Return the words for a reason; an unknown code is shown as it is."""
    return _BY_CODE.get(code) or ReasonWords(code=code, label=code, help="", kind="info")


def is_reason(code: str) -> bool:
    """Tell whether a code is a reason of the planner."""
    return code in _BY_CODE


def list_reasons() -> tuple[ReasonWords, ...]:
    """Return all reasons, in the order in which the planner tries them."""
    return _WORDS
