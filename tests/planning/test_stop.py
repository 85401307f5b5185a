"""Conditions that end a search."""

from supplyhub.planning.stop import Cancelled, Effort, FirstOf, MaxIterations, MaxSeconds, NoImprovement


def effort(iterations: int, since_best: int = 0) -> Effort:
    return Effort(iterations=iterations, iterations_since_best=since_best)


class TestMaxIterations:
    def test_the_share_is_that_of_the_iterations(self) -> None:
        limit = MaxIterations(200)

        assert (limit.share(effort(50)), limit.iterations_left(effort(50))) == (0.25, 150)

    def test_none_at_all_ends_at_once(self) -> None:
        assert MaxIterations(0).share(effort(0)) == 1


class TestMaxSeconds:
    def test_the_share_is_that_of_the_clock(self) -> None:
        now = [100.0]
        limit = MaxSeconds(10, clock=lambda: now[0])
        now[0] = 104.0

        assert limit.share(effort(7)) == 0.4
        assert limit.iterations_left(effort(7)) is None


class TestNoImprovement:
    def test_it_ends_when_the_best_has_stood_long_enough(self) -> None:
        limit = NoImprovement(10)

        assert [limit.share(effort(500, since)) for since in (0, 9, 10)] == [0, 0, 1]


class TestCancelled:
    def test_it_ends_when_told_to(self) -> None:
        flag = Cancelled()
        before = flag.share(effort(1))
        flag.cancel()

        assert (before, flag.share(effort(1))) == (0, 1)


class TestFirstOf:
    def test_the_one_nearest_to_its_end_decides(self) -> None:
        limit = FirstOf(MaxIterations(100), NoImprovement(5), Cancelled())

        assert limit.share(effort(20, 1)) == 0.2
        assert limit.share(effort(20, 5)) == 1
        assert limit.iterations_left(effort(20, 1)) == 4
