"""Random small days, random changes at random moments: the past stays, the rest keeps the rules."""

import tempfile
import typing
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplyhub.planning import solve, stop
from supplyhub.planning.live.answers import Refusal, Replanned, VisitChange
from supplyhub.planning.live.changes import Change
from supplyhub.planning.live.replan import replan
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Problem
from tests.planning.live import running_days
from tests.planning.random_days import small_days

EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
ITERATIONS = st.sampled_from((0, 0, 30))


def answered(
    a_day: Problem, plan: Plan, now_s: int, what: tuple[Change, ...], *, iterations: int = 0, seed: int = 1
) -> Replanned:
    """Answer changes, and have everything hold that must hold of an answer."""
    answer = replan(a_day, plan, now_s, what, stop=stop.MaxIterations(iterations), seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        running_days.assert_holds(plan, now_s, what, answer, Path(folder))
    return answer


@EXAMPLES
@given(a_day=small_days(), iterations=ITERATIONS, data=st.data())
def test_every_answer_keeps_the_past_and_the_rules(a_day: Problem, iterations: int, data: st.DataObject) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    now_s = data.draw(running_days.moments(plan))
    what = data.draw(running_days.changes(a_day, plan, now_s))

    answered(a_day, plan, now_s, what, iterations=iterations)


@EXAMPLES
@given(a_day=small_days(), data=st.data())
def test_a_day_may_change_again_and_again(a_day: Problem, data: st.DataObject) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    now_s = data.draw(running_days.moments(plan))
    for number in range(3):
        what = data.draw(running_days.changes(a_day, plan, now_s, most=2, prefix=f"N{number}-"))
        answer = answered(a_day, plan, now_s, what)
        a_day, plan = answer.problem, answer.plan
        now_s += data.draw(st.sampled_from((0, 60, 1200, 7200)))


@settings(EXAMPLES, max_examples=30)
@given(a_day=small_days(), data=st.data())
def test_nothing_moves_when_nothing_changes(a_day: Problem, data: st.DataObject) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    now_s = data.draw(running_days.moments(plan))

    answer = answered(a_day, plan, now_s, (), iterations=30)

    assert answer.plan == plan
    assert (answer.changed_visits, answer.rounds) == (0, ())


@settings(EXAMPLES, max_examples=30)
@given(a_day=small_days(), iterations=ITERATIONS, data=st.data())
def test_the_same_question_has_the_same_answer(a_day: Problem, iterations: int, data: st.DataObject) -> None:
    plan = solve.solve(a_day, stop=stop.MaxIterations(50), seed=1)
    now_s = data.draw(running_days.moments(plan))
    what = data.draw(running_days.changes(a_day, plan, now_s))

    first, second = (replan(a_day, plan, now_s, what, stop=stop.MaxIterations(iterations), seed=3) for _ in range(2))

    assert first == second


def test_the_random_changes_are_rich() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=400, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(a_day=small_days(), data=st.data())
    def look(a_day: Problem, data: st.DataObject) -> None:
        plan = solve.solve(a_day, stop=stop.MaxIterations(5), seed=1)
        now_s = data.draw(running_days.moments(plan))
        what = data.draw(running_days.changes(a_day, plan, now_s, most=8))
        answer = replan(a_day, plan, now_s, what, stop=stop.MaxIterations(0))
        seen.update(type(change).__name__ for change in what)
        seen.update({f"refused: {one.why}" for one in answer.refused})
        seen.update({f"visit: {visit.change}" for one in answer.rounds for visit in one.visits})
        seen["stranded"] += bool(answer.stranded)
        seen["left out"] += bool(answer.left_out)

    look()
    expected = {change.__name__ for change in typing.get_args(Change)}
    expected |= {f"refused: {why}" for why in Refusal if why is not Refusal.STOPPED}
    expected |= {f"visit: {change}" for change in VisitChange}
    expected |= {"stranded", "left out"}
    assert {name for name in expected if not seen[name]} == set()
