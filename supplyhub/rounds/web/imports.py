"""Pages of imports: choose a file, look at the preview, decide doubtful rows, confirm."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts.current import me
from supplyhub.core import clock
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.files import exports, operations, queries
from supplyhub.files.models import FileImport, ImportState
from supplyhub.files.previews import Verdict
from supplyhub.permissions import Permission
from supplyhub.places import queries as places
from supplyhub.places.models import District
from supplyhub.rounds.imports import forms, lifecycle
from supplyhub.rounds.imports.kinds import Kind
from supplyhub.rounds.web import import_pages
from supplyhub.suppliers import queries as suppliers
from supplyhub.webkit import errors
from supplyhub.webkit.access import requires
from supplyhub.webkit.pagination import paginate, requested_page
from supplyhub.webkit.settings import settings
from supplyhub.webkit.tables import page_of_rows
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("imports", __name__)
KINDS = "any(" + ",".join(kind.value for kind in Kind) + ")"
PER_PAGE = 20
ROWS_PER_PAGE = 25


@blueprint.get("/<district>/imports")
@requires(Permission.IMPORT_FILES)
def index(district: str) -> ResponseReturnValue:
    """Show what can be imported, and what was."""
    found = places.get_district(session(), code=district)
    statement = queries.imports_of(found.path)
    return render_template(
        "imports/index.html",
        district=found,
        cards=import_pages.kind_cards(),
        page=paginate(session(), statement, number=requested_page(), per_page=PER_PAGE),
        kind_of=lambda kept: Kind(kept.kind),
        title_of=import_pages.title,
    )


@blueprint.get(f"/<district>/imports/new/<{KINDS}:kind>")
@requires(Permission.IMPORT_FILES)
def choose(district: str, kind: str) -> ResponseReturnValue:
    """Ask for the file of a kind."""
    found = places.get_district(session(), code=district)
    return _form_page(found, Kind(kind), _form(found, Kind(kind), blank=True))


@blueprint.post(f"/<district>/imports/new/<{KINDS}:kind>")
@requires(Permission.IMPORT_FILES)
@transactional
def upload(district: str, kind: str) -> ResponseReturnValue:
    """Read a file and keep its preview."""
    found, wanted = places.get_district(session(), code=district), Kind(kind)
    form = _form(found, wanted)
    if not form.validate():
        return _form_page(found, wanted, form), 422
    try:
        kept = lifecycle.start_import(
            session(),
            district=found,
            kind=wanted,
            files=lifecycle.gather(form.uploads, kind=wanted),
            options=form.options,
            data_folder=settings().data_folder,
            actor=me().name,
            now=clock.now(),
        )
    except lifecycle.UnableToImport as error:
        form.refuse(error.field or "files", error.message)
        return _form_page(found, wanted, form), 422
    return redirect(url_for("imports.show", district=district, import_id=kept.id))


@blueprint.get("/<district>/imports/<int:import_id>")
@requires(Permission.IMPORT_FILES)
def show(district: str, import_id: int) -> ResponseReturnValue:
    """Show a preview, or what was imported."""
    found = places.get_district(session(), code=district)
    return _preview_page(found, queries.get_import(session(), import_id=import_id, scope=found.path))


@blueprint.post("/<district>/imports/<int:import_id>/confirm")
@requires(Permission.IMPORT_FILES)
@transactional
def confirm(district: str, import_id: int) -> ResponseReturnValue:
    """Write what is ready."""
    found = places.get_district(session(), code=district)
    try:
        lifecycle.confirm_import(
            session(),
            district=found,
            import_id=import_id,
            data_folder=settings().data_folder,
            actor=me().name,
            now=clock.now(),
        )
    except (operations.UnableToConfirm, operations.UploadGone, lifecycle.UnableToImport) as error:
        return _refused(found, import_id, error)
    return redirect(url_for("imports.show", district=district, import_id=import_id))


@blueprint.post("/<district>/imports/<int:import_id>/discard")
@requires(Permission.IMPORT_FILES)
@transactional
def discard(district: str, import_id: int) -> ResponseReturnValue:
    """Throw a preview away."""
    found = places.get_district(session(), code=district)
    try:
        operations.discard(
            session(),
            data_folder=settings().data_folder,
            import_id=import_id,
            scope=found.path,
            actor=me().name,
            now=clock.now(),
        )
    except operations.UnableToDiscard as error:
        return _refused(found, import_id, error)
    flash(gettext("The upload is discarded. Nothing was written."), "info")
    return redirect(url_for("imports.index", district=district))


@blueprint.post("/<district>/imports/<int:import_id>/flat")
@requires(Permission.IMPORT_FILES)
@transactional
def choose_flat(district: str, import_id: int) -> ResponseReturnValue:
    """Say which flat a doubtful order is for."""
    found = places.get_district(session(), code=district)
    key = request.form.get("key", "")
    try:
        kept = lifecycle.choose_flat(
            session(),
            district=found,
            import_id=import_id,
            key=key,
            flat=request.form.get("other", "").strip() or request.form.get("flat", ""),
            data_folder=settings().data_folder,
            now=clock.now(),
        )
    except (lifecycle.UnableToChoose, lifecycle.FlatUnknown) as error:
        return _refused(found, import_id, error, key=key)
    if kept.state is ImportState.CONFIRMED:
        flash(gettext("The order is imported."), "go")
    return redirect(
        url_for("imports.show", district=district, import_id=import_id, show=Verdict.REVIEW.value) + "#rows"
    )


@blueprint.get("/<district>/imports/<int:import_id>/rows.csv")
@requires(Permission.IMPORT_FILES)
def download(district: str, import_id: int) -> ResponseReturnValue:
    """Answer the rows that did not go in, as a table to work through."""
    found = places.get_district(session(), code=district)
    kept = queries.get_import(session(), import_id=import_id, scope=found.path)
    rows = [
        (import_pages.row_view(row, kind=Kind(kept.kind)), row)
        for verdict in (Verdict.REVIEW, Verdict.REFUSED)
        for row in kept.summary["rows"][verdict.value]
    ]
    content = exports.csv_bytes(
        [gettext("File"), gettext("Row"), gettext("Id"), gettext("In the file"), gettext("Why")],
        [(row["file"], row["line"], view.key, " · ".join(view.lines), " ".join(view.reasons)) for view, row in rows],
    )
    response = make_response(content)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="import-{kept.id}-rows.csv"'
    return response


def _form(district: District, kind: Kind, *, blank: bool = False) -> forms.HandIn:
    if not kind.has_orders_of_households:
        return (forms.HandInDay if kind is Kind.DAY else forms.HandIn)(blank=blank)
    pickups = suppliers.list_pickups(session(), district_id=district.id)
    choices = [(pickup.code, f"{pickup.code} · {pickup.name}") for pickup in pickups]
    form = forms.HandInOrders if kind is Kind.PLATFORM else forms.HandInGroupBuy
    return form(pickups=choices, blank=blank)


def _form_page(district: District, kind: Kind, form: forms.HandIn) -> str:
    return render_template(
        "imports/new.html",
        district=district,
        card_of=import_pages.kind_card(kind),
        form=form,
        limit_mb=settings().upload_limit_mb,
        is_day=kind is Kind.DAY,
    )


def _refused(district: District, import_id: int, error: DomainError, *, key: str = "") -> ResponseReturnValue:
    """Show the import with what stands in the way, at its row where there is one."""
    kept = queries.get_import(session(), import_id=import_id, scope=district.path)
    return _preview_page(district, kept, problem=error.message, problem_key=key), errors.status_of(error)


def _preview_page(district: District, kept: FileImport, *, problem: str = "", problem_key: str = "") -> str:
    is_confirmed = kept.state is ImportState.CONFIRMED
    wanted = Verdict.REVIEW.value if problem_key else request.args.get("show", "")
    sections = import_pages.sections(kept, district=district.code, wanted=wanted)
    current = next((section for section in sections if section.is_current), None)
    rows: list[Any] = kept.summary["rows"][current.verdict.value] if current else []
    page = page_of_rows(rows, number=requested_page(), per_page=ROWS_PER_PAGE)
    earlier = queries.find_confirmed(session(), scope=district.path, kind=kept.kind, digest=kept.digest)
    counts = kept.summary["counts"]
    return render_template(
        "imports/show.html",
        district=district,
        kept=kept,
        title=import_pages.title(kept),
        kind=Kind(kept.kind),
        is_open=kept.state is ImportState.PREVIEW,
        is_confirmed=is_confirmed,
        counts=counts,
        adds_something=bool(counts["ready"] + counts["changed"]) and not kept.summary["is_blocked"],
        notes=import_pages.notes(kept),
        sections=sections,
        current=current,
        section_lead=import_pages.section_lead(current, is_confirmed=is_confirmed) if current else "",
        page=page,
        rows=[import_pages.row_view(row, kind=Kind(kept.kind)) for row in page.items],
        earlier=earlier if earlier is not None and earlier.id != kept.id else None,
        problem=problem,
        problem_key=problem_key,
        table_label=import_pages.table_label,
    )
