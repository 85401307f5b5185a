"""What the codes of live changes stand for: places, compounds, riders with their phone, orders. Read-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.accounts.models import Person, RoleGrant
from supplyhub.accounts.roles import Role
from supplyhub.orders.models import Order
from supplyhub.places.models import Compound, Gate, Risk
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds.models import Plan, Round
from supplyhub.rounds.queries.field import FIRST_PRIORITY
from supplyhub.suppliers.models import Pickup


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A pickup, or a gate with its compound."""

    name: str
    gate: str = ""
    risk: Risk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderName:
    """A rider as the desk speaks of one. `phone` is empty where nobody signs in as this rider."""

    code: str
    name: str
    company: str
    phone: str
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderName:
    """An order as the desk speaks of one."""

    code: str
    compound: str
    pickup: str
    weight_g: int
    priority: int

    @property
    def goes_first(self) -> bool:
        """Whether it is carried before others: medicine, infants, people who live alone."""
        return self.priority == FIRST_PRIORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What codes stand for."""

    places: Mapping[str, PlaceName] = field(default_factory=dict)
    compounds: Mapping[str, str] = field(default_factory=dict)
    riders: Mapping[str, RiderName] = field(default_factory=dict)
    orders: Mapping[str, OrderName] = field(default_factory=dict)


def read_names(
    session: Session,
    *,
    plan: Plan,
    place_codes: Iterable[str] = (),
    compound_codes: Iterable[str] = (),
    rider_codes: Iterable[str] = (),
    order_codes: Iterable[str] = (),
) -> Names:
    """Return what some codes of a plan's district stand for; a code that is gone is missing."""
    district_id, places = plan.district_id, list(set(place_codes))
    return Names(
        places=_place_names(session, district_id, places) if places else {},
        compounds=_compound_names(session, district_id, list(set(compound_codes))),
        riders=_rider_names(session, plan, list(set(rider_codes))),
        orders=_order_names(session, district_id, list(set(order_codes))),
    )


def _place_names(session: Session, district_id: int, codes: list[str]) -> dict[str, PlaceName]:
    pickups = session.execute(
        select(Pickup.code, Pickup.name)
        .where(Pickup.district_id == district_id, Pickup.code.in_(codes))
        .order_by(Pickup.id)
    )
    gates = session.execute(
        select(Gate.code, Compound.name, Gate.name, Compound.risk)
        .join(Compound, Compound.id == Gate.compound_id)
        .where(Gate.district_id == district_id, Gate.code.in_(codes))
        .order_by(Gate.id)
    )
    found = {code: PlaceName(name=name) for code, name in pickups}
    found |= {code: PlaceName(name=compound, gate=gate, risk=risk) for code, compound, gate, risk in gates}
    return found


def _compound_names(session: Session, district_id: int, codes: list[str]) -> dict[str, str]:
    if not codes:
        return {}
    statement = select(Compound.code, Compound.name).where(
        Compound.district_id == district_id, Compound.code.in_(codes)
    )
    return dict(session.execute(statement.order_by(Compound.id)).all())


def _rider_names(session: Session, plan: Plan, codes: list[str]) -> dict[str, RiderName]:
    if not codes:
        return {}
    rows = session.execute(
        select(Rider.code, Rider.name, RiderCompany.name, func.max(Person.phone), func.max(Round.number))
        .join(RiderCompany, RiderCompany.id == Rider.company_id)
        .outerjoin(Round, (Round.rider_id == Rider.id) & (Round.plan_id == plan.id))
        .outerjoin(RoleGrant, (RoleGrant.scope == Rider.path) & (RoleGrant.role == Role.RIDER))
        .outerjoin(Person, Person.id == RoleGrant.person_id)
        .where(Rider.district_id == plan.district_id, Rider.code.in_(codes))
        .group_by(Rider.code, Rider.name, RiderCompany.name)
        .order_by(Rider.code)
    )
    return {
        code: RiderName(code=code, name=name, company=company, phone=phone or "", number=number)
        for code, name, company, phone, number in rows
    }


def _order_names(session: Session, district_id: int, codes: list[str]) -> dict[str, OrderName]:
    if not codes:
        return {}
    rows = session.execute(
        select(Order.code, Compound.name, Pickup.name.label("pickup"), Order.weight_g, Order.priority)
        .join(Compound, Compound.id == Order.compound_id)
        .join(Pickup, Pickup.id == Order.pickup_id)
        .where(Order.district_id == district_id, Order.code.in_(codes))
        .order_by(Order.id)
    )
    return {
        code: OrderName(code=code, compound=compound, pickup=pickup, weight_g=weight_g, priority=priority)
        for code, compound, pickup, weight_g, priority in rows
    }
