"""The building lists of compounds, loaded for reading addresses: few queries, whatever the number of compounds."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.places.addresses import AddressBook
from supplyhub.places.addresses import Building as ListedBuilding
from supplyhub.places.models import Building, Compound


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundBook:
    """A compound with its building list; `building_ids` by the building's name."""

    compound_id: int
    code: str
    name: str
    book: AddressBook
    building_ids: dict[str, int]

    @property
    def has_buildings(self) -> bool:
        """Whether there is a list to check addresses against."""
        return bool(self.building_ids)


def books_by_name(session: Session, *, district_id: int, names: Collection[str]) -> dict[str, list[CompoundBook]]:
    """Return the compounds of a district that have one of the names; several may have the same."""
    compounds = list(
        session.scalars(
            select(Compound)
            .where(Compound.district_id == district_id, Compound.name.in_(names))
            .order_by(Compound.name, Compound.id)
        )
    )
    lists: dict[int, list[Building]] = {compound.id: [] for compound in compounds}
    for building in session.scalars(
        select(Building).where(Building.compound_id.in_(lists)).order_by(Building.compound_id, Building.id)
    ):
        lists[building.compound_id].append(building)
    found: dict[str, list[CompoundBook]] = {}
    for compound in compounds:
        found.setdefault(compound.name, []).append(_book(compound, lists[compound.id]))
    return found


def _book(compound: Compound, buildings: list[Building]) -> CompoundBook:
    return CompoundBook(
        compound_id=compound.id,
        code=compound.code,
        name=compound.name,
        book=AddressBook(_listed(buildings)),
        building_ids={building.name: building.id for building in buildings},
    )


def _listed(buildings: list[Building]) -> Iterator[ListedBuilding]:
    for building in buildings:
        yield ListedBuilding(
            name=building.name,
            units=tuple(building.units),
            floors=building.floors,
            rooms_per_floor=building.rooms_per_floor,
        )
