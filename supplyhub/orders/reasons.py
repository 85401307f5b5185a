"""Why an order is on no round, in words: for the staff's lists, what would help, and for the person who waits. Pure.

The codes are the planner's (docs/day-folder.md); a test holds them to it.
"""

from dataclasses import dataclass

from supplyhub.wording import lazy_gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWords:
    """A reason for people. `kind` is its colour family: `stop` where riders cannot help, else `warn` or `info`."""

    code: str
    label: str
    help: str
    for_resident: str
    kind: str


REASONS = (
    ReasonWords(
        code="no_eligible_rider",
        label=lazy_gettext("No pass may go there"),
        help=lazy_gettext(
            "No rider has a pass for the street, or none may enter a high-risk compound. "
            "Add the street to a pass, or let one more rider into high-risk compounds."
        ),
        for_resident=lazy_gettext("No rider with a pass for your compound can carry it today."),
        kind="stop",
    ),
    ReasonWords(
        code="over_capacity",
        label=lazy_gettext("Too large for the vehicle"),
        help=lazy_gettext("No vehicle that may go there can carry it. Send a van, or divide the order in two."),
        for_resident=lazy_gettext("It is too heavy or too large for the vehicles that may come to your compound."),
        kind="stop",
    ),
    ReasonWords(
        code="no_time",
        label=lazy_gettext("Not enough time"),
        help=lazy_gettext(
            "Even alone it could not arrive in time. Give it a later time, have it ready earlier, "
            "or open the gate for longer."
        ),
        for_resident=lazy_gettext(
            "It cannot be fetched and brought within the hours of the supplier and of your gate."
        ),
        kind="warn",
    ),
    ReasonWords(
        code="no_gate_slot",
        label=lazy_gettext("The gate is full"),
        help=lazy_gettext(
            "Every slot in which it could arrive is taken. Let one more rider in per slot, or open another gate."
        ),
        for_resident=lazy_gettext("All times at your gate are taken today."),
        kind="warn",
    ),
    ReasonWords(
        code="no_capacity_left",
        label=lazy_gettext("All riders are busy"),
        help=lazy_gettext(
            "Riders or docks are used up at that time. Issue more passes, lengthen shifts, or spread the due times."
        ),
        for_resident=lazy_gettext("All riders and loading places are fully booked today."),
        kind="warn",
    ),
    ReasonWords(
        code="stranded",
        label=lazy_gettext("Left with a rider who stopped"),
        help=lazy_gettext("It is loaded on a vehicle that no longer drives. Send somebody to take it over."),
        for_resident=lazy_gettext("The rider who carried it had to stop on the way."),
        kind="stop",
    ),
)
"""All reasons, in the order in which the planner tries them."""

_BY_CODE = {words.code: words for words in REASONS}
_UNKNOWN_TO_RESIDENTS = lazy_gettext("It could not be put on a round today.")


def reason_words(code: str) -> ReasonWords:
    """Return the words for a reason; an unknown code is shown as it is."""
    found = _BY_CODE.get(code)
    return found or ReasonWords(code=code, label=code, help="", for_resident=_UNKNOWN_TO_RESIDENTS, kind="info")


def is_reason(code: str) -> bool:
    """Tell whether a code is a reason of the planner."""
    return code in _BY_CODE
