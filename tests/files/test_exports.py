"""Tables that leave the application open as text, whatever strangers typed into them."""

import csv
import io

import pytest

from supplyhub.files.exports import csv_bytes, safe_text


class TestSafeText:
    @pytest.mark.parametrize("text", ["=1+1", "+8613812345678", "-1+2", "@SUM(A1)", "\t=1", "\r=1"])
    def test_writes_a_formula_as_text(self, text):
        assert safe_text(text) == f"'{text}"

    def test_leaves_the_rest_alone(self):
        assert [safe_text(value) for value in ("天虹", "", None, -5, 2.5)] == ["天虹", "", "", "-5", "2.5"]


class TestCsvBytes:
    def test_begins_with_a_byte_order_mark(self):
        assert csv_bytes(["名称"], []).startswith("\ufeff名称".encode())

    def test_gives_back_what_went_in(self):
        content = csv_bytes(["id", "note"], [[1, 'a "quoted", note'], [2, "two\nlines"]])

        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert rows == [["id", "note"], ["1", 'a "quoted", note'], ["2", "two\nlines"]]
