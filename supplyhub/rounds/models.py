"""Tables of rounds: the day's planning rules, plans with their progress and result, rounds and their visits."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supplyhub.db.base import Base, Instant, MaybeInstant, PrimaryKey, code_column, reference
from supplyhub.orders.models import Order
from supplyhub.places.models import Gate
from supplyhub.riders.models import Rider
from supplyhub.suppliers.models import Pickup
from supplyhub.wording import lazy_gettext


class PlanningDay(Base):
    """The planning rules of a district's day: the tables of a day folder's `day.toml` (formats/day.md)."""

    __tablename__ = "planning_day"
    __table_args__ = (UniqueConstraint("district_id", "day_date"),)

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    day_date: Mapped[date]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)


class PlanState(StrEnum):
    """Where a plan stands."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state's name for people."""
        return _PLAN_LABELS[self]

    @property
    def kind(self) -> str:
        """The colour family of the state: `go`, `info`, `warn`, `stop` or `quiet`."""
        return _PLAN_KINDS[self]

    @property
    def is_under_way(self) -> bool:
        """Whether the plan is still being made."""
        return self in {PlanState.QUEUED, PlanState.RUNNING}


_PLAN_LABELS = {
    PlanState.QUEUED: lazy_gettext("Waiting"),
    PlanState.RUNNING: lazy_gettext("Being planned"),
    PlanState.READY: lazy_gettext("Ready to publish"),
    PlanState.PUBLISHED: lazy_gettext("Published"),
    PlanState.SUPERSEDED: lazy_gettext("Replaced"),
    PlanState.CANCELLED: lazy_gettext("Stopped"),
    PlanState.FAILED: lazy_gettext("Failed"),
}
_PLAN_KINDS = {
    PlanState.QUEUED: "info",
    PlanState.RUNNING: "info",
    PlanState.READY: "warn",
    PlanState.PUBLISHED: "go",
    PlanState.SUPERSEDED: "quiet",
    PlanState.CANCELLED: "quiet",
    PlanState.FAILED: "stop",
}


class Plan(Base):
    """A plan of one day: how it was asked for, how far it is, and what came out. At most one is published a day.

    `cutoff_at`: orders placed until then are in. `seconds` is the time allowed; where `iterations` is given, the
    search ends after so many steps instead, and the same seed gives the same plan. `fingerprint` is the problem's.
    `figures` holds score, distance, visits and counts as the planner's checker names them.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("district_id", "day_date", "version"),
        Index(
            "uq_plan_published_day",
            "district_id",
            "day_date",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        CheckConstraint("seconds > 0", name="seconds"),
    )

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    day_date: Mapped[date]
    version: Mapped[int]
    state: Mapped[PlanState] = mapped_column(code_column(PlanState, "state"))
    seed: Mapped[int]
    seconds: Mapped[int]
    iterations: Mapped[int | None]
    cutoff_at: Mapped[Instant]
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    job_id: Mapped[int | None] = reference("job.id", ondelete="SET NULL", index=False)
    asked_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)
    asked_at: Mapped[Instant]
    started_at: Mapped[MaybeInstant]
    finished_at: Mapped[MaybeInstant]
    published_at: Mapped[MaybeInstant]
    published_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)

    rounds: Mapped[list["Round"]] = relationship(lazy="raise", order_by="Round.number", back_populates="plan")


class Round(Base):
    """One rider's day in a plan; `number` counts from 1 in the plan."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("plan_id", "rider_id"), UniqueConstraint("plan_id", "number"))

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", index=False)
    rider_id: Mapped[int] = reference("rider.id")
    number: Mapped[int]
    leaves_base_at: Mapped[Instant]
    back_at: Mapped[Instant]
    distance_m: Mapped[int]
    order_count: Mapped[int]

    plan: Mapped[Plan] = relationship(lazy="raise", back_populates="rounds")
    rider: Mapped[Rider] = relationship(lazy="raise")
    visits: Mapped[list["Visit"]] = relationship(lazy="raise", order_by="Visit.position", back_populates="round")


class Visit(Base):
    """A stop of a round: loading at a pickup, or handing over at a gate. `distance_m` is the way there."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        CheckConstraint("(pickup_id IS NULL) <> (gate_id IS NULL)", name="place"),
        Index(None, "gate_id", "start_at"),
        Index(None, "pickup_id", "start_at"),
    )

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = reference("round.id", ondelete="CASCADE", index=False)
    position: Mapped[int]
    pickup_id: Mapped[int | None] = reference("pickup.id", index=False)
    gate_id: Mapped[int | None] = reference("gate.id", index=False)
    arrive_at: Mapped[Instant]
    start_at: Mapped[Instant]
    leave_at: Mapped[Instant]
    distance_m: Mapped[int]
    order_count: Mapped[int]
    weight_g: Mapped[int]
    volume_ml: Mapped[int]

    round: Mapped[Round] = relationship(lazy="raise", back_populates="visits")
    pickup: Mapped[Pickup | None] = relationship(lazy="raise")
    gate: Mapped[Gate | None] = relationship(lazy="raise")
    orders: Mapped[list[Order]] = relationship(lazy="raise", secondary="visit_order", order_by="Order.id")


class VisitOrder(Base):
    """An order that is loaded, or handed over, at a visit."""

    __tablename__ = "visit_order"

    visit_id: Mapped[int] = reference("visit.id", ondelete="CASCADE", primary_key=True, index=False)
    order_id: Mapped[int] = reference("customer_order.id", ondelete="CASCADE", primary_key=True)


class UnservedOrder(Base):
    """An order that a plan leaves out, with the true reason (a code of formats/day.md)."""

    __tablename__ = "unserved_order"

    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", primary_key=True, index=False)
    order_id: Mapped[int] = reference("customer_order.id", ondelete="CASCADE", primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), index=True)

    order: Mapped[Order] = relationship(lazy="raise")


class WhatIfKind(StrEnum):
    """What is asked about a plan: one change, or a curve over the number of passes."""

    CHANGE = "change"
    CURVE = "curve"


class WhatIfState(StrEnum):
    """Where the answer to a what-if stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state's name for people."""
        return _WHAT_IF_LABELS[self]

    @property
    def kind(self) -> str:
        """The colour family of the state."""
        return {"done": "go", "cancelled": "quiet", "failed": "stop"}.get(self.value, "info")

    @property
    def is_under_way(self) -> bool:
        """Whether the answer is still being worked out."""
        return self in {WhatIfState.QUEUED, WhatIfState.RUNNING}


_WHAT_IF_LABELS = {
    WhatIfState.QUEUED: lazy_gettext("Waiting"),
    WhatIfState.RUNNING: lazy_gettext("Being worked out"),
    WhatIfState.DONE: lazy_gettext("Answered"),
    WhatIfState.CANCELLED: lazy_gettext("Stopped"),
    WhatIfState.FAILED: lazy_gettext("Failed"),
}


class WhatIf(Base):
    """A question about a plan's day with something changed, and its answer (docs/why-and-what-if.md).

    `change` holds what is to be otherwise (empty for a curve), `seconds` the time allowed for the search.
    `result` is empty until it is done: figures of the plan and of the changed day, or the points of the curve.
    """

    __tablename__ = "what_if"
    __table_args__ = (CheckConstraint("seconds > 0", name="seconds"),)

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE")
    kind: Mapped[WhatIfKind] = mapped_column(code_column(WhatIfKind, "kind"))
    change: Mapped[dict[str, Any]] = mapped_column(JSON)
    seconds: Mapped[int]
    seed: Mapped[int]
    state: Mapped[WhatIfState] = mapped_column(code_column(WhatIfState, "state"))
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    job_id: Mapped[int | None] = reference("job.id", ondelete="SET NULL", index=False)
    asked_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)
    asked_at: Mapped[Instant]
    started_at: Mapped[MaybeInstant]
    finished_at: Mapped[MaybeInstant]
