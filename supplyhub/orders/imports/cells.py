"""Read single cells of order files: amounts, quantities, weights, times, phones and remarks. Pure.

Each reader returns None for what it cannot read; the importer says where that was.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from supplyhub.core import money
from supplyhub.places import addresses

MOST_PIECES = 10_000
MOST_WEIGHT_G = 1_000_000_000
LONGEST_NOTE, LONGEST_NAME, LONGEST_RECIPIENT = 300, 120, 60
_WHOLE = re.compile(r"[0-9]{1,9}(?:\.0+)?")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_QUANTITY_WORDS = "份箱盒袋件个斤包提桶瓶枚只"
_TIME_STYLES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
# The weight of one piece in a name or specification: 约5kg, 10kg, 2.5公斤, 5斤, 500g.
_WEIGHT = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(kg|千克|公斤|斤|克|g)(?![a-z])", re.IGNORECASE)
_GRAMS = {"kg": 1000, "千克": 1000, "公斤": 1000, "斤": 500, "克": 1, "g": 1}
# Priority 3 of the day format: medicine, infants, people who live alone.
_URGENT = re.compile("独居|婴儿|宝宝|药")
URGENT_PRIORITY, USUAL_PRIORITY = 3, 0


def whole(text: str) -> int | None:
    """Return a whole number from zero up; spreadsheets write some as `5.0`."""
    return int(float(text)) if _WHOLE.fullmatch(text) else None


def quantity(text: str) -> int | None:
    """Return a number of pieces from 1 up: `2`, `两`, `3份`, `十二`."""
    number = text.strip().rstrip(_QUANTITY_WORDS).strip()
    if number and all(sign in addresses.NUMERALS for sign in number):
        number = addresses.digits_of(number)
    found = whole(number)
    return found if found is not None and 1 <= found <= MOST_PIECES else None


def grams(text: str) -> int | None:
    """Return a weight in grams, rounded; a negative one cannot be read."""
    if not _DECIMAL.fullmatch(text):
        return None
    found = round(float(text))
    return found if found <= MOST_WEIGHT_G else None


def fen(text: str) -> int | None:
    """Return an amount in yuan in fen, from zero up."""
    try:
        found = money.fen_from_yuan(text)
    except ValueError:
        return None
    return found if found >= 0 else None


def order_time(text: str, zone: str) -> datetime | None:
    """Return when an order was placed, written `2022-11-07 08:07:00` or `2022/11/7 08:21` in local time."""
    for style in _TIME_STYLES:
        try:
            local = datetime.strptime(text, style).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            continue
        return local.astimezone(UTC)
    return None


def written_weight_g(*texts: str) -> int | None:
    """Return the weight of a piece that the first of some texts states, or None."""
    for text in texts:
        found = _WEIGHT.search(text)
        if found:
            return round(float(found[1]) * _GRAMS[found[2].lower()])
    return None


def priority(note: str) -> int:
    """Return the priority that a remark asks for."""
    return URGENT_PRIORITY if _URGENT.search(note) else USUAL_PRIORITY
