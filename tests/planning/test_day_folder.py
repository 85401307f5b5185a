"""Reading a day: every fault is named with its file, row and column, and the rest is read all the same."""

import json
import os
from pathlib import Path

import pytest

from supplyhub.planning import day_folder, issues, reading, solve, stop
from supplyhub.planning.issues import DayFolderError, Issue, IssueCode, PlanFileError
from supplyhub.planning.plan import Round
from tests.planning import days


def files_with(file: str, row: int, **cells: str) -> dict[str, bytes]:
    """The files of a small day in which some cells of one row say something else."""
    files = days.files_of(days.day(orders=(days.order("O1"), days.order("O2"))))
    lines = files[file].decode().splitlines()
    header, values = lines[0].split(","), lines[row - 1].split(",")
    for column, value in cells.items():
        values[header.index(column)] = value
    lines[row - 1] = ",".join(values)
    return files | {file: ("\n".join(lines) + "\n").encode()}


def found(files: dict[str, bytes]) -> list[Issue]:
    return list(reading.parse_day(files).issues)


class TestGoodDays:
    @pytest.mark.parametrize(("name", "orders"), [("tiny", 60), ("street", 1200), ("district", 13_680)])
    def test_the_given_days_are_read_in_full(self, name: str, orders: int) -> None:
        assert len(day_folder.read_day(days.DATA / name).orders) == orders

    def test_what_is_written_is_read_again(self, tmp_path: Path) -> None:
        a_day = days.day(riders=(days.rider(zones=("north", "south"), pickup_id="P1", high_risk=True),))
        days.write_day(a_day, tmp_path)

        assert day_folder.read_day(tmp_path) == a_day

    def test_a_byte_order_mark_and_blank_lines_do_no_harm(self) -> None:
        files = days.files_of(days.day())
        files["orders.csv"] = b"\xef\xbb\xbf" + files["orders.csv"].replace(b"\n", b"\r\n") + b"\r\n\r\n"

        assert found(files) == []

    def test_a_file_that_a_day_does_not_have_is_ignored(self) -> None:
        assert found(days.files_of(days.day()) | {"notes.txt": b"\xff"}) == []


class TestFaultsOfRows:
    @pytest.mark.parametrize(
        ("file", "cells", "code", "column"),
        [
            ("orders.csv", {"weight_g": "heavy"}, IssueCode.NOT_A_NUMBER, "weight_g"),
            ("orders.csv", {"weight_g": "1.5"}, IssueCode.NOT_A_NUMBER, "weight_g"),
            ("orders.csv", {"weight_g": "-1"}, IssueCode.NEGATIVE, "weight_g"),
            ("orders.csv", {"volume_ml": ""}, IssueCode.EMPTY, "volume_ml"),
            ("orders.csv", {"volume_ml": "99999999999"}, IssueCode.OUT_OF_RANGE, "volume_ml"),
            ("orders.csv", {"pickup_id": "P9"}, IssueCode.UNKNOWN_PICKUP, "pickup_id"),
            ("orders.csv", {"compound_id": "C9"}, IssueCode.UNKNOWN_COMPOUND, "compound_id"),
            ("orders.csv", {"ready_at": "13:00"}, IssueCode.DUE_BEFORE_READY, "due_at"),
            ("orders.csv", {"due_at": "25:00"}, IssueCode.NOT_A_TIME, "due_at"),
            ("orders.csv", {"due_at": "noon"}, IssueCode.NOT_A_TIME, "due_at"),
            ("orders.csv", {"priority": "4"}, IssueCode.NOT_A_CHOICE, "priority"),
            ("orders.csv", {"source": "fax"}, IssueCode.NOT_A_CHOICE, "source"),
            ("orders.csv", {"order_id": ""}, IssueCode.EMPTY, "order_id"),
            ("compounds.csv", {"risk": "severe"}, IssueCode.NOT_A_CHOICE, "risk"),
            ("compounds.csv", {"lat": "91"}, IssueCode.OUT_OF_RANGE, "lat"),
            ("compounds.csv", {"lon": "nan"}, IssueCode.NOT_A_NUMBER, "lon"),
            ("gates.csv", {"slot_minutes": "0"}, IssueCode.OUT_OF_RANGE, "slot_minutes"),
            ("gates.csv", {"compound_id": "C9"}, IssueCode.UNKNOWN_COMPOUND, "compound_id"),
            ("riders.csv", {"vehicle": "rocket"}, IssueCode.UNKNOWN_VEHICLE, "vehicle"),
            ("riders.csv", {"pickup_id": "P9"}, IssueCode.UNKNOWN_PICKUP, "pickup_id"),
            ("riders.csv", {"high_risk": "maybe"}, IssueCode.NOT_A_CHOICE, "high_risk"),
            ("pickups.csv", {"kind": "kiosk"}, IssueCode.NOT_A_CHOICE, "kind"),
        ],
    )
    def test_the_fault_is_named(self, file: str, cells: dict[str, str], code: IssueCode, column: str) -> None:
        first = found(files_with(file, 2, **cells))[0]

        assert (first.file, first.row, first.column, first.code) == (file, 2, column, code)
        assert first.message

    def test_the_other_rows_are_read_all_the_same(self) -> None:
        result = reading.parse_day(files_with("orders.csv", 2, weight_g="heavy"))

        assert [order.order_id for order in result.orders] == ["O2"]
        assert result.problem().orders == result.orders

    def test_a_row_names_all_of_its_faults(self) -> None:
        codes = [issue.code for issue in found(files_with("orders.csv", 3, weight_g="-5", due_at="soon"))]

        assert codes == [IssueCode.NEGATIVE, IssueCode.NOT_A_TIME]

    def test_the_second_of_two_equal_ids_is_refused(self) -> None:
        issue = found(files_with("orders.csv", 3, order_id="O1"))[0]

        assert (issue.row, issue.code) == (3, IssueCode.DUPLICATE_ID)
        assert issue.message == "“O1” is already in row 2."

    def test_an_order_of_a_refused_pickup_says_so(self) -> None:
        codes = {issue.code for issue in found(files_with("pickups.csv", 2, lat="x")) if issue.file == "orders.csv"}

        assert codes == {IssueCode.REFUSED_REFERENCE}

    def test_rows_are_counted_as_a_spreadsheet_does(self) -> None:
        files = files_with("orders.csv", 3, weight_g="x")
        files["orders.csv"] = files["orders.csv"].replace(b"\nO1,", b'\n\n"O\n1",')

        # The header is row 1, the blank line row 2, the id with a line break row 3.
        assert [issue.row for issue in found(files)] == [4]

    def test_text_that_is_not_utf8_refuses_its_row_alone(self) -> None:
        files = days.files_of(days.day(compounds=(days.compound("C1", name="小区"), days.compound("C2", name="plain"))))
        files["compounds.csv"] = files["compounds.csv"].decode().encode("gb18030")

        result = reading.parse_day(files)

        assert result.issues[0] == Issue(file="compounds.csv", code=IssueCode.NOT_UTF8, row=2, column="name")
        assert [compound.compound_id for compound in result.compounds] == ["C2"]


class TestFaultsOfFiles:
    def test_a_missing_file_is_named_once(self) -> None:
        files = days.files_of(days.day())
        del files["pickups.csv"]

        assert found(files) == [Issue(file="pickups.csv", code=IssueCode.MISSING_FILE)]

    def test_a_missing_column_is_named(self) -> None:
        files = days.files_of(days.day())
        files["orders.csv"] = files["orders.csv"].replace(b"weight_g", b"weight")

        expected = Issue(file="orders.csv", code=IssueCode.MISSING_COLUMN, row=1, column="weight_g")
        assert found(files) == [expected]

    def test_an_empty_file_lacks_all_columns(self) -> None:
        codes = {issue.code for issue in found(days.files_of(days.day()) | {"orders.csv": b""})}

        assert codes == {IssueCode.MISSING_COLUMN}

    def test_a_file_over_the_limit_is_refused_unread(self) -> None:
        files = days.files_of(days.day()) | {"orders.csv": b"x" * 1001}

        issue = reading.parse_day(files, reading.Limits(file_bytes=1000)).issues[0]

        assert (issue.file, issue.code) == ("orders.csv", IssueCode.FILE_TOO_LARGE)

    def test_a_folder_with_a_file_of_100_mb_is_refused_by_its_size(self, tmp_path: Path) -> None:
        days.write_day(days.day(), tmp_path)
        os.truncate(tmp_path / "orders.csv", 100_000_000)

        with pytest.raises(DayFolderError) as caught:
            day_folder.read_day(tmp_path)

        assert [str(issue) for issue in caught.value.issues] == [
            "orders.csv: The file has 100 MB; at most 20 MB are read."
        ]

    def test_rows_above_the_limit_are_left_out(self) -> None:
        files = days.files_of(days.day(orders=tuple(days.order(f"O{n}") for n in range(5))))

        result = reading.parse_day(files, reading.Limits(rows=3))

        assert [issue.code for issue in result.issues] == [IssueCode.TOO_MANY_ROWS]
        assert len(result.orders) == 3

    def test_a_matrix_day_needs_its_travel_file(self) -> None:
        files = days.files_of(days.day())
        files["day.toml"] = files["day.toml"].replace(b'"crow"', b'"matrix"')

        assert found(files) == [Issue(file="travel.csv", code=IssueCode.MISSING_FILE)]

    def test_ways_to_unknown_places_and_ways_told_twice_are_refused(self) -> None:
        files = days.files_of(days.day())
        files["day.toml"] = files["day.toml"].replace(b'"crow"', b'"matrix"')
        files["travel.csv"] = b"from_id,to_id,distance_m,duration_s\nP1,G1,5,5\nP1,G9,5,5\nP1,G1,6,6\nG1,base:R1,-1,5\n"

        codes = [(issue.row, issue.code) for issue in found(files)]

        assert codes == [(3, IssueCode.UNKNOWN_PLACE), (4, IssueCode.DUPLICATE_LEG), (5, IssueCode.NEGATIVE)]


class TestSettings:
    @pytest.mark.parametrize(
        ("old", "new", "code", "key"),
        [
            (b"supply-day/1", b"supply-day/9", IssueCode.UNKNOWN_FORMAT, "format"),
            (b"date = 2022-11-08", b'date = "someday"', IssueCode.BAD_SETTING, "date"),
            (b"Asia/Shanghai", b"Asia/Nowhere", IssueCode.BAD_SETTING, "timezone"),
            (b'"crow"', b'"wings"', IssueCode.NOT_A_CHOICE, "travel.model"),
            (b"detour = 1.35", b"detour = 0", IssueCode.BAD_SETTING, "travel.detour"),
            (b"fixed_s = 120", b"fixed_s = -1", IssueCode.BAD_SETTING, "handover.fixed_s"),
            (b"contact_m = 500", b"contact_m = true", IssueCode.BAD_SETTING, "score.contact_m"),
            (b"[10000, 20000, 50000, 200000]", b"[1, 2]", IssueCode.BAD_SETTING, "score.unserved_m"),
            (b"speed_kmh = 18", b"fast = 18", IssueCode.MISSING_KEY, "vehicles.ebike.speed_kmh"),
        ],
    )
    def test_the_key_is_named(self, old: bytes, new: bytes, code: IssueCode, key: str) -> None:
        files = days.files_of(days.day())
        assert old in files["day.toml"]
        files["day.toml"] = files["day.toml"].replace(old, new)

        result = reading.parse_day(files)

        assert [(issue.file, issue.column, issue.code) for issue in result.issues] == [("day.toml", key, code)]
        assert result.settings is None
        with pytest.raises(DayFolderError):
            result.problem()

    @pytest.mark.parametrize("content", [b"[broken", b"name = \xff"])
    def test_a_file_that_is_no_toml_is_one_fault(self, content: bytes) -> None:
        codes = [issue.code for issue in found(days.files_of(days.day()) | {"day.toml": content})]

        assert len(codes) == 1


class TestTemplates:
    def test_every_code_has_a_sentence_for_people(self) -> None:
        assert set(issues.TEMPLATES) == set(IssueCode)
        assert all(template.endswith(".") for template in issues.TEMPLATES.values())


class TestPlanFiles:
    def test_a_plan_is_read_as_it_was_written(self, tmp_path: Path) -> None:
        problem = day_folder.read_day(days.DATA / "tiny")
        plan = solve.solve(problem, stop=stop.MaxIterations(10), seed=1)
        day_folder.write_plan(plan, tmp_path / "plan.json")

        again = day_folder.read_plan(tmp_path / "plan.json")

        assert (again.rounds, again.unserved, again.day_date) == (plan.rounds, plan.unserved, plan.day_date)

    def test_a_rider_who_stopped_has_no_way_home(self, tmp_path: Path) -> None:
        problem = days.day(orders=())
        plan = solve.solve(problem, stop=stop.MaxIterations(1), seed=1)
        stopped = Round(rider_id="R1", leaves_base_s=0, back_s=None, stopped_s=3600, visits=())

        day_folder.write_plan(plan.replace(rounds=(stopped,)), tmp_path / "plan.json")

        document = json.loads((tmp_path / "plan.json").read_text())
        assert document["rounds"] == [
            {"rider_id": "R1", "leaves_base_at": "00:00:00", "stopped_at": "01:00:00", "visits": []}
        ]
        assert day_folder.read_plan(tmp_path / "plan.json").rounds == (stopped,)

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "supply-plan/9"}', '{"format": "supply-plan/1"}'])
    def test_another_file_is_refused(self, content: str, tmp_path: Path) -> None:
        (tmp_path / "plan.json").write_text(content)

        with pytest.raises(PlanFileError):
            day_folder.read_plan(tmp_path / "plan.json")

    def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = solve.solve(days.day(orders=()), stop=stop.MaxIterations(1), seed=1)
        (tmp_path / "plan.json").write_text("old")

        def interrupt(_handle: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            day_folder.write_plan(plan, tmp_path / "plan.json")

        assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
        assert (tmp_path / "plan.json").read_text() == "old"
