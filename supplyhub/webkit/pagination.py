"""Pages of a long list, by number, with the filters kept in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")
PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page of a list. `number` counts from 1."""

    items: Sequence[Item]
    number: int
    per_page: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first_item(self) -> int:
        """The position of the page's first item, counted from 1; 0 for an empty list."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last_item(self) -> int:
        """The position of the page's last item."""
        return min(self.number * self.per_page, self.total)

    @property
    def previous_url(self) -> str | None:
        """The address of the page before, if there is one."""
        return page_url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """The address of the page after, if there is one."""
        return page_url(self.number + 1) if self.number < self.count else None


def paginate(session: Session, statement: Select[Item], *, number: int, per_page: int = PER_PAGE) -> Page[Item]:
    """Return one page of a statement's entities; a number outside the list gives its nearest page."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    count = max(1, -(-total // per_page))
    number = min(max(1, number), count)
    items = session.scalars(statement.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(items=items, number=number, per_page=per_page, total=total)


def requested_page() -> int:
    """Return the page number that the address asks for, 1 where it names none or nonsense."""
    return request.args.get("page", 1, type=int)


def page_url(number: int) -> str:
    """Return the address of this list at another page, with its filters."""
    arguments = {**request.args.to_dict(flat=False), **(request.view_args or {}), "page": number}
    return url_for(request.endpoint or "", **arguments)
