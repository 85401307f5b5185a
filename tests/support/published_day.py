"""A district whose day is planned and published, written through the models.

`Day` writes one thing at a time: a test names what it is about, the rest is filled in. `write_small_day` is a whole
small day for the tests of the rider's, the gate's, the supplier's and the resident's pages.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from supplyhub.accounts import operations as accounts
from supplyhub.accounts.models import Person
from supplyhub.accounts.roles import Role
from supplyhub.core import intervals
from supplyhub.orders.models import Order, OrderLine, OrderSource, OrderTransition
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Building, City, Compound, District, Gate, Household, HouseholdMember, Risk, Street
from supplyhub.riders.models import Rider, RiderCompany
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder, Visit, VisitOrder
from supplyhub.suppliers.models import Pickup, Supplier, SupplierKind

TODAY = date(2022, 11, 24)
"""The local day of the clock that stands still."""
ZONE = "Asia/Shanghai"


@dataclass(kw_only=True)
class Day:
    """Writes a district's day into a session, and finds again what it wrote, by code or name."""

    session: Session
    day_date: date = TODAY
    district_code: str = "tianyuan"
    codes: str = ""
    found: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        city = self.session.query(City).filter_by(code="zhuzhou").one_or_none()
        self.city = city or self._add(City(code="zhuzhou", name="株洲市"))
        self.district = self._add(
            District(
                city_id=self.city.id,
                code=self.district_code,
                name={"tianyuan": "天元区"}.get(self.district_code, self.district_code),
                path=f"zhuzhou/{self.district_code}",
                timezone=ZONE,
                is_invented=True,
            )
        )

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def _keep(self, name: str, row: Any) -> Any:
        self.found[name] = self._add(row)
        return row

    def __getitem__(self, name: str) -> Any:
        return self.found[name]

    def at(self, time_of_day: str) -> datetime:
        """Return the instant of a time on the day."""
        return intervals.instant(self.day_date, intervals.seconds_of_day(time_of_day), ZONE)

    # --- places ----------------------------------------------------------------------------------------------------

    def street(self, name: str) -> Street:
        """Write a street, or find it again."""
        if name not in self.found:
            self._keep(name, Street(district_id=self.district.id, name=name))
        return self.found[name]

    def compound(
        self, code: str, name: str, *, risk: Risk = Risk.LOW, street: str = "嵩山路街道", **values: Any
    ) -> Compound:
        """Write a compound."""
        place = {"latitude": 27.83, "longitude": 113.1, "household_count": 900, "resident_count": 2600, **values}
        row = Compound(
            district_id=self.district.id,
            street_id=self.street(street).id,
            code=code,
            name=name,
            path=f"{self.district.path}/{street}/{code}",
            risk=risk,
            invitation_code=f"{self.district_code[:4].upper()}{code}",
            **place,
        )
        return self._keep(code, row)

    def gate(self, code: str, compound: str, name: str, **values: Any) -> Gate:
        """Write a gate of a compound."""
        home: Compound = self[compound]
        hours = {"opens_s": 8 * 3600, "closes_s": 20 * 3600, "slot_minutes": 10, "riders_per_slot": 2, **values}
        row = Gate(
            district_id=self.district.id,
            compound_id=home.id,
            code=code,
            name=name,
            **{"latitude": home.latitude, "longitude": home.longitude, **hours},
        )
        return self._keep(code, row)

    def gate_path(self, code: str) -> str:
        """Return the scope of a gate's keeper."""
        gate: Gate = self[code]
        compound = next(row for row in self.found.values() if isinstance(row, Compound) and row.id == gate.compound_id)
        return f"{compound.path}/{code}"

    def household(self, name: str, compound: str, *, building: str = "3栋", unit: str = "2", room: str) -> Household:
        """Write a household, and its building where it is not there yet."""
        key = f"{compound} {building}"
        if key not in self.found:
            self._keep(
                key,
                Building(compound_id=self[compound].id, name=building, units=["1", "2"], floors=18, rooms_per_floor=4),
            )
        row = Household(
            district_id=self.district.id,
            compound_id=self[compound].id,
            building_id=self[key].id,
            unit=unit,
            room=room,
        )
        return self._keep(name, row)

    # --- suppliers and riders --------------------------------------------------------------------------------------

    def pickup(self, code: str, name: str, **values: Any) -> Pickup:
        """Write a supplier with the one place where it hands over."""
        supplier = self._keep(
            f"supplier {code}",
            Supplier(
                district_id=self.district.id,
                code=code,
                name=name,
                path=f"{self.district.path}/suppliers/{code}",
                kind=SupplierKind.SUPERMARKET,
            ),
        )
        place = {"latitude": 27.82, "longitude": 113.1, "opens_s": 6 * 3600, "closes_s": 20 * 3600, **values}
        row = Pickup(
            district_id=self.district.id,
            supplier_id=supplier.id,
            code=code,
            name=name,
            **{"loading_minutes": 8, "docks": 2, **place},
        )
        return self._keep(code, row)

    def rider(self, code: str, name: str, *, company: str = "美团", **values: Any) -> Rider:
        """Write a rider, and the company where it is not there yet."""
        if company not in self.found:
            path = f"{self.district.path}/companies/{company}"
            self._keep(company, RiderCompany(district_id=self.district.id, name=company, path=path))
        usual = {
            "pickup_id": None,
            "vehicle": "ebike",
            "any_zone": True,
            "enters_high_risk": True,
            "pass_no": f"TY-2022-{code[1:]:0>4}",
            "pass_from_s": 6 * 3600,
            "pass_until_s": 20 * 3600 + 1800,
            "shift_start_s": 7 * 3600,
            "shift_end_s": 20 * 3600 + 1800,
            "base_latitude": 27.81,
            "base_longitude": 113.09,
        }
        row = Rider(
            district_id=self.district.id,
            company_id=self[company].id,
            code=code,
            name=name,
            path=f"{self.district.path}/riders/{code}",
            **{**usual, **values},
        )
        return self._keep(code, row)

    # --- orders ----------------------------------------------------------------------------------------------------

    def order(self, code: str, pickup: str, compound: str, *, household: str | None = None, **values: Any) -> Order:
        """Write an order that was placed the evening before and confirmed ten minutes later."""
        lines = values.pop("lines", (("蔬菜套餐 约5公斤", 1, 5800, 5000),))
        placed_at = self.at("00:00") - timedelta(hours=4)
        usual = {
            "state": OrderState.CONFIRMED,
            "source": OrderSource.PLATFORM,
            "priority": 0,
            "weight_g": sum(quantity * weight_g for _, quantity, _, weight_g in lines),
            "volume_ml": 9000,
            "ready_at": self.at("07:00"),
            "due_at": self.at("19:00"),
            "placed_at": placed_at,
            "day_date": self.day_date,
        }
        row = Order(
            district_id=self.district.id,
            code=code,
            pickup_id=self[pickup].id,
            compound_id=self[compound].id,
            household_id=self[household].id if household else None,
            **{**usual, **values},
        )
        self._keep(code, row)
        for position, (name, quantity, price_fen, weight_g) in enumerate(lines, start=1):
            self._add(
                OrderLine(
                    order_id=row.id,
                    position=position,
                    name=name,
                    quantity=quantity,
                    price_fen=price_fen,
                    weight_g=weight_g,
                )
            )
        self.transition(code, OrderState.PLACED, OrderState.CONFIRMED, at=placed_at + timedelta(minutes=10))
        return row

    def transition(self, code: str, before: OrderState, after: OrderState, *, at: datetime, by: str = "天虹") -> None:
        """Write a step of an order."""
        self._add(
            OrderTransition(
                order_id=self[code].id,
                event_id=f"{self.district_code}:{code}:{after}",
                from_state=before,
                to_state=after,
                happened_at=at,
                recorded_at=at,
                actor_label=by,
            )
        )

    # --- the plan --------------------------------------------------------------------------------------------------

    def plan(self, *, version: int = 1, state: PlanState = PlanState.PUBLISHED) -> Plan:
        """Write a plan; it is published at 06:30."""
        published_at = self.at("06:30") if state == PlanState.PUBLISHED else None
        row = Plan(
            district_id=self.district.id,
            day_date=self.day_date,
            version=version,
            state=state,
            seed=1,
            seconds=60,
            cutoff_at=self.at("06:00"),
            asked_at=self.at("06:01"),
            finished_at=self.at("06:10"),
            published_at=published_at,
        )
        return self._keep(f"plan {version}", row)

    def round(self, number: int, rider: str, *, plan: int = 1, leaves: str, back: str, visits: list[Any]) -> Round:
        """Write a round. A visit is (place, arrives, starts, leaves, metres to there, codes of orders)."""
        row = Round(
            plan_id=self[f"plan {plan}"].id,
            rider_id=self[rider].id,
            number=number,
            leaves_base_at=self.at(leaves),
            back_at=self.at(back),
            distance_m=sum(visit[4] for visit in visits) + 900,
            order_count=sum(len(visit[5]) for visit in visits) // 2,
        )
        self._add(row)
        for position, visit in enumerate(visits, start=1):
            self._visit(row, position, visit)
        return row

    def _visit(self, of: Round, position: int, visit: Any) -> None:
        place, arrives, starts, leaves, distance_m, codes = visit
        is_load = isinstance(self[place], Pickup)
        orders: list[Order] = [self[code] for code in codes]
        row = Visit(
            round_id=of.id,
            position=position,
            pickup_id=self[place].id if is_load else None,
            gate_id=None if is_load else self[place].id,
            arrive_at=self.at(arrives),
            start_at=self.at(starts),
            leave_at=self.at(leaves),
            distance_m=distance_m,
            order_count=len(orders),
            weight_g=sum(order.weight_g for order in orders),
            volume_ml=sum(order.volume_ml for order in orders),
        )
        self._add(row)
        self.session.add_all([VisitOrder(visit_id=row.id, order_id=order.id) for order in orders])
        if not is_load and self.session.get_one(Plan, of.plan_id).state == PlanState.PUBLISHED:
            for order in orders:
                self._promise(order, self[place], row.start_at)
        self.session.flush()

    def _promise(self, order: Order, gate: Gate, start_at: datetime) -> None:
        """Write the slot onto the order, as publishing does."""
        start_s = intervals.seconds_on_day(start_at, self.day_date, ZONE)
        slot_s = gate.slot_minutes * 60
        from_s = gate.opens_s + (start_s - gate.opens_s) // slot_s * slot_s
        order.planned_gate_id = gate.id
        order.planned_from_at = intervals.instant(self.day_date, from_s, ZONE)
        order.planned_until_at = intervals.instant(self.day_date, from_s + slot_s, ZONE)
        order.state = OrderState.PLANNED
        self.transition(order.code, OrderState.CONFIRMED, OrderState.PLANNED, at=self.at("06:30"), by="指挥部")

    def unserved(self, code: str, reason: str, *, plan: int = 1) -> None:
        """Leave an order out of a plan."""
        self[code].unplanned_reason = reason
        self._add(UnservedOrder(plan_id=self[f"plan {plan}"].id, order_id=self[code].id, reason=reason))

    # --- people ----------------------------------------------------------------------------------------------------

    def person(self, name: str, *grants: tuple[Role, str], lives_in: tuple[str, ...] = ()) -> Person:
        """Write a person with roles; residents live in households."""
        since_at = datetime(2022, 11, 1, tzinfo=UTC)
        number = len([row for row in self.found.values() if isinstance(row, Person)])
        person = self._keep(
            name,
            Person(
                phone=f"+86139{self.district.id:04d}{number:04d}",
                name=name,
                password_hash="-",
                created_at=since_at,
            ),
        )
        for role, scope in grants:
            accounts.grant_role(self.session, person_id=person.id, role=role, scope=scope, now=since_at)
        for position, home in enumerate(lives_in):
            since = since_at + timedelta(days=position)
            self._add(HouseholdMember(household_id=self[home].id, person_id=person.id, since_at=since))
        return person


def sign_in(client: FlaskClient, day: Day, name: str, *, locale: str = "en") -> FlaskClient:
    """Sign a person in: a session that the request's clock finds open. Commits what was written."""
    token = accounts.open_session(
        day.session,
        person_id=day[name].id,
        device="test",
        now=day.at("00:00") - timedelta(days=1),
        lasts=timedelta(days=3),
    )
    day.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
        cookie["locale"] = locale
    return client


def write_small_day(session: Session, *, day_date: date = TODAY) -> Day:
    """Write two rounds over three compounds, two suppliers, and one person of each kind.

    易师傅 (R001) loads three orders at 天虹 (P09), hands over at 明月湖 and 金帆, loads one at 麦德龙 (P08) and ends
    at 大江观邸. 周师傅 (R002) loads one order at 天虹 and hands it over at 明月湖 in the same slot.
    """
    day = Day(session=session, day_date=day_date)
    day.compound("C001", "明月湖小区", latitude=27.834, longitude=113.08)
    day.compound("C002", "金帆小区", risk=Risk.MEDIUM, latitude=27.811, longitude=113.107)
    day.compound("C003", "大江观邸", risk=Risk.HIGH, street="泰山路街道", latitude=27.824, longitude=113.12)
    day.gate("G0001", "C001", "北门")
    day.gate("G0002", "C001", "南门", riders_per_slot=1)
    day.gate("G0003", "C002", "南门")
    day.gate("G0004", "C003", "东门", slot_minutes=15)
    day.household("501", "C001", room="501")
    day.household("502", "C001", room="502")
    day.household("301", "C002", building="1栋", unit="", room="301")
    day.pickup("P08", "麦德龙", latitude=27.84)
    day.pickup("P09", "天虹")
    day.rider("R001", "易师傅", pass_until_s=14 * 3600)
    day.rider("R002", "周建国", company="达达", vehicle="van")
    day.rider("R003", "刘师傅", company="饿了么")
    lines = (("蔬菜套餐 约5公斤", 1, 5800, 5000), ("鸡蛋 30枚", 2, 2690, 1900), ("婴儿奶粉 900克", 1, 26850, 1100))
    day.order("O1", "P09", "C001", household="501", lines=lines, priority=3)
    day.order("O2", "P09", "C001", household="502")
    day.order("O3", "P09", "C002", household="301")
    day.order("O4", "P09", "C001")
    day.order("O5", "P08", "C003")
    day.order("O6", "P08", "C001", household="501", lines=(("大米 10公斤", 1, 6500, 10000),))
    day.plan()
    day.round(
        1,
        "R001",
        leaves="08:00",
        back="10:10",
        visits=[
            ("P09", "08:09", "08:12", "08:20", 2700, ["O1", "O2", "O3"]),
            ("G0001", "08:31", "08:31", "08:34", 3300, ["O1", "O2"]),
            ("G0003", "08:50", "08:50", "08:53", 4800, ["O3"]),
            ("P08", "09:10", "09:10", "09:18", 5000, ["O5"]),
            ("G0004", "09:44", "09:45", "09:48", 7900, ["O5"]),
        ],
    )
    day.round(
        2,
        "R002",
        leaves="08:05",
        back="09:00",
        visits=[
            ("P09", "08:15", "08:15", "08:23", 4100, ["O4"]),
            ("G0001", "08:36", "08:36", "08:39", 5500, ["O4"]),
        ],
    )
    day.unserved("O6", "no_gate_slot")
    _write_people(day)
    session.flush()
    return day


def _write_people(day: Day) -> None:
    district = day.district.path
    day.person("rider", (Role.RIDER, f"{district}/riders/R001"))
    day.person("other rider", (Role.RIDER, f"{district}/riders/R002"))
    day.person("idle rider", (Role.RIDER, f"{district}/riders/R003"))
    day.person("keeper", (Role.GATE_KEEPER, day.gate_path("G0001")))
    day.person("community", (Role.COMMUNITY_STAFF, day["C001"].path))
    day.person("tianhong", (Role.SUPPLIER, f"{district}/suppliers/P09"))
    day.person("metro", (Role.SUPPLIER, f"{district}/suppliers/P08"))
    day.person("staff", (Role.DISTRICT_STAFF, district))
    day.person("resident", (Role.RESIDENT, day["C001"].path), lives_in=("501",))
    day.person("neighbour", (Role.RESIDENT, day["C001"].path), lives_in=("502",))
    day.person("two homes", (Role.RESIDENT, day["C001"].path), lives_in=("502", "301"))
    day.person("homeless", (Role.VOLUNTEER, day["C001"].path))
