"""Read a leader's export from a group-buy mini programme (`kuaituantuan-orders.xlsx`): one row per goods line.

Orders are told apart by 跟团号. The address stands in free text and, in part, in the columns 楼号 and 房号; both must
agree, and a remark that names another flat needs a person. Orders refunded in full are void. The file says neither
supplier nor day nor weight: these are chosen on the page. Reads the database for the compounds, writes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from supplyhub.accounts import phones
from supplyhub.files import tables
from supplyhub.files.previews import Reason, Row, Verdict, cut, reason
from supplyhub.files.tables import Line
from supplyhub.orders.imports import cells, drafts, where
from supplyhub.orders.imports.drafts import AddressDraft, Choices, LineDraft, OrderDraft, OrderFile
from supplyhub.orders.imports.platform import LONGEST_CODE
from supplyhub.orders.imports.waves import Window, window
from supplyhub.orders.models import OrderSource
from supplyhub.places import address_books
from supplyhub.places.address_books import CompoundBook
from supplyhub.places.addresses import Problem, Reading
from supplyhub.places.models import District

_ROOM, _BUILDING = "房号（如606）", "楼号（如10）"
COLUMNS = (
    "团员备注", "备注", "跟团号", "商品", "规格", "数量", "商品金额", "订单金额", "退款金额", "服务小区", "收货人",
    "联系电话", "详细地址", _ROOM, _BUILDING,
)  # fmt: skip
_AMOUNTS = ("商品金额", "订单金额", "退款金额")


def read_orders(
    session: Session, *, district: District, file: str, content: bytes, choices: Choices, now: datetime
) -> OrderFile:
    """Read a leader's export into orders for the chosen pickup and day."""
    table = tables.read_table(file, content, columns=COLUMNS)
    if not table.is_usable or choices.day_date is None:
        return drafts.unusable(file, table.faults)
    names = {line.cells["服务小区"] for line in table.lines}
    books = address_books.books_by_name(session, district_id=district.id, names=names)
    delivered = window(choices.day_date, choices.wave, district.timezone)
    reader = _Reader(file=file, books=books, choices=choices, delivered=delivered, now=now)
    found: list[OrderDraft] = []
    rows: list[Row] = list(table.faults)
    for (_, number), lines in _by_order(table.lines).items():
        draft = reader.order(number, lines)
        if isinstance(draft, Row):
            rows.append(draft)
        else:
            found.append(draft)
    return OrderFile(
        file=file,
        rows_read=table.rows_read,
        drafts=tuple(found),
        rows=tuple(rows),
        notes=tuple(_notes(found, choices, delivered)),
    )


def order_code(pickup_code: str, day_date: date, compound_code: str, number: str) -> str:
    """Return the code of an order: the file's numbers start again with every group buy."""
    return f"{pickup_code}-{day_date:%Y%m%d}-{compound_code}-{number}"


def _by_order(lines: Sequence[Line]) -> dict[tuple[str, str], list[Line]]:
    orders: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        orders.setdefault((line.cells["服务小区"], line.cells["跟团号"]), []).append(line)
    return orders


def _notes(found: Sequence[OrderDraft], choices: Choices, delivered: Window) -> list[Reason]:
    notes = [
        reason("delivered_in", start=delivered.ready_at.isoformat(), end=delivered.due_at.isoformat()),
        reason("volume_by_weight", factor=f"{choices.ml_per_gram:g}"),
        reason("weight_by_name"),
    ]
    assumed = dict.fromkeys(
        line.name for draft in found for line in draft.lines if cells.written_weight_g(line.name) is None
    )
    if assumed:
        notes.append(reason("weight_assumed", goods="、".join(assumed), weight_g=choices.piece_weight_g))
    urgent = sum(draft.priority == cells.URGENT_PRIORITY for draft in found)
    if urgent:
        notes.append(reason("urgent_notes", count=urgent))
    return notes


class _Reader:
    """Reads order after order with the same choices."""

    def __init__(
        self,
        *,
        file: str,
        books: Mapping[str, Sequence[CompoundBook]],
        choices: Choices,
        delivered: Window,
        now: datetime,
    ) -> None:
        self._file = file
        self._books = books
        self._choices = choices
        self._delivered = delivered
        self._now = now

    def order(self, number: str, lines: Sequence[Line]) -> OrderDraft | Row:
        """Return the order of some rows, or the row that refuses or voids it."""
        first = lines[0].cells
        faults = [fault for line in lines for fault in _faults(line)]
        compound = where.find_compound(self._books, first["服务小区"])
        if isinstance(compound, Reason):
            faults.append(_fault("cell.unknown_compound", lines[0], "服务小区"))
            return self._row(Verdict.REFUSED, number, lines, faults)
        code = order_code(self._choices.pickup.code, self._delivered.day_date, compound.code, number)
        if not number or len(code) > LONGEST_CODE:
            faults.append(_fault("cell.too_long" if number else "cell.empty", lines[0], "跟团号", limit=LONGEST_CODE))
        if faults:
            return self._row(Verdict.REFUSED, number, lines, faults)
        kept = [line for line in lines if not _is_refunded(line)]
        if not kept:
            return self._row(Verdict.VOID, code, lines, [reason("refunded")])
        draft = self._draft(code, kept, compound)
        if not 0 < draft.weight_g <= cells.MOST_WEIGHT_G:
            return self._row(Verdict.REFUSED, number, lines, [reason("weight_zero")])
        return draft

    def _row(self, verdict: Verdict, number: str, lines: Sequence[Line], reasons: Sequence[Reason]) -> Row:
        first = lines[0]
        place = f"{first.cells['服务小区']} {first.cells['详细地址']}".strip()
        return Row(
            verdict=verdict,
            file=self._file,
            line=first.number,
            key=number,
            cells={"place": place, "goods": "，".join(line.cells["商品"] for line in lines)},
            reasons=tuple(reasons),
        )

    def _draft(self, code: str, lines: Sequence[Line], compound: CompoundBook) -> OrderDraft:
        first = lines[0].cells
        remarks = (line.cells[column] for line in lines for column in ("团员备注", "备注"))
        note = cut(" ".join(dict.fromkeys(filter(None, remarks))), cells.LONGEST_NOTE)
        phone = phones.normal_phone(first["联系电话"]) or ""
        doubts = (
            []
            if self._delivered.due_at > self._now
            else [reason("day_is_over", day=self._delivered.day_date.isoformat())]
        )
        if any(_is_refunded_in_part(line) for line in lines):
            doubts.append(reason("refunded_in_part"))
        return OrderDraft(
            code=code,
            line=lines[0].number,
            address=self._address(code, lines, compound, note),
            window=self._delivered,
            source=OrderSource.GROUP_BUY,
            priority=cells.priority(note),
            placed_at=self._now,
            recipient=cut(first["收货人"], cells.LONGEST_RECIPIENT),
            phone=phone,
            note=note,
            lines=tuple(self._goods(line) for line in lines),
            ml_per_gram=self._choices.ml_per_gram,
            doubts=tuple(doubts),
            remarks=(reason("phone_left_out", value=first["联系电话"]),) if first["联系电话"] and not phone else (),
        )

    def _goods(self, line: Line) -> LineDraft:
        quantity = cells.quantity(line.cells["数量"]) or 1
        name = " ".join(filter(None, (line.cells["商品"], line.cells["规格"])))
        return LineDraft(
            name=cut(name, cells.LONGEST_NAME),
            barcode="",
            quantity=quantity,
            price_fen=(cells.fen(line.cells["商品金额"]) or 0) // quantity,
            weight_g=cells.written_weight_g(line.cells["规格"], line.cells["商品"]) or self._choices.piece_weight_g,
        )

    def _address(self, code: str, lines: Sequence[Line], compound: CompoundBook, note: str) -> AddressDraft:
        texts = dict.fromkeys(filter(None, (line.cells["详细地址"] for line in lines)))
        columns = dict.fromkeys("-".join(filter(None, (line.cells[_BUILDING], line.cells[_ROOM]))) for line in lines)
        return where.settle_address(
            compound,
            _readings(compound, lines),
            written=" / ".join((*texts, *filter(None, columns))),
            remark=note,
            chosen=self._choices.flats.get(code),
        )


def _readings(compound: CompoundBook, lines: Iterable[Line]) -> list[Reading]:
    """Return every reading of an order's address: of its text, and of its columns where they say something else."""
    found: dict[Reading, None] = {}
    for line in lines:
        written = compound.book.read(line.cells["详细地址"])
        columns = compound.book.match(building=line.cells[_BUILDING], unit="", room=line.cells[_ROOM])
        if written.problem is not Problem.MISSING or columns.problem is Problem.MISSING:
            found[written] = None
        if not _agree(written, columns):
            found[columns] = None
    return list(found)


def _agree(written: Reading, columns: Reading) -> bool:
    """Tell whether building and room of the columns say nothing against the text; they leave the unit open."""
    if columns.problem is Problem.MISSING or written.flat is None:
        return columns.problem is Problem.MISSING
    return written.flat == columns.flat or written.flat in columns.candidates


def _faults(line: Line) -> list[Reason]:
    faults = [_fault("cell.not_a_number", line, name) for name in _AMOUNTS if cells.fen(line.cells[name]) is None]
    quantity, amount = cells.quantity(line.cells["数量"]), cells.fen(line.cells["商品金额"])
    if quantity is None:
        faults.append(_fault("cell.not_a_number", line, "数量"))
    elif amount is not None and amount % quantity:
        faults.append(_fault("amount_not_divisible", line, "商品金额"))
    return faults


def _fault(code: str, line: Line, column: str, **fields: int) -> Reason:
    return reason(code, line=line.number, column=column, value=line.cells[column], **fields)


def _refund_fen(line: Line) -> int:
    return cells.fen(line.cells["退款金额"]) or 0


def _is_refunded(line: Line) -> bool:
    return 0 < (cells.fen(line.cells["订单金额"]) or 0) <= _refund_fen(line)


def _is_refunded_in_part(line: Line) -> bool:
    return _refund_fen(line) > 0 and not _is_refunded(line)
