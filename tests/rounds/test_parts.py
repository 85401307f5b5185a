"""Plans made in groups of suppliers: shared out, joined after the last, stopped, failing."""

import json
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs.models import Job, JobState
from supplyhub.jobs.worker import Worker
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning import groups, solve
from supplyhub.rounds.models import Plan, PlanPart, PlanState, Round
from supplyhub.rounds.operations import parts, plans, publishing
from supplyhub.rounds.queries import maps
from tests.support import day, factories, sources

ITERATIONS = 400


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(app, tiny):
    with app.app_context(), transaction() as session:
        return day.write(session, tiny)


@pytest.fixture
def start(app_context, district, tiny):
    def start(*, groups=2, **search):
        wanted = {"seconds": 60, "seed": 1, "iterations": ITERATIONS, "groups": groups, **search}
        with transaction() as session:
            return plans.start_plan(
                session,
                district=district,
                day_date=tiny.day_date,
                cutoff_at=day.CUTOFF_AT,
                search=plans.Search(**wanted),
                actor=None,
                now=clock.now(),
            ).id

    return start


@pytest.fixture
def worker(app_context):
    return Worker(lease_s=60, poll_s=0.01)


@pytest.fixture
def stop_plan(district):
    def stop_plan(plan_id):
        with transaction() as session:
            plans.stop_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())

    return stop_plan


@pytest.fixture
def in_the_search(monkeypatch):
    """Do something in the middle of a part's search; it goes on as always."""
    search = solve.solve

    def in_the_search(act):
        def step_in(problem, **options):
            monkeypatch.setattr(solve, "solve", search)
            act()
            return search(problem, **options)

        monkeypatch.setattr(solve, "solve", step_in)

    return in_the_search


@pytest.fixture
def broken(monkeypatch):
    """A planner that breaks off whenever it is asked."""

    def break_off(*_arguments, **_options):
        message = "broken"
        raise RuntimeError(message)

    monkeypatch.setattr(solve, "solve", break_off)


def work_off(worker):
    """Do all jobs that are due; return how many."""
    count = 0
    while worker.run_one():
        count += 1
    return count


def look(plan_id):
    with transaction() as session:
        plan = session.get_one(Plan, plan_id)
        found = session.scalars(select(PlanPart).order_by(PlanPart.number)).all()
        return plan, found, session.scalar(select(func.count()).select_from(Round))


def jobs_of(name):
    with transaction() as session:
        return session.scalars(select(Job).where(Job.name == name).order_by(Job.id)).all()


def check(plan, district, folder):
    """Return what the checker of day folders prints of a plan."""
    with transaction() as session:
        document = maps.plan_document(session, plan=plan, zone=district.timezone)
    path = folder / "plan.json"
    path.write_text(json.dumps(document), "utf-8")
    checker = sources.ROOT / "tests" / "tools" / "check_plan.py"
    command = [sys.executable, str(checker), str(day.DAYS / "tiny"), str(path), "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own script)
    return json.loads(answer.stdout)


class TestGroups:
    def test_are_jobs_that_share_suppliers_and_riders(self, start, worker, tiny):
        plan_id = start(groups=3)

        worker.run_one()

        plan, found, rounds = look(plan_id)
        assert (plan.state, rounds) == (PlanState.RUNNING, 0)
        assert [part.number for part in found] == [1, 2, 3]
        pickups = Counter(code for part in found for code in part.pickups)
        assert set(pickups) == {order.pickup_id for order in tiny.orders}
        assert set(pickups.values()) == {1}
        assert {code for part in found for code in part.riders} == {rider.rider_id for rider in tiny.riders}
        assert [job.arguments for job in jobs_of(parts.PART_JOB)] == [
            {"plan_id": plan_id, "number": number} for number in (1, 2, 3)
        ]

    def test_are_joined_to_a_plan_by_every_rule(self, start, worker, district, tmp_path):
        plan_id = start(groups=2)

        # Dealing, two parts, joining.
        assert work_off(worker) == 4

        plan, found, rounds = look(plan_id)
        assert plan.state == PlanState.READY
        assert plan.figures["rounds"] == rounds
        # Both parts search for four fifths of the iterations, the whole for the rest.
        assert plan.figures["iterations"] == 320 + 320 + 80
        assert found == [], "nobody needs them any more"
        checked = check(plan, district, tmp_path)
        assert checked["broken"] == 0
        assert {name: plan.figures[name] for name in ("score_m", "served")} == {
            name: checked[name] for name in ("score_m", "served")
        }

    def test_may_be_published(self, start, worker, district):
        plan_id = start()
        work_off(worker)

        with transaction() as session:
            publishing.publish_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())

        assert look(plan_id)[0].state == PlanState.PUBLISHED

    def test_are_no_more_than_suppliers_with_orders(self, start, worker, tiny):
        with transaction() as session:
            first = session.scalars(select(Order).order_by(Order.id)).first()
            others = update(Order).where(Order.pickup_id.is_distinct_from(first.pickup_id))
            session.execute(others.values(state=OrderState.CANCELLED))
        plan_id = start(groups=4)

        assert work_off(worker) == 1

        plan, found, _ = look(plan_id)
        assert (plan.state, found) == (PlanState.READY, [])
        assert plan.figures["iterations"] == ITERATIONS

    def test_are_dealt_once(self, start, worker, tiny):
        plan_id = start()
        worker.run_one()

        with transaction() as session:
            dealt = groups.deal(tiny, count=3)
            assert parts.share_out(session, plan_id=plan_id, groups=dealt, now=clock.now())

        assert len(look(plan_id)[1]) == 2
        assert len(jobs_of(parts.PART_JOB)) == 2

    def test_are_planned_though_the_day_changes(self, start, worker, district):
        plan_id = start()
        worker.run_one()
        worker.run_one()
        # On no round afterwards, though the first part may have it on one.
        with transaction() as session:
            part = session.scalars(select(PlanPart).where(PlanPart.number == 1)).one()
            carried = part.made["rounds"][0]["visits"][0]["orders"][0]
            session.execute(update(Order).where(Order.code == carried).values(state=OrderState.CANCELLED))

        work_off(worker)

        plan, _, _ = look(plan_id)
        assert plan.state == PlanState.READY
        assert plan.figures["served"] + plan.figures["unserved"] == 59
        with transaction() as session:
            publishing.publish_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())


class TestTheLast:
    def test_is_found_once_when_all_finish_at_the_same_time(self, app, start, worker):
        plan_id = start(groups=3)
        worker.run_one()
        together = threading.Barrier(3)

        def finish(number):
            with app.app_context():
                together.wait()
                with transaction() as session:
                    parts.write_part(session, plan_id=plan_id, number=number, made={}, now=clock.now())

        threads = [threading.Thread(target=finish, args=(number,)) for number in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        plan, found, _ = look(plan_id)
        assert all(part.finished_at for part in found)
        joining = jobs_of(parts.JOIN_JOB)
        assert [job.id for job in joining] == [plan.job_id]

    def test_is_not_the_one_that_is_made_twice(self, start, worker):
        plan_id = start()
        worker.run_one()
        worker.run_one()

        with transaction() as session:
            assert not parts.write_part(session, plan_id=plan_id, number=1, made={}, now=clock.now())

        assert jobs_of(parts.JOIN_JOB) == []
        assert look(plan_id)[1][0].made["rounds"], "what was made first stays"


class TestStopping:
    def test_before_anybody_began_cancels_the_plan(self, start, worker, stop_plan):
        plan_id = start()
        worker.run_one()

        stop_plan(plan_id)

        plan, found, _ = look(plan_id)
        assert (plan.state, found) == (PlanState.CANCELLED, [])
        assert {job.state for job in jobs_of(parts.PART_JOB)} == {JobState.CANCELLED}
        assert work_off(worker) == 0

    def test_while_a_part_is_planned_keeps_what_it_found(self, start, worker, stop_plan, in_the_search):
        plan_id = start(iterations=None, seconds=600)
        worker.run_one()
        in_the_search(lambda: stop_plan(plan_id))
        began = clock.monotonic()

        # The first part, and joining. The second was not begun.
        assert work_off(worker) == 2

        assert clock.monotonic() - began < 300
        plan, found, rounds = look(plan_id)
        assert (plan.state, found) == (PlanState.READY, [])
        assert rounds > 0
        assert sorted(job.state for job in jobs_of(parts.PART_JOB)) == [JobState.CANCELLED] * 2

    def test_after_the_last_part_writes_what_there_is(self, start, worker, stop_plan):
        plan_id = start()
        for _ in range(3):
            worker.run_one()

        stop_plan(plan_id)
        work_off(worker)

        plan, _, rounds = look(plan_id)
        assert plan.state == PlanState.READY
        assert rounds > 0
        # Of the two parts, none of the whole.
        assert plan.figures["iterations"] == 640

    def test_while_the_day_is_read_plans_it_whole(self, start, worker, stop_plan, monkeypatch):
        plan_id = start()
        deal = groups.deal

        def stop_then_deal(problem, *, count):
            stop_plan(plan_id)
            return deal(problem, count=count)

        monkeypatch.setattr(groups, "deal", stop_then_deal)

        assert work_off(worker) == 1

        plan, found, rounds = look(plan_id)
        assert (plan.state, found) == (PlanState.READY, [])
        assert rounds > 0

    def test_by_throwing_away_ends_all(self, start, worker, district):
        plan_id = start()
        worker.run_one()

        with transaction() as session:
            plans.discard_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())

        assert {job.state for job in jobs_of(parts.PART_JOB)} == {JobState.CANCELLED}
        assert work_off(worker) == 0
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(PlanPart)) == 0


class TestFailing:
    def test_of_one_part_fails_the_plan_and_stops_the_others(self, start, worker, broken, frozen_clock):
        plan_id = start(groups=3)
        worker.run_one()
        failing = jobs_of(parts.PART_JOB)[0]
        with transaction() as session:
            session.get_one(Job, failing.id).max_attempts = 1

        worker.run_one()

        plan, found, rounds = look(plan_id)
        assert (plan.state, found, rounds) == (PlanState.FAILED, [], 0)
        assert plan.figures == {"failure": "broken"}
        assert plan.job_id == failing.id, "the page names it"
        states = [job.state for job in jobs_of(parts.PART_JOB)]
        assert states == [JobState.FAILED, JobState.CANCELLED, JobState.CANCELLED]
        frozen_clock(timedelta(minutes=10))
        assert work_off(worker) == 0

    def test_of_a_part_that_was_to_stop_costs_only_that_part(self, start, worker, stop_plan, monkeypatch):
        plan_id = start()
        worker.run_one()
        worker.run_one()

        with monkeypatch.context() as patched:

            def stop_and_break_off(*_arguments, **_options):
                stop_plan(plan_id)
                message = "broken"
                raise RuntimeError(message)

            patched.setattr(solve, "solve", stop_and_break_off)
            worker.run_one()
        work_off(worker)

        plan, _, rounds = look(plan_id)
        assert plan.state == PlanState.READY
        assert rounds > 0

    def test_of_the_joining_fails_the_plan(self, start, worker, monkeypatch):
        plan_id = start()
        for _ in range(3):
            worker.run_one()
        (joining,) = jobs_of(parts.JOIN_JOB)
        with transaction() as session:
            session.get_one(Job, joining.id).max_attempts = 1

        def break_off(*_arguments, **_options):
            message = "broken"
            raise RuntimeError(message)

        monkeypatch.setattr(solve, "solve", break_off)
        worker.run_one()

        plan, found, rounds = look(plan_id)
        assert (plan.state, found, rounds) == (PlanState.FAILED, [], 0)

    def test_by_a_lost_worker_lets_another_begin_the_part_again(self, start, worker, in_the_search):
        plan_id = start()
        worker.run_one()
        in_the_search(worker.stop)

        worker.run_one()

        assert [part.finished_at for part in look(plan_id)[1]] == [None, None]
        assert work_off(Worker(lease_s=60, poll_s=0.01)) == 3
        assert look(plan_id)[0].state == PlanState.READY


class TestPages:
    @pytest.fixture
    def staff(self, client, db_session, district, frozen_clock):
        frozen_clock(day.CUTOFF_AT + timedelta(minutes=5))
        return factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)

    @pytest.fixture
    def half_way(self, start, worker):
        """A plan in two groups, the first of them planned and the second a quarter done."""
        plan_id = start(iterations=None, seconds=100)
        worker.run_one()
        first, second = jobs_of(parts.PART_JOB)
        with transaction() as session:
            parts.write_part(session, plan_id=plan_id, number=1, made={}, now=clock.now())
            first, second = session.get_one(Job, first.id), session.get_one(Job, second.id)
            first.state, first.progress = JobState.DONE, {"unserved": 3, "score_m": 9_000, "iterations": 70}
            second.state, second.share = JobState.RUNNING, 0.25
            second.progress = {"unserved": 4, "score_m": 11_000, "iterations": 30}
        return plan_id

    def test_ask_for_groups(self, staff, app_context):
        data = {"day": "2022-11-08", "cutoff": "2022-11-07T20:00", "seconds": "15"}

        answer = factories.send(staff, "/tianyuan/plans", {**data, "groups": "3"}, follow_redirects=True)

        assert "in 3 groups of suppliers" in factories.words(answer)
        with transaction() as session:
            assert session.scalars(select(Plan)).one().groups == 3

    def test_plan_as_a_whole_unless_asked(self, staff):
        data = {"day": "2022-11-08", "cutoff": "2022-11-07T20:00", "seconds": "15"}

        answer = factories.send(staff, "/tianyuan/plans", data, follow_redirects=True)

        assert "as a whole" in factories.words(answer)
        assert factories.send(staff, "/tianyuan/plans", {**data, "groups": "1000"}).status_code == 422

    def test_show_how_far_each_group_and_the_whole_is(self, staff, half_way):
        words = factories.words(staff.get(f"/tianyuan/plans/{half_way}/progress"))

        assert "1 of 2 groups are planned" in words
        # One worker still has three quarters of a part's 80 s to search, and then 20 s for the whole.
        assert "about 80 seconds left" in words
        assert "Not on a round yet 7" in words
        assert "Plans tried 100" in words
        assert "Group 1" in words
        assert "4 Group 2 25%" in words
        assert "钱大妈" in words

    def test_say_when_the_groups_are_put_together(self, staff, half_way):
        with transaction() as session:
            parts.write_part(session, plan_id=half_way, number=2, made={}, now=clock.now())
            joining = session.get_one(Job, session.get_one(Plan, half_way).job_id)
            joining.state = JobState.RUNNING

        words = factories.words(staff.get(f"/tianyuan/plans/{half_way}/progress"))

        assert "All groups are planned; they are being put together" in words

    def test_say_that_all_is_stopping(self, staff, half_way, stop_plan):
        stop_plan(half_way)

        assert "Stopping" in factories.words(staff.get(f"/tianyuan/plans/{half_way}"))
