"""Tables of rounds: planning rules of a day, plans and their results, rounds, visits, what-ifs, live changes."""

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
    search ends after so many steps instead, and the same seed gives the same plan. `groups`: in so many groups of
    suppliers the day is planned, if it has as many suppliers. `fingerprint` is the problem's. `figures` holds score,
    distance, visits and counts as the planner's checker names them.
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
    groups: Mapped[int] = mapped_column(default=1)
    cutoff_at: Mapped[Instant]
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    job_id: Mapped[int | None] = reference("job.id", ondelete="SET NULL", index=False)
    asked_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)
    asked_at: Mapped[Instant]
    started_at: Mapped[MaybeInstant]
    stop_asked_at: Mapped[MaybeInstant]
    finished_at: Mapped[MaybeInstant]
    published_at: Mapped[MaybeInstant]
    published_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)

    rounds: Mapped[list["Round"]] = relationship(lazy="raise", order_by="Round.number", back_populates="plan")


class PlanPart(Base):
    """A group of suppliers of a plan that is being made in parts, with a job of its own; gone when all are joined.

    `pickups` and `riders` are those of the group, by code. Once it is finished, `made` is its plan as a document, empty
    where the part was stopped before it began.
    """

    __tablename__ = "plan_part"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", index=False)
    number: Mapped[int]
    pickups: Mapped[list[str]] = mapped_column(JSON)
    riders: Mapped[list[str]] = mapped_column(JSON)
    job_id: Mapped[int | None] = reference("job.id", ondelete="SET NULL", index=False)
    made: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    finished_at: Mapped[MaybeInstant]


class Round(Base):
    """One rider's day in a plan; `number` counts from 1 in the plan.

    A rider who stopped for the day has `stopped_at`: the round ends there, and `back_at` says the same.
    """

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("plan_id", "rider_id"), UniqueConstraint("plan_id", "number"))

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", index=False)
    rider_id: Mapped[int] = reference("rider.id")
    number: Mapped[int]
    leaves_base_at: Mapped[Instant]
    back_at: Mapped[Instant]
    stopped_at: Mapped[MaybeInstant]
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


class LiveChangeKind(StrEnum):
    """What can happen while a published plan is being driven."""

    NEW_ORDER = "new_order"
    CANCELLED_ORDER = "cancelled_order"
    STOPPED_RIDER = "stopped_rider"
    LATE_RIDER = "late_rider"
    HIGH_RISK_COMPOUND = "high_risk_compound"
    CLOSED_GATE = "closed_gate"
    OUT_OF_STOCK = "out_of_stock"


class LiveChange(Base):
    """Something that happened while a published plan is being driven (docs/plans.md, While the day runs).

    It waits on the day's list until a version takes it in: `plan_id` is that version, `number` its place there, counted
    from 0. `change` is the planner's own form of it.
    """

    __tablename__ = "live_change"
    __table_args__ = (UniqueConstraint("plan_id", "number"), Index(None, "district_id", "day_date"))

    id: Mapped[PrimaryKey]
    district_id: Mapped[int] = reference("district.id", index=False)
    day_date: Mapped[date]
    kind: Mapped[LiveChangeKind] = mapped_column(code_column(LiveChangeKind, "kind"))
    change: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[Instant]
    recorded_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)
    recorded_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(120), default="")
    plan_id: Mapped[int | None] = reference("plan.id", ondelete="CASCADE", index=False)
    number: Mapped[int | None]


class LiveAnswer(Base):
    """What the next version of a published plan would be, worked out for the day's listed changes. One for a plan.

    `changed_at` is the time from which it was planned, `worked_out_at` when that was; `change_ids` are the changes in
    the order of their numbers; `fingerprint` is that of the day before them. `answer` is the planner's, and `version`
    the rounds to be written.
    """

    __tablename__ = "live_answer"

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", unique=True, index=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    changed_at: Mapped[Instant]
    worked_out_at: Mapped[Instant]
    worked_out_by: Mapped[str] = mapped_column(String(80))
    change_ids: Mapped[list[int]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[dict[str, Any]] = mapped_column(JSON)


class LiveVersion(Base):
    """A version of a plan that came of live changes to the one before.

    `answer` is the planner's, with what it refused; `answer_code` names it, so that it is published once. `overlay`
    says in what the day differs from the district's records (`rounds.live_overlay`).
    """

    __tablename__ = "live_version"

    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", primary_key=True, index=False)
    former_id: Mapped[int] = reference("plan.id", ondelete="CASCADE")
    answer_code: Mapped[str] = mapped_column(String(40), unique=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    overlay: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[Instant]
    published_by: Mapped[str] = mapped_column(String(80))


class RoundChange(Base):
    """What a version changed in a rider's round (`change`, as the planner says it), and when the rider confirmed it."""

    __tablename__ = "round_change"
    __table_args__ = (UniqueConstraint("plan_id", "rider_id"),)

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = reference("plan.id", ondelete="CASCADE", index=False)
    rider_id: Mapped[int] = reference("rider.id", ondelete="CASCADE")
    change: Mapped[dict[str, Any]] = mapped_column(JSON)
    confirmed_at: Mapped[MaybeInstant]

    rider: Mapped[Rider] = relationship(lazy="raise")
