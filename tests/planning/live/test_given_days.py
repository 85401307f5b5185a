"""The given days, driven until some moment: many changes at once keep the past and the rules."""

import random
from pathlib import Path

import pytest

from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.live.changes import CancelledOrder, Change, ClosedGate, LateRider, StoppedRider, StopReason
from supplyhub.planning.live.replan import replan
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from tests.planning import days
from tests.planning.live import running_days


@pytest.fixture(scope="module")
def street() -> tuple[Problem, Plan]:
    a_day = day_folder.read_day(days.DATA / "street")
    return a_day, solve.solve(a_day, stop=stop.MaxIterations(3000), seed=1)


class TestStreet:
    @pytest.mark.parametrize("now", ["08:30", "10:00", "13:15", "16:40"])
    @pytest.mark.parametrize("iterations", [0, 100])
    def test_twelve_changes_at_once(
        self, street: tuple[Problem, Plan], now: str, iterations: int, tmp_path: Path
    ) -> None:
        a_day, plan = street
        now_s = days.clock(now)
        chance = random.Random(f"{now} {iterations}")
        what = running_days.several(chance, a_day, plan, now_s, 12)

        answer = replan(a_day, plan, now_s, what, stop=stop.MaxIterations(iterations), seed=1)

        running_days.assert_holds(plan, now_s, what, answer, tmp_path)
        # Where nobody searched, nothing moved to make room for something else.
        assert iterations or all(one.because for a_round in answer.rounds for one in a_round.visits)

    def test_one_cancelled_order_moves_its_own_visits_at_most(self, street: tuple[Problem, Plan]) -> None:
        a_day, plan = street
        a_round = max(plan.rounds, key=lambda one: len(one.visits))
        last = a_round.hand_overs[-1]

        answer = replan(
            a_day, plan, days.clock("09:00"), [CancelledOrder(order_id=last.order_ids[0])], stop=stop.MaxIterations(0)
        )

        assert [one.rider_id for one in answer.rounds] == [a_round.rider_id]
        assert {order_id for one in answer.rounds[0].visits for order_id in one.orders_removed} == {last.order_ids[0]}

    def test_changes_that_concern_nobody_move_nobody(self, street: tuple[Problem, Plan], tmp_path: Path) -> None:
        a_day, plan = street
        now_s = days.clock("10:00")
        used = {one.rider_id for one in plan.rounds}
        visited = {visit.place_id for a_round in plan.rounds for visit in a_round.visits}
        idle = [rider.rider_id for rider in a_day.riders if rider.rider_id not in used]
        gates = [gate.gate_id for gate in a_day.gates if gate.gate_id not in visited]
        what: list[Change] = [
            *(StoppedRider(rider_id=rider_id, why=StopReason.PASS_REVOKED) for rider_id in idle[:3]),
            *(LateRider(rider_id=rider_id, until_s=now_s + 600) for rider_id in idle[3:4]),
            *(ClosedGate(gate_id=gate_id, from_s=now_s) for gate_id in gates[:3]),
        ]
        assert what

        answer = replan(a_day, plan, now_s, what, stop=stop.MaxIterations(50))

        running_days.assert_holds(plan, now_s, what, answer, tmp_path)
        assert answer.changed_visits == 0
        assert answer.plan.rounds == plan.rounds


def test_twenty_changes_of_the_district_at_ten(tmp_path: Path) -> None:
    a_day = day_folder.read_day(days.DATA / "district")
    plan = solve.solve(a_day, stop=stop.MaxIterations(0), seed=1)
    now_s = days.clock("10:00")
    what = running_days.several(random.Random(1), a_day, plan, now_s, 20)

    answer = replan(a_day, plan, now_s, what, stop=stop.MaxIterations(0), seed=1)

    running_days.assert_holds(plan, now_s, what, answer, tmp_path)
    visits = sum(len(a_round.visits) for a_round in plan.rounds)
    # Each change concerns a rider, a place or an order: most of the district never hears of it.
    assert 0 < answer.changed_visits < visits / 5
