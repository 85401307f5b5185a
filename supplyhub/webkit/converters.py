"""Numbers in addresses. A number that no row can have leads nowhere: it is never sent to the database."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1
"""The largest number of a row: ids are 32-bit integers, and databases refuse to compare them with larger ones."""


class RowNumber(IntegerConverter):
    """Takes the place of `<int:…>` in all addresses."""

    def __init__(self, url_map: Map, **limits: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_ID, **limits})


def row_number(text: str) -> int:
    """Read a number of a row from the part of an address after the question mark.

    Raises
    ------
    ValueError
        It is none, or larger than that of any row.
    """
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        message = "No row has this number."
        raise ValueError(message)
    return number


def init_app(app: Flask) -> None:
    """Make every `<int:…>` of the application's addresses a number that a row can have."""
    app.url_map.converters["int"] = RowNumber
