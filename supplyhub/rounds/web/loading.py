"""The supplier's loading list: today's loads in order, each with what goes into it, and the same on paper."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from supplyhub.accounts.current import me
from supplyhub.core import clock
from supplyhub.db.engine import session
from supplyhub.orders import reasons
from supplyhub.permissions import Permission
from supplyhub.places.models import District
from supplyhub.rounds import documents
from supplyhub.rounds.queries import loading as queries
from supplyhub.suppliers.models import Pickup
from supplyhub.webkit import assets, htmx, locale
from supplyhub.webkit.access import requires

blueprint = Blueprint("loading", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The pickup that the address asks for, among those whose loads the person may see."""

    pickup: Pickup
    district: District
    others: tuple[tuple[str, str], ...]

    @property
    def value(self) -> str:
        """How an address names the pickup."""
        return _value(self.pickup, self.district)


@blueprint.get("/loading")
@requires(Permission.LOAD_ROUNDS, anywhere=True)
def index() -> ResponseReturnValue:
    """Show what is loaded today, the load at the dock first."""
    choice = _chosen()
    if choice is None:
        return render_template("loading/index.html", day=None, choice=None)
    day = queries.get_loading_day(session(), pickup=choice.pickup, district=choice.district, now=clock.now())
    why = [(words.label, count, words.kind) for code, count in day.reasons for words in (reasons.reason_words(code),)]
    return render_template("loading/index.html", day=day, choice=choice, why=why)


@blueprint.get("/loading/<int:number>-<int:position>")
@requires(Permission.LOAD_ROUNDS, anywhere=True)
def show(number: int, position: int) -> ResponseReturnValue:
    """Show one load: its orders, what is handed over last first."""
    choice = _chosen() or abort(404)
    load = queries.get_load(
        session(),
        pickup=choice.pickup,
        district=choice.district,
        number=number,
        position=position,
        now=clock.now(),
    )
    template = "loading/_load_row.html" if htmx.is_fragment_request() else "loading/load.html"
    return render_template(template, load=load, choice=choice)


@blueprint.get("/loading/sheet.pdf")
@requires(Permission.LOAD_ROUNDS, anywhere=True)
def sheet() -> ResponseReturnValue:
    """Give the loading list as a PDF: one block a load; `load=12-1` gives that load alone."""
    choice = _chosen() or abort(404)
    day = queries.get_loading_day(
        session(), pickup=choice.pickup, district=choice.district, now=clock.now(), with_drops=True
    )
    wanted = request.args.get("load", "")
    loads = tuple(load for load in day.loads if wanted in {"", load.code})
    if wanted and not loads:
        abort(404)
    pdf = documents.loading_sheet(
        day,
        loads=loads,
        regular=assets.dist_file("fonts/NotoSansSC-Regular.ttf"),
        bold=assets.dist_file("fonts/NotoSansSC-Bold.ttf"),
        language=str(get_locale()).replace("_", "-"),
    )
    name = f"loading-{day.pickup.code}-{day.day_date.isoformat()}{'-' + wanted if wanted else ''}.pdf"
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


def _value(pickup: Pickup, district: District) -> str:
    return f"{district.code}/{pickup.code}"


def _chosen() -> Choice | None:
    """Return the pickup that `?pickup=` names (`P09`, or `tianyuan/P09`), else the first; another's is not found."""
    wanted = request.args.get("pickup", "")
    offered = queries.list_pickups(session(), paths=me().paths(Permission.LOAD_ROUNDS))
    if not offered:
        return None
    matching = [(one, where) for one, where in offered if wanted in {"", one.code, _value(one, where)}]
    if not matching:
        abort(404)
    pickup, district = matching[0]
    locale.use_timezone(district.timezone)
    others = tuple((_value(one, where), f"{one.name} ({one.code})") for one, where in offered)
    return Choice(pickup=pickup, district=district, others=others)
