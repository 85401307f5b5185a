"""Plan a day in groups of suppliers; note when the making of a plan was to stop."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain columns: SQLite adds them in place, where a batch would copy the table and empty what refers to it.
    op.add_column("plan", sa.Column("groups", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("plan", sa.Column("stop_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "plan_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pickups", sa.JSON(), nullable=False),
        sa.Column("riders", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_plan_part_job_id_job"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_part_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_part")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_part_plan_id_number")),
    )


def downgrade() -> None:
    op.drop_table("plan_part")
    op.drop_column("plan", "stop_asked_at")
    op.drop_column("plan", "groups")
