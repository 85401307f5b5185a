"""Plan a day folder and print one JSON line a run: score, served, unserved, wall and CPU seconds, peak memory.

    python benchmarks/plan_day.py tests/data/days/street --seconds 10 --seeds 1 2 3 4 5

Every run has a process of its own, so that its peak memory is its own. `start_s` is what a process needs before it
plans (imports, and loading the compiled engine from its cache; with `--cold`, compiling it anew).
"""

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def run(day: Path, seconds: float, seed: int) -> dict[str, Any]:
    """Plan once, in this process."""
    began = time.monotonic()
    from supplyhub.planning import day_folder, solve, stop

    solve.warm_up()
    start_s = time.monotonic() - began
    wall, cpu = time.monotonic(), time.process_time()
    problem = day_folder.read_day(day)
    plan = solve.solve(problem, stop=stop.MaxSeconds(seconds, clock=time.monotonic), seed=seed)
    figures = plan.figures
    assert figures is not None
    return {
        "day": day.name,
        "planner": "supplyhub",
        "limit_s": seconds,
        "seed": seed,
        "is_cold": False,
        "score_m": figures.score_m,
        "served": figures.served,
        "unserved": figures.unserved,
        "rounds": figures.rounds,
        "gate_visits": figures.gate_visits,
        "iterations": plan.iterations,
        "start_s": round(start_s, 2),
        "wall_s": round(time.monotonic() - wall, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        # Linux counts kilobytes.
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Run every seed and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("day", type=Path, nargs="+", help="day folders")
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--cold", action="store_true", help="begin without compiled code")
    arguments = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    for day in arguments.day:
        for seconds in arguments.seconds:
            for seed in arguments.seeds:
                with tempfile.TemporaryDirectory() as cache:
                    if arguments.cold:
                        os.environ["NUMBA_CACHE_DIR"] = cache
                    with spawn.Pool(1) as pool:
                        line = pool.apply(run, (day, seconds, seed))
                print(json.dumps(line | {"is_cold": arguments.cold}), flush=True)


if __name__ == "__main__":
    main()
