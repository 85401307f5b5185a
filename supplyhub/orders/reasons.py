"""Why an order is on no round, in the words of the person who waits for it. The codes are the planner's. Pure."""

from supplyhub.wording import lazy_gettext

_FOR_RESIDENTS = {
    "no_eligible_rider": lazy_gettext("No rider with a pass for your compound can carry it today."),
    "over_capacity": lazy_gettext("It is too heavy or too large for the vehicles that may come to your compound."),
    "no_time": lazy_gettext("It cannot be fetched and brought within the hours of the supplier and of your gate."),
    "no_gate_slot": lazy_gettext("All times at your gate are taken today."),
    "no_capacity_left": lazy_gettext("All riders and loading places are fully booked today."),
    "stranded": lazy_gettext("The rider who carried it had to stop on the way."),
}
_UNKNOWN = lazy_gettext("It could not be put on a round today.")


def for_resident(code: str) -> str:
    """Return why an order is on no round, for the household that ordered it."""
    return _FOR_RESIDENTS.get(code, _UNKNOWN)
