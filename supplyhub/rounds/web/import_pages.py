"""What the pages of imports show: kinds with samples, sections of a preview, rows in words. Reads, never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from supplyhub.files.models import FileImport, ImportState
from supplyhub.files.previews import Verdict
from supplyhub.orders.imports import group_buy, platform
from supplyhub.places import imports as places_imports
from supplyhub.planning.reading import COLUMNS, FILES
from supplyhub.rounds.imports import sentences
from supplyhub.rounds.imports.kinds import Kind
from supplyhub.webkit import filters

ICONS = {
    Kind.DAY: "calendar-event",
    Kind.BUILDINGS: "building-community",
    Kind.PLATFORM: "shopping-cart",
    Kind.GROUP_BUY: "users",
}
_OF_THE_DAY = frozenset({"day_of_file", "day_moved"})
# Where a person looks first.
_SECTIONS = (
    (Verdict.REVIEW, "warn"),
    (Verdict.REFUSED, "stop"),
    (Verdict.CHANGED, "info"),
    (Verdict.READY, "go"),
    (Verdict.VOID, "quiet"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a kind of file looks like."""

    file: str
    columns: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCard:
    """A kind of file, to be chosen."""

    kind: Kind
    icon: str
    text: str
    hint: str
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The rows of a preview with one verdict."""

    verdict: Verdict
    label: str
    kind: str
    count: int
    url: str
    is_current: bool

    @property
    def is_ready(self) -> bool:
        """Whether these rows go in as they are."""
        return self.verdict is Verdict.READY

    @property
    def is_change(self) -> bool:
        """Whether these rows change what is here."""
        return self.verdict is Verdict.CHANGED

    @property
    def needs_a_person(self) -> bool:
        """Whether a person has to decide about these rows."""
        return self.verdict is Verdict.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row of a preview in words. `lines` say what is in the file, the first is the most telling."""

    place: str
    key: str
    lines: Sequence[str]
    reasons: Sequence[str]
    weight_g: int | None
    ready_at: datetime | None
    due_at: datetime | None
    choices: Sequence[tuple[str, str]]
    can_choose: bool


def kind_cards() -> list[KindCard]:
    """Return the kinds of files, the one of every morning first."""
    return [kind_card(kind) for kind in Kind]


def kind_card(kind: Kind) -> KindCard:
    """Return what is said of a kind of file."""
    text, hint = _kind_texts()[kind]
    return KindCard(kind=kind, icon=ICONS[kind], text=text, hint=hint, samples=_SAMPLES[kind])


def _kind_texts() -> dict[Kind, tuple[str, str]]:
    return {
        Kind.DAY: (
            gettext("Compounds, gates, pickups, riders and orders of one day, ready to be planned."),
            gettext("Six files, chosen together, or one .zip with them in it."),
        ),
        Kind.BUILDINGS: (
            gettext("The buildings, units and floors of compounds. Addresses are checked against them."),
            gettext("One .csv or .xlsx. Units are joined by |, and empty where a building has none."),
        ),
        Kind.PLATFORM: (
            gettext("The export of a supermarket's online platform, one row for each kind of goods."),
            gettext("One .csv in GB18030 or UTF-8, or .xlsx, as the platform gives it."),
        ),
        Kind.GROUP_BUY: (
            gettext("A leader's export from a group-buy mini programme, one row for each kind of goods."),
            gettext("One .xlsx or .csv, as the mini programme gives it."),
        ),
    }


_SAMPLES: dict[Kind, tuple[Sample, ...]] = {
    Kind.DAY: (
        Sample(file=FILES[0], columns=()),
        *(Sample(file=name, columns=COLUMNS[name].split(",")) for name in FILES[1:]),
    ),
    Kind.BUILDINGS: (Sample(file="buildings.csv", columns=places_imports.COLUMNS),),
    Kind.PLATFORM: (Sample(file="orders.csv", columns=platform.COLUMNS),),
    Kind.GROUP_BUY: (Sample(file="orders.xlsx", columns=group_buy.COLUMNS),),
}


def sections(kept: FileImport, *, district: str, wanted: str) -> list[Section]:
    """Return the sections of a preview that have rows; the wanted one, or the first, is the current."""
    counts = kept.summary["counts"]
    offered = [(verdict, kind) for verdict, kind in _SECTIONS if counts[verdict.value]]
    shown = {verdict.value for verdict, _ in offered}
    current = wanted if wanted in shown else next((verdict.value for verdict, _ in offered), "")
    labels = _section_labels(is_confirmed=kept.state is ImportState.CONFIRMED)
    return [
        Section(
            verdict=verdict,
            label=labels[verdict],
            kind=kind,
            count=counts[verdict.value],
            url=url_for("imports.show", district=district, import_id=kept.id, show=verdict.value) + "#rows",
            is_current=verdict.value == current,
        )
        for verdict, kind in offered
    ]


def _section_labels(*, is_confirmed: bool) -> dict[Verdict, str]:
    return {
        Verdict.READY: gettext("Imported") if is_confirmed else gettext("Ready"),
        Verdict.CHANGED: gettext("Changed"),
        Verdict.REVIEW: gettext("Needs a person"),
        Verdict.REFUSED: gettext("Refused"),
        Verdict.VOID: gettext("Not to be delivered"),
    }


def section_lead(section: Section, *, is_confirmed: bool) -> str:
    """Return what becomes of a section's rows, in one sentence."""
    if section.is_ready:
        return gettext("These rows are in.") if is_confirmed else gettext("These rows go in when you confirm.")
    leads = {
        Verdict.REVIEW: gettext("Nothing of these rows is written until somebody decides."),
        Verdict.REFUSED: gettext("These rows cannot be read. Mend them in the file and upload it again."),
        Verdict.CHANGED: (
            gettext("These entries were changed.")
            if is_confirmed
            else gettext("These entries change when you confirm.")
        ),
        Verdict.VOID: gettext("These orders are left out."),
    }
    return leads[section.verdict]


def row_view(row: Mapping[str, Any], *, kind: Kind) -> RowView:
    """Return a stored row in words."""
    cells, line = row["cells"], row["line"]
    lines = [_where(cells), str(cells.get("goods", "")), _who(cells), _sizes(cells)]
    if cells.get("note"):
        lines.append(gettext("Remark: %(text)s", text=cells["note"]))
    ready_at, due_at = cells.get("ready_at"), cells.get("due_at")
    return RowView(
        place=_place(row["file"], line, is_of_several=kind is Kind.DAY),
        key=row["key"],
        lines=[text for text in lines if text],
        reasons=[sentences.of(one, line=line) for one in row["reasons"]],
        weight_g=cells.get("weight_g"),
        ready_at=datetime.fromisoformat(ready_at) if ready_at else None,
        due_at=datetime.fromisoformat(due_at) if due_at else None,
        choices=[(flat, "-".join(filter(None, flat.split("/")))) for flat in row.get("choices", ())],
        can_choose=bool(row.get("can_choose")),
    )


def _place(file: str, line: int | None, *, is_of_several: bool) -> str:
    if line is None:
        return str(file)
    if is_of_several:
        return gettext("%(file)s, row %(line)s", file=file, line=line)
    return gettext("Row %(line)s", line=line)


def _where(cells: Mapping[str, Any]) -> str:
    """Return the compound with the flat; where the flat is in doubt, the address as the file has it."""
    place = str(cells.get("place") or cells.get("name") or "")
    if cells.get("pickup"):
        return f"{cells['pickup']} → {place}"
    address = str(cells.get("flat") or cells.get("written") or "")
    return address if place and address.startswith(place) else " ".join(filter(None, (place, address)))


def title(kept: FileImport) -> str:
    """Return what an import is called: the day that it holds, else the name of its file."""
    named = next((note["fields"]["day"] for note in kept.summary["notes"] if note["code"] in _OF_THE_DAY), None)
    if named is None:
        return kept.file_name
    return gettext("The day %(day)s", day=filters.day_name(date.fromisoformat(named)))


def _who(cells: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (str(cells.get("who", "")), str(cells.get("phone", "")))))


def _sizes(cells: Mapping[str, Any]) -> str:
    """Return the size of a building."""
    if "floors" not in cells:
        return ""
    units = cells["units"]
    return " · ".join(
        (
            ngettext("%(num)s unit", "%(num)s units", units) if units else gettext("no units"),
            ngettext("%(num)s floor", "%(num)s floors", cells["floors"]),
            ngettext("%(num)s room a floor", "%(num)s rooms a floor", cells["rooms_per_floor"]),
        )
    )


def table_label(name: str) -> str:
    """Return what a file of a day holds."""
    labels = {
        "day.toml": gettext("Rules of the day"),
        "pickups.csv": gettext("Pickups"),
        "compounds.csv": gettext("Compounds"),
        "gates.csv": gettext("Gates"),
        "riders.csv": gettext("Riders"),
        "orders.csv": gettext("Orders"),
        "travel.csv": gettext("Travel times"),
    }
    return labels.get(name, name)


def notes(kept: FileImport) -> list[str]:
    """Return how the file is read, in sentences."""
    return [sentences.of(note) for note in kept.summary["notes"]]
