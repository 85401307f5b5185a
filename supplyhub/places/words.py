"""How buildings, units and flats are written for people. Pure."""

from flask_babel import gettext

from supplyhub.places.models import Household


def building_label(name: str) -> str:
    """Return what a building is called: a bare number gets its word (`3栋`)."""
    return gettext("Building %(name)s", name=name) if name.isdigit() else name


def unit_label(name: str) -> str:
    """Return what a unit is called: a bare number gets its word (`2单元`)."""
    return gettext("Unit %(name)s", name=name) if name.isdigit() else name


def flat_label(building: str, unit: str, room: str) -> str:
    """Return a flat as people write it: `3栋2单元501`."""
    if unit:
        return gettext(
            "%(building)s, %(unit)s, room %(room)s", building=building_label(building), unit=unit_label(unit), room=room
        )
    return gettext("%(building)s, room %(room)s", building=building_label(building), room=room)


def household_label(household: Household) -> str:
    """Return a household's flat as people write it; its building is loaded."""
    return flat_label(household.building.name, household.unit, household.room)
