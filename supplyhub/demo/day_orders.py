"""The day's invented orders, dealt to flats of the compounds, with lines that add up to their weight. Pure.

A basket is filled first and the order weighs what its lines weigh, so the day's figures and the lines agree to the
gram. Orders come in three waves: until 12:30, until 15:30 and until 19:00. All of a day were placed before it began.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from supplyhub.demo import chance, goods, names
from supplyhub.demo.compounds import Flat, InventedCompound
from supplyhub.demo.size import Size
from supplyhub.demo.supply import InventedSupplier

_HOUR_S = 3_600
WAVES = ((7 * _HOUR_S, 25 * 1_800), (10 * _HOUR_S, 31 * 1_800), (13 * _HOUR_S, 19 * _HOUR_S))
"""Earliest readiness and due time of each wave."""
WAVE_SHARES = (0.40, 0.35, 0.25)
SHARES = {"group_buy": 0.31, "assisted": 0.05, "enterprise": 0.003}
HOME_FLAT = Flat(building="3", unit="2", room="501")
HOME_NAME = "陈桂兰"
"""The resident of the log-ins, and where she lives."""
LEADER_FLAT = Flat(building="6", unit="1", room="1203")
LEADER_NAME = "李敏"
VOLUNTEER_FLAT = Flat(building="2", unit="3", room="804")
VOLUNTEER_NAME = "彭子涵"
_REACH_M = 3_000
_NEAREST = 8
_LATE_ORDERS = 6
_ASSISTED_NOTES = (
    "独居老人，请志愿者送到家门口。",
    "老人耳背，请多敲一会儿门。",
    "行动不便，请送上楼。",
    "老人不会用手机，请打电话给社区。",
)
_PLATFORM_NOTES = ("", "", "", "", "", "", "", "放门口即可。", "缺货请直接退款。", "家里有孩子，请轻敲门。")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedOrder:
    """An order; `flat` is None where a whole enterprise ordered. `placed_before_s`: seconds before ordering closed."""

    code: str
    supplier_code: str
    compound_code: str
    flat: Flat | None
    recipient: str
    phone: str
    note: str
    lines: tuple[goods.Line, ...]
    ready_s: int
    due_s: int
    priority: int
    source: str
    placed_before_s: int

    @property
    def weight_g(self) -> int:
        """What all lines weigh."""
        return sum(line.weight_g for line in self.lines)

    @property
    def volume_ml(self) -> int:
        """The room that all lines take."""
        return sum(line.volume_ml for line in self.lines)


def make_orders(
    seed: int, size: Size, compounds: Sequence[InventedCompound], suppliers: Sequence[InventedSupplier]
) -> tuple[tuple[InventedOrder, ...], tuple[InventedOrder, ...]]:
    """Return the orders of the day, and those that have come in for the next, both in the order of their placing."""
    day = _Day(seed, compounds, suppliers)
    today = itertools.chain(
        day.home(),
        day.late(_LATE_ORDERS),
        day.enterprise(max(2, round(size.orders * SHARES["enterprise"]))),
        day.group_buys(round(size.orders * SHARES["group_buy"])),
        day.assisted(round(size.orders * SHARES["assisted"])),
        day.platform(),
    )
    tomorrow = itertools.chain(
        itertools.islice(day.home(), 1),
        day.group_buys(round(size.next_orders * SHARES["group_buy"])),
        day.assisted(round(size.next_orders * SHARES["assisted"])),
        day.platform(),
    )
    return _numbered(today, first=1, count=size.orders), _numbered(
        tomorrow, first=size.orders + 1, count=size.next_orders
    )


def _numbered(drawn: Iterator[InventedOrder], *, first: int, count: int) -> tuple[InventedOrder, ...]:
    taken = sorted(itertools.islice(drawn, count), key=lambda order: -order.placed_before_s)
    return tuple(replace(order, code=f"O{number:05d}") for number, order in enumerate(taken, start=first))


class _Day:
    """Draws orders of each source; a flat keeps its recipient and phone number over several orders."""

    def __init__(self, seed: int, compounds: Sequence[InventedCompound], suppliers: Sequence[InventedSupplier]) -> None:
        self._rng = chance.stream(seed, "orders")
        self._people = chance.stream(seed, "recipients")
        self._suppliers = suppliers
        self._homes = [compound for compound in compounds if not compound.is_enterprise]
        self._enterprises = [compound for compound in compounds if compound.is_enterprise]
        self._weights = list(itertools.accumulate(compound.residents for compound in self._homes))
        self._near = {compound.code: _nearest(compound, suppliers) for compound in compounds}
        self._recipients: dict[tuple[str, Flat], tuple[str, str]] = {}
        home = self._homes[0].code
        self._recipients[home, HOME_FLAT] = (HOME_NAME, phone(1))
        self._recipients[home, LEADER_FLAT] = (LEADER_NAME, phone(2))
        self._recipients[home, VOLUNTEER_FLAT] = (VOLUNTEER_NAME, phone(8))

    def home(self) -> Iterator[InventedOrder]:
        """Yield the orders of the flats of the log-ins: for the resident one in each wave, milk powder first."""
        busy = next(s for s in self._suppliers if s.name == names.BUSY_SUPERMARKET)
        compound = self._homes[0]
        powder = next(product for product in busy.shelf if "奶粉" in product.name)
        first = (goods.Line(powder, 1), *goods.basket(self._rng, busy.shelf[:20], 2_500))
        group = (goods.Line(busy.bundles[0], 1), goods.Line(busy.bundles[1], 1))
        yield self._order(compound, busy, 0, source="platform", lines=first, flat=HOME_FLAT, priority=2)
        yield self._order(compound, busy, 1, source="group_buy", lines=group, flat=HOME_FLAT, priority=1)
        for flat in (LEADER_FLAT, VOLUNTEER_FLAT):
            yield self._order(compound, busy, 1, source="group_buy", lines=group, flat=flat, priority=1)
        last = goods.basket(self._rng, busy.shelf, 3_000)
        yield self._order(compound, busy, 2, source="platform", lines=last, flat=HOME_FLAT, priority=1)

    def late(self, count: int) -> Iterator[InventedOrder]:
        """Yield orders that are packed when the gates are about to close: no rider can make it."""
        early = [compound for compound in self._homes if compound.closes_s <= 18 * _HOUR_S]
        for compound in early[:count]:
            supplier = self._supplier(compound)
            lines = goods.basket(self._rng, supplier.shelf, 2_000)
            order = self._order(compound, supplier, 2, source="platform", lines=lines)
            yield replace(order, ready_s=17 * _HOUR_S + 50 * 60)

    def enterprise(self, count: int) -> Iterator[InventedOrder]:
        """Yield orders of canteens; the first of them is heavier than any vehicle may carry."""
        for number in range(count):
            compound = self._enterprises[number % len(self._enterprises)]
            supplier = self._rng.choice([s for s in self._suppliers if s.canteen])
            about_g = 640_000 if number == 0 else self._rng.randint(50_000, 150_000)
            lines = goods.bulk(self._rng, supplier.canteen, about_g)
            order = self._order(compound, supplier, self._wave(), source="enterprise", lines=lines)
            yield replace(order, flat=None, recipient=f"{compound.name}食堂", priority=1, note="请走货运通道。")

    def group_buys(self, count: int) -> Iterator[InventedOrder]:
        """Yield group buys: 25 to 70 households of a compound order from one supplier's few bundles."""
        rng = self._rng
        left = count
        while left > 0:
            compound = self._home()
            supplier, wave = self._supplier(compound), self._wave()
            card = rng.sample(supplier.bundles[:4], k=2) + rng.sample(supplier.bundles[4:], k=1)
            ready_s = self._ready(wave)
            closes_before_s = rng.choice((3, 4, 5, 9)) * _HOUR_S
            flats = rng.sample(range(compound.flat_count), k=min(left, rng.randint(25, 70), compound.flat_count // 2))
            for flat in flats:
                chosen = rng.choices((card[:1], card[1:2], card[:2], card[2:], card[::2]), (50, 18, 16, 8, 8))[0]
                lines = tuple(goods.Line(bundle, 2 if rng.random() < 0.05 else 1) for bundle in chosen)
                order = self._order(compound, supplier, wave, source="group_buy", lines=lines, flat=compound.flat(flat))
                placed_before_s = closes_before_s + rng.randint(60, 2 * _HOUR_S)
                yield replace(order, ready_s=ready_s, placed_before_s=placed_before_s)
            left -= len(flats)

    def assisted(self, count: int) -> Iterator[InventedOrder]:
        """Yield orders that volunteers placed for the elderly; four in ten come before all others."""
        for _ in range(count):
            compound = self._home()
            supplier = self._supplier(compound)
            lines = goods.basket(self._rng, supplier.shelf, self._about_g())
            priority = 3 if self._rng.random() < 0.4 else self._priority()
            order = self._order(compound, supplier, self._wave(), source="assisted", lines=lines, priority=priority)
            yield replace(order, note=self._rng.choice(_ASSISTED_NOTES))

    def platform(self) -> Iterator[InventedOrder]:
        """Yield orders that households placed with a supplier themselves, without end."""
        while True:
            compound = self._home()
            supplier = self._supplier(compound)
            lines = goods.basket(self._rng, supplier.shelf, self._about_g())
            order = self._order(compound, supplier, self._wave(), source="platform", lines=lines)
            yield replace(order, note=self._rng.choice(_PLATFORM_NOTES))

    def _order(
        self,
        compound: InventedCompound,
        supplier: InventedSupplier,
        wave: int,
        *,
        source: str,
        lines: tuple[goods.Line, ...],
        flat: Flat | None = None,
        priority: int | None = None,
    ) -> InventedOrder:
        flat = flat or compound.flat(self._rng.randrange(compound.flat_count))
        recipient, number = self._recipient(compound.code, flat)
        return InventedOrder(
            code="",
            supplier_code=supplier.code,
            compound_code=compound.code,
            flat=flat,
            recipient=recipient,
            phone=number,
            note="",
            lines=lines,
            ready_s=self._ready(wave),
            due_s=WAVES[wave][1],
            priority=self._priority() if priority is None else priority,
            source=source,
            placed_before_s=self._rng.randint(3 * _HOUR_S, 16 * _HOUR_S),
        )

    def _recipient(self, compound: str, flat: Flat) -> tuple[str, str]:
        known = self._recipients.get((compound, flat))
        if known is None:
            # the first hundred numbers belong to the log-ins
            known = names.person_name(self._people), phone(100 + len(self._recipients))
            self._recipients[compound, flat] = known
        return known

    def _home(self) -> InventedCompound:
        return self._rng.choices(self._homes, cum_weights=self._weights)[0]

    def _supplier(self, compound: InventedCompound) -> InventedSupplier:
        near, pulls = self._near[compound.code]
        return self._rng.choices(near, cum_weights=pulls)[0]

    def _wave(self) -> int:
        return self._rng.choices(range(len(WAVES)), WAVE_SHARES)[0]

    def _ready(self, wave: int) -> int:
        return WAVES[wave][0] + self._rng.choice((0, 0, 1_800, 3_600))

    def _priority(self) -> int:
        return self._rng.choices((0, 1, 2), (0.84, 0.12, 0.04))[0]

    def _about_g(self) -> int:
        # a median of 3.7 kg: what a household eats in two days
        return round(chance.between(self._rng, 700, 18_000, self._rng.lognormvariate(math.log(3_700), 0.5)))


def phone(number: int) -> str:
    """Return an invented phone number: no operator has been given 154 (libphonenumber 9 calls it invalid)."""
    return f"+8615400{number:06d}"


def _nearest(
    compound: InventedCompound, suppliers: Sequence[InventedSupplier]
) -> tuple[list[InventedSupplier], list[float]]:
    """Return the suppliers that draw a compound most, with their cumulated pull."""
    scored = [
        (supplier.pull * math.exp(-compound.spot.distance_m(supplier.spot) / _REACH_M), supplier)
        for supplier in suppliers
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].code))
    best = scored[:_NEAREST]
    return [supplier for _, supplier in best], list(itertools.accumulate(pull for pull, _ in best))
