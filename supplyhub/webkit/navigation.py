"""The places that a person can go to: items of the bottom bar and the side bar, registered by `app.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, request

_PROVIDER = "supplyhub_navigation"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One entry: a label and icon that lead to a page; `group` heads it in the side bar."""

    label: str
    url: str
    icon: str
    endpoint: str
    group: str = ""
    badge: str = ""

    @property
    def is_current(self) -> bool:
        """Whether the page shown is this entry's, or one below it (`rounds.plan` below `rounds.plans`)."""
        return request.path == self.url or (self.url != "/" and request.path.startswith(self.url + "/"))


def register(app: Flask, provider: Callable[[], Sequence[NavigationItem]]) -> None:
    """Let templates read `navigation`, made anew for each page by the provider."""
    app.extensions[_PROVIDER] = provider
    app.context_processor(lambda: {"navigation": provider()})
