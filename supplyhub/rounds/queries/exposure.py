"""Reading contacts: hand-overs between riders and compounds of a plan, as its rounds foresee them. Read-only.

`list_stays` is the only one that knows where stays come from; a record of real ones can take its place.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from supplyhub.core import intervals
from supplyhub.places.models import Compound, District, Gate, Risk, Street
from supplyhub.planning import exposure
from supplyhub.planning.exposure import CompoundContacts, RiderContacts, Stay
from supplyhub.planning.plan import VisitKind
from supplyhub.riders.models import Rider
from supplyhub.rounds.models import Plan, Round, Visit
from supplyhub.suppliers.models import Pickup


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderLine:
    """A rider's contacts on a day."""

    code: str
    name: str
    company: str
    enters_high_risk: bool
    contacts: RiderContacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundLine:
    """A compound's contacts on a day."""

    code: str
    name: str
    street: str
    risk: Risk
    contacts: CompoundContacts

    @property
    def is_high_risk(self) -> bool:
        """Whether it is at high risk."""
        return self.risk == Risk.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """All contacts of a plan: riders with the most compounds first, compounds with the most riders first."""

    riders: tuple[RiderLine, ...]
    compounds: tuple[CompoundLine, ...]

    @property
    def hand_overs(self) -> int:
        """How many hand-overs there are."""
        return sum(line.contacts.hand_overs for line in self.compounds)

    @property
    def high_risk_hand_overs(self) -> int:
        """How many of them are at compounds of high risk."""
        return sum(line.contacts.hand_overs for line in self.compounds if line.is_high_risk)

    @property
    def high_risk_compounds(self) -> int:
        """How many compounds of high risk somebody comes to."""
        return sum(1 for line in self.compounds if line.is_high_risk)

    @property
    def high_risk_riders(self) -> int:
        """How many riders hand over at compounds of high risk."""
        return sum(1 for line in self.riders if line.contacts.high_risk_compounds)


def get_contacts(session: Session, *, district: District, plan: Plan) -> Contacts:
    """Return the contacts of a plan."""
    found = list_stays(session, plan=plan, timezone=district.timezone)
    compounds = {
        row.code: row
        for row in session.execute(
            select(Compound.code, Compound.name, Compound.risk, Street.name.label("street"))
            .join(Street, Street.id == Compound.street_id)
            .where(Compound.district_id == district.id)
            .order_by(Compound.code, Compound.id)
        )
    }
    riders = riders_by_code(session, district_id=district.id)
    high_risk = frozenset(code for code, row in compounds.items() if row.risk == Risk.HIGH)
    return Contacts(
        riders=tuple(
            RiderLine(
                code=row.rider_id,
                name=riders[row.rider_id].name,
                company=riders[row.rider_id].company.name,
                enters_high_risk=riders[row.rider_id].enters_high_risk,
                contacts=row,
            )
            for row in exposure.count_by_rider(found, high_risk=high_risk)
        ),
        compounds=tuple(
            CompoundLine(
                code=row.compound_id,
                name=compounds[row.compound_id].name,
                street=compounds[row.compound_id].street,
                risk=compounds[row.compound_id].risk,
                contacts=row,
            )
            for row in exposure.count_by_compound(found)
        ),
    )


def list_stays(
    session: Session,
    *,
    plan: Plan,
    timezone: str,
    near_rider_id: int | None = None,
    until_at: datetime | None = None,
) -> list[Stay]:
    """Return the stays that a plan foresees, in the order of time.

    On demand only those at one rider's places, or those that have begun by an instant.
    """
    midnight = intervals.instant(plan.day_date, 0, timezone)
    statement = (
        select(
            Rider.code.label("rider"),
            Visit.arrive_at,
            Visit.start_at,
            Visit.leave_at,
            Visit.order_count,
            Pickup.code.label("pickup"),
            Gate.code.label("gate"),
            Gate.opens_s,
            Gate.slot_minutes,
            Compound.code.label("compound"),
        )
        .join(Round, Round.id == Visit.round_id)
        .join(Rider, Rider.id == Round.rider_id)
        .outerjoin(Pickup, Pickup.id == Visit.pickup_id)
        .outerjoin(Gate, Gate.id == Visit.gate_id)
        .outerjoin(Compound, Compound.id == Gate.compound_id)
        .where(Round.plan_id == plan.id)
        .order_by(Visit.arrive_at, Visit.id)
    )
    if near_rider_id is not None:
        own = select(Visit.pickup_id, Visit.gate_id).join(Round, Round.id == Visit.round_id)
        places = own.where(Round.plan_id == plan.id, Round.rider_id == near_rider_id).subquery()
        statement = statement.where(
            or_(Visit.pickup_id.in_(select(places.c.pickup_id)), Visit.gate_id.in_(select(places.c.gate_id)))
        )
    if until_at is not None:
        statement = statement.where(Visit.arrive_at <= until_at)
    return [_stay(row, midnight) for row in session.execute(statement)]


def _stay(row: Any, midnight: datetime) -> Stay:
    arrives_s, starts_s, leaves_s = (
        int((at - midnight).total_seconds()) for at in (row.arrive_at, row.start_at, row.leave_at)
    )
    slot_s = None
    if row.gate is not None:
        length_s = row.slot_minutes * 60
        slot_s = row.opens_s + (starts_s - row.opens_s) // length_s * length_s
    return Stay(
        rider_id=row.rider,
        kind=VisitKind.LOAD if row.gate is None else VisitKind.HAND_OVER,
        place_id=row.pickup or row.gate,
        compound_id=row.compound,
        arrives_s=arrives_s,
        starts_s=starts_s,
        leaves_s=leaves_s,
        slot_s=slot_s,
        orders=row.order_count,
    )


def riders_by_code(session: Session, *, district_id: int) -> dict[str, Rider]:
    """Return the riders of a district with their companies, by code."""
    statement = select(Rider).where(Rider.district_id == district_id).options(joinedload(Rider.company))
    return {rider.code: rider for rider in session.scalars(statement.order_by(Rider.code, Rider.id))}
