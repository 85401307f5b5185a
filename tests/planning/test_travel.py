"""Travel tables: crow distances equal the checker's to the metre and second, matrices are taken as they are."""

import random

import pytest

from supplyhub.core import geo
from supplyhub.planning import day_folder, travel
from tests.planning import days
from tests.tools import check_plan


class TestCrow:
    @pytest.mark.parametrize("name", ["tiny", "street", "district"])
    def test_metres_and_seconds_equal_the_checkers(self, name: str) -> None:
        judge = check_plan.Day(days.DATA / name)
        problem = day_folder.read_day(days.DATA / name)
        places = travel.build(problem)
        numbers = {**places.pickup_number, **places.gate_number}
        numbers |= {rider.base_id: base for rider, base in zip(problem.riders, places.base_of_rider, strict=True)}
        ids = list(numbers)
        chance = random.Random(1)

        for _ in range(5000):
            start, end = chance.choice(ids), chance.choice(ids)
            for kind, vehicle in enumerate(problem.vehicles):
                cell = (kind, numbers[start], numbers[end])
                computed = (int(places.metres[cell]), int(places.seconds[cell]))
                assert computed == judge.travel(start, end, vehicle.name)

    def test_riders_who_lodge_together_share_a_base(self) -> None:
        places = travel.build(days.day(riders=(days.rider("R1"), days.rider("R2"), days.rider("R3", east_m=5))))

        assert len(set(places.base_of_rider)) == 2


class TestHaversine:
    def test_a_quarter_of_the_equator(self) -> None:
        # A quarter of 2 pi R, with R = 6371008.8 m.
        assert geo.haversine_m(0, 0, 0, 90) == pytest.approx(10_007_557.2, abs=0.1)

    def test_no_way_from_a_point_to_itself(self) -> None:
        assert geo.haversine_m(27.8, 113.1, 27.8, 113.1) == 0
