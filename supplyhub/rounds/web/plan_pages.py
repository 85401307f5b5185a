"""What the pages of plans show, put together from queries: sorted and filtered as the address says. Read-only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from supplyhub.core import intervals
from supplyhub.orders.reasons import ReasonWords, reason_words
from supplyhub.places.models import District
from supplyhub.riders import words as riders_words
from supplyhub.rounds.models import Plan, Round
from supplyhub.rounds.queries import maps
from supplyhub.rounds.queries import plans as queries
from supplyhub.webkit.settings import settings

MINUTE_END_S = 59

_EARLIEST = datetime(2000, 1, 1)  # noqa: DTZ001 -- a minute of the district's clock, as the form has it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """A reason with its number of orders."""

    words: ReasonWords
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTable:
    """A plan's rounds as the address wants them, with the choices of its filters."""

    rows: Sequence[queries.RoundRow]
    total: int
    columns: Sequence[dict[str, str]]
    companies: Sequence[tuple[str, str]]
    vehicles: Sequence[tuple[str, str]]
    company: str
    vehicle: str
    first_leaves_at: datetime | None
    last_back_at: datetime | None

    @property
    def is_filtered(self) -> bool:
        """Whether some rounds are left out."""
        return len(self.rows) < self.total


_SORTS: dict[str, Callable[[queries.RoundRow], Any]] = {
    "number": lambda row: row.number,
    "rider": lambda row: row.rider_code,
    "company": lambda row: row.company,
    "vehicle": lambda row: row.vehicle,
    "leaves": lambda row: row.leaves_base_at,
    "back": lambda row: row.back_at,
    "loads": lambda row: row.loads,
    "stops": lambda row: row.hand_overs,
    "orders": lambda row: row.order_count,
    "weight": lambda row: row.weight_g,
    "distance": lambda row: row.distance_m,
}


def cutoff_instant(cutoff: datetime, zone: str, *, now: datetime) -> datetime:
    """Return a minute of the district's clock as the instant at its end; the future is not known yet."""
    if cutoff >= local_minute(now, zone):
        return now
    # A field takes years in which no instant can be told; nothing was placed before any year of this century.
    known = max(cutoff, _EARLIEST)
    return intervals.instant(known.date(), known.hour * 3600 + known.minute * 60 + MINUTE_END_S, zone)


def local_minute(at: datetime, zone: str) -> datetime:
    """Return an instant on the district's clock, without zone and seconds, as a form field takes it."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def requested_day(text: str | None, days: Sequence[date], today: date) -> date | None:
    """Return the day that the address asks for, else today or the newest before it, else the newest."""
    if text:
        try:
            wanted = date.fromisoformat(text)
        except ValueError:
            wanted = today
        if wanted in days:
            return wanted
    return next((day for day in days if day <= today), days[0] if days else None)


def reason_counts(session: Session, *, plan: Plan) -> list[ReasonCount]:
    """Return why a plan leaves orders out, the most frequent reason first."""
    counts = queries.count_unserved(session, plan_id=plan.id)
    return [ReasonCount(words=reason_words(code), count=count) for code, count in counts.items()]


def round_table(session: Session, *, district: District, plan: Plan) -> RoundTable:
    """Return a plan's rounds, filtered and sorted as the address says; nonsense there is ignored."""
    everything = queries.list_rounds(session, plan_id=plan.id)
    company, vehicle = request.args.get("company", ""), request.args.get("vehicle", "")
    rows = [
        row for row in everything if (not company or row.company == company) and (not vehicle or row.vehicle == vehicle)
    ]
    sort = request.args.get("sort", "number")
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    if name in _SORTS:
        rows.sort(key=_SORTS[name], reverse=falls)
    else:
        name = "number"
    return RoundTable(
        rows=rows,
        total=len(everything),
        columns=_columns(district, plan, name, falls=falls),
        companies=_choices((row.company, row.company) for row in everything),
        vehicles=_choices((row.vehicle, riders_words.vehicle_name(row.vehicle)) for row in everything),
        company=company,
        vehicle=vehicle,
        first_leaves_at=min((row.leaves_base_at for row in everything), default=None),
        last_back_at=max((row.back_at for row in everything), default=None),
    )


def _choices(pairs: Any) -> list[tuple[str, str]]:
    return [("", gettext("All")), *sorted({(value, str(label)) for value, label in pairs})]


def _columns(district: District, plan: Plan, sorted_by: str, *, falls: bool) -> list[dict[str, str]]:
    labels = (
        ("number", gettext("Round"), ""),
        ("rider", gettext("Rider"), ""),
        ("company", gettext("Company"), ""),
        ("vehicle", gettext("Vehicle"), ""),
        ("leaves", gettext("Leaves"), "num"),
        ("back", gettext("Back"), "num"),
        ("loads", gettext("Loads"), "num"),
        ("stops", gettext("Stops"), "num"),
        ("orders", gettext("Orders"), "num"),
        ("weight", gettext("Weight"), "num"),
        ("distance", gettext("Distance"), "num"),
    )
    kept: dict[str, Any] = {
        key: value for key, value in request.args.items() if key in {"company", "vehicle"} and value
    }
    columns = []
    for name, label, kind in labels:
        is_current = name == sorted_by
        sort = f"-{name}" if is_current and not falls else name
        url = url_for("plans.show", district=district.code, plan_id=plan.id, sort=sort, _anchor="rounds", **kept)
        column = {"label": label, "kind": kind, "sort_url": url}
        if is_current:
            column["sorted"] = "descending" if falls else "ascending"
        columns.append(column)
    return columns


def map_document(session: Session, *, district: District, plan: Plan, number: int | None) -> dict[str, object]:
    """Return what the map of a plan shows: compounds, pickups and rounds, or one round with its places."""
    whole = day_map(session, district=district, day_date=plan.day_date, plan=plan, number=number)
    if number is None:
        return whole
    codes = maps.list_codes_of_round(session, plan_id=plan.id, number=number)
    near = {
        kind: [place for place in cast("list[dict[str, object]]", whole[kind]) if place["code"] in codes]
        for kind in ("compounds", "pickups")
    }
    return {**whole, **near}


def day_map(
    session: Session, *, district: District, day_date: date, plan: Plan | None, number: int | None = None
) -> dict[str, object]:
    """Return what the map of a day shows: compounds and pickups, and the rounds of its plan or one of them."""
    compounds = maps.list_compound_points(session, district_id=district.id, day_date=day_date, plan=plan)
    lines = maps.list_round_lines(session, plan_id=plan.id, number=number) if plan is not None else []
    return {
        "centre": _centre_of(compounds),
        "tile_url": settings().map_tile_url or None,
        "compounds": [_compound_entry(compound, district.code) for compound in compounds],
        "pickups": [
            {"code": pickup.code, "name": pickup.name, "lat": pickup.latitude, "lon": pickup.longitude}
            for pickup in maps.list_pickup_points(session, district_id=district.id)
        ],
        "rounds": [
            {
                "id": str(line.number),
                "label": f"{line.number} · {line.company} {line.rider_name}",
                "points": [list(point) for point in line.points],
                "url": url_for("plans.show_round", district=district.code, plan_id=line.plan_id, number=line.number),
            }
            for line in lines
        ],
    }


def _compound_entry(compound: maps.CompoundPoint, district_code: str) -> dict[str, object]:
    """Return a compound as the map takes it."""
    return {
        "code": compound.code,
        "name": compound.name,
        "lat": compound.latitude,
        "lon": compound.longitude,
        "risk": compound.risk.value,
        "orders": compound.orders,
        "served": compound.served,
        "url": url_for("places.compound", district=district_code, code=compound.code),
    }


def _centre_of(compounds: Sequence[maps.CompoundPoint]) -> list[float]:
    """Return the middle of some compounds."""
    if not compounds:
        return [0.0, 0.0]
    return [
        sum(compound.latitude for compound in compounds) / len(compounds),
        sum(compound.longitude for compound in compounds) / len(compounds),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """A visit of a round as a line of its timeline."""

    at: datetime
    leave_at: datetime
    wait_s: int
    is_load: bool
    place: str
    gate: str
    compound_risk: Any
    orders: int
    weight_g: int
    distance_m: int
    on_board: int


def stop_lines(a_round: Round) -> list[StopLine]:
    """Return the visits of a round, with how many orders are on board afterwards."""
    on_board = 0
    lines = []
    for visit in a_round.visits:
        is_load = visit.pickup is not None
        on_board += visit.order_count if is_load else -visit.order_count
        gate = visit.gate
        lines.append(
            StopLine(
                at=visit.start_at,
                leave_at=visit.leave_at,
                wait_s=int((visit.start_at - visit.arrive_at).total_seconds()),
                is_load=is_load,
                place=visit.pickup.name if visit.pickup is not None else (gate.compound.name if gate else ""),
                gate=gate.name if gate is not None else "",
                compound_risk=gate.compound.risk if gate is not None else None,
                orders=visit.order_count,
                weight_g=visit.weight_g,
                distance_m=visit.distance_m,
                on_board=on_board,
            )
        )
    return lines
