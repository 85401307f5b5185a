"""A city's day: one plan and one job for each district, done alike by one worker, by two, and after one was killed."""

import contextlib
import time
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs.models import Job, JobState
from supplyhub.jobs.worker import Worker
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.places.models import City, District
from supplyhub.rounds import city_cli
from supplyhub.rounds.models import Plan, PlanState
from supplyhub.rounds.operations import cities, plans, publishing
from supplyhub.rounds.queries import cities as queries
from supplyhub.rounds.queries import maps
from tests.support import day, factories, server
from tests.support.counting import counted_queries

NOW = day.CUTOFF_AT + timedelta(hours=1)
DISTRICTS = ("hetang", "lusong", "shifeng", "tianyuan")
ITERATIONS = 10_000
"""About a second for the day of 60 orders: long enough for another worker to take the next district meanwhile."""
PATIENCE_S = 120


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def city(db_session, tiny):
    """A city of four districts with the same day, and one without orders."""
    for code in DISTRICTS:
        district = day.write(db_session, tiny, code=code)
        district.name = code
    day._district(db_session, "lukou", tiny.timezone).name = "lukou"
    db_session.commit()
    return db_session.scalars(select(City)).one()


@pytest.fixture
def start(db_session, city, tiny):
    def start(iterations=None, **changes):
        search = plans.Search(seconds=60, seed=1, iterations=iterations)
        wanted = {"day_date": tiny.day_date, "search": search, "actor": None, "now": NOW}
        return cities.plan_city(db_session, city=city, **{**wanted, **changes})

    return start


def district_of(session, code):
    return session.scalars(select(District).where(District.code == code)).one()


class TestPlanCity:
    def test_starts_a_plan_and_a_job_in_each_district_with_orders(self, db_session, start):
        started = start(iterations=50)

        assert [one.district.code for one in started] == ["hetang", "lukou", "lusong", "shifeng", "tianyuan"]
        made = [one.plan for one in started if one.plan]
        assert [plan.iterations for plan in made] == [50] * 4
        jobs = db_session.scalars(select(Job).order_by(Job.id)).all()
        assert {job.arguments["plan_id"] for job in jobs} == {plan.id for plan in made}
        assert len(jobs) == 4

    def test_says_why_a_district_is_not_planned(self, start):
        refused = next(one for one in start() if one.plan is None)

        assert refused.district.code == "lukou"
        assert "No order of this day" in refused.reason

    def test_leaves_districts_alone_that_are_being_planned(self, start):
        start()

        assert [one.plan for one in start()] == [None] * 5

    def test_leaves_districts_alone_that_have_published(self, db_session, start, city, tiny):
        lusong = district_of(db_session, "lusong")
        plan_id = day.make_plan(db_session, lusong, tiny)
        publishing.publish_plan(db_session, plan_id=plan_id, district=lusong, actor=None, now=NOW)

        refused = {one.district.code: one.reason for one in start() if one.plan is None}

        assert refused["lusong"] == "A plan of this day is published already."

    def test_leaves_districts_alone_whose_riders_are_under_way(self, db_session, start):
        order = db_session.scalars(
            select(Order).where(Order.district_id == district_of(db_session, "lusong").id)
        ).first()
        order.state = OrderState.LOADED
        db_session.flush()

        refused = {one.district.code: one.reason for one in start() if one.plan is None}

        assert "already loaded 1 orders" in refused["lusong"]

    def test_is_for_those_who_plan_the_whole_city(self, start):
        with pytest.raises(plans.MayNotPlan):
            start(actor=factories.actor((Role.DISTRICT_STAFF, "zhuzhou/tianyuan")))


class TestPages:
    @pytest.fixture
    def staff(self, client, db_session, city, frozen_clock):
        frozen_clock(NOW)
        return factories.staff_client(client, db_session, Role.CITY_STAFF, "zhuzhou")

    def test_show_every_district(self, staff):
        words = factories.words(staff.get("/cities/zhuzhou/plans"))

        for code in DISTRICTS:
            assert f"{code} 60 " in words
        assert "lukou 0 0 none yet" in words

    def test_start_all_districts_by_one_press(self, staff, db_session):
        answer = factories.send(
            staff, "/cities/zhuzhou/plans", {"day": "2022-11-08", "seconds": "15", "groups": "2"}, follow_redirects=True
        )

        words = factories.words(answer)
        assert "4 districts are being planned." in words
        assert "lukou: No order of this day" in words
        assert 'hx-trigger="every 2s"' in answer.text
        db_session.rollback()
        plans_of_all = db_session.scalars(select(Plan).where(Plan.state == PlanState.QUEUED)).all()
        assert [plan.groups for plan in plans_of_all] == [2] * 4

    def test_refresh_until_all_are_made(self, staff, db_session, tiny):
        plan_id = day.make_plan(db_session, district_of(db_session, "lusong"), tiny)
        db_session.commit()

        fragment = staff.get("/cities/zhuzhou/plans/table?day=2022-11-08")

        # 40 of 60 orders.
        assert "lusong 60" in factories.words(fragment)
        assert "66.7%" in fragment.text
        assert f"/lusong/plans/{plan_id}" in fragment.text
        assert "hx-trigger" not in fragment.text
        assert "<html" not in fragment.text

    def test_ask_for_the_length(self, staff):
        answer = factories.send(staff, "/cities/zhuzhou/plans", {"day": "2022-11-08"})

        assert answer.status_code == 422

    def test_lead_there_from_the_start(self, staff):
        assert "/cities/zhuzhou/plans" in staff.get("/").text

    def test_say_what_to_do_without_orders(self, staff, db_session):
        db_session.query(Order).delete()
        db_session.commit()

        assert "No orders yet" in factories.words(staff.get("/cities/zhuzhou/plans"))

    def test_are_for_the_city_alone(self, client, db_session, city):
        district = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/tianyuan")

        assert district.get("/cities/zhuzhou/plans").status_code == 404
        assert district.get("/cities/nowhere/plans").status_code == 404

    def test_ask_little_however_many_districts(self, app, city, db_session, tiny):
        with counted_queries(app) as sent:
            queries.list_district_days(db_session, city=city, day_date=tiny.day_date)

        # Districts, orders, riders, plans.
        assert len(sent) == 4


class TestCommand:
    @pytest.fixture
    def run(self, app, city):
        def run(*arguments):
            with app.app_context():
                return CliRunner().invoke(city_cli.plan_city, list(map(str, arguments)))

        return run

    def test_tells_of_each_district(self, run):
        result = run("zhuzhou", "--day", "2022-11-08")

        assert result.exit_code == 0
        assert "tianyuan: version 1 is being made" in result.output
        assert "lukou: not planned: No order of this day" in result.output

    def test_plans_in_groups_when_asked(self, run, db_session):
        run("zhuzhou", "--day", "2022-11-08", "--groups", "2", "--iterations", "50")

        db_session.rollback()
        assert {(plan.groups, plan.iterations) for plan in db_session.scalars(select(Plan))} == {(2, 50)}

    def test_knows_its_cities(self, run):
        result = run("nowhere")

        assert result.exit_code == 1
        assert "There is no city nowhere." in result.output


class TestWorkers:
    """Each plan ends by its iterations, so that it must come out the same whoever makes it."""

    @pytest.fixture
    def groups(self, request):
        """In how many groups of suppliers each district is planned."""
        return getattr(request, "param", 1)

    @pytest.fixture
    def start(self, app, city, tiny, groups):
        """Start all districts, in a transaction like a request's: others write meanwhile."""

        def start():
            with app.app_context(), transaction() as session:
                cities.plan_city(
                    session,
                    city=city,
                    day_date=tiny.day_date,
                    search=plans.Search(seconds=60, seed=1, iterations=ITERATIONS, groups=groups),
                    actor=None,
                    now=NOW,
                )

        return start

    @pytest.fixture
    def results(self, db_session, city):
        """Return what the plans of the city hold, by district: the plan file and the figures."""

        def results():
            db_session.rollback()
            found = {}
            for plan, district in db_session.execute(
                select(Plan, District).join(District, District.id == Plan.district_id).order_by(District.code)
            ):
                document = maps.plan_document(db_session, plan=plan, zone=district.timezone)
                found[district.code] = (plan.state, document, plan.figures, plan.fingerprint)
            return found

        return results

    @pytest.fixture
    def alone(self, app, db_session, start, results):
        """What one worker makes of the city; its plans are thrown away afterwards."""
        start()
        with app.app_context():
            worker = Worker(lease_s=60, poll_s=0.01)
            while worker.run_one():
                pass
        found = results()
        assert [state for state, *_ in found.values()] == [PlanState.READY] * 4
        db_session.execute(delete(Plan))
        db_session.execute(delete(Job))
        db_session.commit()
        return found

    @pytest.fixture
    def worker_process(self, database_url, tmp_path):
        """Start a worker as a process of its own, and wait until it asks for jobs."""
        with contextlib.ExitStack() as stack:

            def start_process(**settings):
                return stack.enter_context(server.worker_process(database_url, data_folder=tmp_path, **settings))

            yield start_process

    def wait_for_all(self, app):
        ends = clock.monotonic() + PATIENCE_S
        while clock.monotonic() < ends:
            with app.app_context(), transaction() as session:
                jobs = list(session.scalars(select(Job)))
            if all(job.state not in {JobState.WAITING, JobState.RUNNING} for job in jobs):
                return jobs
            time.sleep(0.1)
        message = f"still to be done: {[(job.id, job.state, job.error) for job in jobs]}"
        raise AssertionError(message)

    @pytest.mark.parametrize("groups", [1, 3], indirect=True, ids=["whole", "groups"])
    def test_two_processes_make_the_same_plans_as_one(self, app, db_session, start, alone, results, worker_process):
        worker_process()
        worker_process()

        start()
        jobs = self.wait_for_all(app)

        assert results() == alone
        assert len({job.worker for job in jobs}) == 2, "both took part"

    def test_a_process_that_is_killed_changes_nothing(self, app, db_session, start, alone, results, worker_process):
        victim = worker_process(job_lease_seconds=5)
        start()
        while not self.is_held(app):
            time.sleep(0.02)

        victim.kill()
        victim.wait()
        worker_process(job_lease_seconds=5)
        jobs = self.wait_for_all(app)

        assert results() == alone
        assert max(job.attempts for job in jobs) == 2

    def is_held(self, app):
        with app.app_context(), transaction() as session:
            return session.scalar(select(Job.id).where(Job.state == JobState.RUNNING)) is not None
