"""Planning a city's day: one plan, and so one job, for each of its districts; workers share them out."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from supplyhub.accounts.sessions import SignedIn
from supplyhub.core.errors import DomainError
from supplyhub.places import queries as places
from supplyhub.places.models import City, District
from supplyhub.rounds.models import Plan
from supplyhub.rounds.operations import plans
from supplyhub.rounds.queries import plans as queries
from supplyhub.wording import lazy_gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictStart:
    """What became of a district: the plan that was started, or why none was."""

    district: District
    plan: Plan | None
    refusal: DomainError | None = None

    @property
    def reason(self) -> str:
        """Why no plan was started, for people; empty where one was."""
        return self.refusal.message if self.refusal else ""


def plan_city(
    session: Session,
    *,
    city: City,
    day_date: date,
    search: plans.Search,
    actor: SignedIn | None,
    now: datetime,
) -> list[DistrictStart]:
    """Ask for a plan of a day in every district of a city that can be planned; tell of each, ordered by its name.

    Left as they are: districts without orders or riders, those whose plan is being made or published already, and
    those whose riders are under way. `actor` None is the command line.

    Raises
    ------
    MayNotPlan
        The person may not make plans in one of the districts.
    """
    districts = places.list_districts_of(session, city_id=city.id)
    found: dict[int, DistrictStart] = {}
    # By id, so that two who start the same city wait for each other and never deadlock.
    for district in sorted(districts, key=lambda district: district.id):
        plan: Plan | None = None
        refusal: DomainError | None = None
        if queries.find_published_plan(session, district_id=district.id, day_date=day_date) is not None:
            refusal = plans.UnableToPlan(lazy_gettext("A plan of this day is published already."))
        else:
            try:
                plan = plans.start_plan(
                    session,
                    district=district,
                    day_date=day_date,
                    cutoff_at=now,
                    search=search,
                    actor=actor,
                    now=now,
                )
            except (plans.NothingToPlan, plans.UnableToPlan) as error:
                refusal = error
        found[district.id] = DistrictStart(district=district, plan=plan, refusal=refusal)
    session.flush()
    return [found[district.id] for district in districts]
