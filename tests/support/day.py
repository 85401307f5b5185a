"""A day in the database to be planned: the rows of a day folder's problem, and a plan made by hand.

Made from the planner's own value objects, so that tests of rounds need neither an import nor a search.
"""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.orders.models import Order, OrderSource
from supplyhub.orders.states import OrderState
from supplyhub.places.models import City, Compound, District, Gate, Risk, Street
from supplyhub.planning import day_folder, figures
from supplyhub.planning.plan import Plan, Reason, Round, Unserved, Visit, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.riders.models import Rider, RiderCompany, RiderZone
from supplyhub.rounds import plan_rows, problems
from supplyhub.rounds.models import PlanningDay
from supplyhub.rounds.operations import plans
from supplyhub.suppliers.models import Pickup, Supplier, SupplierKind

DAYS = Path(__file__).resolve().parent.parent / "data" / "days"
PLACED_AT = datetime(2022, 11, 7, 10, tzinfo=UTC)
CUTOFF_AT = datetime(2022, 11, 7, 12, tzinfo=UTC)
PATH = "zhuzhou/tianyuan"


def read(name: str) -> Problem:
    """Return the problem of one of the reference days."""
    return day_folder.read_day(DAYS / name)


def rules_of(problem: Problem) -> dict[str, object]:
    """Return the tables of the problem's `day.toml`."""
    return {
        "travel": {"model": problem.travel.model.value, "detour": problem.travel.detour},
        "handover": dataclasses.asdict(problem.handover),
        "ride": {"max_minutes": problem.ride.max_s / 60},
        "score": {**dataclasses.asdict(problem.score), "unserved_m": list(problem.score.unserved_m)},
        "vehicles": {
            vehicle.name: {
                "speed_kmh": vehicle.speed_kmh,
                "capacity_g": vehicle.capacity_g,
                "capacity_ml": vehicle.capacity_ml,
            }
            for vehicle in problem.vehicles
        },
    }


def write(session: Session, problem: Problem, *, code: str = "tianyuan", placed_at: datetime = PLACED_AT) -> District:
    """Write a problem's places, riders and orders as rows of a district, and return it; the caller commits."""
    district = _district(session, code, problem.timezone)
    streets = _streets(session, district, problem)
    pickups = _pickups(session, district, problem)
    compounds = _compounds(session, district, problem, streets)
    _gates(session, district, problem, compounds)
    _riders(session, district, problem, streets, pickups)
    session.add(PlanningDay(district_id=district.id, day_date=problem.day_date, rules=rules_of(problem)))
    session.flush()
    session.execute(
        insert(Order),
        [
            {
                "district_id": district.id,
                "code": order.order_id,
                "day_date": problem.day_date,
                "pickup_id": pickups[order.pickup_id],
                "compound_id": compounds[order.compound_id],
                "state": OrderState.CONFIRMED,
                "source": OrderSource(order.source.value),
                "priority": order.priority,
                "weight_g": order.weight_g,
                "volume_ml": order.volume_ml,
                "ready_at": intervals.instant(problem.day_date, order.ready_s, problem.timezone),
                "due_at": intervals.instant(problem.day_date, order.due_s, problem.timezone),
                "placed_at": placed_at,
            }
            for order in problem.orders
        ],
    )
    return district


def planned(problem: Problem, *, served: int = 40) -> Plan:
    """Return a plan made by hand: one rider carries the first orders, each to its compound's first gate.

    It need not be one that can be driven: what is written and published does not depend on that.
    """
    gates: dict[str, str] = {}
    for gate in problem.gates:
        gates.setdefault(gate.compound_id, gate.gate_id)
    start_s = 9 * 3600
    orders = sorted(problem.orders, key=lambda order: order.order_id)
    visits = []
    for number, order in enumerate(orders[:served]):
        at = start_s + number * 600
        for kind, place_id, shift in (
            (VisitKind.LOAD, order.pickup_id, 0),
            (VisitKind.HAND_OVER, gates[order.compound_id], 300),
        ):
            visits.append(
                Visit(
                    kind=kind,
                    place_id=place_id,
                    arrives_s=at + shift,
                    starts_s=at + shift,
                    leaves_s=at + shift + 120,
                    order_ids=(order.order_id,),
                )
            )
    last_s = visits[-1].leaves_s if visits else start_s
    first = Round(
        rider_id=problem.riders[0].rider_id, leaves_base_s=start_s - 600, back_s=last_s + 600, visits=tuple(visits)
    )
    plan = Plan(
        day_date=problem.day_date,
        rounds=(first,) if visits else (),
        unserved=tuple(Unserved(order_id=order.order_id, reason=Reason.NO_CAPACITY_LEFT) for order in orders[served:]),
        fingerprint=problem.fingerprint(),
        seed=1,
        iterations=0,
    )
    return dataclasses.replace(plan, figures=figures.measure(problem, plan))


def make_plan(session: Session, district: District, problem: Problem, *, served: int = 40) -> int:
    """Ask for a plan of the problem's day and write the one made by hand; return its id. The caller commits."""
    plan_id = plans.start_plan(
        session,
        district=district,
        day_date=problem.day_date,
        cutoff_at=CUTOFF_AT,
        search=plans.Search(seconds=15, seed=1),
        actor=None,
        now=CUTOFF_AT,
    ).id
    plans.begin_plan(session, plan_id=plan_id, now=CUTOFF_AT)
    made = planned(problem, served=served)
    assert made.figures is not None
    plans.write_plan(
        session,
        plan_id=plan_id,
        rounds=plan_rows.round_rows(problem, made, instant=problems.instant_reader(problem.day_date, problem.timezone)),
        unserved={entry.order_id: entry.reason.value for entry in made.unserved},
        figures=dataclasses.asdict(made.figures),
        fingerprint=problem.fingerprint(),
        now=CUTOFF_AT,
    )
    return plan_id


def _district(session: Session, code: str, timezone: str) -> District:
    city = session.scalars(select(City)).first() or City(code="zhuzhou", name="株洲市")
    session.add(city)
    session.flush()
    district = District(city_id=city.id, code=code, name="天元区", path=f"zhuzhou/{code}", timezone=timezone)
    session.add(district)
    session.flush()
    return district


def _streets(session: Session, district: District, problem: Problem) -> dict[str, int]:
    named = {compound.street for compound in problem.compounds}
    named |= {zone for rider in problem.riders for zone in rider.zones or ()}
    session.execute(insert(Street), [{"district_id": district.id, "name": name} for name in sorted(named)])
    rows = session.execute(select(Street.name, Street.id).where(Street.district_id == district.id))
    return dict(rows.all())


def _pickups(session: Session, district: District, problem: Problem) -> dict[str, int]:
    for pickup in problem.pickups:
        supplier = Supplier(
            district_id=district.id,
            code=pickup.pickup_id,
            name=pickup.name,
            path=f"{district.path}/suppliers/{pickup.pickup_id}",
            kind=SupplierKind(pickup.kind.value),
        )
        session.add(supplier)
        session.flush()
        session.add(
            Pickup(
                district_id=district.id,
                supplier_id=supplier.id,
                code=pickup.pickup_id,
                name=pickup.name,
                latitude=pickup.lat,
                longitude=pickup.lon,
                opens_s=pickup.opens_s,
                closes_s=pickup.closes_s,
                loading_minutes=pickup.loading_s // 60,
                docks=pickup.docks,
            )
        )
    session.flush()
    rows = session.execute(select(Pickup.code, Pickup.id).where(Pickup.district_id == district.id))
    return dict(rows.all())


def _compounds(session: Session, district: District, problem: Problem, streets: dict[str, int]) -> dict[str, int]:
    session.execute(
        insert(Compound),
        [
            {
                "district_id": district.id,
                "street_id": streets[compound.street],
                "code": compound.compound_id,
                "name": compound.name,
                "path": f"{district.path}/{compound.street}/{compound.compound_id}",
                "latitude": compound.lat,
                "longitude": compound.lon,
                "risk": Risk(compound.risk.value),
                "household_count": compound.households,
                "resident_count": compound.residents,
                "invitation_code": f"{district.id}-{compound.compound_id}",
            }
            for compound in problem.compounds
        ],
    )
    rows = session.execute(select(Compound.code, Compound.id).where(Compound.district_id == district.id))
    return dict(rows.all())


def _gates(session: Session, district: District, problem: Problem, compounds: dict[str, int]) -> None:
    session.execute(
        insert(Gate),
        [
            {
                "district_id": district.id,
                "compound_id": compounds[gate.compound_id],
                "code": gate.gate_id,
                "name": gate.name,
                "latitude": gate.lat,
                "longitude": gate.lon,
                "opens_s": gate.opens_s,
                "closes_s": gate.closes_s,
                "slot_minutes": gate.slot_s // 60,
                "riders_per_slot": gate.riders_per_slot,
            }
            for gate in problem.gates
        ],
    )


def _riders(
    session: Session, district: District, problem: Problem, streets: dict[str, int], pickups: dict[str, int]
) -> None:
    companies = {}
    for name in sorted({rider.company for rider in problem.riders}):
        company = RiderCompany(district_id=district.id, name=name, path=f"{district.path}/companies/{name}")
        session.add(company)
        session.flush()
        companies[name] = company.id
    for rider in problem.riders:
        row = Rider(
            district_id=district.id,
            company_id=companies[rider.company],
            pickup_id=pickups[rider.pickup_id] if rider.pickup_id else None,
            code=rider.rider_id,
            name=rider.name,
            path=f"{district.path}/riders/{rider.rider_id}",
            vehicle=rider.vehicle,
            any_zone=rider.zones is None,
            enters_high_risk=rider.high_risk,
            pass_no=rider.pass_no,
            pass_from_s=rider.pass_from_s,
            pass_until_s=rider.pass_until_s,
            shift_start_s=rider.shift_start_s,
            shift_end_s=rider.shift_end_s,
            base_latitude=rider.base_lat,
            base_longitude=rider.base_lon,
        )
        session.add(row)
        session.flush()
        session.add_all([RiderZone(rider_id=row.id, street_id=streets[zone]) for zone in rider.zones or ()])
    session.flush()
