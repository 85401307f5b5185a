"""What a compound's risk level asks of the people who live there, in plain words. Pure."""

from dataclasses import dataclass

from supplyhub.places.models import Risk
from supplyhub.wording import lazy_gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What to do: a heading, a sentence, and the colour family of the banner."""

    title: str
    text: str
    kind: str


# Ninth edition of the control plan (28 June 2022): high = stay at home, served at the door; medium = stay inside
# the compound, staggered collection; low = personal protection, no gathering.
_FOR_RESIDENTS = {
    Risk.LOW: Guidance(
        title=lazy_gettext("Low risk: protect yourself, do not gather"),
        text=lazy_gettext("Fetch your order at the gate at your time. Wear a mask and keep your distance."),
        kind="go",
    ),
    Risk.MEDIUM: Guidance(
        title=lazy_gettext("Medium risk: stay inside the compound"),
        text=lazy_gettext("Do not leave the compound. Come to the gate only at your own time, one person a household."),
        kind="warn",
    ),
    Risk.HIGH: Guidance(
        title=lazy_gettext("High risk: stay at home"),
        text=lazy_gettext("Please do not come down. What reaches the gate is brought to your door."),
        kind="stop",
    ),
}


def for_resident(risk: Risk) -> Guidance:
    """Return what a resident of a compound of this level has to do."""
    return _FOR_RESIDENTS[risk]
