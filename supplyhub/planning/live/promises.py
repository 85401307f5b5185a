"""The times that have been told: a day on which everybody who is on a round already comes when it was published.

Planning keeps the times at which orders are ready and due; so visits stay when they were published where each of their
orders is ready no earlier, and due no later, than it was told.
"""

import dataclasses
from collections.abc import Iterable

from supplyhub.planning.live.courses import Course
from supplyhub.planning.live.differences import MOVED_S
from supplyhub.planning.plan import VisitKind
from supplyhub.planning.problem import Order, Problem


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """By order: from when it is loaded, until when it is handed over, give or take less than counts as moved."""

    from_s: dict[str, int]
    until_s: dict[str, int]

    def kept(self, problem: Problem) -> Problem:
        """Return a day on which orders are ready and due as promised, where that leaves less time.

        Parameters
        ----------
        problem
            The day.
        """
        return problem.replace(orders=tuple(map(self._kept, problem.orders)))

    def _kept(self, order: Order) -> Order:
        until_s = self.until_s.get(order.order_id)
        if until_s is None:
            return order
        ready_s = max(order.ready_s, self.from_s.get(order.order_id, order.ready_s))
        return dataclasses.replace(order, ready_s=ready_s, due_s=min(order.due_s, until_s))


def promises(courses: Iterable[Course]) -> Promises:
    """Return what has been promised.

    Parameters
    ----------
    courses
        How riders go on. Those who are disturbed keep no promise.
    """
    from_s: dict[str, int] = {}
    until_s: dict[str, int] = {}
    for course in courses:
        if not course.is_disturbed:
            for visit in course.visits[course.held :]:
                if visit.kind is VisitKind.LOAD:
                    from_s.update(dict.fromkeys(visit.order_ids, visit.starts_s - MOVED_S + 1))
                else:
                    until_s.update(dict.fromkeys(visit.order_ids, visit.leaves_s + MOVED_S - 1))
    return Promises(from_s=from_s, until_s=until_s)
