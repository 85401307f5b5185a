"""Change a published plan while the day runs: what happened, what would move, what a version changed for each rider."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KINDS = (
    "new_order",
    "cancelled_order",
    "stopped_rider",
    "late_rider",
    "high_risk_compound",
    "closed_gate",
    "out_of_stock",
)


def upgrade() -> None:
    # A plain column: SQLite adds it in place, where a batch would copy the table and empty what refers to it.
    op.add_column("round", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "live_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("day_date", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*_KINDS, name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_live_change_district_id_district")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_live_change_recorded_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_live_change_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_change")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_live_change_plan_id_number")),
    )
    op.create_index(op.f("ix_live_change_district_id_day_date"), "live_change", ["district_id", "day_date"])
    op.create_table(
        "live_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_out_by", sa.String(length=80), nullable=False),
        sa.Column("change_ids", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("version", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_live_answer_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_answer")),
        sa.UniqueConstraint("code", name=op.f("uq_live_answer_code")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_live_answer_plan_id")),
    )
    op.create_table(
        "live_version",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=False),
        sa.Column("answer_code", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("overlay", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["former_id"], ["plan.id"], name=op.f("fk_live_version_former_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_live_version_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_live_version")),
        sa.UniqueConstraint("answer_code", name=op.f("uq_live_version_answer_code")),
    )
    op.create_index(op.f("ix_live_version_former_id"), "live_version", ["former_id"])
    op.create_table(
        "round_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("rider_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_round_change_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rider_id"], ["rider.id"], name=op.f("fk_round_change_rider_id_rider"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_change")),
        sa.UniqueConstraint("plan_id", "rider_id", name=op.f("uq_round_change_plan_id_rider_id")),
    )
    op.create_index(op.f("ix_round_change_rider_id"), "round_change", ["rider_id"])


def downgrade() -> None:
    op.drop_table("round_change")
    op.drop_table("live_version")
    op.drop_table("live_answer")
    op.drop_table("live_change")
    op.drop_column("round", "stopped_at")
