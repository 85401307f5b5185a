"""The invented district in the database: loaded, planned, kept, made anew."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supplyhub.accounts.models import Person, RoleGrant
from supplyhub.accounts.roles import Role
from supplyhub.db.base import Base
from supplyhub.db.transaction import transaction
from supplyhub.demo import loading, log_ins, queries, size
from supplyhub.demo.district import TIMEZONE
from supplyhub.jobs.models import Job
from supplyhub.orders.models import Order, OrderLine, OrderTransition
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Building, City, Compound, CompoundKind, District, Household, HouseholdMember
from supplyhub.riders.models import Rider
from supplyhub.rounds import jobs as rounds_jobs
from supplyhub.rounds.models import Plan, PlanState, Round, UnservedOrder
from supplyhub.suppliers.models import Offer, Product, Supplier
from tests.support import databases

# Half past ten in Zhuzhou: the first wave is on its way, the third is not loaded yet.
MORNING = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
NIGHT = datetime.fromisoformat("2026-11-24T00:20:00+08:00")


def quietly(_line: str) -> None:
    """Tell nobody."""


def load(app: Flask, now: datetime = MORNING, zone: str = TIMEZONE) -> loading.Loaded:
    with app.app_context():
        return loading.load(now=now, tell=quietly, size=size.SMALL, seconds=1, zone=zone)


def reset(app: Flask, now: datetime = MORNING) -> loading.Loaded:
    with app.app_context():
        return loading.reset(now=now, tell=quietly, size=size.SMALL, seconds=1)


def row_counts(session: Session) -> dict[str, int]:
    session.rollback()
    return {each.name: count(session, each) for each in Base.metadata.sorted_tables}


def count(session: Session, model: Any, *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], name="loaded_app"
)
def load_once(
    request: pytest.FixtureRequest, state_folder: Path, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application over a loaded demo, for tests that change nothing."""
    with databases.migrated_copy(request.param, state_folder=state_folder, name=f"demo_{worker_name}") as url:
        app = databases.make_app(url, data_folder=tmp_path_factory.mktemp("demo"))
        load(app)
        yield app
        databases.dispose(app)


@pytest.fixture
def session(loaded_app: Flask) -> Iterator[Session]:
    """A session over the loaded demo."""
    with databases.open_session(loaded_app) as opened:
        yield opened


class TestLoadedDemo:
    def test_has_two_invented_districts_of_one_city(self, session):
        districts = session.scalars(select(District).order_by(District.id)).all()
        assert [(d.code, d.path, d.is_invented) for d in districts] == [
            ("tianyuan", "zhuzhou/tianyuan", True),
            ("drill", "zhuzhou/drill", True),
        ]
        assert session.scalars(select(City.code)).all() == ["zhuzhou"]
        days = dict(session.execute(select(Order.day_date, func.count()).group_by(Order.day_date)).all())
        assert days == {date(2026, 11, 24): size.SMALL.orders, date(2026, 11, 25): size.SMALL.next_orders}
        assert count(session, Compound) == size.SMALL.compounds
        assert count(session, Rider) == size.SMALL.riders
        assert count(session, Supplier) == 20

    def test_deals_orders_to_flats_of_their_own_compound(self, session):
        rows = session.execute(
            select(Order.compound_id, Household.compound_id, Building.compound_id, Household.room, Building.floors)
            .join(Household, Household.id == Order.household_id)
            .join(Building, Building.id == Household.building_id)
        ).all()
        strangers = count(session, Order, Order.household_id.is_(None), Order.source != "enterprise")

        assert len(rows) > 350
        assert all(order == household == building for order, household, building, _, _ in rows)
        assert all(int(room[:-2]) <= floors for _, _, _, room, floors in rows)
        assert strangers == 0
        assert count(session, Compound, Compound.kind == CompoundKind.ENTERPRISE) == 1

    def test_gives_orders_lines_that_weigh_what_the_order_weighs(self, session):
        rows = session.execute(
            select(Order.weight_g, func.sum(OrderLine.weight_g * OrderLine.quantity))
            .join(OrderLine, OrderLine.order_id == Order.id)
            .group_by(Order.id, Order.weight_g)
        ).all()

        assert len(rows) == size.SMALL.orders + size.SMALL.next_orders
        assert all(order == lines for order, lines in rows)
        assert count(session, Offer) == count(session, Product) > 700

    def test_publishes_a_plan_made_in_the_early_morning(self, session):
        plan = session.scalars(select(Plan)).one()
        assert plan.state == PlanState.PUBLISHED
        assert plan.published_at == datetime.fromisoformat("2026-11-24T05:40:00+08:00")
        assert plan.asked_at < plan.published_at
        assert count(session, Round) > 0
        # orders that ended before the day began are in no plan
        ended = count(session, Order, Order.state.in_((OrderState.SHORT, OrderState.CANCELLED)))
        assert ended == 2
        assert plan.figures["served"] + plan.figures["unserved"] == size.SMALL.orders - ended
        assert count(session, Job) == 0

    def test_leaves_out_with_a_reason_what_nobody_can_carry(self, session):
        reasons = set(session.scalars(select(UnservedOrder.reason)))

        assert {"no_time", "over_capacity"} <= reasons

    def test_promises_the_resident_three_slots(self, session):
        mine = session.scalars(
            select(Order).join(HouseholdMember, HouseholdMember.household_id == Order.household_id)
            .join(RoleGrant, RoleGrant.person_id == HouseholdMember.person_id)
            .where(RoleGrant.role == Role.RESIDENT)
        ).all()  # fmt: skip

        today = [order for order in mine if order.day_date == date(2026, 11, 24)]
        assert len(today) == 3
        assert all(order.planned_gate_id and order.planned_from_at for order in today)
        # and one for tomorrow that waits for its plan
        assert [order.state for order in mine if order not in today] == [OrderState.CONFIRMED]

    def test_gives_the_rider_of_the_log_ins_a_round(self, session):
        shown = next(log_in for log_in in log_ins.log_ins() if log_in.role is Role.RIDER)

        rider = session.scalars(
            select(Rider)
            .join(RoleGrant, RoleGrant.scope == Rider.path)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(Person.phone == shown.number)
        ).one()

        assert rider.name == shown.name
        assert count(session, Round, Round.rider_id == rider.id) == 1

    def test_marks_nothing_as_done_that_the_clock_has_not_reached(self, session):
        latest = session.scalar(select(func.max(OrderTransition.happened_at)))
        placed = session.scalar(select(func.max(Order.placed_at)))
        states = set(session.scalars(select(Order.state).distinct()))

        assert latest <= MORNING
        assert placed <= MORNING
        assert {OrderState.PLANNED, OrderState.LOADED, OrderState.DELIVERED} <= states


class TestLoad:
    def test_says_what_it_brought(self, app, db_session):
        told: list[str] = []
        with app.app_context():
            loaded = loading.load(now=MORNING, tell=told.append, size=size.SMALL, seconds=1)

        assert loaded == loading.Loaded(day_date=date(2026, 11, 24), zone=TIMEZONE, is_new=True)
        assert any("400 orders" in line for line in told)
        assert told[-1].startswith("Published: ")

    @pytest.mark.one_database
    def test_marks_nothing_as_done_before_the_day_begins(self, app, db_session):
        load(app, NIGHT)

        plan = db_session.scalars(select(Plan)).one()
        states = set(db_session.scalars(select(Order.state).distinct()))

        assert plan.published_at == NIGHT
        assert states == {OrderState.PLANNED, OrderState.CONFIRMED, OrderState.SHORT, OrderState.CANCELLED}

    def test_changes_nothing_the_second_time(self, app, db_session):
        load(app)
        before = row_counts(db_session)

        again = load(app, MORNING + timedelta(hours=3))

        assert again == loading.Loaded(day_date=date(2026, 11, 24), zone=TIMEZONE, is_new=False)
        assert row_counts(db_session) == before

    @pytest.mark.one_database
    def test_keeps_an_older_day(self, app, db_session):
        load(app)

        later = load(app, MORNING + timedelta(days=2))

        assert later == loading.Loaded(day_date=date(2026, 11, 24), zone=TIMEZONE, is_new=False)

    @pytest.mark.one_database
    def test_goes_on_where_planning_was_broken_off(self, app, db_session, monkeypatch):
        def break_off(**_arguments: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(rounds_jobs, "plan", break_off)
            with pytest.raises(KeyboardInterrupt):
                load(app)

        loaded = load(app)

        assert loaded.is_new
        assert loaded.day_date == date(2026, 11, 24)
        states = db_session.scalars(select(Plan.state).order_by(Plan.id)).all()
        assert states == [PlanState.FAILED, PlanState.PUBLISHED]
        assert count(db_session, Order) == size.SMALL.orders + size.SMALL.next_orders

    @pytest.mark.one_database
    def test_keeps_away_from_a_real_district_of_the_same_code(self, app, db_session):
        with app.app_context(), transaction() as session:
            city = City(code="elsewhere", name="某市")
            session.add(city)
            session.flush()
            session.add(
                District(
                    city_id=city.id,
                    code="tianyuan",
                    name="天元区",
                    path="elsewhere/tianyuan",
                    timezone="Asia/Shanghai",
                    is_invented=False,
                )
            )

        with pytest.raises(loading.UnableToLoad):
            load(app)
        with pytest.raises(loading.UnableToLoad):
            reset(app)

        assert count(db_session, District) == 1


class TestReset:
    def test_makes_the_district_anew_dated_today(self, app, db_session):
        load(app)
        before = row_counts(db_session)
        tomorrow = MORNING + timedelta(days=1)

        loaded = reset(app, tomorrow)

        assert loaded == loading.Loaded(day_date=date(2026, 11, 25), zone=TIMEZONE, is_new=True)
        after = row_counts(db_session)
        planned = {"plan", "round", "visit", "visit_order", "unserved_order", "order_transition"}
        assert {name: n for name, n in after.items() if name not in planned} == {
            name: n for name, n in before.items() if name not in planned
        }
        assert after["plan"] == 1

    def test_leaves_other_districts_and_their_people_alone(self, app, db_session):
        load(app)
        with app.app_context(), transaction() as session:
            city = City(code="changsha", name="长沙市")
            stranger = Person(phone="+8615409990001", name="陌生人", password_hash="x", created_at=MORNING)
            visitor = Person(phone="+8615409990002", name="访客", password_hash="x", created_at=MORNING)
            session.add_all([city, stranger, visitor])
            session.flush()
            session.add(
                District(city_id=city.id, code="yuelu", name="岳麓区", path="changsha/yuelu", timezone="Asia/Shanghai")
            )
            for person_id, scope in ((stranger.id, "changsha/yuelu"), (visitor.id, "zhuzhou/drill")):
                session.add(RoleGrant(person_id=person_id, role=Role.DISTRICT_STAFF, scope=scope, created_at=MORNING))

        reset(app)

        names = set(db_session.scalars(select(Person.name)))
        assert "陌生人" in names
        assert "访客" not in names
        assert set(db_session.scalars(select(District.code))) == {"yuelu", "tianyuan", "drill"}


class TestLogIns:
    def test_are_one_for_each_role(self):
        shown = log_ins.log_ins()

        assert [log_in.role for log_in in shown] == list(Role)
        assert len({log_in.number for log_in in shown}) == len(Role)
        assert len({log_in.name for log_in in shown}) == len(Role)

    def test_sign_in(self, loaded_app, session):
        for log_in in log_ins.log_ins():
            client = loaded_app.test_client()
            page = client.get("/log-in").text
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            assert token

            answer = client.post(
                "/log-in",
                data={"phone": log_in.phone, "password": log_in.password, "next": "", "csrf_token": token[1]},
            )

            assert answer.status_code == 302, log_in.role
            assert client.get("/account").status_code == 200

        assert sorted(session.scalars(select(RoleGrant.role))) == sorted(Role)

    def test_name_places_that_exist(self, session):
        paths = {"", "zhuzhou"}
        for model in (District, Compound, Supplier, Rider):
            paths |= set(session.scalars(select(model.path)))
        paths |= {f"zhuzhou/tianyuan/companies/{name}" for name in ("美团", "饿了么", "达达")}
        # a street, and a gate of the home compound
        paths |= {"zhuzhou/tianyuan/嵩山路街道", "zhuzhou/tianyuan/嵩山路街道/C001/G0001"}

        assert {log_in.scope for log_in in log_ins.log_ins()} <= paths


class TestQueries:
    @pytest.mark.one_database
    def test_find_nothing_in_an_empty_database(self, db_session):
        assert queries.find_district(db_session) is None
        assert queries.find_day(db_session, district_id=1) is None
        assert queries.find_plan(db_session, district_id=1, day_date=date(2026, 11, 24)) is None
