"""Why an order goes before others: somebody went without on the last day of deliveries. The rule, and its words. Pure.

Who went without is found out in `rounds`; the reasons for the rule are in docs/decisions/0015-nobody-last-twice.md.
"""

from enum import StrEnum

from supplyhub.wording import lazy_gettext

RAISED = 2
"""The highest priority that an order is raised to: 3 is for medicine, infants and people who live alone."""


class RaiseCause(StrEnum):
    """What happened on the last day that was served, the strongest first."""

    LEFT_OUT = "left_out"
    WENT_WITHOUT = "went_without"
    COMPOUND_LAST = "compound_last"

    @property
    def label(self) -> str:
        """What happened, for staff."""
        return _LABELS[self]

    @property
    def short(self) -> str:
        """What happened, as the name of a group of orders."""
        return _SHORT[self]

    @property
    def for_resident(self) -> str:
        """What happened, for the person who waits."""
        return _FOR_RESIDENTS[self]

    def raised(self, priority: int) -> int:
        """Return the priority with which an order is planned; never lower than its own.

        Who was left out, or got nothing at all, comes right after priority 3. An order of a compound that was last
        goes up by one step.
        """
        wanted = priority + 1 if self == RaiseCause.COMPOUND_LAST else RAISED
        return max(priority, min(wanted, RAISED))


_LABELS = {
    RaiseCause.LEFT_OUT: lazy_gettext("Raised because last time this order was on no round."),
    RaiseCause.WENT_WITHOUT: lazy_gettext("Raised because last time nothing that was ordered here was brought."),
    RaiseCause.COMPOUND_LAST: lazy_gettext("Raised because last time its compound was among those served worst."),
}
_SHORT = {
    RaiseCause.LEFT_OUT: lazy_gettext("Left out last time"),
    RaiseCause.WENT_WITHOUT: lazy_gettext("Household got nothing"),
    RaiseCause.COMPOUND_LAST: lazy_gettext("Compound served worst"),
}
_FOR_RESIDENTS = {
    RaiseCause.LEFT_OUT: lazy_gettext("It could not be brought last time. Now it goes before others."),
    RaiseCause.WENT_WITHOUT: lazy_gettext("Nothing reached you last time. Now your order goes before others."),
    RaiseCause.COMPOUND_LAST: lazy_gettext(
        "Your compound was among those served worst last time. Now it goes before others."
    ),
}


def find_cause(code: str | None) -> RaiseCause | None:
    """Return the cause that is written onto an order, or None."""
    return RaiseCause(code) if code else None
