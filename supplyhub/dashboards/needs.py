"""What needs the district's desk now, and why: the most urgent first, each with the page that answers it."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from supplyhub.dashboards.queries import Day
from supplyhub.webkit.filters import local_datetime, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that waits for somebody. `kind` is its colour family."""

    kind: str
    title: str
    detail: str
    url: str
    word: str


def list_needs(day: Day, *, district_code: str) -> list[Need]:
    """Return what a day needs now; a day without plan or orders has a page of its own and is not asked for."""
    needs = [
        *_planning(day, district_code),
        *_urgent(day, district_code),
        *_forgotten(day),
        *_later(day, district_code),
        *_left_out(day, district_code),
    ]
    order = {"stop": 0, "warn": 1, "info": 2}
    return sorted(needs, key=lambda need: order.get(need.kind, 3))


def _planning(day: Day, code: str) -> list[Need]:
    needs = []
    if day.under_way is not None:
        needs.append(
            Need(
                kind="info",
                title=gettext("Version %(version)s is being planned", version=day.under_way.version),
                detail=gettext("Started %(time)s", time=local_datetime(day.under_way.asked_at)),
                url=url_for("plans.show", district=code, plan_id=day.under_way.id),
                word=gettext("under way"),
            )
        )
    ready = day.waits_to_be_published
    if ready is not None:
        needs.append(
            Need(
                kind="stop" if not day.is_published else "warn",
                title=gettext("Version %(version)s waits to be published", version=ready.version),
                detail=gettext("Until then riders, gates and residents see nothing of it."),
                url=url_for("plans.show", district=code, plan_id=ready.id),
                word=gettext("look and publish"),
            )
        )
    return needs


def _urgent(day: Day, code: str) -> list[Need]:
    if not (day.urgent_unserved and day.shown):
        return []
    title = ngettext(
        "%(count)s order that goes first is not on a round",
        "%(count)s orders that go first are not on a round",
        day.urgent_unserved,
        count=number(day.urgent_unserved),
    )
    return [
        Need(
            kind="stop",
            title=title,
            detail=gettext("Medicine, goods for infants, people living alone"),
            url=url_for("plans.unserved", district=code, plan_id=day.shown.id),
            word=gettext("send somebody"),
        )
    ]


def _forgotten(day: Day) -> list[Need]:
    compounds = day.never_served
    if not (compounds and day.shown):
        return []
    named = gettext(", ").join(compound.name for compound in compounds[:3])
    title = ngettext(
        "%(count)s compound gets nothing",
        "%(count)s compounds get nothing",
        len(compounds),
        count=number(len(compounds)),
    )
    detail = named if len(compounds) <= 3 else gettext("%(names)s and others", names=named)
    return [Need(kind="stop", title=title, detail=detail, url="#worst", word=gettext("nobody served"))]


def _later(day: Day, code: str) -> list[Need]:
    if not (day.came_later and day.shown):
        return []
    title = ngettext(
        "%(count)s order came in after the plan",
        "%(count)s orders came in after the plan",
        day.came_later,
        count=number(day.came_later),
    )
    return [
        Need(
            kind="warn",
            title=title,
            detail=gettext("The plan holds orders placed until %(time)s", time=local_datetime(day.shown.cutoff_at)),
            url=url_for("plans.index", district=code, day=day.day_date.isoformat()),
            word=gettext("wait for the next day") if day.has_begun else gettext("plan again"),
        )
    ]


def _left_out(day: Day, code: str) -> list[Need]:
    """Ask for all orders that are left out at once: the page has their reasons beside it."""
    if day.shown is None or not day.unserved:
        return []
    title = ngettext(
        "%(count)s order is not on a round",
        "%(count)s orders are not on a round",
        day.unserved,
        count=number(day.unserved),
    )
    return [
        Need(
            kind="warn",
            title=title,
            detail=gettext("Most often: %(reason)s", reason=day.reasons[0].words.label),
            url=url_for("plans.unserved", district=code, plan_id=day.shown.id),
            word=gettext("see why"),
        )
    ]
