"""Nobody is last two days running: who went without goes first the day after, and what was left over is carried on."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from supplyhub.accounts.roles import Role
from supplyhub.orders.models import Order, OrderTransition
from supplyhub.orders.raises import RaiseCause
from supplyhub.orders.states import OrderState
from supplyhub.rounds import problems, raises
from supplyhub.rounds.models import Plan, PlanState
from supplyhub.rounds.operations import carrying, plans, publishing
from tests.support import factories
from tests.support.published_day import TODAY, write_small_day

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def small(db_session):
    """Yesterday from tomorrow's side: O6 of household 501 is left out, everything else is on a round."""
    return write_small_day(db_session)


@pytest.fixture
def order(small):
    """Write an order for tomorrow."""

    def write(code, compound="C001", **values):
        hours = {"ready_at": small.at("07:00") + timedelta(days=1), "due_at": small.at("19:00") + timedelta(days=1)}
        return small.order(code, "P09", compound, **{"day_date": TOMORROW, **hours, **values})

    return write


def priorities(small, day_date=TOMORROW):
    problem = problems.build_problem(
        small.session, district=small.district, day_date=day_date, cutoff_at=small.at("23:00") + timedelta(days=1)
    )
    return {order.order_id: order.priority for order in problem.orders}


def move(small, code, **values):
    """Change an order and see it in the database."""
    for name, value in values.items():
        setattr(small[code], name, value)
    small.session.flush()


class TestRaisedPriority:
    @pytest.mark.parametrize(
        ("cause", "own", "raised"),
        [
            (RaiseCause.LEFT_OUT, 0, 2),
            (RaiseCause.WENT_WITHOUT, 1, 2),
            (RaiseCause.COMPOUND_LAST, 0, 1),
            (RaiseCause.COMPOUND_LAST, 1, 2),
            (RaiseCause.COMPOUND_LAST, 2, 2),
            (RaiseCause.LEFT_OUT, 3, 3),
        ],
    )
    def test_comes_right_after_those_who_need_it_most(self, cause, own, raised):
        assert cause.raised(own) == raised


class TestBuildProblem:
    def test_raises_an_order_that_was_left_out_and_carried_over(self, small):
        move(small, "O6", day_date=TOMORROW)

        assert priorities(small) == {"O6": 2}

    def test_raises_who_got_nothing_at_all(self, small, order):
        small.household("302", "C002", building="1栋", unit="", room="302")
        move(small, "O6", household_id=small["302"].id, compound_id=small["C002"].id)
        order("T1", "C002", household="302")
        order("T2", "C002", household="301")

        # 302 got nothing; 301 got its order, but the compound was served worst: 1 of 2.
        assert priorities(small) == {"T1": 2, "T2": 1}

    def test_asks_the_compound_where_no_household_is_known(self, small, order):
        move(small, "O6", household_id=None, compound_id=small["C002"].id)
        small.session.execute(update(Order).where(Order.code == "O3").values(state=OrderState.CANCELLED))
        order("T1", "C002")
        order("T2", "C002", household="301")

        # Nothing that C002 still wanted was brought. 301 is known, and had no order left out.
        assert priorities(small) == {"T1": 2, "T2": 1}

    def test_raises_the_compound_that_was_last_by_one_step(self, small, order):
        order("T1", "C001", household="502")
        order("T2", "C002", household="301")
        order("T3", "C001", household="501", priority=3)

        # C001 got 3 of its 4 orders, the others all of theirs.
        assert priorities(small) == {"T1": 1, "T2": 0, "T3": 3}

    def test_raises_nobody_where_nobody_was_left_out(self, small, order):
        small.session.execute(update(Order).where(Order.code == "O6").values(state=OrderState.CANCELLED))
        order("T1", "C001", household="501")

        assert priorities(small) == {"T1": 0}

    def test_goes_by_published_plans_alone(self, small, order):
        small["plan 1"].state = PlanState.SUPERSEDED
        order("T1", "C001", household="501")

        assert priorities(small) == {"T1": 0}

    def test_remembers_the_last_day_of_deliveries_for_a_week(self, small, order):
        later = {"household": "501", "priority": 0}
        order("T7", "C001", day_date=TODAY + timedelta(days=7), **later)
        order("T8", "C001", day_date=TODAY + timedelta(days=8), **later)

        found: dict[str, int] = {}
        for days in (7, 8):
            problem = problems.build_problem(
                small.session,
                district=small.district,
                day_date=TODAY + timedelta(days=days),
                cutoff_at=small.at("23:00"),
            )
            found |= {order.order_id: order.priority for order in problem.orders}
        assert found == {"T7": 1, "T8": 0}


class TestListRaised:
    @pytest.fixture
    def planned(self, small, order):
        """A plan of tomorrow that carries T1 and leaves T2 out."""
        order("T1", "C001", household="502")
        order("T2", "C001", household="502")
        order("T3", "C002", household="301")
        small.day_date = TOMORROW
        plan = small.plan(version=2, state=PlanState.READY)
        small.round(
            1,
            "R001",
            plan=2,
            leaves="08:00",
            back="09:00",
            visits=[
                ("P09", "08:15", "08:15", "08:23", 100, ["T1", "T3"]),
                ("G0001", "08:36", "08:36", "08:39", 100, ["T1"]),
                ("G0003", "08:46", "08:46", "08:49", 100, ["T3"]),
            ],
        )
        small.unserved("T2", "no_gate_slot", plan=2)
        return plan

    def test_names_the_orders_of_a_plan_and_whether_they_are_served(self, small, planned):
        found = raises.list_raised(small.session, plan=planned)

        assert [
            (small["T1"].id, RaiseCause.COMPOUND_LAST, True),
            (small["T2"].id, RaiseCause.COMPOUND_LAST, False),
        ] == [(one.order_id, one.cause, one.is_served) for one in found]
        assert raises.count_causes(found) == {RaiseCause.COMPOUND_LAST: 2}

    def test_is_written_onto_orders_when_the_plan_is_published(self, small, planned):
        problem = problems.build_problem(
            small.session, district=small.district, day_date=TOMORROW, cutoff_at=planned.cutoff_at
        )
        planned.fingerprint = problem.fingerprint()
        small["T3"].raised_because = RaiseCause.WENT_WITHOUT.value
        small.session.flush()

        publishing.publish_plan(
            small.session, plan_id=planned.id, district=small.district, actor=None, now=small.at("06:30")
        )

        rows = small.session.execute(select(Order.code, Order.raised_because).where(Order.day_date == TOMORROW))
        assert dict(rows.all()) == {"T1": "compound_last", "T2": "compound_last", "T3": None}


class TestFigures:
    def test_count_who_goes_first(self, small, order):
        order("T1", "C001", household="502")
        order("T2", "C002", household="301")
        plan = plans.start_plan(
            small.session,
            district=small.district,
            day_date=TOMORROW,
            cutoff_at=small.at("23:00"),
            search=plans.Search(seconds=1, seed=1),
            actor=None,
            now=small.at("23:00"),
        )
        plans.begin_plan(small.session, plan_id=plan.id, now=small.at("23:00"))

        plans.write_plan(
            small.session,
            plan_id=plan.id,
            rounds=(),
            unserved={"T1": "no_gate_slot", "T2": "no_gate_slot"},
            figures={"served": 0, "unserved": 2},
            fingerprint="",
            now=small.at("23:01"),
        )

        assert plan.figures == {"served": 0, "unserved": 2, "raised": 1, "raised_served": 0}


class TestCarryOver:
    @pytest.fixture
    def carry(self, small):
        def carry(at="21:00", days=0, actor=None):
            return carrying.carry_over(
                small.session,
                district=small.district,
                day_date=TODAY,
                actor=actor,
                now=small.at(at) + timedelta(days=days),
            )

        return carry

    @pytest.fixture
    def begun(self, small):
        move(small, "O1", state=OrderState.LOADED)

    def test_moves_what_was_left_out_to_the_next_day(self, small, begun, carry):
        carried = carry()

        order = small.session.get_one(Order, small["O6"].id, populate_existing=True)
        assert (carried.count, carried.to_date) == (1, TOMORROW)
        assert (order.day_date, order.carried_from_date, order.state) == (TOMORROW, TODAY, OrderState.CONFIRMED)
        assert order.unplanned_reason is None
        # At the same times of day.
        assert order.ready_at == small.at("07:00") + timedelta(days=1)
        assert order.due_at == small.at("19:00") + timedelta(days=1)
        assert priorities(small) == {"O6": 2}

    def test_keeps_on_record_who_did_it(self, small, begun, carry):
        carry(actor=factories.actor((Role.DISTRICT_STAFF, small.district.path), person_id=small["staff"].id))

        step = small.session.scalars(
            select(OrderTransition).where(OrderTransition.event_id == f"carry:2022-11-25:{small['O6'].id}")
        ).one()
        assert (step.from_state, step.to_state) == (OrderState.CONFIRMED, OrderState.CONFIRMED)
        assert (step.actor_id, step.actor_label) == (small["staff"].id, "周敏")
        assert str(step.label) == "Carried over to a later day"

    def test_keeps_the_day_it_was_first_meant_for(self, small, begun, carry):
        move(small, "O6", carried_from_date=TODAY - timedelta(days=1))

        carry()

        order = small.session.get_one(Order, small["O6"].id, populate_existing=True)
        assert order.carried_from_date == TODAY - timedelta(days=1)

    def test_takes_along_what_came_after_the_plan(self, small, begun, carry):
        small.order("O7", "P09", "C001", placed_at=small.at("10:00"))

        assert carry().count == 2

    def test_brings_a_day_long_past_to_today(self, small, carry):
        assert carry(days=3).to_date == TODAY + timedelta(days=3)

    def test_passes_over_a_day_that_has_begun(self, small, order, begun, carry):
        order("T1", state=OrderState.LOADED)

        assert carry().to_date == TOMORROW + timedelta(days=1)

    def test_leaves_a_day_that_can_still_be_planned(self, carry):
        with pytest.raises(carrying.UnableToCarryOver, match="Plan it again"):
            carry()

    def test_needs_a_published_plan(self, small, begun, carry):
        small["plan 1"].state = PlanState.READY
        small.session.flush()

        with pytest.raises(carrying.UnableToCarryOver, match="No plan of this day was published"):
            carry()

    def test_says_when_nothing_is_left(self, begun, carry):
        carry()

        with pytest.raises(carrying.UnableToCarryOver, match="No order of this day is left over"):
            carry()

    def test_is_for_those_who_plan(self, begun, carry):
        with pytest.raises(plans.MayNotPlan):
            carry(actor=factories.actor((Role.DISTRICT_STAFF, "zhuzhou/lusong")))

    def test_leaves_the_published_plan_as_it_was(self, small, begun, carry):
        carry()

        assert small.session.get_one(Plan, small["plan 1"].id).state == PlanState.PUBLISHED
        last_time = raises.read_last_time(small.session, district_id=small.district.id, day_date=TOMORROW)
        assert last_time.left_out == {small["O6"].id}
