"""What of a plan is done or under way when a search goes on from it: visits that stay as they are."""

import dataclasses
from collections.abc import Mapping

from supplyhub.planning.plan import Plan


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How far a rider is on the round of a plan.

    Attributes
    ----------
    visits
        So many visits, from the first on, stay as they are, with their times: no rule is asked about them.
    free_s
        The rider leaves the last of them, or the base, no earlier.
    is_stopped
        Nothing comes after them.
    ride_s
        How long what is on board may ride, when that is more than the day's limit: the rider is late.
    """

    visits: int
    free_s: int
    is_stopped: bool = False
    ride_s: int = 0


def restore(plan: Plan, start: Plan, held: Mapping[str, Held]) -> Plan:
    """Return a plan in which the visits that are held list what the plan before listed: also what nobody hands over.

    Parameters
    ----------
    plan
        The plan that was made from `start`.
    start
        The plan before.
    held
        By rider, how far each one was.
    """
    before = {a_round.rider_id: a_round.visits for a_round in start.rounds}

    def visits(rider_id: str) -> int:
        return held[rider_id].visits if rider_id in held else 0

    return plan.replace(
        rounds=tuple(
            dataclasses.replace(
                a_round,
                visits=before.get(a_round.rider_id, ())[: visits(a_round.rider_id)]
                + a_round.visits[visits(a_round.rider_id) :],
            )
            for a_round in plan.rounds
        )
    )
