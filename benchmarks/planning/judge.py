"""What the independent checker says of a plan: the score, and how many times each rule is broken."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from supplyhub.planning import day_folder
from supplyhub.planning.plan import Plan, Reason
from tests.tools import check_plan


def judge(folder: Path, plan: Plan) -> dict[str, Any]:
    """Check a plan.

    Parameters
    ----------
    folder
        The day folder.
    plan
        A plan of that day, valid or not.

    Returns
    -------
    dict
        The checker's figures, and `rules`: how often each rule is broken, by its number.
    """
    check = _check(folder, plan)
    rules = Counter(number for number, _ in check.broken)
    return check.figures() | {"rules": {str(number): rules[number] for number in sorted(rules)}}


def with_true_reasons(folder: Path, plan: Plan) -> Plan:
    """Return the plan with the reason that holds for each unserved order, so that no solver is blamed for a wrong one.

    Parameters
    ----------
    folder
        The day folder.
    plan
        A plan of that day.
    """
    check = _check(folder, plan)
    return plan.replace(
        unserved=tuple(
            type(entry)(
                order_id=entry.order_id,
                reason=Reason(check.day.true_reason(check.day.orders[entry.order_id], check.slots)),
            )
            for entry in plan.unserved
        )
    )


def _check(folder: Path, plan: Plan) -> Any:
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "plan.json"
        day_folder.write_plan(plan, path)
        document = json.loads(path.read_text(encoding="utf-8"))
    check = check_plan.Check(check_plan.Day(folder), document)
    check.run()
    return check
