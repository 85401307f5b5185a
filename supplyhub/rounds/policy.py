"""Rules about one plan: what may be done with it in which state, and why it failed. Pure."""

from enum import StrEnum

from supplyhub.integrations.roads import troubles
from supplyhub.integrations.roads.troubles import Trouble
from supplyhub.rounds.models import Plan, PlanState
from supplyhub.wording import lazy_gettext


class Failure(StrEnum):
    """Why a plan could not be made; kept in the plan's figures under `failure`."""

    REFUSED = "refused"
    ROADS = "roads"
    BROKEN = "broken"

    @property
    def sentence(self) -> str:
        """What the person reads, and can do."""
        return _FAILURES[self]


_FAILURES = {
    Failure.REFUSED: lazy_gettext(
        "The day's rules or vehicles cannot be planned with. Import the day again, then plan."
    ),
    Failure.ROADS: lazy_gettext("The roads gave no ways; nothing was planned on straight lines instead. Plan again."),
    Failure.BROKEN: lazy_gettext(
        "Planning broke off several times; nothing was changed. Plan again. "
        "If it breaks off again, tell the operator the number of the job."
    ),
}

_MAY_BE_DISCARDED = frozenset(
    {PlanState.QUEUED, PlanState.RUNNING, PlanState.READY, PlanState.CANCELLED, PlanState.FAILED}
)
_HAVE_ROUNDS = frozenset({PlanState.READY, PlanState.PUBLISHED, PlanState.SUPERSEDED})


def may_be_stopped(plan: Plan) -> bool:
    """Tell whether there is planning to stop."""
    return plan.state.is_under_way


def may_be_discarded(plan: Plan) -> bool:
    """Tell whether a plan may be thrown away: what riders have seen stays on record."""
    return plan.state in _MAY_BE_DISCARDED


def may_be_published(plan: Plan) -> bool:
    """Tell whether a plan's state lets it be published."""
    return plan.state == PlanState.READY


def has_rounds(plan: Plan) -> bool:
    """Tell whether a plan's rounds are written."""
    return plan.state in _HAVE_ROUNDS


def has_failed(plan: Plan) -> bool:
    """Tell whether a plan could not be made."""
    return plan.state == PlanState.FAILED


def is_published(plan: Plan) -> bool:
    """Tell whether a plan is the one that counts."""
    return plan.state == PlanState.PUBLISHED


def failure_of(plan: Plan) -> Failure:
    """Return why a failed plan failed."""
    return Failure(plan.figures.get("failure", Failure.BROKEN))


def failure_sentence(plan: Plan) -> str:
    """Return why a failed plan failed and what can be done, in the language of now."""
    trouble = plan.figures.get("trouble")
    if trouble in set(Trouble):
        return troubles.sentence(Trouble(trouble), plan.figures["fields"])
    return failure_of(plan).sentence
