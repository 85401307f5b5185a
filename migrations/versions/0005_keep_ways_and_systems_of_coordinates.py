"""Keep what roads answered and what ways a plan was made with; record the system of coordinates of places."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SOURCES = ("straight", "matrix", "extract", "valhalla", "osrm")
_WITH_COORDINATES = ("compound", "gate", "pickup", "rider")


def upgrade() -> None:
    op.create_table(
        "road_matrix",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("unreached", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_road_matrix_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_matrix")),
    )
    op.create_index(op.f("ix_road_matrix_district_id_digest"), "road_matrix", ["district_id", "digest"])
    op.create_table(
        "plan_ways",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(*_SOURCES, name="source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("matrix_id", sa.Integer(), nullable=True),
        sa.Column("unreached", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["matrix_id"], ["road_matrix.id"], name=op.f("fk_plan_ways_matrix_id_road_matrix")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_ways_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_ways")),
    )
    op.create_index(op.f("ix_plan_ways_matrix_id"), "plan_ways", ["matrix_id"])
    # Written out, so that SQLite adds the columns in place: a batch would copy the table and empty what refers to it.
    for table in _WITH_COORDINATES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN coordinates_from VARCHAR(32) DEFAULT 'wgs84' NOT NULL "
            f"CONSTRAINT ck_{table}_coordinates_from CHECK (coordinates_from IN ('wgs84', 'gcj02', 'bd09'))"
        )


def downgrade() -> None:
    for table in _WITH_COORDINATES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN coordinates_from")
    op.drop_table("plan_ways")
    op.drop_table("road_matrix")
