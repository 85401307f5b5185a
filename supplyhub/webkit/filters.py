"""Template filters: how numbers, weights, distances, money and times are written for people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import format_date, format_datetime, format_decimal, gettext

from supplyhub.core import clock, intervals, money, text
from supplyhub.webkit.settings import settings


def init_app(app: Flask) -> None:
    """Register the filters."""
    for function in (
        number,
        percent,
        grams,
        metres,
        duration,
        yuan,
        local_time,
        local_date,
        local_datetime,
        day_name,
        time_of_day,
        masked_phone,
        masked_name,
    ):
        app.jinja_env.filters[function.__name__] = function


def number(value: float) -> str:
    """Write a number with its thousands parted."""
    return format_decimal(value)


def percent(share: float, decimals: int = 1) -> str:
    """Write a share of 1 as per cent; 100 % only where nothing is missing."""
    scaled = share * 100
    shown = round(scaled, decimals)
    if shown >= 100 and share < 1:
        shown = 100 - 10**-decimals
    return f"{shown:.{decimals}f}".removesuffix(".0") + "%"


def grams(weight_g: int) -> str:
    """Write a weight: kilograms from 1 kg on."""
    if weight_g < 1000:
        return gettext("%(weight)s g", weight=weight_g)
    kilograms = weight_g / 1000
    shown = f"{kilograms:,.0f}" if kilograms >= 100 else f"{kilograms:,.1f}".removesuffix(".0")
    return gettext("%(weight)s kg", weight=shown)


def metres(distance_m: int) -> str:
    """Write a distance: kilometres from 1 km on."""
    if distance_m < 1000:
        return gettext("%(distance)s m", distance=distance_m)
    kilometres = distance_m / 1000
    shown = f"{kilometres:,.0f}" if kilometres >= 100 else f"{kilometres:,.1f}".removesuffix(".0")
    return gettext("%(distance)s km", distance=shown)


def duration(seconds: float) -> str:
    """Write how long something takes: minutes, or hours and minutes from one hour on."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return gettext("under a minute")
    if minutes < 60:
        return gettext("%(minutes)s min", minutes=minutes)
    hours, rest = divmod(minutes, 60)
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def yuan(fen: int) -> str:
    """Write an amount of money in yuan."""
    return f"¥{money.yuan_text(fen)}"


def local_time(at: datetime) -> str:
    """Write an instant as a time of day in the page's zone."""
    return str(format_datetime(at, "HH:mm"))


def local_date(value: date | datetime) -> str:
    """Write a day: with the month's name in English, 月日 in Chinese."""
    # the pattern itself is translated: Chinese writes 11月8日
    return str(format_date(value, gettext("d MMMM")))


def local_datetime(at: datetime) -> str:
    """Write an instant as a time of day; the day is named where it is not today."""
    zone = str(g.get("timezone") or settings().default_timezone)
    if intervals.local_date(at, zone) == intervals.local_date(clock.now(), zone):
        return local_time(at)
    return f"{local_date(at.astimezone(ZoneInfo(zone)).date())} {local_time(at)}"


def day_name(value: date) -> str:
    """Write a day with its weekday."""
    # the pattern itself is translated: Chinese writes 11月8日 星期二
    return str(format_date(value, gettext("EEEE d MMMM")))


def time_of_day(seconds: int) -> str:
    """Write seconds after midnight as HH:MM."""
    return intervals.time_of_day(seconds - seconds % 60)


def masked_phone(phone: str) -> str:
    """Write a phone number with its middle hidden."""
    return text.masked_phone(phone)


def masked_name(name: str) -> str:
    """Write a name with all but its first character hidden."""
    return text.masked_name(name)
