"""Orders as a file describes them, before anything is written: value objects of both importers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from supplyhub.core import text
from supplyhub.files.previews import Reason, Row, Value, Verdict, cut
from supplyhub.orders.imports.waves import Wave, Window
from supplyhub.orders.models import OrderSource
from supplyhub.places.address_books import CompoundBook
from supplyhub.places.addresses import Flat

ML_PER_GRAM = 2.7
_LONGEST_GOODS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRef:
    """The pickup that was chosen for a file, with its supplier."""

    id: int
    code: str
    name: str
    supplier_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen on the page for a file, and about its doubtful rows (`flats`: written flat by order code).

    `only` are the codes of the orders that may be written; None means all that are ready.
    """

    pickup: PickupRef
    day_date: date | None = None
    ml_per_gram: float = ML_PER_GRAM
    piece_weight_g: int = 3000
    wave: Wave = Wave.WHOLE_DAY
    flats: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """A line of an order. Price and weight are of one piece."""

    name: str
    barcode: str
    quantity: int
    price_fen: int
    weight_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDraft:
    """Where an order goes: the flat, or the doubts about it with what it might be. `written` is the file's word."""

    compound: CompoundBook
    written: str
    flat: Flat | None
    candidates: tuple[Flat, ...] = ()
    doubts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """One order of a file. `doubts` need a person; `remarks` are said beside an order that is ready."""

    code: str
    line: int
    address: AddressDraft
    window: Window
    source: OrderSource
    priority: int
    placed_at: datetime
    recipient: str
    phone: str
    note: str
    lines: tuple[LineDraft, ...]
    ml_per_gram: float
    doubts: tuple[Reason, ...] = ()
    remarks: tuple[Reason, ...] = ()

    @property
    def weight_g(self) -> int:
        """The weight of all goods."""
        return sum(line.weight_g * line.quantity for line in self.lines)

    @property
    def volume_ml(self) -> int:
        """The volume of all goods, from their weight."""
        return round(self.weight_g * self.ml_per_gram)

    @property
    def amount_fen(self) -> int:
        """What the goods cost."""
        return sum(line.price_fen * line.quantity for line in self.lines)

    @property
    def is_settled_by_a_flat(self) -> bool:
        """Whether naming the flat is all that a person has to do."""
        return bool(self.address.doubts) and not self.doubts and self.address.compound.has_buildings

    def row(self, file: str, verdict: Verdict, reasons: tuple[Reason, ...]) -> Row:
        """Return the order as a row of the preview."""
        goods = "，".join(f"{line.name} ×{line.quantity}" for line in self.lines)
        flat = self.address.flat
        cells: dict[str, Value] = {
            "place": self.address.compound.name,
            "flat": flat.label if flat else "",
            "written": self.address.written,
            "who": text.masked_name(self.recipient) if self.recipient else "",
            "phone": text.masked_phone(self.phone) if self.phone else "",
            "goods": cut(goods, _LONGEST_GOODS),
            "weight_g": self.weight_g,
            "amount_fen": self.amount_fen,
            "ready_at": self.window.ready_at.isoformat(),
            "due_at": self.window.due_at.isoformat(),
            "note": self.note,
        }
        is_doubtful = verdict is Verdict.REVIEW
        return Row(
            verdict=verdict,
            file=file,
            line=self.line,
            key=self.code,
            cells=cells,
            reasons=reasons,
            choices=tuple(map(str, self.address.candidates)) if is_doubtful else (),
            can_choose=is_doubtful
            and not self.doubts
            and bool(self.address.doubts)
            and self.address.compound.has_buildings,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """What a file of orders holds: drafts, and the rows that are no orders to be delivered."""

    file: str
    rows_read: int
    drafts: tuple[OrderDraft, ...]
    rows: tuple[Row, ...]
    notes: tuple[Reason, ...]
    is_usable: bool = True


def unusable(file: str, faults: tuple[Row, ...]) -> OrderFile:
    """Return a file of which nothing can be used."""
    return OrderFile(file=file, rows_read=0, drafts=(), rows=faults, notes=(), is_usable=False)
