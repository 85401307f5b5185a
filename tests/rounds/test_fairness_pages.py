"""The page of fairness: who comes off worst, what was raised, carrying over, and the workbook."""

import io
from datetime import timedelta

import pytest
import python_calamine

from supplyhub.accounts.roles import Role
from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.rounds.models import PlanState
from supplyhub.rounds.queries import fairness
from tests.support import factories
from tests.support.counting import counted_queries
from tests.support.published_day import TODAY, sign_in, write_small_day

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def small(db_session, frozen_clock):
    """A published day: C001 gets 3 of its 4 orders, the others all of theirs."""
    day = write_small_day(db_session)
    db_session.commit()
    return day


@pytest.fixture
def staff(client, small):
    return sign_in(client, small, "staff")


@pytest.fixture
def page(small):
    return f"/tianyuan/plans/{small['plan 1'].id}/fairness"


def plan_tomorrow(small, *, left_out=()):
    """Write a plan of tomorrow with an order for C001 and one for C002; some are left out."""
    hours = {"ready_at": small.at("07:00") + timedelta(days=1), "due_at": small.at("19:00") + timedelta(days=1)}
    small.order("T1", "P09", "C001", household="502", day_date=TOMORROW, **hours)
    small.order("T2", "P09", "C002", household="301", day_date=TOMORROW, **hours)
    small.day_date = TOMORROW
    plan = small.plan(version=2, state=PlanState.READY)
    gates = {"T1": "G0001", "T2": "G0003"}
    carried = [code for code in gates if code not in left_out]
    visits = [("P09", "08:15", "08:15", "08:23", 100, carried)]
    visits += [(gates[code], "08:36", "08:36", "08:39", 100, [code]) for code in carried]
    small.round(1, "R001", plan=2, leaves="08:00", back="09:00", visits=visits)
    for code in left_out:
        small.unserved(code, "no_gate_slot", plan=2)
    small.session.commit()
    return plan


class TestShow:
    def test_puts_the_compound_that_comes_off_worst_first(self, staff, page):
        words = factories.words(staff.get(page))

        assert "83.3%" in words  # 5 of 6 orders
        first, second = words.index("明月湖小区 Served worst C001"), words.index("金帆小区 C002")
        assert first < second
        assert "75%" in words[first:second]

    def test_tells_the_wait_by_plan(self, small, staff, page):
        words = factories.words(staff.get(f"{page}?q=C003"))

        # Ready at 7:00, handed over at 9:45.
        assert "2 h 45 min" in words
        assert "1 of 3" in words

    def test_narrows_to_a_street_or_to_the_worst(self, staff, page):
        street = factories.words(staff.get(f"{page}?street=泰山路街道"))
        worst = factories.words(staff.get(f"{page}?last=1"))

        assert "大江观邸 C003" in street
        assert "明月湖小区" not in street
        assert "明月湖小区 Served worst C001" in worst
        assert "大江观邸 C003" not in worst

    def test_says_when_no_compound_fits(self, staff, page):
        assert "No compound fits the filters" in factories.words(staff.get(f"{page}?q=nowhere"))

    def test_compares_with_the_day_before(self, small, staff):
        plan = plan_tomorrow(small, left_out=("T1",))

        words = factories.words(staff.get(f"/tianyuan/plans/{plan.id}/fairness"))

        assert "Fairness of 24 November" in words
        assert "Worst twice running" in words
        # C001: nothing now, 75 % on the day before.
        assert "0% 0% 75%" in words
        assert "Compound served worst" in words

    def test_tells_how_many_were_raised(self, small, staff):
        plan = plan_tomorrow(small)

        words = factories.words(staff.get(f"/tianyuan/plans/{plan.id}/fairness"))

        assert "Raised because of last time 1 1 of them is on a round" in words

    def test_of_an_empty_plan_says_so(self, small, staff):
        small.day_date = TOMORROW
        plan = small.plan(version=2, state=PlanState.READY)
        small.session.commit()

        assert "Nobody ordered" in factories.words(staff.get(f"/tianyuan/plans/{plan.id}/fairness"))

    def test_leads_back_while_the_plan_is_being_made(self, small, staff):
        plan = small.plan(version=2, state=PlanState.RUNNING)
        small.session.commit()

        assert staff.get(f"/tianyuan/plans/{plan.id}/fairness").status_code == 302

    def test_is_for_those_who_see_the_day(self, client, small, page):
        assert sign_in(client, small, "community").get(page).status_code == 404

    def test_asks_little_however_many_orders(self, app, small, db_session):
        plan_tomorrow(small)

        with counted_queries(app) as sent:
            fairness.get_report(db_session, district=small.district, plan=small["plan 2"])

        # Compounds; served and left-out orders; the plan before with its counts; who went without (5), who is raised.
        assert len(sent) <= 13


class TestDownload:
    def test_holds_compounds_and_streets(self, staff, page):
        answer = staff.get(f"{page}.xlsx")

        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        rows = book.get_sheet_by_name("Compounds").to_python()
        assert book.sheet_names == ["Compounds", "Streets"]
        assert rows[3][:7] == ["Code", "Compound", "Street", "Risk", "Orders", "On a round", "Share served"]
        assert rows[4][:7] == ["C001", "明月湖小区", "嵩山路街道", "Low risk", 4, 3, 0.75]
        assert rows[4][-1] == "yes"


class TestCarryOver:
    @pytest.fixture
    def begun(self, small):
        small["O1"].state = OrderState.LOADED
        small.session.commit()

    def test_is_offered_once_the_day_has_begun(self, small, staff, page, begun):
        words = factories.words(staff.get(page))

        assert "1 confirmed order of this day is on no round." in words
        assert "Carry over to 25 November" in words

    def test_is_not_offered_before(self, staff, page):
        assert "Carry over" not in factories.words(staff.get(page))

    def test_leads_to_the_day_where_they_wait(self, small, staff, page, begun):
        answer = factories.send(staff, page.replace("fairness", "carry-over"), follow_redirects=True)

        assert "1 order waits for Friday 25 November now" in factories.words(answer)
        small.session.expire_all()
        assert small.session.get_one(Order, small["O6"].id).day_date == TOMORROW

    def test_leaves_the_figures_of_the_day_as_they_were(self, small, staff, page, begun):
        small["plan 1"].figures = {"distance_m": 30_000, "rounds": 2, "served": 5, "unserved": 1}
        small.session.commit()
        before = factories.words(staff.get("/tianyuan/overview"))

        factories.send(staff, page.replace("fairness", "carry-over"))

        after = factories.words(staff.get("/tianyuan/overview"))
        for words in (before, after):
            assert "Orders of the day 6 " in words
            assert "On a round 83.3%" in words

    def test_is_refused_with_the_reason(self, staff, page):
        answer = factories.send(staff, page.replace("fairness", "carry-over"), follow_redirects=True)

        assert "No rider has begun this day yet." in factories.words(answer)


class TestOrderPage:
    def test_says_why_an_order_goes_before_others(self, small, staff):
        small["O1"].raised_because = "went_without"
        small["O6"].carried_from_date = TODAY - timedelta(days=1)
        small.session.commit()

        raised = factories.words(staff.get("/tianyuan/orders/O1"))
        carried = factories.words(staff.get("/tianyuan/orders/O6"))

        assert "Raised because last time nothing that was ordered here was brought." in raised
        assert "Carried over from 23 November" in carried
        assert "Goes before others" not in carried


class TestPlanPages:
    def test_say_how_many_go_first(self, small, staff):
        plan = plan_tomorrow(small, left_out=("T1",))
        plan.figures = {
            **dict.fromkeys(("score_m", "distance_m", "gate_visits", "loads", "rounds", "served", "unserved"), 1),
            "raised": 1,
            "raised_served": 0,
        }
        small.session.commit()

        shown = factories.words(staff.get(f"/tianyuan/plans/{plan.id}"))
        unserved = factories.words(staff.get(f"/tianyuan/plans/{plan.id}/unserved"))

        assert "1 order goes before others because of last time" in shown
        assert "Raised: Compound served worst" in unserved


def test_another_district_sees_nothing(client, db_session, small, page):
    stranger = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong", phone="+8613900009999")

    assert stranger.get(page).status_code == 404
