"""Tables of suppliers: who supplies, where riders load, what is sold."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supplyhub.core.coordinates import System
from supplyhub.db.base import Base, PrimaryKey, code_column, reference
from supplyhub.wording import lazy_gettext


class SupplierKind(StrEnum):
    """How a supplier sells."""

    STORE = "store"
    SUPERMARKET = "supermarket"
    ECOMMERCE = "ecommerce"

    @property
    def label(self) -> str:
        """The kind's name for people."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    SupplierKind.STORE: lazy_gettext("Supply store"),
    SupplierKind.SUPERMARKET: lazy_gettext("Supermarket"),
    SupplierKind.ECOMMERCE: lazy_gettext("E-commerce"),
}


class Supplier(Base):
    """A supplier (保供企业). `path` is its scope (`zhuzhou/tianyuan/suppliers/P09`)."""

    __tablename__ = "supplier"
    __table_args__ = (UniqueConstraint("district_id", "code"),)

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[SupplierKind] = mapped_column(code_column(SupplierKind, "kind"))

    pickups: Mapped[list["Pickup"]] = relationship(lazy="raise", order_by="Pickup.id", back_populates="supplier")


class Pickup(Base):
    """A place where riders load a supplier's orders; at most `docks` vehicles at once."""

    __tablename__ = "pickup"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("opens_s >= 0 AND closes_s <= 86400 AND opens_s <= closes_s", name="hours"),
        CheckConstraint("loading_minutes >= 0 AND docks >= 0", name="docks"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    supplier_id: Mapped[int] = reference("supplier.id")
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float]
    longitude: Mapped[float]
    coordinates_from: Mapped[System] = mapped_column(code_column(System, "coordinates_from"), default=System.WGS84)
    opens_s: Mapped[int]
    closes_s: Mapped[int]
    loading_minutes: Mapped[int]
    docks: Mapped[int]

    supplier: Mapped[Supplier] = relationship(lazy="raise", back_populates="pickups")


class Product(Base):
    """A product of a supplier. Weight and volume are of one unit."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("supplier_id", "barcode"),
        CheckConstraint("weight_g >= 0 AND volume_ml >= 0", name="size"),
    )

    id: Mapped[PrimaryKey]
    supplier_id: Mapped[int] = reference("supplier.id", index=False)
    barcode: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(12))
    weight_g: Mapped[int]
    volume_ml: Mapped[int]


class Offer(Base):
    """An offer (在售商品): a product at a price from a pickup."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("pickup_id", "product_id"),
        CheckConstraint("price_fen >= 0", name="price"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id")
    pickup_id: Mapped[int] = reference("pickup.id", index=False)
    product_id: Mapped[int] = reference("product.id")
    price_fen: Mapped[int]
    is_on_sale: Mapped[bool] = mapped_column(default=True)

    product: Mapped[Product] = relationship(lazy="raise")
