"""The invented district's clock: whenever it is loaded, its day is under way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from supplyhub.demo import hours

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("hour", range(24))
def test_it_is_between_seven_and_two_whenever_it_is_loaded(hour):
    now = MIDNIGHT + timedelta(hours=hour, minutes=59)

    local = now.astimezone(ZoneInfo(hours.zone_at(now)))

    assert 7 <= local.hour < 14


def test_it_is_zhuzhous_own_while_it_is_morning_there():
    assert hours.zone_at(datetime.fromisoformat("2026-11-24T10:30:00+08:00")) == "Asia/Shanghai"


def test_it_is_the_nearest_morning_in_the_evening():
    # 22:00 in Zhuzhou is 14:00 in Greenwich: three hours behind it, it is eleven
    assert hours.zone_at(datetime.fromisoformat("2026-11-24T22:00:00+08:00")) == "Etc/GMT+3"
