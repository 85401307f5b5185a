"""The invented suppliers with their pickups and shelves. Pure."""

from dataclasses import dataclass

from supplyhub.demo import chance, goods, ground, names

OPENS_S = 6 * 3_600 + 30 * 60
CLOSES_S = 20 * 3_600
LOADING_MINUTES = 8
_DOCKS = {"store": 4, "supermarket": 8, "ecommerce": 6}
# In the reports Tianhong's orders were six times what they used to be; here it draws three times what others do.
_BUSY_PULL = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedSupplier:
    """A supplier, who has one pickup of the same code. `pull` is how much it draws beside the others."""

    code: str
    name: str
    kind: str
    spot: ground.Spot
    docks: int
    pull: float
    shelf: tuple[goods.InventedProduct, ...]
    bundles: tuple[goods.InventedProduct, ...]
    canteen: tuple[goods.InventedProduct, ...]

    @property
    def products(self) -> tuple[goods.InventedProduct, ...]:
        """Everything that the supplier sells."""
        return self.shelf + self.bundles + self.canteen


def make_suppliers(seed: int) -> tuple[InventedSupplier, ...]:
    """Return the twenty suppliers: stores, supermarkets, e-commerce."""
    rng = chance.stream(seed, "suppliers")
    kinds = (("store", names.STORES), ("supermarket", names.SUPERMARKETS), ("ecommerce", names.ECOMMERCE))
    spots: list[ground.Spot] = []
    suppliers: list[InventedSupplier] = []
    for kind, titles in kinds:
        for name in titles:
            number = len(suppliers) + 1
            # the towns have no supermarket of their own
            quarter = rng.choices(ground.QUARTERS[:4], [q.share for q in ground.QUARTERS[:4]])[0]
            spots.append(ground.spaced(rng, quarter, spots, apart_m=600))
            stock = _stock(kind)
            shelf = goods.products(rng, number, f"P{number:02d}", stock + goods.BUNDLES + _canteen(kind))
            suppliers.append(
                InventedSupplier(
                    code=f"P{number:02d}",
                    name=name,
                    kind=kind,
                    spot=spots[-1],
                    docks=_DOCKS[kind],
                    pull=rng.uniform(0.75, 1.4) * (_BUSY_PULL if name == names.BUSY_SUPERMARKET else 1.0),
                    shelf=shelf[: len(stock)],
                    bundles=shelf[len(stock) : len(stock) + len(goods.BUNDLES)],
                    canteen=shelf[len(stock) + len(goods.BUNDLES) :],
                )
            )
    return tuple(suppliers)


def _stock(kind: str) -> tuple[goods.Good, ...]:
    if kind == "store":
        return goods.FRESH + goods.PANTRY[:6]
    if kind == "supermarket":
        return goods.FRESH + goods.PANTRY + goods.HOUSEHOLD
    return goods.PANTRY + goods.HOUSEHOLD


def _canteen(kind: str) -> tuple[goods.Good, ...]:
    return goods.CANTEEN if kind == "supermarket" else ()
