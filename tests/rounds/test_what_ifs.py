"""Asking what-ifs about a plan, working them out as jobs, stopping them; reading a written plan back."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from supplyhub.db.transaction import transaction
from supplyhub.jobs import operations as job_operations
from supplyhub.jobs.models import Job, JobState
from supplyhub.jobs.worker import Worker
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning import solve
from supplyhub.planning.what_if.changes import Change
from supplyhub.planning.what_if.curve import usual_counts
from supplyhub.riders.models import Rider
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan, PlanningDay, WhatIf, WhatIfKind, WhatIfState
from supplyhub.rounds.operations import plans, what_ifs
from supplyhub.rounds.queries import planned
from supplyhub.rounds.queries import plans as plan_queries
from supplyhub.rounds.queries import what_ifs as queries
from tests.support import day, factories

NOW = day.CUTOFF_AT + timedelta(hours=1)
MORE = Change(riders=10)


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(db_session, tiny):
    return day.write(db_session, tiny)


@pytest.fixture
def plan_id(db_session, district, tiny):
    return day.make_plan(db_session, district, tiny)


@pytest.fixture
def ask(db_session, district, plan_id):
    def ask(change=MORE, **others):
        wanted = {"plan_id": plan_id, "district": district, "seconds": 20, "seed": 1, "actor": None, "now": NOW}
        return what_ifs.ask_what_if(db_session, change=change, **{**wanted, **others})

    return ask


class TestAskWhatIf:
    def test_writes_the_question_and_its_job(self, db_session, ask, plan_id):
        asked = ask()

        job = db_session.get_one(Job, asked.job_id)
        assert (asked.plan_id, asked.kind, asked.state) == (plan_id, WhatIfKind.CHANGE, WhatIfState.QUEUED)
        assert what_ifs.change_of(asked) == MORE
        assert (job.name, job.arguments, job.state) == ("rounds.what_if", {"what_if_id": asked.id}, JobState.WAITING)

    def test_no_change_asks_for_the_curve(self, ask):
        assert ask(None).kind == WhatIfKind.CURVE

    def test_refuses_a_change_that_changes_nothing(self, ask):
        with pytest.raises(what_ifs.NothingToAsk):
            ask(Change())

    def test_waits_for_the_question_that_is_being_worked_out(self, ask):
        ask()

        with pytest.raises(what_ifs.UnableToAsk, match="Another question"):
            ask(None)

    def test_needs_a_plan_with_rounds(self, db_session, ask, plan_id):
        db_session.get_one(Plan, plan_id).state = "running"
        db_session.flush()

        with pytest.raises(what_ifs.UnableToAsk, match="no rounds yet"):
            ask()

    def test_is_not_for_other_districts(self, ask):
        with pytest.raises(plans.MayNotPlan):
            ask(actor=factories.actor((Role.DISTRICT_STAFF, "zhuzhou/lusong")))

    def test_is_not_for_community_staff(self, ask):
        with pytest.raises(plans.MayNotPlan):
            ask(actor=factories.actor((Role.COMMUNITY_STAFF, day.PATH)))

    def test_knows_the_plans_of_its_district_only(self, db_session, ask, tiny):
        other = day.write(db_session, tiny, code="lusong")

        with pytest.raises(plan_queries.PlanNotFound):
            ask(district=other)


class TestStopWhatIf:
    def stop(self, db_session, district, asked):
        what_ifs.stop_what_if(
            db_session, plan_id=asked.plan_id, what_if_id=asked.id, district=district, actor=None, now=NOW
        )

    def test_cancels_one_that_has_not_begun(self, db_session, district, ask):
        asked = ask()

        self.stop(db_session, district, asked)

        assert (asked.state, db_session.get_one(Job, asked.job_id).state) == (
            WhatIfState.CANCELLED,
            JobState.CANCELLED,
        )

    def test_asks_one_that_runs_to_end(self, db_session, district, ask):
        asked = ask()
        db_session.get_one(Job, asked.job_id).state = JobState.RUNNING
        what_ifs.begin_what_if(db_session, what_if_id=asked.id, now=NOW)

        self.stop(db_session, district, asked)

        assert asked.state == WhatIfState.RUNNING
        assert db_session.get_one(Job, asked.job_id).cancel_asked

    def test_leaves_an_answer_alone(self, db_session, district, ask):
        asked = ask()
        what_ifs.begin_what_if(db_session, what_if_id=asked.id, now=NOW)
        what_ifs.write_answer(db_session, what_if_id=asked.id, result={"points": []}, now=NOW)

        with pytest.raises(what_ifs.UnableToStop):
            self.stop(db_session, district, asked)

    def test_knows_the_questions_of_its_plan_only(self, db_session, district, ask, tiny):
        asked = ask()
        other = day.make_plan(db_session, district, tiny)

        with pytest.raises(queries.WhatIfNotFound):
            what_ifs.stop_what_if(
                db_session, plan_id=other, what_if_id=asked.id, district=district, actor=None, now=NOW
            )


class TestWriteAnswer:
    def test_writes_once_only(self, db_session, ask):
        asked = ask()
        what_ifs.begin_what_if(db_session, what_if_id=asked.id, now=NOW)

        first = what_ifs.write_answer(db_session, what_if_id=asked.id, result={"a": 1}, now=NOW)
        second = what_ifs.write_answer(db_session, what_if_id=asked.id, result={"a": 2}, now=NOW)

        assert (first, second, asked.result) == (True, False, {"a": 1})

    def test_a_question_that_went_with_its_plan_is_not_begun(self, db_session, ask, district, plan_id):
        asked_id = ask().id
        plans.discard_plan(db_session, plan_id=plan_id, district=district, actor=None, now=NOW)

        assert what_ifs.begin_what_if(db_session, what_if_id=asked_id, now=NOW) is None


class TestReadPlanned:
    def read(self, db_session, district, plan_id):
        return planned.read_planned(db_session, district=district, plan=db_session.get_one(Plan, plan_id))

    def test_gives_back_the_plan_that_was_written_and_its_day(self, db_session, district, plan_id, tiny):
        found = self.read(db_session, district, plan_id)

        made = day.planned(tiny)
        assert found.problem.fingerprint() == tiny.fingerprint()
        assert not found.has_changed
        assert found.plan.figures == made.figures
        assert set(found.plan.unserved) == set(made.unserved)
        (a_round,) = found.plan.rounds
        assert dataclasses.replace(a_round, visits=()) == dataclasses.replace(made.rounds[0], visits=())
        assert a_round.visits == made.rounds[0].visits

    def test_takes_orders_that_are_on_their_way_by_now(self, db_session, district, plan_id):
        for order in db_session.scalars(select(Order).limit(7)):
            order.state = OrderState.DELIVERED
        db_session.flush()

        assert not self.read(db_session, district, plan_id).has_changed

    def test_notes_that_an_order_was_cancelled_since(self, db_session, district, plan_id):
        db_session.scalars(select(Order).limit(1)).one().state = OrderState.CANCELLED
        db_session.flush()

        assert self.read(db_session, district, plan_id).has_changed

    def test_notes_that_a_pass_has_changed_since(self, db_session, district, plan_id):
        db_session.scalars(select(Rider).limit(1)).one().pass_until_s -= 60
        db_session.flush()

        assert self.read(db_session, district, plan_id).has_changed

    def test_knows_what_a_plan_holds(self, db_session, district, plan_id, tiny):
        code = tiny.orders[0].order_id
        order = db_session.scalars(select(Order).where(Order.code == code)).one()

        assert planned.holds_order(db_session, plan_id=plan_id, order_id=order.id)
        assert not planned.holds_order(db_session, plan_id=plan_id, order_id=order.id + 10_000)
        assert planned.find_round_number(db_session, plan_id=plan_id, rider_code=tiny.riders[0].rider_id) == 1
        assert planned.find_round_number(db_session, plan_id=plan_id, rider_code="R9") is None


class Solver:
    """Answers at once with the plan made by hand, which serves two orders more for each rider more."""

    def __init__(self, tiny):
        self.tiny, self.problems, self.meanwhile = tiny, [], None

    def solve(self, problem, *, stop, seed, start, progress=None):
        self.problems.append(problem)
        assert {one.rider_id for one in start.rounds} <= {rider.rider_id for rider in problem.riders}
        if progress is not None:
            progress(solve.Progress(share=0.5, iterations=10, score_m=900, unserved=20))
        if self.meanwhile is not None:
            self.meanwhile()
        more = len(problem.riders) - len(self.tiny.riders)
        return day.planned(problem, served=max(0, min(60, 40 + 2 * more)))


class TestJob:
    @pytest.fixture
    def solver(self, monkeypatch, tiny):
        solver = Solver(tiny)
        monkeypatch.setattr(solve, "solve", solver.solve)
        monkeypatch.setattr(solve, "warm_up", lambda: None)
        return solver

    @pytest.fixture
    def plan(self, app, app_context, tiny):
        with transaction() as session:
            district = day.write(session, tiny)
            plan_id = day.make_plan(session, district, tiny)
            # The plan is written already: its own job has nothing left to do.
            for job in session.scalars(select(Job)):
                session.delete(job)
        return district, plan_id

    @pytest.fixture
    def begin(self, plan):
        def begin(change):
            district, plan_id = plan
            with transaction() as session:
                return what_ifs.ask_what_if(
                    session,
                    plan_id=plan_id,
                    district=district,
                    change=change,
                    seconds=2,
                    seed=1,
                    actor=None,
                    now=clock.now(),
                ).id

        return begin

    @pytest.fixture
    def worker(self, app_context):
        return Worker(lease_s=60, poll_s=0.01)

    def look(self, what_if_id):
        with transaction() as session:
            asked = session.get_one(WhatIf, what_if_id)
            return asked, session.get_one(Job, asked.job_id)

    def test_sets_a_change_against_the_plan_and_against_as_much_searching(self, begin, worker, solver, tiny):
        asked_id = begin(Change(riders=5))

        assert worker.run_one()

        asked, job = self.look(asked_id)
        assert (asked.state, job.state) == (WhatIfState.DONE, JobState.DONE), job.error
        served = {name: asked.result[name]["served"] for name in ("before", "searched", "after")}
        assert served == {"before": 40, "searched": 40, "after": 50}
        assert (asked.result["riders_before"], asked.result["riders"]) == (len(tiny.riders), len(tiny.riders) + 5)
        assert asked.result["unserved"] == [["no_capacity_left", 10]]
        assert asked.result["unserved_before"] == [["no_capacity_left", 20]]
        assert not asked.result["has_changed"]

    def test_compiles_before_its_seconds_count(self, begin, worker, solver, monkeypatch):
        begun = []
        monkeypatch.setattr(solve, "warm_up", lambda: begun.append(len(solver.problems)))
        begin(Change(riders=5))

        worker.run_one()

        # Once, when nothing had been searched yet.
        assert begun == [0]

    def test_draws_a_curve_with_todays_passes_on_it(self, begin, worker, solver, tiny):
        asked_id = begin(None)

        worker.run_one()

        asked, job = self.look(asked_id)
        assert (asked.state, job.state) == (WhatIfState.DONE, JobState.DONE), job.error
        points = asked.result["points"]
        today = len(tiny.riders)
        assert [point["riders"] for point in points] == list(usual_counts(today))
        assert next(point["served"] for point in points if point["riders"] == today) == 40
        assert [point["served"] for point in points] == sorted(point["served"] for point in points)

    def test_keeps_what_was_found_when_it_is_stopped(self, begin, worker, solver, plan):
        district, plan_id = plan
        asked_id = begin(None)

        def stop():
            solver.meanwhile = None
            with transaction() as session:
                what_ifs.stop_what_if(
                    session, plan_id=plan_id, what_if_id=asked_id, district=district, actor=None, now=clock.now()
                )
            # The job learns of it when it renews its lease, as it does with each report.
            self.renewed(asked_id)

        solver.meanwhile = stop

        worker.run_one()

        asked, job = self.look(asked_id)
        assert (asked.state, job.state) == (WhatIfState.DONE, JobState.CANCELLED), job.error
        assert asked.result["points"]

    def renewed(self, asked_id):
        with transaction() as session:
            job = session.get_one(Job, session.get_one(WhatIf, asked_id).job_id)
            assert job_operations.renew_lease(
                session,
                job_id=job.id,
                worker=job.worker,
                until_at=clock.now() + timedelta(seconds=60),
                share=None,
                details=None,
            )

    def test_fails_at_once_where_the_day_cannot_be_planned_with(self, begin, worker, solver):
        asked_id = begin(MORE)
        with transaction() as session:
            session.scalars(select(PlanningDay)).one().rules = {"travel": {"model": "matrix"}}

        worker.run_one()

        asked, job = self.look(asked_id)
        assert (asked.state, job.state) == (WhatIfState.FAILED, JobState.DONE)
        assert asked.result == {"failure": policy.Failure.REFUSED.value}

    def test_fails_after_the_last_attempt(self, begin, worker, solver):
        asked_id = begin(MORE)
        with transaction() as session:
            job = session.get_one(Job, session.get_one(WhatIf, asked_id).job_id)
            job.max_attempts = 1

        def fall_over():
            raise ZeroDivisionError

        solver.meanwhile = fall_over

        worker.run_one()

        asked, job = self.look(asked_id)
        assert (asked.state, job.state) == (WhatIfState.FAILED, JobState.FAILED)
        assert asked.result == {"failure": policy.Failure.BROKEN.value}
