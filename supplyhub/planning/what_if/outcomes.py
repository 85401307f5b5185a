"""Plan a day with a change, started from the day's own plan, and set what comes of it against that plan.

The search goes on from the plan it is given, so a plan can get better by the search alone. Who wants to know what the
change itself is worth asks for the change that changes nothing as well, for as long.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable

from supplyhub.planning import figures, solve
from supplyhub.planning.plan import Figures, Plan, Reason
from supplyhub.planning.problem import Problem
from supplyhub.planning.solve import Progress
from supplyhub.planning.stop import Stop
from supplyhub.planning.what_if.changes import Change, changed


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a change brings: figures of the day's plan and of the one with the change, and who has which reason then.

    `riders` counts the passes of the changed day.
    """

    before: Figures
    after: Figures
    riders: int
    unserved: tuple[tuple[Reason, int], ...]

    @property
    def more_served(self) -> int:
        """How many more orders are served; less than nothing where it is fewer."""
        return self.after.served - self.before.served

    @property
    def score_m(self) -> int:
        """By how much the score rises; less than nothing where it gets better."""
        return self.after.score_m - self.before.score_m


def what_if(
    problem: Problem,
    plan: Plan,
    change: Change,
    *,
    stop: Stop,
    seed: int,
    progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Plan a day with a change.

    Parameters
    ----------
    problem
        The day.
    plan
        Its plan, from which the search starts: a change that allows more never ends with a worse score.
    change
        What is to be otherwise.
    stop
        When the search ends.
    seed
        What its random choices follow from.
    progress
        Called several times a second.
    """
    other = changed(problem, plan, change)
    made = solve.solve(other, stop=stop, seed=seed, progress=progress, start=fitting(other, plan))
    return Outcome(
        before=measured(problem, plan),
        after=measured(other, made),
        riders=len(other.riders),
        unserved=count_reasons(made),
    )


def fitting(problem: Problem, plan: Plan) -> Plan:
    """Return a plan without the rounds of those who are not among the day's riders.

    Parameters
    ----------
    problem
        The day.
    plan
        A plan of a day with more riders, or others.
    """
    known = {rider.rider_id for rider in problem.riders}
    return plan.replace(rounds=tuple(a_round for a_round in plan.rounds if a_round.rider_id in known))


def measured(problem: Problem, plan: Plan) -> Figures:
    """Return a plan's figures.

    Parameters
    ----------
    problem
        The day.
    plan
        Its plan.
    """
    return plan.figures or figures.measure(problem, plan)


def count_reasons(plan: Plan) -> tuple[tuple[Reason, int], ...]:
    """Return how many orders a plan leaves out for each reason, the most frequent first.

    Parameters
    ----------
    plan
        The plan.
    """
    return tuple(Counter(entry.reason for entry in plan.unserved).most_common())
