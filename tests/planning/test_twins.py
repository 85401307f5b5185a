"""Two searches side by side: no thread decides anything, and the best plan that either has seen is never lost."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self

import pytest

from supplyhub.planning import day_folder, solve, state, stop, twins
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from tests.planning import days

ITERATIONS = 2600  # enough for one choice between the two, and some more


@pytest.fixture(scope="module")
def street() -> Problem:
    return day_folder.read_day(days.DATA / "street")


@pytest.fixture(scope="module")
def plan(street: Problem) -> Plan:
    return solve.solve(street, stop=stop.MaxIterations(ITERATIONS), seed=1)


class OneThread:
    """An executor that does at once what it is given, in the thread that gives it."""

    def __init__(self, _threads: int) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[..., None], *arguments: Any) -> Future[None]:
        work(*arguments)
        done: Future[None] = Future()
        done.set_result(None)
        return done


def test_a_plan_keeps_every_rule(street: Problem, plan: Plan, tmp_path: Path) -> None:
    days.assert_valid(street, plan, tmp_path)
    assert plan.iterations == ITERATIONS


def test_two_threads_make_the_plan_that_one_makes(street: Problem, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "ThreadPoolExecutor", OneThread)

    assert solve.solve(street, stop=stop.MaxIterations(ITERATIONS), seed=1) == plan


def test_more_searching_never_loses_what_was_found(street: Problem, plan: Plan) -> None:
    seen: list[int] = []

    solve.solve(street, stop=stop.MaxIterations(ITERATIONS), seed=1, progress=lambda at: seen.append(at.score_m))

    assert seen == sorted(seen, reverse=True)
    assert plan.figures is not None
    assert plan.figures.score_m <= seen[-1]


@pytest.mark.parametrize("copies", [0, 1, 5, 40])
def test_an_interruption_while_one_takes_over_the_other_keeps_a_whole_plan(
    street: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: int
) -> None:
    made = 0

    def copyto(target: Any, source: Any) -> None:
        nonlocal made
        made += 1
        # The first copies make the second search what the first one is: all fields but rounds and random numbers, and
        # three sets of rounds.
        if made > len(state.State._fields) - 4 + 3 * len(state.Rounds._fields) + copies:
            raise KeyboardInterrupt
        target[...] = source

    monkeypatch.setattr(twins, "np", type("Numpy", (), {"copyto": staticmethod(copyto)}))

    plan = solve.solve(street, stop=stop.MaxIterations(ITERATIONS), seed=1)

    days.assert_valid(street, plan, tmp_path)
    assert plan.figures is not None
    assert plan.figures.served == 1200
