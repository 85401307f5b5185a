"""Raise orders after a day without, carry them over; end a search by its iterations; plan a day in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain columns: SQLite adds them in place, where a batch would copy the table and empty what refers to it.
    op.add_column("customer_order", sa.Column("raised_because", sa.String(length=32), nullable=True))
    op.add_column("customer_order", sa.Column("carried_from_date", sa.Date(), nullable=True))
    op.add_column("plan", sa.Column("iterations", sa.Integer(), nullable=True))
    op.create_table(
        "plan_part",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_plan_part_job_id_job"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_part_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_part")),
    )


def downgrade() -> None:
    op.drop_table("plan_part")
    op.drop_column("plan", "iterations")
    op.drop_column("customer_order", "carried_from_date")
    op.drop_column("customer_order", "raised_because")
