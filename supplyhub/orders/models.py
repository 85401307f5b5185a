"""Tables of orders: orders with their lines, and every transition they went through."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supplyhub.db.base import Base, Instant, MaybeInstant, PrimaryKey, code_column, reference
from supplyhub.orders.states import OrderState
from supplyhub.places.models import Compound, Gate, Household
from supplyhub.suppliers.models import Pickup
from supplyhub.wording import lazy_gettext


class OrderSource(StrEnum):
    """How an order came in."""

    PLATFORM = "platform"
    GROUP_BUY = "group_buy"
    ASSISTED = "assisted"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """The source's name for people."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    OrderSource.PLATFORM: lazy_gettext("Online platform"),
    OrderSource.GROUP_BUY: lazy_gettext("Group buy"),
    OrderSource.ASSISTED: lazy_gettext("Ordered for a resident"),
    OrderSource.ENTERPRISE: lazy_gettext("Enterprise"),
}


class Order(Base):
    """An order of one household (or, where none is known, of a compound) from one pickup for one day.

    `planned_*` is the slot promised by the published plan; `unplanned_reason` is the planner's code where it
    could not be put on a round. `raised_because` says why the plan put it before others (`orders.raises`). All are
    written by `rounds`. `carried_from_date` is the day it was first meant for, where it was carried over to a later.
    """

    __tablename__ = "customer_order"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        Index(None, "district_id", "day_date", "state"),
        CheckConstraint("weight_g > 0 AND volume_ml >= 0", name="size"),
        CheckConstraint("priority BETWEEN 0 AND 3", name="priority"),
        CheckConstraint("ready_at < due_at", name="window"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    code: Mapped[str] = mapped_column(String(60))
    day_date: Mapped[date]
    pickup_id: Mapped[int] = reference("pickup.id")
    compound_id: Mapped[int] = reference("compound.id")
    household_id: Mapped[int | None] = reference("household.id")
    state: Mapped[OrderState] = mapped_column(code_column(OrderState, "state"))
    source: Mapped[OrderSource] = mapped_column(code_column(OrderSource, "source"))
    priority: Mapped[int]
    weight_g: Mapped[int]
    volume_ml: Mapped[int]
    ready_at: Mapped[Instant]
    due_at: Mapped[Instant]
    placed_at: Mapped[Instant]
    recipient: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    planned_gate_id: Mapped[int | None] = reference("gate.id")
    planned_from_at: Mapped[MaybeInstant]
    planned_until_at: Mapped[MaybeInstant]
    unplanned_reason: Mapped[str | None] = mapped_column(String(32))
    raised_because: Mapped[str | None] = mapped_column(String(32))
    carried_from_date: Mapped[date | None]

    pickup: Mapped[Pickup] = relationship(lazy="raise")
    compound: Mapped[Compound] = relationship(lazy="raise")
    household: Mapped[Household | None] = relationship(lazy="raise")
    planned_gate: Mapped[Gate | None] = relationship(lazy="raise")
    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.position")
    transitions: Mapped[list["OrderTransition"]] = relationship(lazy="raise", order_by="OrderTransition.id")


class OrderLine(Base):
    """A line of an order, as it was sold: name and price do not change with the product."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0 AND price_fen >= 0 AND weight_g >= 0", name="amounts"),
    )

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = reference("customer_order.id", ondelete="CASCADE", index=False)
    position: Mapped[int]
    product_id: Mapped[int | None] = reference("product.id")
    name: Mapped[str] = mapped_column(String(120))
    barcode: Mapped[str] = mapped_column(String(40), default="")
    quantity: Mapped[int]
    price_fen: Mapped[int]
    weight_g: Mapped[int]


class OrderTransition(Base):
    """A step of an order from one state to the next; `event_id` makes it happen once however often it is sent."""

    __tablename__ = "order_transition"

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = reference("customer_order.id", ondelete="CASCADE")
    event_id: Mapped[str] = mapped_column(String(80), unique=True)
    from_state: Mapped[OrderState] = mapped_column(code_column(OrderState, "from_state"))
    to_state: Mapped[OrderState] = mapped_column(code_column(OrderState, "to_state"))
    happened_at: Mapped[Instant]
    recorded_at: Mapped[Instant]
    actor_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)
    actor_label: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(200), default="")

    @property
    def label(self) -> str:
        """What happened, for people."""
        return lazy_gettext("Carried over to a later day") if self.from_state == self.to_state else self.to_state.label
