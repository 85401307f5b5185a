"""The command that plans a city's day: one job for each district, done by whatever workers there are."""

import time
from collections.abc import Iterable
from datetime import datetime

import click
import flask_babel

from supplyhub.core import clock, intervals
from supplyhub.db.transaction import reading, transaction
from supplyhub.places import queries as places
from supplyhub.places.queries import PlaceNotFound
from supplyhub.rounds.models import Plan, PlanState
from supplyhub.rounds.operations import cities
from supplyhub.rounds.operations.plans import Search
from supplyhub.rounds.queries.plans import share_served
from supplyhub.webkit.settings import settings

MOST_GROUPS = 99
_ASK_EVERY_S = 0.5
_HELP = """Ask for a plan of a day in every district of CITY that can be planned.

Each district is a job of its own, or several with --groups; running workers make the plans, side by side where there
are several.
"""


@click.command("plan-city", help=_HELP)
@click.argument("city")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day (default: today in the first district).")
@click.option("--seconds", type=click.IntRange(min=1), default=60, show_default=True, help="How long each may search.")
@click.option(
    "--iterations",
    type=click.IntRange(min=0),
    help="End each search after so many steps instead: the same seed then gives the same plans.",
)
@click.option(
    "--groups",
    type=click.IntRange(min=1, max=MOST_GROUPS),
    default=1,
    show_default=True,
    help="Plan each district in so many groups of suppliers, side by side: for days too large for one process.",
)
@click.option("--seed", type=click.IntRange(min=0), help="The seed (default: that of the settings).")
@click.option("--wait/--no-wait", default=False, help="Return when all plans are made; the status is 1 if one failed.")
def plan_city(
    city: str, day: datetime | None, seconds: int, iterations: int | None, groups: int, seed: int | None, wait: bool
) -> None:
    """Ask for a plan of the day in every district of a city that can be planned.

    Raises
    ------
    click.ClickException
        There is no such city, or it has no districts.
    click.exceptions.Exit
        A plan that was waited for could not be made.
    """
    now = clock.now()
    with transaction() as session:
        try:
            found = places.get_city(session, code=city)
        except PlaceNotFound:
            message = f"There is no city {city}."
            raise click.ClickException(message) from None
        districts = places.list_districts_of(session, city_id=found.id)
        if not districts:
            message = f"City {city} has no districts."
            raise click.ClickException(message)
        started = cities.plan_city(
            session,
            city=found,
            day_date=day.date() if day else intervals.local_date(now, districts[0].timezone),
            search=Search(
                seconds=seconds,
                seed=settings().plan_seed if seed is None else seed,
                iterations=iterations,
                groups=groups,
            ),
            actor=None,
            now=now,
        )
    with flask_babel.force_locale("en"):
        for one in started:
            told = f"version {one.plan.version} is being made" if one.plan else f"not planned: {one.reason}"
            click.echo(f"{one.district.code}: {told}")
    if wait and not _wait_for({one.plan.id: one.district.code for one in started if one.plan}):
        raise click.exceptions.Exit(1)


def _wait_for(plans: dict[int, str]) -> bool:
    """Tell of each plan as it is made; False where one ended without a result."""
    waiting, all_well = dict(plans), True
    while waiting:
        time.sleep(_ASK_EVERY_S)
        for plan in _done(waiting):
            code = waiting.pop(plan.id)
            is_made = plan.state not in {PlanState.FAILED, PlanState.CANCELLED}
            all_well = all_well and is_made
            click.echo(f"{code}: {share_served(plan.figures):.1%} on a round" if is_made else f"{code}: {plan.state}")
    return all_well


def _done(plan_ids: Iterable[int]) -> list[Plan]:
    """Return those of the plans that are no longer being made; one that was thrown away meanwhile counts as stopped."""
    with reading() as session:
        found = [session.get(Plan, plan_id) or Plan(id=plan_id, state=PlanState.CANCELLED) for plan_id in plan_ids]
        return [plan for plan in found if not plan.state.is_under_way]
