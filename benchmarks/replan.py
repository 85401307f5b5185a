"""Change a day that is being driven, again and again, and print one JSON line an answer: its time, and what it moves.

    python benchmarks/replan.py tests/data/days/district --now 10:00 --plan-seconds 60 --seeds 1 2 3 4 5

The day is planned first (`--plan` takes a plan file instead). Each seed then draws other changes: 8 new orders, 4 that
are cancelled, 2 riders who stop and 2 who are late, 2 gates that close, a compound that turns high-risk, a pickup out
of stock. The first answer of a process is not counted: it loads code.
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.live import changes
from supplyhub.planning.live.replan import replan
from supplyhub.planning.plan import Plan
from supplyhub.planning.problem import Order, Problem, Source
from supplyhub.planning.sheet import seconds_of_day

_HOUR = 3600


def twenty_changes(problem: Problem, plan: Plan, now_s: int, seed: int) -> tuple[changes.Change, ...]:
    """Return twenty changes of a day, most about who is under way."""
    chance = random.Random(seed)
    riders = chance.sample([one.rider_id for one in plan.rounds if one.leaves_base_s <= now_s < (one.back_s or 0)], 4)
    gates = chance.sample(problem.gates, 2)
    pickup = chance.choice(problem.pickups)
    waiting = [order.order_id for order in problem.orders if order.pickup_id == pickup.pickup_id]
    return (
        *(_new_order(chance, problem, now_s, f"new-{number}") for number in range(8)),
        *(changes.CancelledOrder(order_id=order.order_id) for order in chance.sample(problem.orders, 4)),
        *(changes.StoppedRider(rider_id=rider, why=changes.StopReason.DROPPED_OUT) for rider in riders[:2]),
        *(
            changes.LateRider(rider_id=rider, until_s=now_s + minutes * 60)
            for rider, minutes in zip(riders[2:], (20, 60), strict=True)
        ),
        *(changes.ClosedGate(gate_id=gate.gate_id, from_s=now_s) for gate in gates),
        changes.HighRiskCompound(compound_id=chance.choice(problem.compounds).compound_id),
        changes.OutOfStock(pickup_id=pickup.pickup_id, order_ids=tuple(chance.sample(waiting, 3))),
    )


def _new_order(chance: random.Random, problem: Problem, now_s: int, order_id: str) -> changes.NewOrder:
    like = chance.choice(problem.orders)
    return changes.NewOrder(
        order=Order(
            order_id=order_id,
            pickup_id=like.pickup_id,
            compound_id=like.compound_id,
            weight_g=like.weight_g,
            volume_ml=like.volume_ml,
            ready_s=now_s + 600,
            due_s=min(now_s + 4 * _HOUR, 24 * _HOUR),
            priority=chance.randrange(4),
            source=Source.ASSISTED,
        )
    )


def main() -> None:
    """Print a line for every seed, and their medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("day", type=Path, help="a day folder")
    parser.add_argument("--plan", type=Path, help="a plan file of the day, as it is driven")
    parser.add_argument("--plan-seconds", type=float, default=60.0, help="how long to plan the day without one")
    parser.add_argument("--now", default="10:00")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--iterations", type=int, default=400, help="steps of the search where somebody is left out")
    arguments = parser.parse_args()
    solve.warm_up()
    problem, now_s = day_folder.read_day(arguments.day), seconds_of_day(arguments.now)
    assert now_s is not None
    if arguments.plan is None:
        limit = stop.MaxSeconds(arguments.plan_seconds, clock=time.monotonic)
        plan = solve.solve(problem, stop=limit, seed=1)
    else:
        plan = day_folder.read_plan(arguments.plan)
    lines = []
    for seed in (arguments.seeds[0], *arguments.seeds):
        what = twenty_changes(problem, plan, now_s, seed)
        wall, cpu = time.monotonic(), time.process_time()
        answer = replan(problem, plan, now_s, what, stop=stop.MaxIterations(arguments.iterations), seed=1)
        line = {
            "day": arguments.day.name,
            "now": arguments.now,
            "changes": len(what),
            "seed": seed,
            "visits": sum(len(one.visits) for one in plan.rounds),
            "changed_visits": answer.changed_visits,
            "changed_rounds": len(answer.rounds),
            "stranded": len(answer.stranded),
            "late": len(answer.late),
            "left_out": len(answer.left_out),
            "refused": len(answer.refused),
            "score_m_before": answer.before.score_m,
            "score_m_after": answer.after.score_m,
            "wall_s": round(time.monotonic() - wall, 3),
            "cpu_s": round(time.process_time() - cpu, 3),
        }
        lines.append(line)
    for line in lines[1:]:
        print(json.dumps(line))
    names = ("changed_visits", "wall_s", "cpu_s")
    print(
        json.dumps({"median of": len(lines) - 1} | {name: median(line[name] for line in lines[1:]) for name in names})
    )


if __name__ == "__main__":
    main()
