"""The curve of served orders over the number of passes, and what it says."""

import pytest

from supplyhub.planning import solve, stop
from supplyhub.planning.plan import Figures
from supplyhub.planning.what_if.curve import Course, Point, curve, read, rising, usual_counts
from tests.planning.what_if.test_outcomes import one_trip_each


def point(riders: int, served: int, score_m: int = 0, total: int = 1000) -> Point:
    return Point(
        riders=riders,
        figures=Figures(
            score_m=score_m,
            distance_m=0,
            gate_visits=0,
            loads=0,
            rounds=riders,
            served=served,
            unserved=total - served,
            unserved_m=0,
        ),
    )


class TestCurve:
    def test_serves_one_order_more_with_each_pass_until_all_are_served(self) -> None:
        a_day = one_trip_each(orders=4, riders=3)
        plan = solve.solve(a_day, stop=stop.MaxIterations(20), seed=1)

        points = curve(a_day, plan, [1, 2, 4, 6], stop=lambda: stop.MaxIterations(0), seed=1)

        assert [(one.riders, one.figures.served) for one in points] == [(1, 1), (2, 2), (3, 3), (4, 4), (6, 4)]

    def test_tells_how_far_it_is_and_can_be_cut_short(self) -> None:
        a_day = one_trip_each(orders=4, riders=3)
        plan = solve.solve(a_day, stop=stop.MaxIterations(20), seed=1)
        seen: list[tuple[float, int]] = []

        points = curve(
            a_day,
            plan,
            [1, 2, 4, 6],
            stop=lambda: stop.MaxIterations(0),
            seed=1,
            progress=lambda share, found: seen.append((share, len(found))),
            is_cancelled=lambda: len(seen) == 2,
        )

        # Today's point and two of four others are found, from today downwards.
        assert seen == [(0.4, 2), (0.6, 3)]
        assert [one.riders for one in points] == [1, 2, 3]


class TestRising:
    def test_keeps_what_fewer_riders_are_known_to_do(self) -> None:
        points = rising([point(10, 700, 40), point(5, 650, 90), point(8, 720, 30)])

        assert [(one.riders, one.figures.served) for one in points] == [(5, 650), (8, 720), (10, 720)]

    def test_of_as_many_served_the_cheaper_stays(self) -> None:
        points = rising([point(5, 700, 40), point(8, 700, 60)])

        assert [one.figures.score_m for one in points] == [40, 40]


class TestRead:
    @pytest.mark.parametrize(
        ("served", "today", "course", "span", "orders"),
        [
            # Two orders of a thousand count as hardly any.
            ({20: 400, 100: 998, 152: 1000, 200: 1000}, 152, Course.ENOUGH, (152, 100), 2),
            ({120: 660, 152: 1000, 200: 1000}, 152, Course.JUST_ENOUGH, (120, 152), 340),
            ({120: 500, 152: 700, 180: 900, 200: 900}, 152, Course.TOO_FEW, (152, 180), 200),
            ({120: 500, 152: 700, 200: 900}, 152, Course.STILL_RISING, (152, 200), 200),
            ({120: 900, 152: 900, 200: 901}, 152, Course.FLAT, (120, 200), 1),
        ],
    )
    def test_says_what_more_passes_bring(
        self, served: dict[int, int], today: int, course: Course, span: tuple[int, int], orders: int
    ) -> None:
        reading = read([point(riders, count) for riders, count in served.items()], today)

        assert reading.course is course
        assert (reading.from_riders, reading.to_riders, reading.orders) == (*span, orders)


class TestUsualCounts:
    def test_go_from_an_eighth_to_a_third_more_with_today_among_them(self) -> None:
        counts = usual_counts(152)

        assert (counts[0], counts[-1]) == (20, 200)
        assert 152 in counts
        assert len(counts) <= 14

    @pytest.mark.parametrize("today", [1, 2, 7, 40])
    def test_are_few_for_a_small_fleet(self, today: int) -> None:
        counts = usual_counts(today)

        assert counts[0] >= 1
        assert today in counts
        assert counts[-1] > today
        assert list(counts) == sorted(set(counts))
