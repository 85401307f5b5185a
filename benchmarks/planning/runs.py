"""One run of one planner on one day: what it used, what came of it, and which rules were broken before the repair."""

import importlib
import importlib.metadata
import time
from pathlib import Path
from typing import Any

from benchmarks.planning import answer, judge, measure, model
from supplyhub.planning import day_folder, problem
from supplyhub.planning.plan import Plan

# Module of the solver, and the package that brings it.
SOLVERS = {"vroom": "pyvroom", "pyvrp": "pyvrp", "ortools": "ortools"}
SUPPLYHUB = "supplyhub"
HAS_SEED = {SUPPLYHUB, "pyvrp"}
Line = dict[str, Any]


def warm_up() -> Line:
    """Fill the cache of compiled code; report nothing."""
    from supplyhub.planning import solve

    solve.warm_up()
    return {}


def run_supplyhub(folder: Path, seconds: float, seed: int) -> Line:
    """Plan once with SupplyHub, in this process."""
    start = measure.Stopwatch()
    from supplyhub.planning import solve, stop

    solve.warm_up()
    start_s, watch = start.wall_s(), measure.Stopwatch()
    day = day_folder.read_day(folder)
    plan = solve.solve(day, stop=stop.MaxSeconds(seconds, clock=time.monotonic), seed=seed)
    used = _used(start_s, watch)
    return used | {"iterations": plan.iterations} | _as_it_came(folder, plan) | outcome(folder, plan)


def run_solver(name: str, folder: Path, seconds: float, seed: int) -> Line:
    """Plan once with a solver, in this process, and repair its plan."""
    start = measure.Stopwatch()
    solver = importlib.import_module(f"benchmarks.planning.by_{name}")
    start_s, watch = start.wall_s(), measure.Stopwatch()
    day = day_folder.read_day(folder)
    the_model = model.build(day)
    routes = solver.solve(the_model, seconds=seconds, seed=seed)
    plan = answer.to_plan(the_model, routes)
    used = _used(start_s, watch)
    came = _as_it_came(folder, judge.with_true_reasons(folder, plan))
    repairing = measure.Stopwatch()
    repaired = repair(day, plan)
    return used | came | {"repair_s": repairing.wall_s()} | outcome(folder, repaired)


def repair(day: problem.Problem, plan: Plan) -> Plan:
    """Make a plan valid: SupplyHub schedules its rounds by all rules and inserts again what falls out.

    Parameters
    ----------
    day
        The day.
    plan
        A plan that may break any rule.
    """
    from supplyhub.planning import solve, stop

    return solve.solve(day, start=plan, stop=stop.MaxIterations(0), seed=1)


def _used(start_s: float, watch: measure.Stopwatch) -> Line:
    return {"start_s": start_s, "wall_s": watch.wall_s(), "cpu_s": watch.cpu_s(), "peak_mb": measure.peak_mb()}


def _as_it_came(folder: Path, plan: Plan) -> Line:
    figures = judge.judge(folder, plan)
    return {f"came_{name}": figures[name] for name in ("broken", "rules", "score_m", "unserved")}


def outcome(folder: Path, plan: Plan) -> Line:
    """Return what the checker says of a plan, rules broken among it."""
    figures = judge.judge(folder, plan)
    return {name: figures[name] for name in ("broken", "score_m", "served", "unserved", "rounds", "gate_visits")}


def run(planner: str, folder: Path, seconds: float, seed: int, is_cold: bool) -> Line:
    """Run a planner in a process of its own; say what was run, and what came of it."""
    if planner == SUPPLYHUB:
        line = measure.in_own_process(run_supplyhub, folder, seconds, seed, is_cold=is_cold)
    else:
        line = measure.in_own_process(run_solver, planner, folder, seconds, seed)
    return {
        "day": folder.name,
        "planner": planner,
        "version": importlib.metadata.version(SOLVERS.get(planner, planner)),
        "limit_s": seconds,
        "seed": seed if planner in HAS_SEED else None,
        "is_cold": is_cold,
    } | line
