"""What the invented suppliers sell: goods with weight, volume and price, and baskets filled with them. Pure.

Prices are near those of a supermarket in late 2022. Barcodes begin with 2: numbers that a shop gives itself (GS1
General Specifications, restricted circulation numbers), so none of them is a real product's.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_LINES = 9


class Good(NamedTuple):
    """A good as the trade knows it. `volume_ml` is what it takes up in a box."""

    name: str
    unit: str
    weight_g: int
    volume_ml: int
    price_fen: int
    demand: int


FRESH = (
    Good("大白菜", "颗", 1500, 4200, 480, 9),
    Good("上海青 500g", "份", 500, 1600, 390, 10),
    Good("红菜薹 500g", "份", 500, 1700, 520, 6),
    Good("菠菜 400g", "份", 400, 1500, 490, 7),
    Good("白萝卜", "根", 900, 2000, 280, 7),
    Good("胡萝卜 500g", "份", 500, 1100, 300, 8),
    Good("土豆 1kg", "份", 1000, 1800, 460, 10),
    Good("西红柿 500g", "份", 500, 1100, 590, 9),
    Good("黄瓜 500g", "份", 500, 1200, 480, 7),
    Good("茄子 500g", "份", 500, 1500, 520, 5),
    Good("青椒 400g", "份", 400, 1400, 560, 8),
    Good("冬瓜块 1kg", "份", 1000, 1900, 350, 5),
    Good("莲藕 500g", "份", 500, 1300, 650, 5),
    Good("香葱 100g", "把", 100, 500, 190, 8),
    Good("生姜 200g", "份", 200, 400, 320, 7),
    Good("大蒜 250g", "份", 250, 550, 350, 6),
    Good("五花肉 500g", "份", 500, 800, 1690, 8),
    Good("前腿肉 500g", "份", 500, 800, 1490, 8),
    Good("猪排骨 500g", "份", 500, 1000, 2390, 6),
    Good("三黄鸡 1kg", "只", 1000, 1900, 2290, 5),
    Good("鲜鸡蛋 10枚", "盒", 600, 1400, 1180, 10),
    Good("鲈鱼", "条", 600, 1300, 1980, 4),
    Good("嫩豆腐", "盒", 400, 600, 250, 7),
    Good("香蕉 1kg", "份", 1000, 2400, 690, 7),
    Good("红富士苹果 1kg", "份", 1000, 2300, 980, 7),
    Good("沃柑 1kg", "份", 1000, 2200, 1080, 6),
)
PANTRY = (
    Good("东北大米 5kg", "袋", 5000, 6500, 3490, 7),
    Good("挂面 1kg", "包", 1000, 1700, 890, 9),
    Good("米粉 1kg", "包", 1000, 2000, 790, 6),
    Good("馒头 500g", "袋", 500, 1800, 680, 6),
    Good("速冻水饺 1kg", "袋", 1000, 2000, 2190, 6),
    Good("食用油 1.8L", "瓶", 1720, 2300, 3290, 6),
    Good("加碘盐 400g", "包", 400, 400, 250, 6),
    Good("生抽 500ml", "瓶", 900, 800, 990, 5),
    Good("陈醋 500ml", "瓶", 880, 800, 750, 3),
    Good("白糖 500g", "包", 500, 600, 520, 3),
    Good("剁辣椒 300g", "瓶", 480, 500, 880, 5),
    Good("榨菜 80g×5", "袋", 420, 700, 690, 4),
    Good("纯牛奶 250ml×12", "箱", 3200, 4300, 3690, 8),
    Good("酸奶 100g×8", "板", 850, 1200, 1290, 6),
    Good("吐司面包 400g", "袋", 400, 2200, 990, 6),
    Good("方便面 5连包", "袋", 560, 3000, 1290, 7),
    Good("苏打饼干 400g", "盒", 450, 1500, 1090, 4),
    Good("矿泉水 550ml×12", "包", 6800, 7900, 1590, 4),
    Good("火腿肠 10支", "袋", 420, 700, 1290, 4),
    Good("午餐肉 340g", "罐", 400, 420, 1590, 4),
)
HOUSEHOLD = (
    Good("抽纸 6包", "提", 1100, 9000, 1690, 7),
    Good("卷纸 10卷", "提", 1400, 12000, 1890, 5),
    Good("洗洁精 1kg", "瓶", 1060, 1300, 890, 4),
    Good("洗衣液 2kg", "袋", 2050, 2400, 1790, 4),
    Good("84消毒液 500ml", "瓶", 560, 700, 580, 6),
    Good("一次性口罩 50只", "盒", 250, 1400, 990, 7),
    Good("垃圾袋 100只", "卷", 500, 900, 890, 4),
    Good("成人纸尿裤 L 10片", "包", 1100, 6500, 3290, 2),
    Good("婴儿纸尿裤 L 50片", "包", 1900, 9500, 8900, 3),
    Good("婴儿配方奶粉 3段 900g", "罐", 1150, 2000, 23800, 3),
    Good("婴儿米粉 225g", "盒", 300, 900, 2990, 2),
    Good("卫生巾 组合装", "包", 350, 1800, 2190, 4),
)
BUNDLES = (
    Good("蔬菜套餐", "份", 5000, 12000, 5800, 10),
    Good("鸡蛋30枚", "份", 1900, 4500, 3200, 8),
    Good("鲜肉套餐", "份", 2000, 3200, 6900, 6),
    Good("水果套餐", "份", 3500, 8000, 4900, 6),
    Good("大米10kg", "袋", 10000, 13000, 6500, 5),
    Good("纯牛奶 250ml×24", "箱", 6400, 8500, 6900, 4),
)
CANTEEN = (
    Good("食堂大米 25kg", "袋", 25000, 33000, 13500, 8),
    Good("食堂土豆 20kg", "袋", 20000, 36000, 6800, 6),
    Good("食堂白菜 20kg", "筐", 20000, 52000, 5900, 6),
    Good("食堂食用油 20L", "桶", 18400, 24000, 23900, 4),
    Good("食堂猪肉 15kg", "箱", 15000, 26000, 37500, 5),
    Good("食堂鸡蛋 360枚", "箱", 22500, 62000, 33800, 4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedProduct:
    """A good as one supplier sells it."""

    supplier_code: str
    barcode: str
    name: str
    unit: str
    weight_g: int
    volume_ml: int
    price_fen: int
    demand: int


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product."""

    product: InventedProduct
    quantity: int

    @property
    def weight_g(self) -> int:
        """The weight of the whole line."""
        return self.product.weight_g * self.quantity

    @property
    def volume_ml(self) -> int:
        """The volume of the whole line."""
        return self.product.volume_ml * self.quantity


def barcode(supplier: int, number: int) -> str:
    """Return an in-store barcode of thirteen digits with its right check digit."""
    digits = f"2{supplier:03d}{number:08d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def products(rng: random.Random, supplier: int, code: str, goods: Sequence[Good]) -> tuple[InventedProduct, ...]:
    """Return the products of a supplier, priced near the trade's price; bundles cost the same everywhere."""
    return tuple(
        InventedProduct(
            supplier_code=code,
            barcode=barcode(supplier, number),
            name=good.name,
            unit=good.unit,
            weight_g=good.weight_g,
            volume_ml=good.volume_ml,
            price_fen=good.price_fen if good in BUNDLES else round(good.price_fen * rng.uniform(0.94, 1.12) / 10) * 10,
            demand=good.demand,
        )
        for number, good in enumerate(goods, start=1)
    )


def basket(rng: random.Random, shelf: Sequence[InventedProduct], about_g: int) -> tuple[Line, ...]:
    """Return lines of different products that weigh about what is wanted, and at least the lightest product."""
    wanted = [product for product in shelf if product.weight_g <= about_g]
    if not wanted:
        return (Line(min(shelf, key=lambda product: product.weight_g), 1),)
    drawn = rng.choices(wanted, [product.demand for product in wanted], k=2 * MOST_LINES)
    lines: list[Line] = []
    left_g = about_g
    for product in dict.fromkeys(drawn):
        if product.weight_g > left_g or len(lines) == MOST_LINES:
            continue
        quantity = 2 if rng.random() < 0.22 and product.weight_g * 2 <= left_g else 1
        lines.append(Line(product, quantity))
        left_g -= product.weight_g * quantity
    return tuple(lines)


def bulk(rng: random.Random, shelf: Sequence[InventedProduct], about_g: int) -> tuple[Line, ...]:
    """Return lines of a few products in such quantities that they weigh at least what is wanted."""
    chosen = rng.sample(list(shelf), k=min(4, len(shelf)))
    share_g = about_g / len(chosen)
    return tuple(Line(product, max(1, -(-round(share_g) // product.weight_g))) for product in chosen)
