"""Sorting of tables by the address (`?sort=name`, `?sort=-orders`), and lists that are sorted and paged in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import request, url_for

from supplyhub.webkit.pagination import PER_PAGE, Page

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """By which column a list is sorted, and which way."""

    key: str
    is_descending: bool

    def column(self, key: str, label: str, kind: str = "") -> dict[str, Any]:
        """Return a column of `data_table` whose head sorts by it, and the other way when it already does.

        Numbers are sorted the largest first; who looks for a number looks for the extreme.
        """
        is_sorted = key == self.key
        wants_descending = not self.is_descending if is_sorted else kind == "num"
        arguments = {**request.args.to_dict(flat=False), **(request.view_args or {})}
        arguments.pop("page", None)
        arguments["sort"] = f"-{key}" if wants_descending else key
        direction = "descending" if self.is_descending else "ascending"
        return {
            "label": label,
            "kind": kind,
            "sort_url": url_for(request.endpoint or "", **arguments),
            "sorted": direction if is_sorted else None,
        }


def requested_sorting(allowed: Sequence[str], *, default: str) -> Sorting:
    """Return the sorting that the address asks for; an unknown one is the default."""
    asked = request.args.get("sort", "")
    key = asked.removeprefix("-")
    if key not in allowed:
        asked = default
        key = default.removeprefix("-")
    return Sorting(key=key, is_descending=asked.startswith("-"))


def sort_rows(rows: Sequence[Row], *, sorting: Sorting, keys: Mapping[str, Callable[[Row], Any]]) -> list[Row]:
    """Return rows sorted as asked; rows that are equal keep the order in which they came."""
    return sorted(rows, key=keys[sorting.key], reverse=sorting.is_descending)


def page_of_rows(rows: Sequence[Row], *, number: int, per_page: int = PER_PAGE) -> Page[Row]:
    """Return one page of a list that is already there; a number outside it gives its nearest page."""
    count = max(1, -(-len(rows) // per_page))
    number = min(max(1, number), count)
    return Page(
        items=rows[(number - 1) * per_page : number * per_page], number=number, per_page=per_page, total=len(rows)
    )


def requested_text(name: str = "q", *, longest: int = 60) -> str:
    """Return what was typed into a search field, tidied."""
    return " ".join(request.args.get(name, "").split())[:longest]


def requested_date(name: str = "day") -> date | None:
    """Return the day that the address asks for, or None where it names none or nonsense."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
