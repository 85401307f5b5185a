"""Versions that came of live changes, in words: what is on record for the desk, and what a rider has to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.planning.live.answer_documents import read_answer
from supplyhub.planning.live.answers import ChangedRound
from supplyhub.rounds.live_day import change_of
from supplyhub.rounds.live_reading import has_to_be_read, read_round
from supplyhub.rounds.models import Plan
from supplyhub.rounds.queries import field
from supplyhub.rounds.queries import live as queries
from supplyhub.rounds.queries.live_names import RiderName, read_names
from supplyhub.rounds.web import live_pages, live_words
from supplyhub.rounds.web.live_words import VisitLine
from supplyhub.webkit.filters import duration

FEW_STOPS = 4
"""So many stops in a row that only come later or earlier are told one by one; more are told together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Whether a rider has confirmed what changed in the round. `first_s` is the time of the first stop concerned."""

    rider: RiderName
    version: int
    published_at: datetime | None
    confirmed_at: datetime | None
    first_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A version that came of live changes: who published it, when, which changes, what moved, who has not read it."""

    former_id: int
    published_by: str
    changed_at: datetime
    told: live_pages.AnswerView
    readings: Sequence[Reading]

    @property
    def unread(self) -> Sequence[Reading]:
        """Riders who have not confirmed yet, of this version and those before it; whose stop comes first, first."""
        unread = [one for one in self.readings if one.confirmed_at is None]
        return sorted(unread, key=lambda one: (one.first_s, one.rider.code))

    @property
    def read(self) -> Sequence[Reading]:
        """Riders who have confirmed this version."""
        return [one for one in self.readings if one.confirmed_at is not None]


def version_view(session: Session, *, plan: Plan) -> VersionView | None:
    """Return what is on record of a version that came of live changes, in words; None for one that was planned anew."""
    version = queries.find_version(session, plan_id=plan.id)
    if version is None:
        return None
    answer = read_answer(version.answer)
    rows = queries.list_round_changes(session, plan=plan)
    names = read_names(session, plan=plan, rider_codes=[change.rider.code for change, _ in rows])
    return VersionView(
        former_id=version.former_id,
        published_by=version.published_by,
        changed_at=version.changed_at,
        told=live_pages.answer_view(
            session, plan=plan, changes=queries.list_taken(session, plan_ids=[plan.id]), answer=answer
        ),
        readings=[
            Reading(
                rider=live_pages.rider_of(names, change.rider.code),
                version=changed.version,
                published_at=changed.published_at,
                confirmed_at=change.confirmed_at,
                first_s=_first_s(read_round(change.change)),
            )
            for change, changed in rows
        ],
    )


def _first_s(changed: ChangedRound) -> int:
    """Return when the first stop that is otherwise begins, or would have."""
    starts = [at for visit in changed.visits for at in (visit.before_s, visit.after_s) if at is not None]
    return min(starts, default=changed.stopped_s or 0)


# --- what the rider has to read --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stop that is otherwise, or (`others`) several in a row that come later or earlier for the same reason."""

    line: VisitLine
    others: Sequence[VisitLine] = ()

    @property
    def count(self) -> int:
        """How many stops it tells of."""
        return 1 + len(self.others)

    @property
    def last(self) -> VisitLine:
        """The last of the stops."""
        return self.others[-1] if self.others else self.line

    @property
    def title(self) -> str:
        """Which stops, in words."""
        return gettext("%(first)s and %(count)s more stops", first=self.line.title, count=len(self.others))

    @property
    def sentence(self) -> str:
        """What is otherwise about all of them."""
        shifts = sorted(abs(line.later_s) for line in (self.line, *self.others))
        least, most = duration(shifts[0]), duration(shifts[-1])
        shift = least if least == most else gettext("%(least)s to %(most)s", least=least, most=most)
        if self.line.later_s > 0:
            return gettext("%(time)s later, until %(last)s", time=shift, last=self.last.when)
        return gettext("%(time)s earlier, until %(last)s", time=shift, last=self.last.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderCard:
    """What a version changed in a rider's round, as the rider reads it."""

    change_id: int
    version: int
    published_at: datetime | None
    told: Sequence[Told]
    is_stopped: bool

    @property
    def count(self) -> int:
        """How many stops are otherwise."""
        return sum(one.count for one in self.told)


def rider_cards(session: Session, *, day: field.RiderDay) -> list[RiderCard]:
    """Return what versions of the day changed in a rider's round and the rider has not confirmed, the newest first."""
    unread = queries.list_unread(session, rider_id=day.rider.id, day_date=day.day_date)
    if not unread:
        return []
    entries = queries.list_taken(session, plan_ids=[plan.id for _, plan in unread])
    taken = {
        plan.id: {entry.number or 0: change_of(entry) for entry in entries if entry.plan_id == plan.id}
        for _, plan in unread
    }
    rounds = [read_round(change.change) for change, _ in unread]
    places = {visit.place_id for one in rounds for visit in one.visits}
    changes = [change for numbered in taken.values() for change in numbered.values()]
    names = live_pages.names_for(session, unread[0][1], changes, place_codes=places)
    return [
        RiderCard(
            change_id=change.id,
            version=plan.version,
            published_at=plan.published_at,
            told=_told(
                [
                    live_words.visit_line(visit, names, taken.get(plan.id, {}), rider_id=one.rider_id)
                    for visit in one.visits
                    if has_to_be_read(visit)
                ]
            ),
            is_stopped=_has_stopped(one, plan, day.district.timezone),
        )
        for (change, plan), one in zip(unread, rounds, strict=True)
    ]


def _has_stopped(one: ChangedRound, plan: Plan, zone: str) -> bool:
    """Tell whether the rider goes no farther; a round that only ends away from the base goes on until then."""
    if one.stopped_s is None or plan.published_at is None:
        return False
    return intervals.instant(plan.day_date, one.stopped_s, zone) <= plan.published_at


def _told(lines: Sequence[VisitLine]) -> list[Told]:
    """Gather stops in a row that only move, in the same direction and for the same reason."""
    told: list[Told] = []
    for _, group in groupby(lines, key=_alike):
        together = list(group)
        if together[0].is_moved and len(together) >= FEW_STOPS:
            told.append(Told(line=together[0], others=together[1:]))
        else:
            told.extend(Told(line=line) for line in together)
    return told


def _alike(line: VisitLine) -> tuple[object, ...]:
    return (line.change, line.why, line.later_s > 0) if line.is_moved else (id(line),)
