"""What is otherwise in one plan than in another: visits that are new, gone, at another time or with other orders.

Visits of a rider's two rounds are matched by their places, in order: as many as possible (the longest common
subsequence), and of equally many those that share most orders.
"""

import dataclasses
from collections.abc import Iterator, Sequence

from supplyhub.planning.live.answers import ChangedVisit, VisitChange
from supplyhub.planning.plan import Plan, Round, Visit

# People are told minutes: what shifts by less has not moved for them.
MOVED_S = 60
_Pair = tuple[Visit | None, Visit | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a rider's round changed: rounds before and after, None where there is none, and the visits that changed."""

    rider_id: str
    before: Round | None
    after: Round | None
    visits: tuple[ChangedVisit, ...]


def differences(before: Plan, after: Plan, rider_ids: Sequence[str]) -> list[Difference]:
    """Return how the rounds of riders changed, without those that did not.

    Parameters
    ----------
    before, after
        Plans of the day.
    rider_ids
        Whose rounds, in the order of the answer.
    """
    old = {a_round.rider_id: a_round for a_round in before.rounds}
    new = {a_round.rider_id: a_round for a_round in after.rounds}
    result = []
    for rider_id in rider_ids:
        one, other = old.get(rider_id), new.get(rider_id)
        if one == other:
            continue
        visits = changed_visits(one.visits if one else (), other.visits if other else ())
        ends = [(a_round.back_s, a_round.stopped_s) if a_round else None for a_round in (one, other)]
        if visits or ends[0] != ends[1]:
            result.append(Difference(rider_id=rider_id, before=one, after=other, visits=visits))
    return result


def count(before: Plan, after: Plan, rider_ids: Sequence[str]) -> int:
    """Return how many visits changed.

    Parameters
    ----------
    before, after
        Plans of the day.
    rider_ids
        Of whose rounds.
    """
    return sum(len(one.visits) for one in differences(before, after, rider_ids))


def changed_visits(before: Sequence[Visit], after: Sequence[Visit]) -> tuple[ChangedVisit, ...]:
    """Return the visits that changed from one round to another, in the order of the day.

    Parameters
    ----------
    before, after
        Visits of one rider.
    """
    return tuple(change for one, other in _pairs(before, after) if (change := _change(one, other)) is not None)


def _change(before: Visit | None, after: Visit | None) -> ChangedVisit | None:
    """Return what changed about a visit, or None where nothing did."""
    visit = after or before
    if visit is None:
        return None
    old = set(before.order_ids) if before else set()
    new = set(after.order_ids) if after else set()
    if before is None or after is None:
        change = VisitChange.ADDED if before is None else VisitChange.REMOVED
    elif old != new:
        change = VisitChange.ORDERS
    elif abs(after.starts_s - before.starts_s) >= MOVED_S:
        change = VisitChange.MOVED
    else:
        return None
    return ChangedVisit(
        change=change,
        kind=visit.kind,
        place_id=visit.place_id,
        before_s=before.starts_s if before else None,
        after_s=after.starts_s if after else None,
        orders_added=tuple(order_id for order_id in (after.order_ids if after else ()) if order_id not in old),
        orders_removed=tuple(order_id for order_id in (before.order_ids if before else ()) if order_id not in new),
    )


def _pairs(before: Sequence[Visit], after: Sequence[Visit]) -> Iterator[_Pair]:
    """Yield visits that match, and those that have no match, in the order of the day."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    yield from zip(before[:same], after[:same], strict=True)
    old, new = before[same:], after[same:]
    at = there = 0
    for one, other in [*_matches(old, new), (len(old), len(new))]:
        unmatched: list[_Pair] = [(visit, None) for visit in old[at:one]]
        unmatched += [(None, visit) for visit in new[there:other]]
        yield from sorted(unmatched, key=lambda pair: (pair[0] or pair[1]).starts_s)  # type: ignore[union-attr]
        if one < len(old):
            yield old[one], new[other]
        at, there = one + 1, other + 1


def _matches(old: Sequence[Visit], new: Sequence[Visit]) -> list[tuple[int, int]]:
    """Return positions of visits that match: the longest common subsequence of their places."""
    best = [[(0, 0)] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in range(len(old) - 1, -1, -1):
        for other in range(len(new) - 1, -1, -1):
            best[one][other] = max(best[one + 1][other], best[one][other + 1])
            if _is_same_place(old[one], new[other]):
                count, shared = best[one + 1][other + 1]
                common = len(set(old[one].order_ids) & set(new[other].order_ids))
                best[one][other] = max(best[one][other], (count + 1, shared + common))
    result = []
    one = other = 0
    while one < len(old) and other < len(new):
        if best[one][other] == best[one + 1][other]:
            one += 1
        elif best[one][other] == best[one][other + 1]:
            other += 1
        else:
            result.append((one, other))
            one, other = one + 1, other + 1
    return result


def _is_same_place(one: Visit, other: Visit) -> bool:
    return one.place_id == other.place_id and one.kind is other.kind
