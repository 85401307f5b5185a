"""Pages of places: signing up with a compound's code, compounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts import guarding
from supplyhub.accounts.current import me
from supplyhub.accounts.entering import enter
from supplyhub.core import clock, intervals, text
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.places import coordinates, day, flats, forms, operations, queries, words
from supplyhub.places.models import Compound, District, Risk
from supplyhub.webkit import converters, tables
from supplyhub.webkit.access import public, requires
from supplyhub.webkit.pagination import requested_page
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("places", __name__)


@blueprint.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """Ask for the compound's code; with a known code, for the flat and the account."""
    code = request.args.get("code", "").strip()
    form = forms.CompoundCode(blank=True)
    if "code" not in request.args:
        return render_template("accounts/sign_up.html", form=form, compound=None)
    if not code:
        form.refuse("code", gettext("Enter the code of your compound."))
        return render_template("accounts/sign_up.html", form=form, compound=None), 422
    guarding.count(guarding.codes())
    compound = queries.find_compound_by_invitation(session(), code=code)
    if compound is None:
        form.code.data = code[:40]
        form.refuse("code", gettext("No compound has this code. Check each letter and digit."))
        return render_template("accounts/sign_up.html", form=form, compound=None), 422
    guarding.forgive_at_once()
    return _sign_up_page(compound, _sign_up_form(compound, blank=True))


@blueprint.post("/sign-up")
@public
@guarding.counted(guarding.passwords_and_codes)
@guarding.examines
@transactional
def complete_sign_up() -> ResponseReturnValue:
    """Make the account of a resident and sign in."""
    compound = queries.find_compound_by_invitation(session(), code=request.form.get("code", ""))
    if compound is None:
        form = forms.CompoundCode()
        form.refuse("code", gettext("No compound has this code. Check each letter and digit."))
        return render_template("accounts/sign_up.html", form=form, compound=None), 422
    sign_up_form = _sign_up_form(compound)
    if not sign_up_form.validate():
        return _sign_up_page(compound, sign_up_form, 422)
    try:
        person = operations.sign_up_resident(
            session(),
            code=compound.invitation_code,
            building=sign_up_form.building.data or "",
            unit=(sign_up_form.unit.data or "").removeprefix(forms.NO_UNIT),
            room=sign_up_form.room.data or "",
            name=text.tidy(sign_up_form.name.data or ""),
            credentials=guarding.examined(),
            now=clock.now(),
        )
    except DomainError as error:
        sign_up_form.refuse(error.field or "phone", error.message)
        return _sign_up_page(compound, sign_up_form, 422)
    guarding.forgive()
    flash(gettext("Welcome. This is what reaches %(compound)s.", compound=compound.name), "go")
    return enter(person.id, "")


def _sign_up_form(compound: Compound, *, blank: bool = False) -> forms.SignUp:
    units = dict.fromkeys(unit for building in compound.buildings for unit in building.units)
    has_bare = any(not building.units for building in compound.buildings)
    buildings = [(building.name, words.building_label(building.name)) for building in compound.buildings]
    form = forms.SignUp(
        blank=blank,
        buildings=[("", gettext("Choose")), *buildings],
        units=[
            ("", gettext("Choose")),
            *([(forms.NO_UNIT, gettext("No unit"))] if has_bare else ()),
            *((unit, words.unit_label(unit)) for unit in units),
        ],
    )
    form.code.data = compound.invitation_code
    return form


def _sign_up_page(compound: Compound, form: forms.SignUp, status: int = 200) -> ResponseReturnValue:
    shown = {"name": compound.name, "place": f"{compound.district.name} · {compound.street.name}"}
    has_units = any(building.units for building in compound.buildings)
    return render_template("accounts/sign_up.html", form=form, compound=shown, has_units=has_units), status


# --- for staff -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundLine:
    """A line of the list of compounds: the compound, and its day."""

    compound: queries.CompoundRow
    day: day.CompoundDay

    @property
    def unserved_count(self) -> int:
        """How many orders of the day are on no round."""
        return self.day.order_count - self.day.served_count


_NO_ORDERS = day.CompoundDay()
_RISK_RANK = {Risk.LOW: 0, Risk.MEDIUM: 1, Risk.HIGH: 2}
_SORTS = {
    "code": lambda line: line.compound.code,
    "name": lambda line: line.compound.name,
    "street": lambda line: line.compound.street,
    "risk": lambda line: _RISK_RANK[line.compound.risk],
    "households": lambda line: line.compound.household_count,
    "gates": lambda line: line.compound.gate_count,
    "slots": lambda line: line.compound.slot_count,
    "orders": lambda line: line.day.order_count,
    "unserved": lambda line: line.unserved_count,
}


@blueprint.get("/<district>/compounds")
@requires(Permission.VIEW_PLACES, anywhere=True)
def compounds(district: str) -> ResponseReturnValue:
    """Show the compounds of a district, or those of them that the person looks after."""
    found = queries.get_district(session(), code=district)
    paths = me().paths(Permission.VIEW_PLACES, within=found.path)
    street_id = request.args.get("street", type=converters.row_number)
    risk = next((level for level in Risk if level == request.args.get("risk")), None)
    sought = tables.requested_text()
    rows = queries.list_compounds(
        session(), district_id=found.id, paths=paths, street_id=street_id, risk=risk, text=sought
    )
    day_date = _requested_day(found)
    days = day.count_by_compound(session(), district_id=found.id, day_date=day_date)
    lines = [CompoundLine(compound=row, day=days.get(row.id, _NO_ORDERS)) for row in rows]
    sorting = tables.requested_sorting(tuple(_SORTS), default="code")
    return render_template(
        "places/compounds.html",
        district=found,
        day_date=day_date,
        page=tables.page_of_rows(tables.sort_rows(lines, sorting=sorting, keys=_SORTS), number=requested_page()),
        sorting=sorting,
        streets=queries.list_streets_within(session(), district_id=found.id, paths=paths),
        street_id=street_id,
        risks=list(Risk),
        risk=risk,
        sought=sought,
        is_filtered=bool(street_id or risk or sought),
        order_count=sum(line.day.order_count for line in lines),
        served_count=sum(line.day.served_count for line in lines),
        household_count=sum(row.household_count for row in rows),
        can_import=me().can(Permission.IMPORT_FILES, found.path),
    )


@blueprint.get("/<district>/compounds/<code>")
@requires(Permission.VIEW_PLACES, anywhere=True)
def compound(district: str, code: str) -> ResponseReturnValue:
    """Show one compound: gates, buildings, the code for its residents, the day's orders, who has signed up."""
    found = queries.get_district(session(), code=district)
    shown = _get_compound(found, code)
    day_date = _requested_day(found)
    states = day.count_by_state(session(), compound_id=shown.id, day_date=day_date)
    return render_template(
        "places/compound.html",
        district=found,
        compound=shown,
        day_date=day_date,
        bars=_bars(found, shown, day_date, states),
        order_count=sum(counted.count for counted in states),
        households=queries.page_of_signed_up_households(session(), compound_id=shown.id, number=requested_page()),
        flat_count=sum(flats.count_flats(building) for building in shown.buildings),
        spoken_code=spoken(shown.invitation_code),
        invitation_text=gettext(
            "Residents of %(compound)s: sign up here to see what reaches us and when. %(link)s Code: %(code)s",
            compound=shown.name,
            link=url_for("places.sign_up", code=shown.invitation_code, _external=True),
            code=spoken(shown.invitation_code),
        ),
        words=words,
        position=coordinates.position,
        system_labels=coordinates.LABELS,
        can_view_orders=me().can(Permission.VIEW_ORDERS, shown.path),
        can_renew=me().can(Permission.INVITE_PEOPLE, shown.path),
        can_import=me().can(Permission.IMPORT_FILES, found.path),
    )


@blueprint.get("/<district>/compounds/<code>/notice")
@requires(Permission.VIEW_PLACES, anywhere=True)
def notice(district: str, code: str) -> ResponseReturnValue:
    """Show the sheet for the notice board: how residents sign up, with the code and its QR code."""
    found = queries.get_district(session(), code=district)
    shown = _get_compound(found, code)
    link = url_for("places.sign_up", code=shown.invitation_code, _external=True)
    return render_template(
        "places/notice.html",
        district=found,
        compound=shown,
        link=url_for("places.sign_up", _external=True),
        spoken_code=spoken(shown.invitation_code),
        qr_code=segno.make(link, error="m").svg_data_uri(scale=8, border=2),
    )


@blueprint.post("/<district>/compounds/<code>/code")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
@transactional
def renew_code(district: str, code: str) -> ResponseReturnValue:
    """Give the compound a new code for its residents."""
    found = queries.get_district(session(), code=district)
    operations.renew_invitation_code(session(), district_id=found.id, code=code, actor=me())
    flash(gettext("The compound has a new code. Hang up a new notice; the old code no longer works."), "go")
    return redirect(url_for("places.compound", district=district, code=code))


def _bars(
    district: District, compound: Compound, day_date: date, states: Sequence[day.StateCount]
) -> list[tuple[str, int, str, str | None]]:
    """Return label, number, colour and address of each state, for the macro `hbars`."""
    can_view_orders = me().can(Permission.VIEW_ORDERS, compound.path)
    return [
        (
            counted.state.label,
            counted.count,
            counted.state.kind,
            url_for(
                "district_orders.index",
                district=district.code,
                compound=compound.code,
                day=day_date,
                state=counted.state.value,
            )
            if can_view_orders
            else None,
        )
        for counted in states
    ]


def spoken(code: str) -> str:
    """Return a code in groups of four, as people read it out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _get_compound(district: District, code: str) -> Compound:
    paths = me().paths(Permission.VIEW_PLACES, within=district.path)
    return queries.get_compound(session(), district_id=district.id, code=code, paths=paths)


def _requested_day(district: District) -> date:
    """Return the day that the address asks for, today where it names none or nonsense."""
    return tables.requested_date() or intervals.local_date(clock.now(), district.timezone)
