"""The pages of contacts: who came to whom by a plan, and tracing everything near one rider."""

import io
from datetime import timedelta

import pytest
import python_calamine

from supplyhub.accounts.roles import Role
from supplyhub.core import clock
from supplyhub.orders.states import OrderState
from supplyhub.rounds.models import PlanState
from supplyhub.rounds.queries import exposure, tracing
from tests.support import factories
from tests.support.counting import counted_queries
from tests.support.published_day import TODAY, sign_in, write_small_day

TRACE = "/tianyuan/exposure/riders/R001"


@pytest.fixture
def small(db_session, frozen_clock):
    """A published day, seen in its evening: R001 comes to three compounds, R002 to one of them."""
    frozen_clock(timedelta(hours=12))
    day = write_small_day(db_session)
    db_session.commit()
    return day


@pytest.fixture
def staff(client, small):
    return sign_in(client, small, "staff")


@pytest.fixture
def page(small):
    return f"/tianyuan/exposure/{small['plan 1'].id}"


def sheets(answer):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


class TestIndex:
    def test_leads_to_the_plan_that_counts(self, staff, page):
        assert staff.get("/tianyuan/exposure").headers["Location"] == page

    def test_says_when_no_day_has_rounds(self, client, db_session, small):
        district = small.district
        small["plan 1"].state = PlanState.FAILED
        db_session.commit()
        staff = factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)

        assert "No rounds yet" in factories.words(staff.get("/tianyuan/exposure"))


class TestShow:
    def test_puts_the_rider_with_the_most_compounds_first(self, staff, page):
        words = factories.words(staff.get(page))

        # 4 hand-overs; 易师傅 comes to 3 compounds, one of them at high risk.
        assert "Number of contacts 4 hand-overs" in words
        assert "易师傅 R001 美团 3 3 1 4 Trace" in words
        assert words.index("易师傅 R001 美团") < words.index("周建国 R002 达达")

    def test_puts_the_compound_with_the_most_riders_first(self, staff, page):
        words = factories.words(staff.get(f"{page}?by=compounds"))

        assert "明月湖小区 C001 嵩山路街道 Low risk 2 2 3" in words
        assert words.index("明月湖小区 C001") < words.index("金帆小区 C002")

    def test_narrows_to_high_risk(self, staff, page):
        compounds = factories.words(staff.get(f"{page}?by=compounds&high=1"))
        riders = factories.words(staff.get(f"{page}?high=1&q=R002"))

        assert "大江观邸 C003" in compounds
        assert "金帆小区 C002" not in compounds
        assert "Nothing fits the filters" in riders

    def test_of_a_plan_without_rounds_says_so(self, small, staff):
        plan = small.plan(version=2, state=PlanState.READY)
        small.session.commit()

        assert "Nobody meets anybody" in factories.words(staff.get(f"/tianyuan/exposure/{plan.id}"))

    def test_leads_to_the_plan_while_it_is_being_made(self, small, staff):
        plan = small.plan(version=2, state=PlanState.RUNNING)
        small.session.commit()

        assert staff.get(f"/tianyuan/exposure/{plan.id}").status_code == 302

    def test_can_be_downloaded(self, staff, page):
        found = sheets(staff.get(f"{page}.xlsx"))

        assert list(found) == ["Riders", "Compounds"]
        assert found["Riders"][4] == ["R001", "易师傅", "美团", 3, 3, 1, 1, 4]
        assert found["Compounds"][4] == ["C001", "明月湖小区", "嵩山路街道", "Low risk", 2, 2, 3]

    def test_asks_little_however_many_rounds(self, app, small, db_session):
        with counted_queries(app) as sent:
            exposure.get_contacts(db_session, district=small.district, plan=small["plan 1"])

        # Stays, compounds, riders.
        assert len(sent) == 3


class TestTrace:
    def test_names_gates_times_and_flats(self, staff):
        words = factories.words(staff.get(TRACE))

        assert "08:31–08:34 明月湖小区 C001 北门 · 嵩山路街道 Low risk" in words
        assert "3栋, Unit 2, room 501 · 3栋, Unit 2, room 502" in words
        assert "3 hand-overs" in words
        # Three known households; the order for 大江观邸 names none.
        assert "Households 3 4 orders" in words

    def test_shows_no_name_and_no_number_of_a_household(self, small, staff):
        small["O1"].recipient, small["O1"].phone = "李小妹", "+8613812345678"
        small.session.commit()

        page = staff.get(TRACE).text

        assert "李小妹" not in page
        assert "13812345678" not in page

    def test_finds_the_other_rider_at_the_dock_and_at_the_gate(self, staff):
        words = factories.words(staff.get(TRACE))

        # At 天虹 from 8:15 to 8:20; at the north gate both have the slot from 8:30, without a common minute.
        assert "周建国 R002 达达 2 5 min 天虹 24 November 08:15 · 5 min" in words

    @pytest.mark.parametrize("until", ["0001-01-01", "0001-01-03", "9999-12-31", "soon"])
    def test_takes_any_day_that_a_field_can_hold(self, staff, until):
        assert staff.get(f"{TRACE}?days=7&until={until}").status_code == 200

    def test_says_when_a_rider_has_only_been_at_pickups(self, client, small, frozen_clock):
        # The rider loads at 天虹 from 8:15 on and is at no gate before 8:30.
        frozen_clock(timedelta(hours=-12, minutes=18))
        staff = sign_in(client, small, "staff")

        words = factories.words(staff.get(TRACE))

        assert "No hand-over yet" in words

    def test_marks_what_was_reported(self, small, staff):
        small["O1"].state = OrderState.DELIVERED
        small.session.commit()

        words = factories.words(staff.get(TRACE))

        assert "1 of them reported, the others by plan" in words

    def test_knows_nothing_of_what_is_still_to_come(self, client, small, frozen_clock):
        frozen_clock(small.at("08:40"))
        staff = factories.sign_in(client, small.session, small["staff"])

        words = factories.words(staff.get(TRACE))

        assert "明月湖小区" in words
        assert "金帆小区" not in words

    def test_looks_back_as_far_as_asked(self, client, small, frozen_clock):
        frozen_clock(small.at("20:00") + timedelta(days=6))
        staff = factories.sign_in(client, small.session, small["staff"])

        week = factories.words(staff.get(f"{TRACE}?days=7"))
        short = factories.words(staff.get(f"{TRACE}?days=3"))
        earlier = factories.words(staff.get(f"{TRACE}?days=3&until={TODAY.isoformat()}"))

        assert "明月湖小区" in week
        assert "No round in these days" in short
        assert "明月湖小区" in earlier

    def test_goes_by_published_plans_alone(self, small, staff):
        small["plan 1"].state = PlanState.SUPERSEDED
        small.session.commit()

        assert "No round in these days" in factories.words(staff.get(TRACE))

    def test_of_an_unknown_rider_is_not_found(self, staff):
        assert staff.get("/tianyuan/exposure/riders/R999").status_code == 404

    def test_can_be_downloaded_with_names_and_numbers_masked(self, small, staff):
        small["O1"].recipient, small["O1"].phone = "李小妹", "+8613812345678"
        small.session.commit()

        found = sheets(staff.get(f"{TRACE}.xlsx"))

        row = found["Hand-overs"][4]
        assert row[2:] == [
            "明月湖小区",
            "北门",
            "嵩山路街道",
            "Low risk",
            "O1",
            "3栋, Unit 2, room 501",
            "李**",
            "138****5678",
            "plan",
        ]
        # A row for each of the 4 orders, below two notes, a gap and the head; and for each of the two meetings.
        assert len(found["Hand-overs"]) == 8
        assert [(row[0], row[5], row[6]) for row in found["Other riders"][4:]] == [("R002", 5, ""), ("R002", 0, "yes")]

    def test_is_for_those_who_trace(self, client, small):
        assert sign_in(client, small, "community").get(TRACE).status_code == 404
        assert sign_in(client, small, "rider").get(TRACE).status_code == 404

    def test_is_kept_from_other_districts(self, client, db_session, small):
        stranger = factories.staff_client(
            client, db_session, Role.DISTRICT_STAFF, "zhuzhou/lusong", phone="+8613900009"
        )

        assert stranger.get(TRACE).status_code == 404

    def test_asks_little_however_many_stops(self, app, small, db_session):
        with counted_queries(app) as sent:
            tracing.trace_rider(
                db_session,
                district=small.district,
                rider=small["R001"],
                from_date=TODAY,
                until_date=TODAY,
                now=clock.now(),
            )

        # Plans, riders, names of pickups and gates; for the day: visits, their orders, stays near by.
        assert len(sent) == 7
