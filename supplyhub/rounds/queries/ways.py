"""Reading for the ways of a plan: the names of the places that no road reaches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.places.models import Compound, Gate
from supplyhub.riders.models import Rider
from supplyhub.rounds import roads
from supplyhub.suppliers.models import Pickup

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place of a plan by its code: a pickup, a gate with its compound, or a rider's base."""

    code: str
    name: str
    compound_code: str | None = None
    is_base: bool = False


def name_places(session: Session, *, district_id: int, codes: Iterable[str]) -> Mapping[str, NamedPlace]:
    """Return the places of some ids of a travel matrix, by id."""
    wanted = sorted(set(codes))
    found: dict[str, NamedPlace] = {}
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        riders = [code.removeprefix(roads.BASE) for code in some if code.startswith(roads.BASE)]
        pickups = select(Pickup.code, Pickup.name).where(Pickup.district_id == district_id, Pickup.code.in_(some))
        for code, name in session.execute(pickups.order_by(Pickup.id)):
            found[code] = NamedPlace(code=code, name=name)
        gates = (
            select(Gate.code, Gate.name, Compound.name, Compound.code)
            .join(Compound, Compound.id == Gate.compound_id)
            .where(Gate.district_id == district_id, Gate.code.in_(some))
        )
        for code, name, compound, compound_code in session.execute(gates.order_by(Gate.id)):
            found[code] = NamedPlace(code=code, name=f"{compound} {name}", compound_code=compound_code)
        bases = select(Rider.code, Rider.name).where(Rider.district_id == district_id, Rider.code.in_(riders))
        for code, name in session.execute(bases.order_by(Rider.id)):
            found[roads.BASE + code] = NamedPlace(code=code, name=name, is_base=True)
    return found
