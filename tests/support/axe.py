"""What keeps people out of a page: axe-core, run inside the real browser."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.support import sources

SCRIPT = sources.PACKAGE / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = {"serious", "critical"}


@cache
def source() -> str:
    """Return the script of axe-core."""
    return SCRIPT.read_text("utf-8")


def findings(page: Page) -> list[str]:
    """Return one line for each serious finding on the page as it stands.

    The script goes in through the browser's own door, past the page's Content-Security-Policy.
    """
    page.evaluate(source())
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    answer: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}), {rule['help']}: {targets(rule)}"
        for rule in answer["violations"]
        if rule["impact"] in GRAVE
    ]


def targets(rule: dict[str, Any]) -> str:
    """Return the places of the page that a rule finds fault with."""
    return ", ".join(str(node["target"][0]) for node in rule["nodes"])
