"""How time and memory grow with the day: orders, riders and compounds 1, 2, 6 and 20 times those of `street`.

    python -m benchmarks.planning.growth --times 1 2 6 20

Every day is made by tests/tools/make_day.py with the same seed. The same work is asked for each drop: a number of
iterations that is so many times the number of drops, after construction. Metres an order show whether that work led to
equally good plans. Each size is planned in a process of its own; one JSON line each.
"""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.planning import measure, model, runs
from supplyhub.planning import day_folder, problem
from tests.tools import make_day

ORDERS, RIDERS, COMPOUNDS = 1200, 15, 45
DAY_SEED = 12


def grow(folder: Path, iterations_each: int) -> runs.Line:
    """Construct a plan of a day, and plan it with so many iterations for each drop, in this process."""
    from supplyhub.planning import solve, stop

    solve.warm_up()
    day = day_folder.read_day(folder)
    drops = len(model.build(day).drops)
    before_mb = measure.peak_mb()
    construction = measure.Stopwatch()
    solve.solve(day, stop=stop.MaxIterations(0), seed=1)
    construct_s, whole = construction.wall_s(), measure.Stopwatch()
    plan = solve.solve(day, stop=stop.MaxIterations(iterations_each * drops), seed=1)
    used = {"construct_s": construct_s, "wall_s": whole.wall_s(), "cpu_s": whole.cpu_s()}
    memory = {"peak_mb": measure.peak_mb(), "plan_mb": measure.peak_mb() - before_mb}
    return _size(day) | {"drops": drops, "iterations": plan.iterations} | used | memory | runs.outcome(folder, plan)


def _size(day: problem.Problem) -> runs.Line:
    return {"orders": len(day.orders), "riders": len(day.riders), "compounds": len(day.compounds)}


def main() -> None:
    """Print a line for every size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 6, 20])
    parser.add_argument("--iterations-each", type=int, default=5, help="iterations for each drop")
    arguments = parser.parse_args()
    # What is compiled now is not compiled, nor counted, in a measured process.
    measure.in_own_process(runs.warm_up)
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "day"
            make_day.make(folder, DAY_SEED, times * ORDERS, times * RIDERS, times * COMPOUNDS)
            line = measure.in_own_process(grow, folder, arguments.iterations_each)
        print(json.dumps({"times": times, "iterations_each": arguments.iterations_each} | line), flush=True)


if __name__ == "__main__":
    main()
