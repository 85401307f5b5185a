"""Why an order is on no round, in a few words for the staff's lists. The codes are the planner's. Pure."""

from supplyhub.wording import lazy_gettext

LABELS = {
    "no_eligible_rider": lazy_gettext("No pass may go there"),
    "over_capacity": lazy_gettext("Too large for the vehicle"),
    "no_time": lazy_gettext("Not enough time"),
    "no_gate_slot": lazy_gettext("The gate is full"),
    "no_capacity_left": lazy_gettext("All riders are busy"),
    "stranded": lazy_gettext("Left with a rider who stopped"),
}
"""In the order in which the planner tries them."""


def for_staff(code: str | None) -> str:
    """Return a reason in words; an unknown code is shown as it is."""
    return LABELS.get(code, code) if code else ""
