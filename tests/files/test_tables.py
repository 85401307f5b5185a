"""Tables in files: encodings, row numbers, headers, limits; good rows beside bad ones."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from supplyhub.files import encodings
from supplyhub.files.limits import DEFAULT
from supplyhub.files.tables import read_table

DATA = Path(__file__).parent.parent / "data" / "imports"
COLUMNS = ("id", "name")


def codes(table):
    return [(fault.line, fault.reasons[0].code) for fault in table.faults]


def workbook(rows, **options):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(number, column, value, value="2")
                else:
                    sheet.write(number, column, value)
    return content.getvalue()


class TestReadTable:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_reads_every_encoding_that_people_have(self, encoding):
        table = read_table("a.csv", "id,name\n1,天虹\n".encode(encoding), columns=COLUMNS)

        assert [line.cells for line in table.lines] == [{"id": "1", "name": "天虹"}]

    def test_counts_rows_as_a_spreadsheet_does(self):
        table = read_table("a.csv", b'id,name\n1,"two\nlines"\n\n2,x\n', columns=COLUMNS)

        assert [(line.number, line.cells["id"]) for line in table.lines] == [(2, "1"), (4, "2")]

    def test_tidies_cells(self):
        table = read_table("a.csv", "id,name\nTH1\t,  天\u00a0虹  \n".encode(), columns=COLUMNS)

        assert table.lines[0].cells == {"id": "TH1", "name": "天 虹"}

    def test_fills_short_rows_and_ignores_empty_ones(self):
        table = read_table("a.csv", b"id,name,more\n1\n,,\n", columns=COLUMNS)

        assert [line.cells for line in table.lines] == [{"id": "1", "name": "", "more": ""}]

    @pytest.mark.parametrize("sign", [";", "\t"])
    def test_reads_other_separators(self, sign):
        table = read_table("a.csv", f"id{sign}name\n1{sign}a,b\n".encode(), columns=COLUMNS)

        assert table.lines[0].cells == {"id": "1", "name": "a,b"}

    def test_names_the_row_that_is_no_text_and_keeps_the_others(self):
        content = "id,name\n1,天虹\n2,株百\n".encode() + b"3,\xff\xfe\n" + "4,麦德龙\n".encode()

        table = read_table("a.csv", content, columns=COLUMNS)

        assert codes(table) == [(4, "file.not_text")]
        assert [line.cells["id"] for line in table.lines] == ["1", "2", "4"]
        assert table.rows_read == 4

    def test_refuses_a_file_that_is_no_text(self):
        table = read_table("a.csv", "id,name\n1,a\n".encode("utf-16"), columns=COLUMNS)

        assert not table.is_usable
        assert codes(table) == [(None, "file.not_text")]

    def test_names_every_missing_column(self):
        table = read_table("a.csv", b"number,title\n1,a\n", columns=COLUMNS)

        assert not table.is_usable
        assert [dict(fault.reasons[0].fields) for fault in table.faults] == [{"column": "id"}, {"column": "name"}]

    def test_finds_a_header_below_a_preamble(self):
        content = b"a bill\n\nid,name\n1,a\n"

        assert read_table("a.csv", content, columns=COLUMNS, header_within=5).lines[0].number == 4
        assert not read_table("a.csv", content, columns=COLUMNS).is_usable

    def test_refuses_an_empty_file(self):
        assert codes(read_table("a.csv", b"", columns=COLUMNS)) == [(1, "file.empty")]

    def test_refuses_a_cell_that_never_ends(self):
        table = read_table("a.csv", b'id,name\n1,"' + b"x" * 200_000, columns=COLUMNS)

        assert codes(table) == [(2, "file.not_csv")]

    def test_stops_at_the_limit_of_rows(self):
        table = read_table("a.csv", b"id,name\n1,a\n2,b\n3,c\n", columns=COLUMNS, limits=replace(DEFAULT, rows=2))

        assert [line.cells["id"] for line in table.lines] == ["1", "2"]
        assert codes(table) == [(4, "file.too_many_rows")]

    def test_refuses_a_large_file_before_reading_it(self):
        table = read_table("a.csv", b"x" * 100_000_000, columns=COLUMNS)

        assert dict(table.faults[0].reasons[0].fields) == {"size_mb": 100, "limit_mb": 25}


class TestWorkbook:
    def test_is_read_as_people_would_type_it(self):
        content = workbook([["id", "name"], [1, "天虹"], [2.5, "=1+1"]])

        table = read_table("a.xlsx", content, columns=COLUMNS)

        assert [line.cells for line in table.lines] == [{"id": "1", "name": "天虹"}, {"id": "2.5", "name": "2"}]

    def test_is_recognised_by_its_content(self):
        assert (
            len(read_table("orders.csv", (DATA / "kuaituantuan-orders.xlsx").read_bytes(), columns=("跟团号",)).lines)
            == 92
        )

    def test_counts_rows_as_a_spreadsheet_does(self):
        table = read_table("a.xlsx", workbook([["id", "name"], [], [1, "a"]]), columns=COLUMNS)

        assert table.lines[0].number == 3

    def test_is_not_opened_when_it_would_unpack_to_too_much(self):
        content = workbook([["id", "name"], *([number, "x"] for number in range(3000))])

        table = read_table("a.xlsx", content, columns=COLUMNS, limits=replace(DEFAULT, unpacked_bytes=50_000))

        assert codes(table) == [(None, "file.unpacked_too_large")]

    def test_is_not_believed_about_its_size(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
        # the archive's directory says that the sheet has 10 bytes
        false = packed.getvalue().replace((70_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

        assert codes(read_table("a.xlsx", false, columns=COLUMNS)) == [(None, "file.unpacked_too_large")]

    @pytest.mark.parametrize(
        ("row", "column", "code"), [(1_048_575, 0, "file.too_many_rows"), (5, 16_383, "file.too_many_columns")]
    )
    def test_is_not_laid_out_around_a_far_cell(self, row, column, code):
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
            book.add_worksheet().write(row, column, "far")

        assert codes(read_table("a.xlsx", content.getvalue(), columns=COLUMNS)) == [(None, code)]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"PK\x03\x04 and nothing more", "file.not_archive"),
            (b"\xd0\xcf\x11\xe0 an old workbook", "file.old_excel"),
        ],
    )
    def test_is_refused_when_it_cannot_be_read(self, content, code):
        assert codes(read_table("a.xlsx", content, columns=COLUMNS)) == [(None, code)]

    def test_is_refused_when_it_is_another_archive(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("notes.txt", "hello")

        assert codes(read_table("a.xlsx", packed.getvalue(), columns=COLUMNS)) == [(None, "file.not_workbook")]


class TestDecode:
    def test_does_not_turn_a_broken_utf_8_file_into_other_characters(self):
        text, encoding = encodings.decode("天虹\n株百\n".encode() + b"\xe5\xa4\n")

        assert encoding == "utf-8"
        assert text.startswith("天虹\n株百\n")

    def test_tells_what_is_no_text(self):
        text, _ = encodings.decode(b"a\xff")

        assert not encodings.is_text(text)
        assert not encodings.is_text("a\x00")
        assert encodings.is_text("天虹")
