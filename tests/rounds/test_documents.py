"""The loading sheet on paper: a PDF whose Chinese can be read out again."""

import re
import zlib
from datetime import timedelta

import pytest

from tests.support import pdf, published_day
from tests.support.counting import counted_queries

MOST_QUERIES = 12


@pytest.fixture
def day(db_session, frozen_clock):
    return published_day.write_small_day(db_session)


@pytest.fixture
def supplier(client, day):
    return published_day.sign_in(client, day, "tianhong")


def sheet_of(client, path="/loading/sheet.pdf"):
    response = client.get(path)
    assert response.status_code == 200
    assert response.mimetype == "application/pdf"
    return response.get_data()


def streams(pdf):
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(match[1])
        except zlib.error:
            yield match[1]  # fonts' tables are not compressed


def characters(pdf):
    """Return the characters that the sheet's fonts can be read back as: their tables from glyph to Unicode."""
    found = set()
    for stream in streams(pdf):
        if b"beginbfchar" not in stream and b"beginbfrange" not in stream:
            continue
        for target in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>\s*\n", stream):
            found |= set(bytes.fromhex(target.decode()).decode("utf-16-be"))
    return found


class TestLoadingSheet:
    def test_is_a_pdf_in_chinese_that_can_be_read_out(self, supplier):
        pdf = sheet_of(supplier)

        assert pdf.startswith(b"%PDF-")
        assert set("天虹明月湖小区金帆蔬菜套餐鸡蛋婴儿奶粉") <= characters(pdf)

    def test_says_who_loads_what_in_which_order(self, supplier):
        text = pdf.text_of(sheet_of(supplier))

        assert "08:12–08:20" in text
        assert "TY-2022-0001" in text
        assert text.index("金帆小区") < text.index("明月湖小区")
        assert "鸡蛋 30枚 × 2" in text
        assert "Page 1 of 1" in text
        assert "Invented data" in text
        assert "麦德龙" not in text

    def test_gives_one_load_alone(self, supplier):
        one = sheet_of(supplier, "/loading/sheet.pdf?load=2-1")

        assert "明" in characters(one)
        assert "金" not in characters(one)  # 金帆小区 is in the other load
        assert supplier.get("/loading/sheet.pdf?load=7-7").status_code == 404

    def test_does_not_call_real_data_invented(self, client, day):
        day.district.is_invented = False
        invented = set("演示")

        pdf = sheet_of(published_day.sign_in(client, day, "tianhong", locale="zh_Hans"))

        assert "天" in characters(pdf)
        assert not invented & characters(pdf)

    def test_runs_over_pages_where_there_is_much(self, client, day):
        codes = [f"X{number:03}" for number in range(120)]
        for code in codes:
            day.order(code, "P09", "C001", lines=(("很长的商品名称" * 16, 3, 100, 100), ("鸡蛋 30枚", 2, 2690, 1900)))
        day.round(
            3,
            "R003",
            leaves="09:00",
            back="11:00",
            visits=[
                ("P09", "09:10", "09:10", "09:18", 900, codes),
                ("G0002", "09:40", "09:40", "10:02", 900, codes),
            ],
        )

        pdf = sheet_of(published_day.sign_in(client, day, "tianhong"))

        assert len(re.findall(rb"/Type /Page\b", pdf)) > 5  # 120 orders of two lines and more, some 35 a page

    def test_is_there_before_any_plan_too(self, supplier, frozen_clock):
        frozen_clock(timedelta(days=1))

        assert sheet_of(supplier).startswith(b"%PDF-")

    def test_reads_little(self, app, supplier):
        with counted_queries(app) as sent:
            sheet_of(supplier)

        assert len(sent) <= MOST_QUERIES
