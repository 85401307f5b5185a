"""The pages of what-ifs: asking, watching, stopping, and what the answers say."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from supplyhub.accounts.roles import Role
from supplyhub.jobs.models import Job, JobState
from supplyhub.places.models import District
from supplyhub.planning import figures
from supplyhub.planning.what_if.changes import Change
from supplyhub.rounds import policy
from supplyhub.rounds.models import Plan, PlanState, WhatIf, WhatIfKind, WhatIfState
from supplyhub.rounds.operations import what_ifs as operations
from tests.support import day, factories
from tests.support.counting import counted_queries

NOW = day.CUTOFF_AT + timedelta(minutes=5)


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(db_session, tiny):
    district = day.write(db_session, tiny)
    db_session.commit()
    return district


@pytest.fixture
def plan_id(db_session, district, tiny):
    plan_id = day.make_plan(db_session, district, tiny)
    db_session.commit()
    return plan_id


@pytest.fixture
def staff(client, db_session, district, frozen_clock):
    frozen_clock(NOW)
    return factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)


@pytest.fixture
def home(plan_id):
    return f"/tianyuan/plans/{plan_id}/what-if"


@pytest.fixture
def asked(db_session, district, plan_id):
    """Write a question, and its answer where there is one."""

    def asked(change=None, result=None):
        one = operations.ask_what_if(
            db_session,
            plan_id=plan_id,
            district=db_session.get_one(District, district.id),
            change=change,
            seconds=20,
            seed=1,
            actor=None,
            now=NOW,
        )
        if result is not None:
            operations.begin_what_if(db_session, what_if_id=one.id, now=NOW)
            operations.write_answer(db_session, what_if_id=one.id, result=result, now=NOW)
        db_session.commit()
        return one.id

    return asked


def ask(staff, home, **changes):
    data = {
        "riders": "10",
        "earlier_minutes": "0",
        "later_minutes": "0",
        "riders_per_slot": "0",
        "slot_minutes": "",
        "seconds": "20",
    }
    return factories.send(staff, home, {**data, **changes})


def only(db_session):
    db_session.rollback()
    return db_session.scalars(select(WhatIf)).one_or_none()


def point(riders, served):
    return {"riders": riders, "served": served, "unserved": 13_680 - served, "used": riders, "score_m": 10}


CURVE = {
    "today": 152,
    "points": [point(20, 4_000), point(120, 13_340), point(152, 13_680), point(200, 13_680)],
    "has_changed": False,
    "is_stopped": False,
}


def comparison(tiny, *, before, searched, after):
    def of(served):
        return dataclasses.asdict(figures.measure(tiny, day.planned(tiny, served=served)))

    return {
        "riders_before": 4,
        "riders": 14,
        "before": of(before),
        "searched": of(searched),
        "after": of(after),
        "unserved_before": [["no_capacity_left", 60 - before]],
        "unserved": [["no_gate_slot", 60 - after]],
        "has_changed": False,
        "is_stopped": False,
    }


class TestIndex:
    def test_offers_the_curve_and_a_change(self, staff, home):
        words = factories.words(staff.get(home))

        assert "Draw the curve" in words
        assert "Riders, more or fewer" in words
        assert "Nothing asked yet" in words

    def test_is_linked_from_the_plan(self, staff, home, plan_id):
        assert home in staff.get(f"/tianyuan/plans/{plan_id}").text

    def test_leads_to_the_plan_that_has_no_rounds_yet(self, staff, home, plan_id, db_session):
        db_session.get_one(Plan, plan_id).state = PlanState.RUNNING
        db_session.commit()

        assert staff.get(home).location.endswith(f"/tianyuan/plans/{plan_id}")

    def test_lists_what_was_asked_with_its_answer(self, staff, home, asked, tiny):
        first = asked(Change(riders=10), comparison(tiny, before=40, searched=41, after=50))
        second = asked(Change(all_streets=True, later_minutes=30))

        page = staff.get(home)

        words = factories.words(page)
        assert "10 riders more" in words
        # 50 against 41: what searching on brings by itself does not count.
        assert "9 orders more are served." in words
        assert "gates close 30 minutes later, no limits by street" in words
        assert all(f"{home}/{number}" in page.text for number in (first, second))
        assert "is being worked out" in words

    def test_shows_the_newest_curve(self, staff, home, asked):
        asked(None, CURVE)

        page = staff.get(home)

        assert "From 120 to 152 passes, 340 orders more are served" in factories.words(page)
        assert 'data-chart="line"' in page.text
        # The chart draws its own table, which is there for those who have no script.
        assert 'data-value="13340"' in page.text
        assert "152 now" in page.text

    def test_asks_little_of_the_database(self, app, staff, home, asked):
        asked(None, CURVE)

        with counted_queries(app) as sent:
            staff.get(home)

        assert len(sent) <= 12


class TestAsk:
    def test_leads_to_the_question(self, staff, home, db_session):
        answer = ask(staff, home, later_minutes="30", all_streets="y", slot_minutes="5", riders_per_slot="1")

        written = only(db_session)
        assert answer.location.endswith(f"{home}/{written.id}")
        assert operations.change_of(written) == Change(
            riders=10, later_minutes=30, riders_per_slot=1, slot_minutes=5, all_streets=True
        )
        assert (written.seconds, written.state) == (20, WhatIfState.QUEUED)

    def test_takes_riders_away(self, staff, home, db_session):
        ask(staff, home, riders="-20")

        assert operations.change_of(only(db_session)).riders == -20

    def test_asks_for_the_curve(self, staff, home, db_session):
        factories.send(staff, home, {"kind": "curve"})

        assert only(db_session).kind == WhatIfKind.CURVE

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"riders": "0"}, "Choose at least one thing that is to be otherwise."),
            ({"riders": ""}, "Choose at least one thing that is to be otherwise."),
            ({"riders": "9999"}, "Enter a whole number from -500 to 500"),
            ({"riders": "many"}, "Not a valid integer value"),
            ({"later_minutes": "-5"}, "Enter minutes from 0 to 240."),
            ({"seconds": "7200"}, "Not a valid choice"),
            ({"slot_minutes": "7"}, "Not a valid choice"),
        ],
    )
    def test_names_what_is_wrong(self, staff, home, db_session, changes, sentence):
        answer = ask(staff, home, **changes)

        assert answer.status_code == 422
        assert sentence in factories.words(answer)
        assert only(db_session) is None

    def test_refuses_a_second_one_at_once(self, staff, home):
        first = ask(staff, home).location

        answer = ask(staff, home, riders="35")

        assert answer.status_code == 409
        assert "Another question about this plan is being worked out" in factories.words(answer)
        # What was filled in stays, and the way to the other question is on the page.
        assert 'value="35"' in answer.text
        assert first in answer.text

    def test_opens_the_form_where_something_is_wrong(self, staff, home):
        # The form stands below the curve: without the anchor a phone shows nothing of what is wrong.
        assert f'action="{home}#ask"' in ask(staff, home, riders="9999").text


class TestUnderWay:
    @pytest.fixture
    def running(self, asked, db_session):
        what_if_id = asked(None)
        one = db_session.get_one(WhatIf, what_if_id)
        one.state = WhatIfState.RUNNING
        job = db_session.get_one(Job, one.job_id)
        job.state, job.share, job.progress = JobState.RUNNING, 0.25, {"points": [point(152, 10), point(140, 9)]}
        db_session.commit()
        return what_if_id

    def test_shows_how_far_it_is(self, staff, home, running):
        page = staff.get(f"{home}/{running}")

        words = factories.words(page)
        assert "2 points of the curve" in words
        # Three quarters of 20 seconds.
        assert "about 15 seconds left" in words
        assert 'hx-trigger="every 1s"' in page.text
        assert "<noscript>" in page.text

    def test_answers_a_fragment_until_it_is_done(self, staff, home, running, db_session):
        under_way = staff.get(f"{home}/{running}/progress")
        operations.write_answer(db_session, what_if_id=running, result=CURVE, now=NOW)
        db_session.commit()
        done = staff.get(f"{home}/{running}/progress")

        assert "<html" not in under_way.text
        assert done.headers["HX-Refresh"] == "true"

    def test_waits_for_its_turn(self, staff, home, asked):
        assert "Waiting for its turn" in factories.words(staff.get(f"{home}/{asked(None)}"))

    def test_can_be_stopped(self, staff, home, running, db_session):
        answer = factories.send(staff, f"{home}/{running}/stop")

        assert answer.status_code == 302
        assert db_session.scalars(select(Job.cancel_asked).where(Job.id == only(db_session).job_id)).one()
        assert "Stopping" in factories.words(staff.get(f"{home}/{running}"))

    def test_stopping_what_is_done_says_so(self, staff, home, asked):
        done = asked(None, CURVE)

        factories.send(staff, f"{home}/{done}/stop")

        assert "no longer being worked out" in factories.words(staff.get(f"{home}/{done}"))


class TestAnswers:
    def test_a_curve_says_what_it_means_and_marks_today(self, staff, home, asked):
        words = factories.words(staff.get(f"{home}/{asked(None, CURVE)}"))

        assert "more than today's 152 passes hardly help." in words
        assert "152 now" in words
        assert "13,340" in words

    def test_a_change_is_set_against_the_plan(self, staff, home, asked, tiny):
        result = comparison(tiny, before=40, searched=40, after=50)

        words = factories.words(staff.get(f"{home}/{asked(Change(riders=10), result)}"))

        assert "10 orders more are served." in words
        assert "Orders on a round 40 40 50 +10" in words
        assert "Riders with a pass 4 4 14 +10" in words
        assert "All riders are busy 20 0" in words
        assert "The gate is full 0 10" in words

    def test_says_what_searching_on_brings_without_any_change(self, staff, home, asked, tiny):
        result = comparison(tiny, before=40, searched=48, after=50)

        words = factories.words(staff.get(f"{home}/{asked(Change(riders=10), result)}"))

        assert "2 orders more are served." in words
        assert "8 orders more would be served without any change" in words

    def test_says_how_long_the_search_was_in_the_unit_that_fits(self, staff, home, asked, db_session):
        what_if_id = asked(Change(riders=1))
        page = f"{home}/{what_if_id}"

        assert "Time to search 20 seconds" in factories.words(staff.get(page))

        only(db_session).seconds = 240
        db_session.commit()

        assert "Time to search 4 min" in factories.words(staff.get(page))

    def test_fewer_served_is_said_as_plainly(self, staff, home, asked, tiny):
        result = comparison(tiny, before=40, searched=40, after=37)

        words = factories.words(staff.get(f"{home}/{asked(Change(riders=-2), result)}"))

        assert "2 riders fewer" in words
        assert "3 orders fewer are served." in words

    def test_says_that_the_day_had_changed_and_that_it_was_stopped(self, staff, home, asked):
        result = {**CURVE, "has_changed": True, "is_stopped": True}

        words = factories.words(staff.get(f"{home}/{asked(None, result)}"))

        assert "The day has changed since this plan was made" in words
        assert "Stopped early" in words

    def test_says_why_it_failed(self, staff, home, asked, db_session):
        what_if_id = asked(Change(riders=1))
        operations.fail_what_if(db_session, what_if_id=what_if_id, failure=policy.Failure.REFUSED, now=NOW)
        db_session.commit()

        words = factories.words(staff.get(f"{home}/{what_if_id}"))

        assert "This question could not be worked out" in words
        assert "cannot be planned with" in words

    def test_says_that_it_was_stopped_before_it_began(self, staff, home, asked):
        what_if_id = asked(Change(riders=1))
        factories.send(staff, f"{home}/{what_if_id}/stop")

        assert "Stopped before it began" in factories.words(staff.get(f"{home}/{what_if_id}"))


class TestWhoMay:
    def test_nobody_sees_another_districts(self, client, db_session, home, asked, tiny, frozen_clock, plan_id):
        what_if_id = asked(None, CURVE)
        other = day.write(db_session, tiny, code="lusong")
        stranger = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, other.path)

        for path in (home, f"{home}/{what_if_id}", f"/lusong/plans/{plan_id}/what-if/{what_if_id}"):
            assert stranger.get(path).status_code == 404

    @pytest.mark.parametrize("role", [Role.STREET_STAFF, Role.COMMUNITY_STAFF, Role.RIDER_COMPANY, Role.SUPPLIER])
    def test_only_those_who_make_plans(self, client, db_session, district, home, role, frozen_clock):
        person = factories.staff_client(client, db_session, role, district.path)

        assert person.get(home).status_code in {403, 404}
        assert ask(person, home).status_code in {403, 404}
        assert only(db_session) is None

    def test_a_question_about_another_plan_is_not_there(self, staff, db_session, district, asked, tiny):
        what_if_id = asked(None, CURVE)
        other = day.make_plan(db_session, db_session.get_one(District, district.id), tiny)
        db_session.commit()

        assert staff.get(f"/tianyuan/plans/{other}/what-if/{what_if_id}").status_code == 404
