"""Random small days, tight in everything: whatever the day, the plan breaks no rule and the reasons are true.

The judge is the checker, which shares no code with the engine.
"""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplyhub.planning import solve, stop
from supplyhub.planning.plan import Reason
from supplyhub.planning.problem import Problem, TravelModel
from tests.planning import days
from tests.planning.random_days import small_days

EXAMPLES = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@EXAMPLES
@given(a_day=small_days(), iterations=st.sampled_from((0, 1, 20, 200)), seed=st.integers(0, 99))
def test_every_plan_breaks_no_rule_and_gives_true_reasons(a_day: Problem, iterations: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        days.planned(a_day, Path(folder), iterations=iterations, seed=seed)


def test_the_random_days_are_rich() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=200, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(a_day=small_days())
    def look(a_day: Problem) -> None:
        plan = solve.solve(a_day, stop=stop.MaxIterations(5), seed=1)
        seen.update(set(days.reasons(plan).values()))
        seen[a_day.travel.model] += 1
        seen["served by several"] += len(plan.rounds) > 1
        seen["loads twice"] += any(len(a_round.loads) > 1 for a_round in plan.rounds)

    look()
    expected = set(Reason) - {Reason.STRANDED} | set(TravelModel) | {"served by several", "loads twice"}
    assert {name for name in expected if not seen[name]} == set()
