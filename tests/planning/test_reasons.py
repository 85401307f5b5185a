"""Each reason, and that the first one that holds is given. The checker decides them in its own way."""

from pathlib import Path

import pytest

from supplyhub.planning.plan import Reason
from supplyhub.planning.problem import Problem, Risk
from tests.planning import days
from tests.planning.days import clock

HEAVY = days.order(weight_g=700_000)


class TestReasons:
    @pytest.mark.parametrize(
        ("a_day", "reason"),
        [
            (days.day(riders=(days.rider(zones=("south",)),)), Reason.NO_ELIGIBLE_RIDER),
            (days.day(compounds=(days.compound(risk=Risk.HIGH),)), Reason.NO_ELIGIBLE_RIDER),
            (
                days.day(pickups=(days.pickup("P1"), days.pickup("P2")), riders=(days.rider(pickup_id="P2"),)),
                Reason.NO_ELIGIBLE_RIDER,
            ),
            (days.day(orders=(HEAVY,)), Reason.OVER_CAPACITY),
            (days.day(orders=(days.order(volume_ml=9_000_000),)), Reason.OVER_CAPACITY),
            (days.day(orders=(days.order(ready_s=clock("12:25")),)), Reason.NO_TIME),
            (days.day(riders=(days.rider(pass_until_s=clock("08:00")),)), Reason.NO_TIME),
            (days.day(riders=(days.rider(pass_from_s=clock("12:29")),)), Reason.NO_TIME),
            (days.day(gates=(days.gate(riders_per_slot=0),)), Reason.NO_GATE_SLOT),
            (days.day(pickups=(days.pickup(docks=0),)), Reason.NO_CAPACITY_LEFT),
        ],
    )
    def test_the_reason_is_the_true_one(self, a_day: Problem, reason: Reason, tmp_path: Path) -> None:
        plan = days.planned(a_day, tmp_path, iterations=5)

        assert days.reasons(plan) == {"O1": reason}

    def test_the_first_reason_that_holds_is_given(self, tmp_path: Path) -> None:
        # Nobody may, no vehicle holds it, and it is too late.
        worst = days.order(weight_g=700_000, ready_s=clock("12:29"))

        plan = days.planned(days.day(riders=(days.rider(zones=()),), orders=(worst,)), tmp_path, iterations=5)

        assert days.reasons(plan) == {"O1": Reason.NO_ELIGIBLE_RIDER}

    def test_an_order_over_the_capacity_of_those_who_may_is_so_though_others_have_vans(self, tmp_path: Path) -> None:
        a_day = days.day(
            riders=(days.rider("R1"), days.rider("R2", vehicle="van", zones=("south",))),
            orders=(days.order(weight_g=100_000),),
        )

        plan = days.planned(a_day, tmp_path, iterations=5)

        assert days.reasons(plan) == {"O1": Reason.OVER_CAPACITY}

    def test_orders_that_can_be_served_do_not_suffer_from_those_that_cannot(self, tmp_path: Path) -> None:
        a_day = days.day(orders=(days.order("O1"), days.order("O2", weight_g=700_000)))

        plan = days.planned(a_day, tmp_path, iterations=5)

        assert days.reasons(plan) == {"O2": Reason.OVER_CAPACITY}
