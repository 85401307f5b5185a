"""Words of the field: what a compound's risk asks of the person who comes there. Pure."""

from supplyhub.places.models import Risk
from supplyhub.wording import lazy_gettext

# What the levels mean: ninth edition of the control plan (28 June 2022).
_ON_ARRIVAL = {
    Risk.LOW: "",
    Risk.MEDIUM: lazy_gettext("Residents stay inside and collect in turns. Keep to your slot, put down, step back."),
    Risk.HIGH: lazy_gettext("Residents stay at home. Hand over at the gate without contact; the goods go to the door."),
}


def on_arrival(risk: Risk) -> str:
    """Return what a rider has to know at a compound of this level; nothing where no rule is special."""
    return _ON_ARRIVAL[risk]
