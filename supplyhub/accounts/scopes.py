"""What a role's scope may be, in words.

Accounts know no places, suppliers or riders: whoever knows some is registered here by `app.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from supplyhub.accounts.roles import Role

_SOURCES = "supplyhub_scope_sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChoice:
    """A scope that goes with some roles, and its name for people; `group` parts long lists (a street)."""

    path: str
    label: str
    roles: frozenset[Role]
    group: str = ""


class ScopeSource(Protocol):
    """Somebody who knows a kind of scopes: compounds and gates, suppliers, riders."""

    roles: frozenset[Role]

    def list_choices(self, session: Session, *, role: Role, within: str) -> list[ScopeChoice]:
        """Return the scopes that a role may be given on a path or below it, in the order to show them."""

    def labels(self, session: Session, *, paths: Sequence[str]) -> Mapping[str, str]:
        """Return the names of those of the paths that this source knows."""


def register_scope_sources(app: Flask, sources: Iterable[ScopeSource]) -> None:
    """Register who knows what roles can be given for."""
    app.extensions[_SOURCES] = tuple(sources)


def list_choices(session: Session, *, role: Role, within: str) -> list[ScopeChoice]:
    """Return the scopes that a role may be given on a path or below it, in the order to show them."""
    return [
        choice
        for source in _sources()
        if role in source.roles
        for choice in source.list_choices(session, role=role, within=within)
    ]


def labels(session: Session, *, paths: Iterable[str]) -> dict[str, str]:
    """Return names for scopes; a scope that nobody knows is left out."""
    wanted = tuple(dict.fromkeys(paths))
    found: dict[str, str] = {}
    for source in _sources() if wanted else ():
        found.update(source.labels(session, paths=[path for path in wanted if path not in found]))
    return found


def _sources() -> tuple[ScopeSource, ...]:
    return cast("tuple[ScopeSource, ...]", current_app.extensions.get(_SOURCES, ()))
