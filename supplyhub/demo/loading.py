"""Loading the demo: write the invented district, plan its day, publish the plan. Each step is skipped once done.

The steps have transactions of their own, as a person's would: planning runs between them with none open. Whoever
breaks it off finds the rest done by the next call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.core.errors import Conflict
from supplyhub.db.transaction import reading, transaction
from supplyhub.demo import chain, hours, log_ins, queries, removing, writing
from supplyhub.demo.district import SEED, make_district
from supplyhub.demo.size import FULL, Size
from supplyhub.jobs.models import Job
from supplyhub.places.models import District
from supplyhub.rounds import jobs as rounds_jobs
from supplyhub.rounds.models import Plan
from supplyhub.rounds.operations import plans, publishing
from supplyhub.rounds.policy import Failure

PLAN_SECONDS = 30
_PLANNED_S = 5 * 3_600 + 40 * 60
Tell = Callable[[str], None]


class UnableToLoad(Conflict):
    """The demo cannot be loaded here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What stands in the database after loading; `is_new` where this call brought it."""

    day_date: date
    zone: str
    is_new: bool


def load(
    *, now: datetime, tell: Tell, size: Size = FULL, seconds: int = PLAN_SECONDS, zone: str | None = None
) -> Loaded:
    """Load the demo, dated today by its own clock, as far as it is not there yet.

    Parameters
    ----------
    now
        The present: nothing that it has not reached is marked as done.
    tell
        Takes lines for the person who waits.
    size
        How large the district is.
    seconds
        How long the day is planned.
    zone
        Where the district's clock goes; one in which it is morning where none is given.

    Raises
    ------
    UnableToLoad
        A real district has the demo's code.
    """
    stands = _look()
    zone = stands.zone or zone or hours.zone_at(now)
    if stands.is_planned and stands.day_date:
        return Loaded(day_date=stands.day_date, zone=zone, is_new=False)
    day_date = stands.day_date
    if day_date is None:
        day_date = intervals.local_date(now, zone)
        _write(day_date, zone=zone, size=size, now=now, tell=tell)
    _plan(day_date, seconds=seconds, now=now, tell=tell)
    return Loaded(day_date=day_date, zone=zone, is_new=True)


def reset(*, now: datetime, tell: Tell, size: Size = FULL, seconds: int = PLAN_SECONDS) -> Loaded:
    """Remove the demo with all that was done in it, and load it anew, dated today.

    Raises
    ------
    UnableToLoad
        A real district has the demo's code.
    """
    with transaction() as session:
        if removing.remove_districts(session):
            tell("Removed the invented districts, with everything that was done in them.")
    return load(now=now, tell=tell, size=size, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How far an earlier call came."""

    zone: str | None = None
    day_date: date | None = None
    is_planned: bool = False


def _look() -> _Standing:
    with reading() as session:
        district = queries.find_district(session)
        if district is None:
            return _Standing()
        if not district.is_invented:
            message = f"District {district.code} exists and is not invented; the demo keeps away from it."
            raise UnableToLoad(message)
        day_date = queries.find_day(session, district_id=district.id)
        plan = day_date and queries.find_plan(session, district_id=district.id, day_date=day_date)
        return _Standing(zone=district.timezone, day_date=day_date, is_planned=plan is not None)


def _write(day_date: date, *, zone: str, size: Size, now: datetime, tell: Tell) -> None:
    tell(f"Inventing a district and its day, {day_date.isoformat()} …")
    invented = make_district(day_date=day_date, zone=zone, size=size)
    with transaction() as session:
        writing.write_district(session, invented=invented, now=now)
    tell(
        f"Loaded {len(invented.compounds)} compounds, {len(invented.suppliers)} suppliers, "
        f"{len(invented.riders)} riders and {len(invented.orders):,} orders; "
        f"{len(invented.next_orders):,} more for tomorrow, not planned yet."
    )


def _plan(day_date: date, *, seconds: int, now: datetime, tell: Tell) -> None:
    """Plan the day in the foreground, and publish it as of the early morning where that is past."""
    with transaction() as session:
        district = _get_district(session)
        morning = min(now, intervals.instant(day_date, _PLANNED_S, district.timezone))
        for stuck in queries.list_stuck_plans(session, district_id=district.id):
            plans.fail_plan(session, plan_id=stuck.id, failure=Failure.BROKEN, now=now)
        plan_id = _ask(session, district, day_date, seconds=seconds, now=morning)
    tell(f"Planning the day's rounds for {seconds} seconds …")
    rounds_jobs.plan(progress=_Progress(tell), plan_id=plan_id)
    with transaction() as session:
        district = _get_district(session)
        _date_back(session.get_one(Plan, plan_id), to=morning, seconds=seconds)
        plan = publishing.publish_plan(session, plan_id=plan_id, district=district, actor=None, now=morning)
        chain.give_rider_a_round(session, plan=plan, path=log_ins.RIDER_PATH)
        figures = plan.figures
        steps = chain.record_hand_overs(session, plan=plan, now=now)
    tell(
        f"Published: {figures['served']:,} orders on {figures['rounds']} rounds, {figures['unserved']} on none. "
        f"Hand-overs so far today: {steps:,}."
    )


def _get_district(session: Session) -> District:
    district = queries.find_district(session)
    if district is None:
        message = "The demo was removed while it was being loaded."
        raise UnableToLoad(message)
    return district


def _ask(session: Session, district: District, day_date: date, *, seconds: int, now: datetime) -> int:
    """Ask for the plan and take its job away, so that no worker makes it a second time."""
    plan = plans.start_plan(
        session,
        district=district,
        day_date=day_date,
        cutoff_at=intervals.instant(day_date, 0, district.timezone),
        search=plans.Search(seconds=seconds, seed=SEED),
        actor=None,
        now=now,
    )
    job_id, plan.job_id = plan.job_id, None
    session.flush()
    session.execute(delete(Job).where(Job.id == job_id))
    return plan.id


def _date_back(plan: Plan, *, to: datetime, seconds: int) -> None:
    """Let the plan have been made in the early morning, before the hand-overs that follow from it."""
    plan.started_at, plan.finished_at = to, to
    plan.asked_at = to - timedelta(seconds=seconds)


class _Progress:
    """Tells how far planning is, a few times."""

    job_id = 0
    is_cancelled = False

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._next_share = 0.25

    def report(self, share: float, **details: Any) -> None:
        """Tell a line at each further quarter."""
        if share >= self._next_share:
            self._next_share += 0.25
            self._tell(f"  {share:.0%} of the time; {details.get('unserved', 0)} orders are on no round yet")

    def hold(self, session: Session) -> None:
        """Do nothing: there is no job that another worker could have taken."""
