import pytest

from supplyhub.orders.models import Order
from supplyhub.orders.states import OrderState
from supplyhub.planning.problem import Travel, TravelModel, TravelTable
from supplyhub.rounds import problems, rules
from supplyhub.rounds.models import PlanningDay
from tests.support import day
from tests.support.counting import counted_queries


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(db_session, tiny):
    return day.write(db_session, tiny)


def build(session, district, tiny, cutoff_at=day.CUTOFF_AT):
    return problems.build_problem(session, district=district, day_date=tiny.day_date, cutoff_at=cutoff_at)


class TestBuildProblem:
    def test_gives_the_problem_of_the_day_folder(self, db_session, district, tiny):
        built = build(db_session, district, tiny)

        assert len(built.orders) == 60
        assert built.fingerprint() == tiny.fingerprint()

    def test_takes_orders_placed_by_the_cutoff_only(self, db_session, district, tiny):
        built = build(db_session, district, tiny, cutoff_at=day.PLACED_AT)
        before = build(db_session, district, tiny, cutoff_at=day.PLACED_AT.replace(hour=9))

        assert len(built.orders) == 60
        assert before.orders == ()

    @pytest.mark.parametrize(
        ("state", "is_in"),
        [
            (OrderState.PLACED, False),
            (OrderState.CONFIRMED, True),
            (OrderState.PLANNED, True),
            (OrderState.LOADED, False),
            (OrderState.DELIVERED, False),
            (OrderState.CANCELLED, False),
        ],
    )
    def test_takes_orders_that_are_sure_and_not_loaded(self, db_session, district, tiny, state, is_in):
        order = db_session.query(Order).filter_by(code="O00001").one()
        order.state = state
        db_session.flush()

        built = build(db_session, district, tiny)

        assert ("O00001" in {order.order_id for order in built.orders}) is is_in

    def test_reads_little_however_many_orders(self, app, db_session, district, tiny):
        with counted_queries(app) as sent:
            build(db_session, district, tiny)

        # Rules, riders' zones, riders, pickups, compounds, gates, the plan of the day before, orders.
        assert len(sent) == 8

    def test_uses_the_default_rules_where_the_day_brings_none(self, db_session, district, tiny):
        db_session.query(PlanningDay).delete()

        built = build(db_session, district, tiny)

        # The reference days have the defaults' rules: crow travel with a detour of 1.35.
        assert built.travel.detour == 1.35
        assert {vehicle.name for vehicle in built.vehicles} == {"ebike", "van"}

    def test_refuses_a_vehicle_that_the_rules_do_not_describe(self, db_session, district, tiny):
        db_session.query(PlanningDay).one().rules = {
            "vehicles": {"van": {"speed_kmh": 25, "capacity_g": 600000, "capacity_ml": 3200000}}
        }
        db_session.flush()

        with pytest.raises(problems.UnableToBuildProblem, match="ebike"):
            build(db_session, district, tiny)


class TestReadRules:
    @pytest.mark.parametrize("kept", [{}, {"matrix": "no matrix"}, {"matrix": "bm8gbWF0cml4"}])
    def test_refuses_a_travel_matrix_that_cannot_be_read(self, kept):
        with pytest.raises(rules.UnableToReadRules, match="Import the day again"):
            rules.read_rules({"travel": {"model": "matrix", **kept}})

    def test_reads_a_travel_matrix_back_as_it_was_kept(self):
        table = TravelTable(vehicle="ebike", distance_m=(-1, 900, 910, -1), duration_s=(-1, 180, 182, -1))
        travel = Travel(model=TravelModel.MATRIX, place_ids=("G1", "P1"), tables=(table,))

        assert rules.read_rules({"travel": rules.kept_travel(travel)}).travel == travel

    def test_refuses_a_table_that_lacks_a_value(self):
        with pytest.raises(rules.UnableToReadRules, match="Import the day again"):
            rules.read_rules({"handover": {"fixed_s": 120}})

    def test_cuts_the_ride_to_whole_seconds(self):
        read = rules.read_rules({"ride": {"max_minutes": 90.55}})

        # 90.55 minutes are 5,433 seconds.
        assert read.ride.max_s == 5433
