"""The rider's round, as a list and on a map, and the gate: who is due, slot by slot."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supplyhub.accounts.current import me
from supplyhub.accounts.roles import Role
from supplyhub.accounts.sessions import SignedIn
from supplyhub.core import clock, text
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.riders import words as riders_words
from supplyhub.rounds.queries import field as queries
from supplyhub.rounds.queries import gates
from supplyhub.rounds.web import live_readings
from supplyhub.webkit import htmx, locale
from supplyhub.webkit.access import requires
from supplyhub.webkit.filters import local_time
from supplyhub.webkit.settings import settings

blueprint = Blueprint("field", __name__)


@blueprint.get("/round")
@requires(Permission.DRIVE_ROUND)
def my_round() -> ResponseReturnValue:
    """Show the rider the next stop, then the rest of the day."""
    day = _my_day()
    return render_template(
        "field/round.html",
        day=day,
        vehicle=day and riders_words.vehicle_name(day.rider.vehicle),
        cards=live_readings.rider_cards(session(), day=day) if day else (),
    )


@blueprint.get("/round/map")
@requires(Permission.DRIVE_ROUND)
def my_map() -> ResponseReturnValue:
    """Show the rider's round on a map, its stops below."""
    return render_template("field/map.html", day=_my_day())


@blueprint.get("/round/map.json")
@requires(Permission.DRIVE_ROUND)
def my_map_data() -> ResponseReturnValue:
    """Answer what the map of the rider's round draws."""
    day = _my_day()
    if day is None or day.round is None:
        abort(404)
    return _map_data(day)


@blueprint.get("/gate")
@requires(Permission.KEEP_GATE, anywhere=True)
def gate() -> ResponseReturnValue:
    """Show who is due at a gate; a person who keeps several chooses one first."""
    person = me()
    path = request.args.get("at", "").strip("/")
    if not path:
        own = _own_gate(person)
        return redirect(url_for("field.gate", at=own)) if own else _choose_gate(person)
    if not person.can(Permission.KEEP_GATE, path):
        abort(404)
    day = gates.get_gate_day(session(), path=path, now=clock.now())
    locale.use_timezone(day.gate.compound.district.timezone)
    template = "field/_gate_board.html" if htmx.is_fragment_request() else "field/gate.html"
    return render_template(template, day=day, has_choice=_own_gate(person) is None)


def _my_day() -> queries.RiderDay | None:
    day = queries.find_rider_day(session(), paths=me().scopes_of(Role.RIDER), now=clock.now())
    if day is not None:
        locale.use_timezone(day.district.timezone)
    return day


def _map_data(day: queries.RiderDay) -> dict[str, Any]:
    rider = day.rider
    base = [rider.base_latitude, rider.base_longitude]
    points = [base, *([stop.latitude, stop.longitude] for stop in day.stops)]
    if day.round is None or day.round.stopped_at is None:
        points.append(base)
    middle = day.next or day.stops[0]
    return {
        "centre": [middle.latitude, middle.longitude],
        "tile_url": settings().map_tile_url or None,
        "compounds": [
            {
                **_place(stops),
                "risk": stops[0].risk.value,
                "orders": sum(stop.order_count for stop in stops),
                "served": sum(stop.order_count for stop in stops),
            }
            for stops in day.places
            if not stops[0].is_load
        ],
        "pickups": [_place(stops) for stops in day.places if stops[0].is_load],
        "rounds": [{"id": str(day.round and day.round.number), "label": rider.pass_no, "points": points}],
    }


def _place(stops: tuple[queries.Stop, ...]) -> dict[str, Any]:
    """Return a place of the map; its name begins with the times at which the rider is there."""
    first = stops[0]
    times = " ".join(local_time(stop.start_at) for stop in stops)
    return {"code": first.code, "name": f"{times} {first.name}", "lat": first.latitude, "lon": first.longitude}


def _own_gate(person: SignedIn) -> str | None:
    """Return the gate of somebody who keeps just one and nothing else, or None."""
    scopes = person.paths(Permission.KEEP_GATE)
    own = person.scopes_of(Role.GATE_KEEPER)
    return own[0] if len(scopes) == 1 and scopes == own and own[0].count("/") == _GATE_DEPTH else None


def _choose_gate(person: SignedIn) -> ResponseReturnValue:
    wanted = text.tidy(request.args.get("q", ""))
    found = gates.list_gates(session(), paths=person.paths(Permission.KEEP_GATE), text=wanted, now=clock.now())
    if len(found) == 1 and not wanted:
        return redirect(url_for("field.gate", at=found[0].path))
    is_cut = len(found) == gates.LISTED_GATES
    return render_template("field/gates.html", gates=found, wanted=wanted, is_cut=is_cut)


_GATE_DEPTH = 4
"""A gate's scope is `city/district/street/compound/gate`."""
