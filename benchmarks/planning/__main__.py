"""Plan days with SupplyHub, VROOM, PyVRP and OR-Tools, one after the other, and print one JSON line a run.

    python -m benchmarks.planning tests/data/days/street --seconds 10 60 --seeds 1 2 3 4 5
    python -m benchmarks.planning tests/data/days/street=10 tests/data/days/district=30,120 --planners supplyhub

A day may name time limits of its own. The solvers come with the extra `bench` (requirements-bench.lock). Every run has
a process of its own. A solver's plan is checked as it came, then scheduled by SupplyHub, which also inserts again what
falls out (no search), and checked again. `start_s` is what a process needs before it plans: imports, and loading the
compiled engine (with `--cold`: compiling it).
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

from benchmarks.planning import measure, runs


def _day(text: str) -> tuple[Path, tuple[float, ...]]:
    """Return a day folder and its own time limits, if it names some: `days/street`, `days/street=10,60`."""
    folder, _, seconds = text.partition("=")
    return Path(folder), tuple(map(float, seconds.split(","))) if seconds else ()


def main() -> None:
    """Print a line for every day, limit, planner and seed; end with an error where a plan is not valid."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("day", type=_day, nargs="+", help="day folders; DAY=10,60 has time limits of its own")
    parser.add_argument(
        "--planners", nargs="+", choices=[runs.SUPPLYHUB, *runs.SOLVERS], default=[runs.SUPPLYHUB, *runs.SOLVERS]
    )
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0], help="time limits of the other days")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5], help="for planners that take one")
    parser.add_argument("--cold", action="store_true", help="begin without compiled code (SupplyHub)")
    arguments = parser.parse_args()
    missing = [name for name in arguments.planners if name != runs.SUPPLYHUB and importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"Not installed: {', '.join(missing)}. Install requirements-bench.lock, or name other --planners.")
    if not arguments.cold:
        measure.in_own_process(runs.warm_up)
    broken = 0
    for folder, own_seconds in arguments.day:
        for seconds in own_seconds or arguments.seconds:
            for planner in arguments.planners:
                for seed in arguments.seeds if planner in runs.HAS_SEED else arguments.seeds[:1]:
                    line = runs.run(planner, folder, seconds, seed, arguments.cold)
                    print(json.dumps(line), flush=True)
                    broken += line["broken"]
    if broken:
        sys.exit("A plan of SupplyHub, or a plan that it repaired, breaks rules.")


if __name__ == "__main__":
    main()
