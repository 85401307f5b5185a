"""Planning as a job: end to end, stopped, killed, failing; what a page reads of it."""

import contextvars
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs import operations as job_operations
from supplyhub.jobs.models import Job, JobState
from supplyhub.jobs.worker import Worker
from supplyhub.planning import solve
from supplyhub.rounds.models import Plan, PlanningDay, PlanState, Round, Visit
from supplyhub.rounds.operations import plans
from supplyhub.rounds.queries import maps
from tests.support import day, sources


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(app, tiny):
    with app.app_context(), transaction() as session:
        return day.write(session, tiny)


@pytest.fixture
def start(app, app_context, district, tiny):
    def start(seconds=1, **search):
        with transaction() as session:
            plan = plans.start_plan(
                session,
                district=district,
                day_date=tiny.day_date,
                cutoff_at=day.CUTOFF_AT,
                search=plans.Search(seconds=seconds, seed=1, **search),
                actor=None,
                now=clock.now(),
            )
        return plan.id

    return start


@pytest.fixture
def worker(app_context):
    return Worker(lease_s=60, poll_s=0.01)


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    """The planner as after its warm-up, which would plan with whatever solver a test puts in its place."""
    monkeypatch.setattr(solve, "warm_up", lambda: None)


@pytest.fixture
def instant_solver(monkeypatch, tiny):
    """A solver that answers at once with the plan made by hand, and lets the test step in."""

    class Solver:
        meanwhile: Callable[[], None] | None = None

        def solve(self, problem, *, stop, seed, progress, start):
            progress(solve.Progress(share=0.5, iterations=10, score_m=900, unserved=20))
            if self.meanwhile is not None:
                self.meanwhile()
            progress(solve.Progress(share=1.0, iterations=20, score_m=800, unserved=20))
            return day.planned(problem)

    solver = Solver()
    monkeypatch.setattr(solve, "solve", solver.solve)
    return solver


def look(plan_id):
    with transaction() as session:
        plan = session.get(Plan, plan_id)
        job = session.get(Job, plan.job_id) if plan else None
        rounds = session.scalar(select(func.count()).select_from(Round))
        return plan, job, rounds


def check(document, folder):
    """Return what the checker of day folders prints of a plan."""
    path = folder / "plan.json"
    path.write_text(json.dumps(document), "utf-8")
    checker = sources.ROOT / "tests" / "tools" / "check_plan.py"
    command = [sys.executable, str(checker), str(day.DAYS / "tiny"), str(path), "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own script)
    return json.loads(answer.stdout)


class TestPlan:
    def test_plans_the_day_by_every_rule(self, start, worker, district, tmp_path):
        plan_id = start()

        assert worker.run_one()

        plan, job, rounds = look(plan_id)
        assert (plan.state, job.state) == (PlanState.READY, JobState.DONE), job.error
        assert plan.figures["served"] + plan.figures["unserved"] == 60
        assert plan.figures["rounds"] == rounds
        with transaction() as session:
            document = maps.plan_document(session, plan=plan, zone=district.timezone)
        checked = check(document, tmp_path)
        assert checked["broken"] == 0
        assert {name: plan.figures[name] for name in ("score_m", "served", "unserved")} == {
            name: checked[name] for name in ("score_m", "served", "unserved")
        }

    def test_writes_what_the_page_shows_meanwhile(self, start, worker, instant_solver):
        plan_id = start()
        seen = []

        def step_in():
            _, job, rounds = look(plan_id)
            seen.append((job.share, job.progress["score_m"], job.progress["unserved"], rounds))

        instant_solver.meanwhile = step_in

        worker.run_one()

        assert seen == [(0.5, 900, 20, 0)]

    def test_keeps_the_best_so_far_when_it_is_stopped(self, start, worker, district):
        plan_id = start(seconds=600)
        began_at = clock.monotonic()

        def stop():
            with transaction() as session:
                plans.stop_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())

        timer = threading.Timer(0.5, _inside(stop))
        timer.start()
        worker.run_one()
        timer.join()

        plan, job, rounds = look(plan_id)
        assert clock.monotonic() - began_at < 60
        assert (plan.state, job.state) == (PlanState.READY, JobState.CANCELLED), job.error
        assert rounds > 0

    def test_writes_nothing_when_it_is_thrown_away_meanwhile(self, start, worker, district, instant_solver):
        plan_id = start()

        def throw_away():
            with transaction() as session:
                plans.discard_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())

        instant_solver.meanwhile = throw_away

        worker.run_one()

        plan, _, rounds = look(plan_id)
        assert plan is None
        assert rounds == 0

    def test_does_nothing_for_a_plan_that_is_gone(self, start, worker, district):
        plan_id = start()
        with transaction() as session:
            job_id = session.get_one(Plan, plan_id).job_id
            session.delete(session.get_one(Plan, plan_id))

        worker.run_one()

        with transaction() as session:
            assert session.get_one(Job, job_id).state == JobState.DONE

    def test_says_when_the_day_cannot_be_planned(self, start, worker):
        plan_id = start()
        with transaction() as session:
            rules = session.scalars(select(PlanningDay)).one()
            rules.rules = {**rules.rules, "travel": {"model": "matrix"}}

        worker.run_one()

        plan, job, rounds = look(plan_id)
        assert plan.state == PlanState.FAILED
        assert plan.figures == {"failure": "refused"}
        # Trying again would not help.
        assert (job.state, rounds) == (JobState.DONE, 0)


class TestBrokenPlanning:
    def test_is_begun_again_after_its_worker_was_killed(self, start, worker, instant_solver, frozen_clock):
        plan_id = start()
        with transaction() as session:
            job_operations.take_job(session, worker="killed", now=clock.now(), lease=timedelta(seconds=60))
            plans.begin_plan(session, plan_id=plan_id, now=clock.now())

        assert not worker.run_one()
        plan, _, rounds = look(plan_id)
        assert (plan.state, rounds) == (PlanState.RUNNING, 0)
        frozen_clock(timedelta(seconds=61))
        assert worker.run_one()

        plan, job, rounds = look(plan_id)
        assert (plan.state, job.attempts, rounds) == (PlanState.READY, 2, 1)

    def test_leaves_nothing_half_written(self, start, worker, instant_solver, monkeypatch):
        plan_id = start()

        def die(*_arguments, **_values):
            message = "killed while the visits were written"
            raise RuntimeError(message)

        monkeypatch.setattr(plans, "_write_visits", die)

        worker.run_one()

        plan, job, rounds = look(plan_id)
        assert (plan.state, job.state, rounds) == (PlanState.RUNNING, JobState.WAITING, 0)

    def test_writes_nothing_once_another_worker_has_it(self, start, worker, instant_solver):
        plan_id = start()

        def lose():
            with transaction() as session:
                session.get_one(Job, session.get_one(Plan, plan_id).job_id).worker = "another"

        instant_solver.meanwhile = lose

        worker.run_one()

        plan, job, rounds = look(plan_id)
        assert (plan.state, job.state, job.worker, rounds) == (PlanState.RUNNING, JobState.RUNNING, "another", 0)

    def test_is_begun_again_when_the_worker_has_to_end(self, start, worker, instant_solver):
        plan_id = start()
        instant_solver.meanwhile = worker.stop

        worker.run_one()

        plan, job, rounds = look(plan_id)
        assert (plan.state, job.state, job.attempts, rounds) == (PlanState.RUNNING, JobState.WAITING, 0, 0)
        assert Worker(lease_s=60, poll_s=0.01).run_one()

    def test_fails_for_good_with_a_sentence(self, start, worker, monkeypatch, frozen_clock):
        plan_id = start()

        def break_off(*_arguments, **_values):
            message = "broken"
            raise RuntimeError(message)

        monkeypatch.setattr(solve, "solve", break_off)
        for _ in range(3):
            worker.run_one()
            frozen_clock(timedelta(minutes=10))

        plan, job, rounds = look(plan_id)
        assert (plan.state, job.state, rounds) == (PlanState.FAILED, JobState.FAILED, 0)
        assert plan.figures == {"failure": "broken"}


class TestVisits:
    def test_are_those_of_the_plan(self, start, worker, instant_solver):
        start()

        worker.run_one()

        with transaction() as session:
            visits = list(session.scalars(select(Visit).order_by(Visit.position)))
        assert [visit.position for visit in visits] == list(range(80))
        assert all((visit.pickup_id is None) != (visit.gate_id is None) for visit in visits)


def _inside(function):
    """Let a function run in another thread inside the application context of this one."""
    context = contextvars.copy_context()
    return lambda: context.run(function)
