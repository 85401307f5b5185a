"""Tables out as .xlsx: what a spreadsheet program reads back."""

import io
import zipfile
from datetime import date, datetime

import python_calamine

from supplyhub.files.workbooks import Column, Sheet, workbook_bytes


def read(content):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


class TestWorkbookBytes:
    def test_holds_a_sheet_for_each_table(self):
        columns = [Column(head="小区"), Column(head="份额", is_percent=True)]
        sheets = [
            Sheet(name="小区", columns=columns, rows=[("明月湖", 0.5)]),
            Sheet(name="街道", columns=columns, rows=[]),
        ]

        found = read(workbook_bytes(sheets))

        assert found == {"小区": [["小区", "份额"], ["明月湖", 0.5]], "街道": [["小区", "份额"]]}

    def test_writes_notes_above_the_head(self):
        found = read(workbook_bytes([Sheet(name="a", columns=[Column(head="x")], rows=[(1,)], notes=["by plan"])]))

        assert found["a"] == [["by plan"], [""], ["x"], [1.0]]

    def test_writes_days_times_and_gaps(self):
        columns = [Column(head=head) for head in "abc"]
        row = (date(2022, 11, 8), datetime.fromisoformat("2022-11-08T09:05"), None)

        found = read(workbook_bytes([Sheet(name="a", columns=columns, rows=[row])]))

        assert found["a"][1] == [date(2022, 11, 8), datetime.fromisoformat("2022-11-08T09:05"), ""]

    def test_can_be_filtered_and_printed(self):
        sheet = Sheet(
            name="a", columns=[Column(head=head) for head in "abcdefgh"], rows=[range(8)] * 3, notes=["by plan"]
        )

        with zipfile.ZipFile(io.BytesIO(workbook_bytes([sheet]))) as book:
            page, names = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/workbook.xml").decode()

        # One page wide and lying, as eight columns need it; the head stands on row 3 and is printed on every page.
        assert '<autoFilter ref="A3:H6"/>' in page
        assert 'orientation="landscape"' in page
        assert 'fitToHeight="0"' in page
        assert "a!$3:$3" in names

    def test_runs_no_formula(self):
        found = read(workbook_bytes([Sheet(name="a", columns=[Column(head="note")], rows=[("=1+1",)])]))

        assert found["a"][1] == ["=1+1"]

    def test_gives_sheets_names_that_are_allowed(self):
        found = read(workbook_bytes([Sheet(name="9/11: " + "a" * 40, columns=[Column(head="x")], rows=[])]))

        assert list(found) == ["9 11  " + "a" * 25]
