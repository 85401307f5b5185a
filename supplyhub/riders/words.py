"""What people call the kinds of vehicles. Pure."""

from supplyhub.wording import lazy_gettext

_VEHICLES = {
    "ebike": lazy_gettext("Electric bike"),
    "trike": lazy_gettext("Electric tricycle"),
    "car": lazy_gettext("Car"),
    "van": lazy_gettext("Van"),
    "truck": lazy_gettext("Truck"),
}


def vehicle_name(kind: str) -> str:
    """Return what people call a kind of vehicle; a kind of the district's own keeps its name."""
    return _VEHICLES.get(kind, kind)
