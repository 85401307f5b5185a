"""Write the tables of docs/benchmarks.md from the JSON lines that benchmarks print.

    python benchmarks/plan_day.py tests/data/days/street --seconds 10 | python benchmarks/write_tables.py plan_day

The lines come on standard input; the table replaces what stands between the marks of that benchmark.
"""

import argparse
import json
import os
import platform
import re
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
Line = dict[str, Any]


def plan_day_table(lines: list[Line]) -> str:
    """Return the table of `plan_day`: one row a day and time limit, medians over its seeds."""
    groups: dict[tuple[str, float], list[Line]] = defaultdict(list)
    for line in lines:
        if "seed" in line:
            groups[line["day"], line["limit_s"]].append(line)
    rows = [
        "| day | limit | seeds | score, median | lowest | highest | unserved | rounds | wall | CPU | peak memory |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (day, limit_s), runs in groups.items():
        scores = [run["score_m"] for run in runs]
        cells = (
            day,
            f"{limit_s:g} s",
            str(len(runs)),
            f"{median(scores):,.0f}",
            f"{min(scores):,}",
            f"{max(scores):,}",
            f"{median(run['unserved'] for run in runs):,.0f}",
            f"{median(run['rounds'] for run in runs):,.0f}",
            f"{median(run['wall_s'] for run in runs):.1f} s",
            f"{median(run['cpu_s'] for run in runs):.1f} s",
            f"{max(run['peak_mb'] for run in runs):,} MB",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


TABLES = {"plan_day": plan_day_table}


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
