"""`supplyhub replan`: changes of a running day from files to files."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from supplyhub.planning import day_folder, solve, stop
from supplyhub.planning.live import answer_documents
from supplyhub.rounds.live_cli import replan
from tests.planning import days
from tests.tools import check_plan

TINY = days.DATA / "tiny"


@pytest.fixture(scope="module")
def plan_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("driven") / "plan.json"
    day_folder.write_plan(solve.solve(day_folder.read_day(TINY), stop=stop.MaxIterations(200), seed=1), path)
    return path


def run(folder: Path, plan_path: Path, changes: object, *more: str, now: str = "10:00") -> Result:
    (folder / "changes.json").write_text(changes if isinstance(changes, str) else json.dumps(changes))
    arguments = [str(TINY), str(plan_path), "--now", now, "--changes", str(folder / "changes.json")]
    return CliRunner().invoke(replan, [*arguments, "--out", str(folder / "new.json"), *more])


def listed(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"format": "supply-changes/1", "changes": list(changes)}


def checked(folder: Path, plan: Path) -> check_plan.Check:
    check = check_plan.Check(check_plan.Day(folder), json.loads(plan.read_text(encoding="utf-8")))
    check.run()
    return check


def test_writes_a_plan_that_keeps_the_rules_of_the_changed_day(tmp_path: Path, plan_path: Path) -> None:
    driven = day_folder.read_plan(plan_path)
    stopped = driven.rounds[0].rider_id
    a_day = day_folder.read_day(TINY)
    order = {**_order(a_day.orders[0]), "order_id": "N1"}
    changes = listed(
        {"kind": "stopped_rider", "rider_id": stopped, "why": "dropped_out"},
        {"kind": "new_order", "order": order},
        {"kind": "cancelled_order", "order_id": a_day.orders[-1].order_id},
        {"kind": "closed_gate", "gate_id": a_day.gates[0].gate_id, "from": "10:00"},
    )

    result = run(
        tmp_path, plan_path, changes, "--answer", str(tmp_path / "answer.json"), "--day-out", str(tmp_path / "day")
    )

    assert result.exit_code == 0, result.output
    assert result.output.startswith("changed_visits ")
    check = checked(tmp_path / "day", tmp_path / "new.json")
    assert check.broken == []
    answer = answer_documents.read_answer(json.loads((tmp_path / "answer.json").read_text(encoding="utf-8")))
    assert answer.after.score_m == check.figures()["score_m"]
    assert stopped in {one.rider_id for one in answer.rounds}
    # The changed day is a day folder like any other.
    changed = day_folder.read_day(tmp_path / "day")
    assert "N1" in {one.order_id for one in changed.orders}
    assert changed.gates[0].closes_s <= a_day.gates[0].closes_s


def test_leaves_a_day_without_changes_as_it_is(tmp_path: Path, plan_path: Path) -> None:
    result = run(tmp_path, plan_path, listed(), "--day-out", str(tmp_path / "day"))

    assert result.exit_code == 0, result.output
    assert (tmp_path / "new.json").read_bytes() == plan_path.read_bytes()
    assert day_folder.read_day(tmp_path / "day") == day_folder.read_day(TINY)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (listed({"kind": "cancelled_order", "order_id": "O9"}), "Change 0: There is no order “O9” on this day."),
        (listed({"kind": "holiday"}), "Change 0: “holiday” is not one of new_order"),
        ({"format": "supply-changes/2"}, "The format is not supply-changes/1."),
        ("{", "changes.json cannot be read as changes"),
    ],
)
def test_names_what_cannot_be_read_and_writes_nothing(
    changes: object, sentence: str, tmp_path: Path, plan_path: Path
) -> None:
    result = run(tmp_path, plan_path, changes)

    assert result.exit_code == 2
    assert sentence in result.output
    assert not (tmp_path / "new.json").exists()


def test_refuses_a_time_that_is_none(tmp_path: Path, plan_path: Path) -> None:
    result = run(tmp_path, plan_path, listed(), now="ten")

    assert (result.exit_code, "“ten” is not a time of day" in result.output) == (2, True)


def _order(order: Any) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "pickup_id": order.pickup_id,
        "compound_id": order.compound_id,
        "weight_g": order.weight_g,
        "volume_ml": order.volume_ml,
        "ready_at": "10:00",
        "due_at": "16:00",
        "priority": 2,
        "source": "assisted",
    }


def test_follows_the_coordinates_of_the_day(tmp_path: Path, plan_path: Path) -> None:
    # In a system nobody knows the day cannot be read, as by `supplyhub plan`.
    folder = tmp_path / "elsewhere"
    shutil.copytree(TINY, folder)
    settings = folder / "day.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[coordinates]\nsystem = "mars"\n', encoding="utf-8")
    (tmp_path / "changes.json").write_text(json.dumps(listed()), encoding="utf-8")
    arguments = [str(folder), str(plan_path), "--now", "10:00", "--changes", str(tmp_path / "changes.json")]

    result = CliRunner().invoke(replan, [*arguments, "--out", str(tmp_path / "new.json")])

    assert result.exit_code != 0
    assert "mars" in result.output
    assert not (tmp_path / "new.json").exists()
