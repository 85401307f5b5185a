"""Reading how evenly a plan serves: each compound's share and wait, and what it got on the day before. Read-only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.orders.models import Order
from supplyhub.orders.raises import RaiseCause
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, District, Risk, Street
from supplyhub.planning import fairness
from supplyhub.rounds import raises
from supplyhub.rounds.models import Plan, Round, UnservedOrder, Visit, VisitOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundLine:
    """A compound of the report.

    `share_before` is the share it got on the last day of deliveries; None where it had ordered nothing then.
    """

    code: str
    name: str
    street: str
    risk: Risk
    tally: fairness.Tally
    is_last: bool
    share_before: float | None
    was_last: bool

    @property
    def is_last_again(self) -> bool:
        """Whether it is among those served worst for the second time running."""
        return self.is_last and self.was_last

    @property
    def change(self) -> float | None:
        """By how much its share has grown since the last day of deliveries."""
        return None if self.share_before is None else self.tally.share - self.share_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How evenly a plan serves.

    `lines` and `streets` hold the worst first; `day_before` is the last day of deliveries.
    """

    whole: fairness.Tally
    index: float
    lines: tuple[CompoundLine, ...]
    streets: tuple[fairness.Place, ...]
    day_before: date | None
    plan_before_id: int | None
    index_before: float | None
    raised: int
    raised_served: int
    causes: Mapping[RaiseCause, int]

    @property
    def fully_served(self) -> int:
        """How many compounds get everything they ordered."""
        return sum(1 for line in self.lines if not line.tally.unserved)

    @property
    def last(self) -> tuple[CompoundLine, ...]:
        """The compounds that are served worst."""
        return tuple(line for line in self.lines if line.is_last)

    @property
    def last_again(self) -> tuple[CompoundLine, ...]:
        """The compounds that are served worst for the second time running."""
        return tuple(line for line in self.lines if line.is_last_again)


def get_report(session: Session, *, district: District, plan: Plan) -> Report:
    """Return how evenly a plan serves the compounds that ordered, beside the last day of deliveries."""
    compounds = {
        row.id: row
        for row in session.execute(
            select(Compound.id, Compound.code, Compound.name, Compound.risk, Street.name.label("street"))
            .join(Street, Street.id == Compound.street_id)
            .where(Compound.district_id == district.id)
            .order_by(Compound.code, Compound.id)
        )
    }
    codes = {compound_id: row.code for compound_id, row in compounds.items()}
    found = fairness.assess(
        _outcomes(session, plan=plan, codes=codes, midnight=intervals.instant(plan.day_date, 0, district.timezone)),
        streets={row.code: row.street for row in compounds.values()},
    )
    before = raises.find_last_plan(session, district_id=district.id, day_date=plan.day_date)
    counts = raises.count_by_compound(session, plan_id=before.id) if before else {}
    counts_before = {codes[compound_id]: count for compound_id, count in counts.items()}
    shares_before = {code: served / orders for code, (served, orders) in counts_before.items()}
    was_last = fairness.find_last(counts_before)
    by_code = {row.code: row for row in compounds.values()}
    raised = raises.list_raised(session, plan=plan)
    return Report(
        whole=found.whole,
        index=found.index,
        lines=tuple(
            CompoundLine(
                code=place.name,
                name=by_code[place.name].name,
                street=place.street,
                risk=by_code[place.name].risk,
                tally=place.tally,
                is_last=place.is_last,
                share_before=shares_before.get(place.name),
                was_last=place.name in was_last,
            )
            for place in found.compounds
        ),
        streets=found.streets,
        day_before=before.day_date if before else None,
        plan_before_id=before.id if before else None,
        index_before=fairness.jain_index(list(shares_before.values())) if shares_before else None,
        raised=len(raised),
        raised_served=sum(one.is_served for one in raised),
        causes=raises.count_causes(raised),
    )


def _outcomes(session: Session, *, plan: Plan, codes: Mapping[int, str], midnight: datetime) -> list[fairness.Outcome]:
    """Return what becomes of the plan's orders; those that were cancelled meanwhile are nobody's loss."""
    columns = (Order.compound_id, Order.ready_at, Order.placed_at)
    served = session.execute(
        select(*columns, Visit.start_at)
        .join(VisitOrder, VisitOrder.order_id == Order.id)
        .join(Visit, Visit.id == VisitOrder.visit_id)
        .join(Round, Round.id == Visit.round_id)
        .where(Round.plan_id == plan.id, Visit.gate_id.is_not(None), Order.state != OrderState.CANCELLED)
        .order_by(Order.id)
    )
    left_out = session.execute(
        select(*columns)
        .join(UnservedOrder, UnservedOrder.order_id == Order.id)
        .where(UnservedOrder.plan_id == plan.id, Order.state != OrderState.CANCELLED)
        .order_by(Order.id)
    )

    def seconds(at: datetime) -> int:
        return int((at - midnight).total_seconds())

    return [
        *(
            fairness.Outcome(
                compound_id=codes[compound_id],
                ready_s=seconds(ready_at),
                handed_over_s=seconds(start_at),
                placed_s=seconds(placed_at),
            )
            for compound_id, ready_at, placed_at, start_at in served
        ),
        *(
            fairness.Outcome(compound_id=codes[compound_id], ready_s=seconds(ready_at), handed_over_s=None)
            for compound_id, ready_at, _ in left_out
        ),
    ]
