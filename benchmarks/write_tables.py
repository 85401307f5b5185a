"""Write the tables of docs/benchmarks.md from the JSON lines that benchmarks print.

    python -m benchmarks.planning tests/data/days/street --seconds 10 | python benchmarks/write_tables.py solvers

The lines come on standard input; the table replaces what stands between the marks of that benchmark.
"""

import argparse
import json
import math
import os
import platform
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
Line = dict[str, Any]
NAMES = {"supplyhub": "SupplyHub", "vroom": "VROOM", "pyvrp": "PyVRP", "ortools": "OR-Tools"}


def plan_day_table(lines: list[Line]) -> str:
    """Return the table of SupplyHub alone: one row a day and time limit, medians over its seeds."""
    heads = ("day", "limit", "seeds", *_SCORES, "rounds", *_USED)
    rows = [
        (
            runs[0]["day"],
            f"{runs[0]['limit_s']:g} s",
            str(len(runs)),
            *_scores(runs),
            f"{median(run['rounds'] for run in runs):,.0f}",
            *_used(runs),
        )
        for runs in _groups(line for line in lines if not line["is_cold"])
    ]
    return "\n\n".join([_table(heads, rows), *_starts(lines)])


def solvers_table(lines: list[Line]) -> str:
    """Return the table of all planners: what came, what it was after the repair, and what it took."""
    heads = ("day", "planner", "limit", "runs", "rules broken as it came", "unserved", *_SCORES, *_USED)
    rows = [
        (
            runs[0]["day"],
            f"{NAMES[runs[0]['planner']]} {runs[0]['version']}",
            f"{runs[0]['limit_s']:g} s",
            str(len(runs)),
            _broken(runs),
            f"{median(run['came_unserved'] for run in runs):,.0f}",
            *_scores(runs),
            *_used(runs),
        )
        for runs in _groups(line for line in lines if not line["is_cold"])
    ]
    return "\n\n".join([_table(heads, rows), *_starts(lines)])


def growth_table(lines: list[Line]) -> str:
    """Return the table of growth, and the exponents of time and memory in the number of orders."""
    heads = ("times", "orders", "riders", "drops", "construction", "planned", "metres an order", "unserved", "memory")
    rows = [
        (
            str(line["times"]),
            f"{line['orders']:,}",
            f"{line['riders']:,}",
            f"{line['drops']:,}",
            f"{line['construct_s']:.2f} s",
            f"{line['wall_s']:.1f} s",
            f"{line['score_m'] / line['orders']:,.0f}",
            f"{line['unserved']:,}",
            f"{line['peak_mb']:,} MB, {line['plan_mb']:,} MB of it for the day",
        )
        for line in lines
    ]
    exponents = [
        f"{name} {_exponent(lines, key):.2f}"
        for name, key in (
            ("construction", "construct_s"),
            ("planning", "wall_s"),
            ("memory for the day", "plan_mb"),
            ("memory of the process", "peak_mb"),
        )
    ]
    each = f"{lines[0]['iterations_each']} iterations for each drop."
    return f"{_table(heads, rows)}\n\n{each} Log-log slope in the number of orders: {', '.join(exponents)}."


def roads_table(lines: list[Line]) -> str:
    """Return the tables of `roads`: what building and a day's ways took, and how far Valhalla's distances are."""
    built = next(line for line in lines if "build_s" in line)
    day = next(line for line in lines if "matrix_s" in line)
    rows = [
        (
            line["comparison"],
            f"{line['pairs']}",
            f"{line['median_ratio']:.3f}",
            f"{line['median_apart']:.1%}",
            f"{line['p95_apart']:.1%}",
            f"{line['within_5_percent']:.0%}",
        )
        for line in lines
        if "comparison" in line
    ]
    without = ", ".join(f"{count} for {name}" for name, count in day["without_road"].items())
    told = (
        f"Graph built in {built['build_s']:.1f} s, {built['graph_bytes'] / 1e6:.1f} MB. Ways of a day with "
        f"{day['stops']} stops ({day['places']} places) for {len(day['vehicles'])} kinds of vehicle: "
        f"{day['matrix_s']:.1f} s, {day['ways']:,} ways; places without a road: {without}."
    )
    heads = ("day", "pairs", "ours / Valhalla, median", "apart, median", "apart, 95 %", "within 5 %")
    return f"{told}\n\n{_table(heads, rows).replace('| day |', '| compared |', 1)}"


TABLES = {"plan_day": plan_day_table, "solvers": solvers_table, "growth": growth_table, "roads": roads_table}
_SCORES = ("score, median", "lowest", "highest", "unserved, valid")
_USED = ("wall", "CPU", "peak memory")


def _groups(lines: Iterable[Line]) -> list[list[Line]]:
    """Gather the runs that differ by their seed alone."""
    groups: dict[tuple[str, str, float], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line["day"], line["planner"], line["limit_s"]].append(line)
    return list(groups.values())


def _scores(runs: list[Line]) -> tuple[str, ...]:
    scores = [run["score_m"] for run in runs]
    unserved = median(run["unserved"] for run in runs)
    return f"{median(scores):,.0f}", f"{min(scores):,}", f"{max(scores):,}", f"{unserved:,.0f}"


def _used(runs: list[Line]) -> tuple[str, ...]:
    return (
        f"{median(run['wall_s'] for run in runs):.1f} s",
        f"{median(run['cpu_s'] for run in runs):.1f} s",
        f"{max(run['peak_mb'] for run in runs):,} MB",
    )


def _broken(runs: list[Line]) -> str:
    """Return how many rules the median run broke, and which: `214: 7 x 202, 5 x 12`."""
    rules = sorted({rule for run in runs for rule in run["came_rules"]}, key=int)
    counts = {rule: median(run["came_rules"].get(rule, 0) for run in runs) for rule in rules}
    by_rule = [f"{rule} × {count:,.0f}" for rule, count in sorted(counts.items(), key=lambda item: -item[1])]
    total = f"{median(run['came_broken'] for run in runs):,.0f}"
    return f"{total}: {', '.join(by_rule)}" if by_rule else total


def _starts(lines: list[Line]) -> list[str]:
    """Say how long SupplyHub takes to start, with and without compiled code."""
    ours = [line for line in lines if line["planner"] == "supplyhub"]
    sentences = [
        f"{text} {median(line['start_s'] for line in ours if line['is_cold'] is is_cold):.1f} s."
        for is_cold, text in ((False, "SupplyHub starts in"), (True, "With nothing compiled yet, in"))
        if any(line["is_cold"] is is_cold for line in ours)
    ]
    return [" ".join(sentences)] if sentences else []


def _exponent(lines: list[Line], key: str) -> float:
    """Return the slope of the least-squares line through the logarithms."""
    points = [(math.log(line["orders"]), math.log(max(line[key], 1e-3))) for line in lines]
    return linear_regression(*zip(*points, strict=True)).slope


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table; numbers to the right, words to the left."""
    words = {"day", "planner", "rules broken as it came"}
    marks = ["---" if head in words else "--:" for head in heads]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows))


def main() -> None:
    """Read lines from standard input and write the table that they make."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("benchmark", choices=sorted(TABLES))
    arguments = parser.parse_args()
    lines: list[Line] = []
    for text in sys.stdin:
        sys.stdout.write(text)
        lines.append(json.loads(text))
    machine = f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores."
    table = f"{TABLES[arguments.benchmark](lines)}\n\n{machine}"
    begins, ends = f"<!-- {arguments.benchmark} begins -->", f"<!-- {arguments.benchmark} ends -->"
    page = PAGE.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(begins)}.*?{re.escape(ends)}", re.DOTALL)
    if not marked.search(page):
        sys.exit(f"{PAGE} has no marks for {arguments.benchmark}")
    PAGE.write_text(marked.sub(lambda _: f"{begins}\n{table}\n{ends}", page), encoding="utf-8")


if __name__ == "__main__":
    main()
