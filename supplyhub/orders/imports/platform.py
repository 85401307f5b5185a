"""Read the order export of a supermarket's online platform (`tianhong-platform-orders.csv`): one row per goods line.

Ids end in a tab, dates come in two styles, a quantity may be a word. Rows with one 订单编号 are one order; an order
with one unreadable row is refused as a whole. Reads the database for compounds and building lists, writes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from supplyhub.accounts import phones
from supplyhub.files import tables
from supplyhub.files.previews import Reason, Row, Verdict, cut, reason
from supplyhub.files.tables import Line
from supplyhub.orders.imports import cells, drafts, where
from supplyhub.orders.imports.drafts import AddressDraft, Choices, LineDraft, OrderDraft, OrderFile
from supplyhub.orders.imports.waves import Expectation, promised_window, read_expectation
from supplyhub.orders.models import OrderSource
from supplyhub.places import address_books
from supplyhub.places.address_books import CompoundBook
from supplyhub.places.models import District

COLUMNS = (
    "订单编号", "下单时间", "门店", "收货小区", "楼栋", "单元", "房号", "收货人", "手机号", "商品编码", "商品名称",
    "数量", "单价(元)", "重量(克)", "期望送达", "备注",
)  # fmt: skip
_OF_THE_ORDER = ("收货小区", "楼栋", "单元", "房号", "收货人", "手机号", "期望送达")
LONGEST_CODE = 60
LONGEST_BARCODE = 40


def read_orders(
    session: Session, *, district: District, file: str, content: bytes, choices: Choices, now: datetime
) -> OrderFile:
    """Read a platform's export into orders."""
    table = tables.read_table(file, content, columns=COLUMNS)
    if not table.is_usable:
        return drafts.unusable(file, table.faults)
    names = {line.cells["收货小区"] for line in table.lines}
    books = address_books.books_by_name(session, district_id=district.id, names=names)
    reader = _Reader(file=file, books=books, choices=choices, zone=district.timezone, now=now)
    found: list[OrderDraft] = []
    refused: list[Row] = list(table.faults)
    for code, lines in _by_order(table.lines).items():
        draft = reader.order(code, lines)
        if isinstance(draft, Row):
            refused.append(draft)
        else:
            found.append(draft)
    return OrderFile(
        file=file,
        rows_read=table.rows_read,
        drafts=tuple(found),
        rows=tuple(refused),
        notes=tuple(_notes(found, table.lines, choices)),
    )


def _by_order(lines: Sequence[Line]) -> dict[str, list[Line]]:
    orders: dict[str, list[Line]] = {}
    for line in lines:
        orders.setdefault(line.cells["订单编号"], []).append(line)
    return orders


def _notes(found: Sequence[OrderDraft], lines: Sequence[Line], choices: Choices) -> list[Reason]:
    """Return the defaults by which this file was read, as far as they were used."""
    notes = [reason("volume_by_weight", factor=f"{choices.ml_per_gram:g}"), reason("halves_of_day")]
    soon = {line.cells["订单编号"] for line in lines if _means_soon(line.cells["期望送达"])}
    in_next = [draft.window for draft in found if draft.code in soon]
    if in_next:
        window = in_next[0]
        notes.append(
            reason("next_wave", count=len(in_next), start=window.ready_at.isoformat(), end=window.due_at.isoformat())
        )
    if choices.day_date is not None:
        notes.append(reason("day_replaced", day=choices.day_date.isoformat()))
    urgent = sum(draft.priority == cells.URGENT_PRIORITY for draft in found)
    if urgent:
        notes.append(reason("urgent_notes", count=urgent))
    return notes


def _means_soon(text: str) -> bool:
    expected = read_expectation(text)
    return expected is not None and expected.wave is None


class _Reader:
    """Reads order after order with the same choices."""

    def __init__(
        self, *, file: str, books: Mapping[str, Sequence[CompoundBook]], choices: Choices, zone: str, now: datetime
    ) -> None:
        self._file = file
        self._books = books
        self._choices = choices
        self._zone = zone
        self._now = now

    def order(self, code: str, lines: Sequence[Line]) -> OrderDraft | Row:
        """Return the order of some rows, or the row that refuses it."""
        first = lines[0].cells
        faults: list[Reason] = []
        if not code or len(code) > LONGEST_CODE:
            faults.append(
                _fault("cell.empty" if not code else "cell.too_long", lines[0], "订单编号", limit=LONGEST_CODE)
            )
        compound = where.find_compound(self._books, first["收货小区"])
        if isinstance(compound, Reason) and compound.code == "compound_unknown":
            faults.append(_fault("cell.unknown_compound", lines[0], "收货小区"))
        expected = read_expectation(first["期望送达"])
        if expected is None:
            faults.append(_fault("cell.not_a_time", lines[0], "期望送达"))
        placed_at = cells.order_time(first["下单时间"], self._zone)
        if placed_at is None:
            faults.append(_fault("cell.not_a_time", lines[0], "下单时间"))
        goods = [self._goods(line, faults) for line in lines]
        if faults or expected is None or placed_at is None or isinstance(compound, Reason):
            reasons = tuple(faults) or ((compound,) if isinstance(compound, Reason) else ())
            return self._refusal(code, lines[0], reasons)
        draft = self._draft(code, lines, compound, expected, min(placed_at, self._now), tuple(filter(None, goods)))
        if not 0 < draft.weight_g <= cells.MOST_WEIGHT_G:
            return self._refusal(code, lines[0], (reason("weight_zero", line=lines[0].number),))
        return draft

    def _refusal(self, code: str, line: Line, reasons: tuple[Reason, ...]) -> Row:
        return Row(verdict=Verdict.REFUSED, file=self._file, line=line.number, key=code, reasons=reasons)

    def _goods(self, line: Line, faults: list[Reason]) -> LineDraft | None:
        values = {
            "数量": cells.quantity(line.cells["数量"]),
            "单价(元)": cells.fen(line.cells["单价(元)"]),
            "重量(克)": cells.grams(line.cells["重量(克)"]),
        }
        for column, value in values.items():
            if value is None:
                is_negative = line.cells[column].startswith("-")
                faults.append(_fault("cell.negative" if is_negative else "cell.not_a_number", line, column))
        quantity, price_fen, weight_g = values.values()
        if quantity is None or price_fen is None or weight_g is None:
            return None
        return LineDraft(
            name=cut(line.cells["商品名称"], cells.LONGEST_NAME),
            barcode=line.cells["商品编码"][:LONGEST_BARCODE],
            quantity=quantity,
            price_fen=price_fen,
            weight_g=weight_g,
        )

    def _draft(
        self,
        code: str,
        lines: Sequence[Line],
        compound: CompoundBook,
        expected: Expectation,
        placed_at: datetime,
        goods: tuple[LineDraft, ...],
    ) -> OrderDraft:
        first = lines[0].cells
        note = cut(" ".join(dict.fromkeys(filter(None, (line.cells["备注"] for line in lines)))), cells.LONGEST_NOTE)
        window = promised_window(expected, chosen_date=self._choices.day_date, now=self._now, zone=self._zone)
        phone = phones.normal_phone(first["手机号"]) or ""
        doubts = [] if window.due_at > self._now else [reason("day_is_over", day=window.day_date.isoformat())]
        if any(line.cells[column] != first[column] for line in lines for column in _OF_THE_ORDER):
            doubts.append(reason("rows_disagree"))
        return OrderDraft(
            code=code,
            line=lines[0].number,
            address=self._address(code, compound, first, note),
            window=window,
            source=OrderSource.PLATFORM,
            priority=cells.priority(note),
            placed_at=placed_at,
            recipient=cut(first["收货人"], cells.LONGEST_RECIPIENT),
            phone=phone,
            note=note,
            lines=goods,
            ml_per_gram=self._choices.ml_per_gram,
            doubts=tuple(doubts),
            remarks=(reason("phone_left_out", value=first["手机号"]),) if first["手机号"] and not phone else (),
        )

    def _address(self, code: str, compound: CompoundBook, first: Mapping[str, str], note: str) -> AddressDraft:
        reading = compound.book.match(building=first["楼栋"], unit=first["单元"], room=first["房号"])
        written = "-".join(filter(None, (first["楼栋"], first["单元"], first["房号"])))
        return where.settle_address(
            compound, [reading], written=written, remark=note, chosen=self._choices.flats.get(code)
        )


def _fault(code: str, line: Line, column: str, **fields: int) -> Reason:
    return reason(code, line=line.number, column=column, value=line.cells[column], **fields)
