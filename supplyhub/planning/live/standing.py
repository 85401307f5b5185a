"""Where a round stands at a moment: what is done, what is under way, what is on board. Reads a plan, decides nothing.

A visit is *done* when it has ended, *begun* when loading or handing over has, and *under way* as soon as the rider has
set off towards it: the plan's riders leave a place as soon as the visit there ends.
"""

import dataclasses
from collections.abc import Collection

from supplyhub.planning.plan import Plan, Reason, Round, VisitKind


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many of a round's visits are done, begun and under way, each number including the one before.

    `loaded` has the orders that have come on board, with the second in which their load ended or will end; `handed`
    those of them that have left it, or are leaving.
    """

    done: int
    begun: int
    under_way: int
    loaded: dict[str, int]
    handed: frozenset[str]

    @property
    def on_board(self) -> dict[str, int]:
        """The orders that are on the vehicle, with the second in which their load ended."""
        return {order_id: at_s for order_id, at_s in self.loaded.items() if order_id not in self.handed}


def standing(a_round: Round, now_s: int, *, stops: bool = False) -> Standing:
    """Return where a round stands.

    Parameters
    ----------
    a_round
        The round, as it was published.
    now_s
        The moment, in seconds of the day.
    stops
        The rider stops at that moment: a visit that has begun does not count, since it never ends.
    """
    visits = a_round.visits
    done = sum(visit.leaves_s <= now_s for visit in visits)
    begun = done if stops else sum(visit.starts_s <= now_s for visit in visits)
    left_s = (a_round.leaves_base_s, *(visit.leaves_s for visit in visits[:-1]))
    under_way = done if stops else max(begun, sum(left <= now_s for left in left_s[: len(visits)]))
    loaded: dict[str, int] = {}
    handed: set[str] = set()
    for visit in visits[:begun]:
        if visit.kind is VisitKind.LOAD:
            loaded.update(dict.fromkeys(visit.order_ids, visit.leaves_s))
        else:
            handed.update(visit.order_ids)
    return Standing(done=done, begun=begun, under_way=under_way, loaded=loaded, handed=frozenset(handed))


def has_stopped(a_round: Round, now_s: int) -> bool:
    """Tell whether the rider goes no farther; who stops later, with goods nobody takes, is still on the way.

    Parameters
    ----------
    a_round
        The round.
    now_s
        The moment, in seconds of the day.
    """
    return a_round.stopped_s is not None and a_round.stopped_s <= now_s


def standings(plan: Plan, now_s: int, stopping: Collection[str] = ()) -> dict[str, Standing]:
    """Return where all rounds of a plan stand, by rider.

    Parameters
    ----------
    plan
        The plan.
    now_s
        The moment, in seconds of the day.
    stopping
        Riders who stop at that moment.
    """
    return {
        a_round.rider_id: standing(a_round, now_s, stops=a_round.rider_id in stopping or has_stopped(a_round, now_s))
        for a_round in plan.rounds
    }


def stranded(plan: Plan) -> frozenset[str]:
    """Return the orders that a plan leaves on somebody's vehicle.

    Parameters
    ----------
    plan
        The plan.
    """
    return frozenset(entry.order_id for entry in plan.unserved if entry.reason is Reason.STRANDED)
