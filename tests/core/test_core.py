"""Codes, text, money and times: pure helpers."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplyhub.core import geo, ids, intervals, money, text


class TestSpokenCode:
    def test_uses_no_letter_that_looks_like_another(self):
        assert not set("".join(ids.new_spoken_code(40) for _ in range(20))) & set("0O1IL2Z5S8B")

    @pytest.mark.parametrize("typed", ["ach3-4679", " ACH3 4679 ", "ach34679", "ACH3.4679"])
    def test_is_read_however_it_is_typed(self, typed):
        assert ids.tidy_spoken_code(typed) == "ACH34679"


class TestToken:
    def test_is_new_each_time_and_kept_as_its_digest(self):
        first, second = ids.new_token(), ids.new_token()

        assert first != second
        assert len(ids.token_digest(first)) == 64
        assert first not in ids.token_digest(first)


class TestTidy:
    @pytest.mark.parametrize(
        ("typed", "tidied"), [("  王\t芳 \n", "王 芳"), ("a\x00b\x1fc", "a b c"), ("e\u0301", "\u00e9"), ("", "")]
    )
    def test_leaves_one_line_of_visible_text(self, typed, tidied):
        assert text.tidy(typed) == tidied

    def test_makes_full_width_signs_half_width(self):
        assert text.half_width("１３８－００００　１２３４") == "138-0000 1234"

    @given(st.text())
    def test_changes_nothing_the_second_time(self, typed):
        assert text.tidy(text.tidy(typed)) == text.tidy(typed)


class TestMasking:
    @pytest.mark.parametrize(
        ("phone", "masked"),
        [("+8613812345678", "138****5678"), ("13812345678", "138****5678"), ("1234567", "****"), ("", "****")],
    )
    def test_hides_the_middle_of_a_phone_number(self, phone, masked):
        assert text.masked_phone(phone) == masked

    @pytest.mark.parametrize(
        ("name", "masked"), [("李小妹", "李**"), ("王芳", "王*"), ("王", "王*"), ("欧阳小明明", "欧**")]
    )
    def test_hides_all_but_the_first_character_of_a_name(self, name, masked):
        assert text.masked_name(name) == masked


class TestMoney:
    @pytest.mark.parametrize(
        ("typed", "fen"), [("58", 5800), ("¥1,234.50", 123450), ("￥0.01", 1), (" 26.9 ", 2690), ("-3.20", -320)]
    )
    def test_is_read_from_yuan(self, typed, fen):
        assert money.fen_from_yuan(typed) == fen

    @pytest.mark.parametrize("typed", ["", "12.345", "abc", "NaN", "Infinity", "10000000.01", "1e9"])
    def test_is_not_guessed(self, typed):
        with pytest.raises(ValueError, match=r"not an amount|decimals"):
            money.fen_from_yuan(typed)

    @given(st.integers(min_value=-(10**9), max_value=10**9))
    def test_comes_back_from_what_was_written(self, fen):
        assert money.fen_from_yuan(money.yuan_text(fen)) == fen


class TestTimeOfDay:
    @pytest.mark.parametrize(
        ("typed", "seconds"), [("00:00", 0), ("08:30", 30600), ("24:00", 86400), ("7:05:09", 25509)]
    )
    def test_is_read(self, typed, seconds):
        assert intervals.seconds_of_day(typed) == seconds

    @pytest.mark.parametrize("typed", ["24:01", "8", "08:60", "-1:00", "aa:bb", "1:2:3:4", "٠٨:٠٠", ""])
    def test_is_not_guessed(self, typed):
        with pytest.raises(ValueError, match="not a time of day"):
            intervals.seconds_of_day(typed)

    @given(st.integers(min_value=0, max_value=86400))
    def test_comes_back_from_what_was_written(self, seconds):
        assert intervals.seconds_of_day(intervals.time_of_day(seconds)) == seconds


class TestInstant:
    def test_is_in_utc(self):
        assert intervals.instant(date(2022, 11, 24), 8 * 3600, "Asia/Shanghai") == datetime(2022, 11, 24, tzinfo=UTC)

    @given(st.integers(min_value=-86400, max_value=2 * 86400))
    def test_comes_back_as_seconds_on_its_day(self, seconds):
        day_date = date(2022, 11, 24)

        at = intervals.instant(day_date, seconds, "Asia/Shanghai")

        assert intervals.seconds_on_day(at, day_date, "Asia/Shanghai") == seconds

    def test_bounds_a_day_half_open(self):
        starts_at, ends_at = intervals.day_bounds(date(2022, 11, 24), "Asia/Shanghai")

        assert (ends_at - starts_at).total_seconds() == 86400
        assert intervals.local_date(starts_at, "Asia/Shanghai") == date(2022, 11, 24)
        assert intervals.local_date(ends_at, "Asia/Shanghai") == date(2022, 11, 25)


class TestHaversine:
    def test_measures_a_degree_of_latitude(self):
        # 6,371,008.8 m x pi / 180
        assert geo.haversine_m(27, 113, 28, 113) == pytest.approx(111_195.08, abs=0.01)

    def test_is_nothing_between_a_place_and_itself(self):
        assert geo.haversine_m(27.8, 113.1, 27.8, 113.1) == 0
