"""Where a plan has the orders of a day, and how far its riders are: what a search that goes on from it starts from."""

from collections.abc import Mapping

from supplyhub.planning import state
from supplyhub.planning.held import Held
from supplyhub.planning.plan import Plan, Round, VisitKind
from supplyhub.planning.problem import Problem
from supplyhub.planning.tables import (
    ABOARD_G,
    ABOARD_ML,
    ABOARD_RIDE_S,
    COMPOUND,
    COMPOUND_OF,
    FREE_S,
    HELD,
    NEVER_FREE_S,
    PICKUP,
    PICKUPS,
    VOLUME_ML,
    WEIGHT_G,
    Day,
)

# Rider, visit of loading, visit of handing over: numbers. What is on board and has no place has NOWHERE for the last.
Placement = tuple[int, int, int]
NOWHERE = -1


def placements(problem: Problem, the_day: Day, plan: Plan) -> dict[int, Placement]:
    """Return where a plan has the orders that the problem knows.

    Parameters
    ----------
    problem
        The day.
    the_day
        Its tables.
    plan
        A plan of this day or of a similar one, valid or not.

    Returns
    -------
    dict[int, Placement]
        By order number, for orders that are loaded at their pickup and handed over later, in the same round, at
        a gate of their compound, or on board. Visits count in the plan's round; of several rounds of one rider the
        first counts.
    """
    orders = {order.order_id: number for number, order in enumerate(problem.orders)}
    riders = {rider.rider_id: number for number, rider in enumerate(problem.riders)}
    result: dict[int, Placement] = {}
    seen: set[int] = set()
    for a_round in plan.rounds:
        rider = riders.get(a_round.rider_id)
        if rider is not None and rider not in seen:
            seen.add(rider)
            for number, placed in _placed_on(a_round, rider, orders, the_day).items():
                result.setdefault(number, placed)
    return result


def _placed_on(a_round: Round, rider: int, orders: Mapping[str, int], the_day: Day) -> dict[int, Placement]:
    """Return where one round has its orders, whatever the other rounds have."""
    result: dict[int, Placement] = {}
    loaded: dict[int, int] = {}
    for at, visit in enumerate(a_round.visits[: state.MOST_VISITS - 1]):
        place = place_number(the_day, visit.place_id)
        for number in (orders[order_id] for order_id in visit.order_ids if order_id in orders):
            if visit.kind is VisitKind.LOAD:
                if place == the_day.order_rows[number, PICKUP]:
                    loaded.setdefault(number, at)
            elif number in loaded and place is not None and _is_gate_of(the_day, place, number):
                result.setdefault(number, (rider, loaded[number], at))
    held = the_day.rider_rows[rider, HELD]
    on_board = {number: (rider, at, NOWHERE) for number, at in loaded.items() if at < held}
    return on_board | result


def hold(problem: Problem, the_day: Day, held: Mapping[str, Held], plan: Plan) -> tuple[Day, dict[int, Placement]]:
    """Return the day's tables with how far the riders are on the rounds of a plan, and what they have on board.

    Parameters
    ----------
    problem
        The day.
    the_day
        Its tables.
    held
        By rider.
    plan
        The plan.

    Returns
    -------
    tuple of Day and dict[int, Placement]
        And where the plan has its orders.
    """
    rows = the_day.rider_rows.copy()
    for number, rider in enumerate(problem.riders):
        if rider.rider_id in held:
            how_far = held[rider.rider_id]
            rows[number, HELD] = how_far.visits
            rows[number, FREE_S] = NEVER_FREE_S if how_far.is_stopped else how_far.free_s
            rows[number, ABOARD_RIDE_S] = max(how_far.ride_s, problem.ride.max_s)
    result = the_day._replace(rider_rows=rows)
    placed_orders = placements(problem, result, plan)
    for order, placed in placed_orders.items():
        if is_aboard(result, placed):
            rows[placed[0], ABOARD_G] += the_day.order_rows[order, WEIGHT_G]
            rows[placed[0], ABOARD_ML] += the_day.order_rows[order, VOLUME_ML]
    return result, placed_orders


def held_orders(the_day: Day, placed: Mapping[int, Placement]) -> set[int]:
    """Return the orders that are loaded at a visit which is held.

    Parameters
    ----------
    the_day
        The day's tables.
    placed
        Where a plan has the orders.
    """
    held = the_day.rider_rows[:, HELD].tolist()
    return {number for number, (rider, loaded_at, _) in placed.items() if loaded_at < held[rider]}


def is_aboard(the_day: Day, placed: Placement) -> bool:
    """Return True for what is loaded at a visit that is held and not handed over at one.

    Parameters
    ----------
    the_day
        The day's tables.
    placed
        Where a plan has the order.
    """
    rider, loaded_at, handed_at = placed
    held = the_day.rider_rows[rider, HELD]
    return bool(loaded_at < held and (handed_at == NOWHERE or handed_at >= held))


def place_number(the_day: Day, place_id: str) -> int | None:
    """Return the number of a pickup or gate; None for one that the day does not know.

    Parameters
    ----------
    the_day
        The day's tables.
    place_id
        The day's name for it.
    """
    places = the_day.places
    number = places.pickup_number.get(place_id)
    return places.gate_number.get(place_id) if number is None else number


def _is_gate_of(the_day: Day, place: int, order: int) -> bool:
    is_gate = place >= the_day.settings[PICKUPS]
    return bool(is_gate and the_day.place_rows[place, COMPOUND_OF] == the_day.order_rows[order, COMPOUND])
