"""Raise orders after a day without, carry them over; end a search by its iterations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain columns: SQLite adds them in place, where a batch would copy the table and empty what refers to it.
    op.add_column("customer_order", sa.Column("raised_because", sa.String(length=32), nullable=True))
    op.add_column("customer_order", sa.Column("carried_from_date", sa.Date(), nullable=True))
    op.add_column("plan", sa.Column("iterations", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan", "iterations")
    op.drop_column("customer_order", "carried_from_date")
    op.drop_column("customer_order", "raised_because")
