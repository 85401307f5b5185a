"""The loading sheet on paper: one block a load, its orders in loading order with boxes to tick. A4, PDF.

Chinese needs a font of its own: the caller hands over the files. Measures are millimetres, sizes of type points.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from flask_babel import gettext, ngettext
from fpdf import FPDF, Align

from supplyhub.rounds.queries.loading import Drop, Load, LoadedOrder, LoadingDay
from supplyhub.webkit.filters import day_name, grams, local_time, masked_name

_FONT = "sheet"
_MARGIN = 12.0
_FOOT = 16.0
_BOX = 3.8
_CODE_X = _MARGIN + 6.5
_GOODS_X = 46.0
_WEIGHT_WIDTH = 17.0
_LINE = 4.6
_SIGN_HEIGHT = 15.0


def loading_sheet(day: LoadingDay, *, loads: Sequence[Load], regular: Path, bold: Path, language: str) -> bytes:
    """Return the sheet of some of a day's loads as a PDF; the loads hold their drops."""
    sheet = _Sheet(day, language=language)
    sheet.add_font(_FONT, "", regular)
    sheet.add_font(_FONT, "B", bold)
    sheet.add_page()
    for load in loads:
        sheet.add_load(load)
    if not loads:
        sheet.add_nothing()
    return bytes(sheet.output())


class _Sheet(FPDF):
    """A4 pages with the pickup and the day on top; a load that goes over the page says so there."""

    def __init__(self, day: LoadingDay, *, language: str) -> None:
        super().__init__(format="A4", unit="mm")
        self._day = day
        self._under_way: Load | None = None
        self._widths: dict[tuple[str, float, str], float] = {}
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=False)
        self.set_lang(language)
        self.set_title(f"{self._heading()} {day.day_date.isoformat()}")
        self.set_creator("SupplyHub")
        self.set_creation_date(day.now)

    # --- what every page has --------------------------------------------------------------------------------------

    def _heading(self) -> str:
        return gettext("Loading sheet: %(pickup)s", pickup=self._day.pickup.name)

    def header(self) -> None:
        """Write pickup, day and, where it is so, that all of it is invented."""
        self.set_text_color(0)
        self.set_font(_FONT, "B", 13)
        self.text(_MARGIN, 16, self._heading())
        self.set_font(_FONT, "", 9)
        self._right(f"{self._day.district.name} · {day_name(self._day.day_date)}", 16)
        if self._day.district.is_invented:
            self.set_font(_FONT, "B", 9)
            self._right(gettext("Invented data for a demonstration"), 20.5)
        self.set_font(_FONT, "", 9)
        if self._under_way is not None:
            self.text(_MARGIN, 20.5, gettext("Load %(code)s, continued", code=self._under_way.code))
        self.set_draw_color(0)
        self.set_line_width(0.4)
        self.line(_MARGIN, 22.5, self.w - _MARGIN, 22.5)
        self.set_y(25.5)

    def footer(self) -> None:
        """Write the page's number and when the sheet was made."""
        self.set_y(-11)
        self.set_font(_FONT, "", 8)
        self.set_text_color(70)
        self.cell(0, 4, gettext("Made at %(time)s", time=local_time(self._day.now)), align=Align.L)
        self.set_x(_MARGIN)
        pages = gettext("Page %(number)s of %(count)s", number=self.page_no(), count="{nb}")
        self.cell(0, 4, pages, align=Align.C)
        self.set_text_color(0)

    # --- loads ----------------------------------------------------------------------------------------------------

    def add_load(self, load: Load) -> None:
        """Write a load's block; it begins on a new page where only its head would fit."""
        self._under_way = None
        first = load.drops[0].orders[0] if load.drops and load.drops[0].orders else None
        self._make_room(19 + (self._order_height(first) + 7 if first else 0) + _SIGN_HEIGHT)
        self._load_head(load)
        self._under_way = load
        for drop in load.drops:
            self._drop(drop)
        self._sign_line()
        self._under_way = None
        self.set_y(self.get_y() + 6)

    def add_nothing(self) -> None:
        """Write that there is nothing to load."""
        self.set_font(_FONT, "", 11)
        self.text(_MARGIN, self.get_y() + 6, gettext("Nobody loads here today"))

    def _load_head(self, load: Load) -> None:
        top = self.get_y()
        self.set_fill_color(232)
        self.rect(_MARGIN, top, self.epw, 14.5, style="F")
        self.set_font(_FONT, "B", 15)
        self.text(_MARGIN + 2, top + 6.4, f"{local_time(load.start_at)}–{local_time(load.leave_at)}")
        self.set_font(_FONT, "B", 11)
        self._right(gettext("Load %(code)s", code=load.code), top + 6.2, inset=2)
        self.set_font(_FONT, "", 9)
        rider = f"{load.pass_no} · {masked_name(load.rider_name)} · {load.company} · {load.vehicle}"
        self.text(_MARGIN + 2, top + 11.8, rider)
        orders = ngettext("%(num)s order", "%(num)s orders", load.order_count)
        litres = gettext("%(litres)s L", litres=load.volume_l)
        docks = gettext("Docks in use: %(used)s of %(docks)s", used=load.docks_used, docks=self._day.pickup.docks)
        self._right(f"{orders} · {grams(load.weight_g)} · {litres} · {docks}", top + 11.8, inset=2)
        self.set_y(top + 16)

    def _drop(self, drop: Drop) -> None:
        self._make_room(7 + self._order_height(drop.orders[0]))
        top = self.get_y()
        self.set_font(_FONT, "B", 10)
        self.text(_MARGIN, top + 4.4, f"{drop.compound} · {drop.gate}")
        self.set_font(_FONT, "", 8.5)
        orders = ngettext("%(num)s order", "%(num)s orders", len(drop.orders))
        when = gettext("Hand-over %(number)s, %(time)s", number=drop.number, time=local_time(drop.start_at))
        self._right(f"{when} · {orders} · {grams(drop.weight_g)}", top + 4.4)
        self._hairline(top + 6, grey=90)
        self.set_y(top + 7)
        for order in drop.orders:
            self._order(order)
        self.set_y(self.get_y() + 1.5)

    def _order(self, order: LoadedOrder) -> None:
        lines = self._goods(order)
        height = self._height(lines)
        self._make_room(height)
        top = self.get_y()
        self.set_draw_color(0)
        self.set_line_width(0.3)
        self.rect(_MARGIN + 0.5, top + 0.5, _BOX, _BOX)
        self.set_font(_FONT, "B", 9)
        self.text(_CODE_X, top + 3.7, order.code)
        self.set_font(_FONT, "", 9)
        self._right(grams(order.weight_g), top + 3.7)
        for index, goods in enumerate(lines):
            self.text(_GOODS_X, top + 3.7 + index * _LINE, goods)
        self._hairline(top + height - 0.7, grey=205)
        self.set_y(top + height)

    def _sign_line(self) -> None:
        self._make_room(_SIGN_HEIGHT)
        top = self.get_y()
        self.set_font(_FONT, "", 9)
        third = self.epw / 3
        labels = (gettext("Loaded by"), gettext("Counted by the rider"), gettext("Orders and time"))
        self.set_draw_color(0)
        self.set_line_width(0.2)
        for index, label in enumerate(labels):
            left = _MARGIN + index * third
            self.text(left, top + 9, label)
            self.line(left + self._width(label) + 2, top + 9.6, left + third - 4, top + 9.6)
        self.set_y(top + 11)

    # --- measures -------------------------------------------------------------------------------------------------

    def _make_room(self, height: float) -> None:
        if self.get_y() + height > self.h - _FOOT:
            self.add_page()

    def _order_height(self, order: LoadedOrder) -> float:
        return self._height(self._goods(order))

    def _height(self, lines: list[str]) -> float:
        return max(1, len(lines)) * _LINE + 1.2

    def _goods(self, order: LoadedOrder) -> list[str]:
        """Return an order's goods as lines of text; goods are kept whole where they fit."""
        self.set_font(_FONT, "", 9)
        room = self.w - _MARGIN - _WEIGHT_WIDTH - _GOODS_X
        first = [gettext("Goes first")] if order.goes_first else []
        lines: list[str] = []
        for piece in (*first, *(f"{name} × {quantity}" for name, quantity in order.lines)):
            for part in self._cut(piece, room):
                together = f"{lines[-1]}    {part}" if lines else part
                if lines and self._width(together) <= room:
                    lines[-1] = together
                else:
                    lines.append(part)
        return lines

    def _cut(self, text: str, room: float) -> Iterator[str]:
        """Give a text in pieces that fit."""
        while self._width(text) > room:
            length = len(text)
            while length > 1 and self._width(text[:length]) > room:
                length -= 1
            yield text[:length]
            text = text[length:]
        yield text

    def _width(self, text: str) -> float:
        """Return how wide a text is in the present type; the same goods and weights come again and again."""
        key = (self.font_style, self.font_size_pt, text)
        if key not in self._widths:
            self._widths[key] = self.get_string_width(text)
        return self._widths[key]

    def _right(self, text: str, baseline: float, *, inset: float = 0) -> None:
        self.text(self.w - _MARGIN - inset - self._width(text), baseline, text)

    def _hairline(self, y: float, *, grey: int) -> None:
        self.set_draw_color(grey)
        self.set_line_width(0.15)
        self.line(_MARGIN, y, self.w - _MARGIN, y)
