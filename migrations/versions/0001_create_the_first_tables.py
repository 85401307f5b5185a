"""Create the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "city",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city")),
        sa.UniqueConstraint("code", name=op.f("uq_city_code")),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    with op.batch_alter_table("failed_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failed_sign_in_subject_failed_at"), ["subject", "failed_at"], unique=False)

    op.create_table(
        "file_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stored_path", sa.String(length=300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preview", "confirmed", "discarded", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_import")),
    )
    with op.batch_alter_table("file_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_import_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_import_scope_created_at"), ["scope", "created_at"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("leased_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_run_at"), ["state", "run_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_counter", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("phone", name=op.f("uq_person_phone")),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_district_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("code", name=op.f("uq_district_code")),
        sa.UniqueConstraint("path", name=op.f("uq_district_path")),
    )
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_district_city_id"), ["city_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "resident",
                "leader",
                "supplier",
                "platform_client",
                "rider",
                "rider_company",
                "gate_keeper",
                "volunteer",
                "community_staff",
                "street_staff",
                "district_staff",
                "city_staff",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["used_by_id"], ["person.id"], name=op.f("fk_invitation_used_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_invitation_code_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_scope"), ["scope"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "resident",
                "leader",
                "supplier",
                "platform_client",
                "rider",
                "rider_company",
                "gate_keeper",
                "volunteer",
                "community_staff",
                "street_staff",
                "district_staff",
                "city_staff",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "scope", name=op.f("uq_role_grant_person_id_role_scope")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_scope"), ["scope"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_in_session_token_digest")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("day_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "ready",
                "published",
                "superseded",
                "cancelled",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_plan_seconds")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_plan_asked_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_plan_district_id_district")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_plan_job_id_job"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_plan_published_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("district_id", "day_date", "version", name=op.f("uq_plan_district_id_day_date_version")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(
            "uq_plan_published_day",
            ["district_id", "day_date"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "planning_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("day_date", sa.Date(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_planning_day_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_day")),
        sa.UniqueConstraint("district_id", "day_date", name=op.f("uq_planning_day_district_id_day_date")),
    )
    op.create_table(
        "rider_company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_rider_company_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider_company")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_rider_company_district_id_name")),
        sa.UniqueConstraint("path", name=op.f("uq_rider_company_path")),
    )
    op.create_table(
        "street",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_street_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_street_district_id_name")),
    )
    op.create_table(
        "supplier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "store", "supermarket", "ecommerce", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_supplier_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_supplier_district_id_code")),
        sa.UniqueConstraint("path", name=op.f("uq_supplier_path")),
    )
    op.create_table(
        "compound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "residential",
                "enterprise",
                "lodging",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column(
            "risk",
            sa.Enum("low", "medium", "high", name="risk", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("household_count", sa.Integer(), nullable=False),
        sa.Column("resident_count", sa.Integer(), nullable=False),
        sa.Column("invitation_code", sa.String(length=16), nullable=False),
        sa.CheckConstraint("household_count >= 0 AND resident_count >= 0", name=op.f("ck_compound_counts")),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_compound_coordinates")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_compound_district_id_district")),
        sa.ForeignKeyConstraint(["street_id"], ["street.id"], name=op.f("fk_compound_street_id_street")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compound")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_compound_district_id_code")),
        sa.UniqueConstraint("invitation_code", name=op.f("uq_compound_invitation_code")),
        sa.UniqueConstraint("path", name=op.f("uq_compound_path")),
    )
    with op.batch_alter_table("compound", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_compound_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_compound_street_id"), ["street_id"], unique=False)

    op.create_table(
        "pickup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("opens_s", sa.Integer(), nullable=False),
        sa.Column("closes_s", sa.Integer(), nullable=False),
        sa.Column("loading_minutes", sa.Integer(), nullable=False),
        sa.Column("docks", sa.Integer(), nullable=False),
        sa.CheckConstraint("loading_minutes >= 0 AND docks >= 0", name=op.f("ck_pickup_docks")),
        sa.CheckConstraint("opens_s >= 0 AND closes_s <= 86400 AND opens_s <= closes_s", name=op.f("ck_pickup_hours")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_pickup_district_id_district")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_pickup_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_pickup_district_id_code")),
    )
    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pickup_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("barcode", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("volume_ml", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight_g >= 0 AND volume_ml >= 0", name=op.f("ck_product_size")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_product_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("supplier_id", "barcode", name=op.f("uq_product_supplier_id_barcode")),
    )
    op.create_table(
        "building",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column("rooms_per_floor", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "floors BETWEEN 1 AND 99 AND rooms_per_floor BETWEEN 1 AND 99", name=op.f("ck_building_size")
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_building_compound_id_compound")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
        sa.UniqueConstraint("compound_id", "name", name=op.f("uq_building_compound_id_name")),
    )
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("opens_s", sa.Integer(), nullable=False),
        sa.Column("closes_s", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("riders_per_slot", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_s >= 0 AND closes_s <= 86400 AND opens_s <= closes_s", name=op.f("ck_gate_hours")),
        sa.CheckConstraint("slot_minutes > 0 AND riders_per_slot >= 0", name=op.f("ck_gate_slots")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_gate_compound_id_compound")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_gate_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_gate_district_id_code")),
    )
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gate_compound_id"), ["compound_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("pickup_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("is_on_sale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_offer_price")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_offer_district_id_district")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_offer_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_offer_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("pickup_id", "product_id", name=op.f("uq_offer_pickup_id_product_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_district_id"), ["district_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_product_id"), ["product_id"], unique=False)

    op.create_table(
        "rider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("pickup_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("vehicle", sa.String(length=40), nullable=False),
        sa.Column("any_zone", sa.Boolean(), nullable=False),
        sa.Column("enters_high_risk", sa.Boolean(), nullable=False),
        sa.Column("pass_no", sa.String(length=40), nullable=False),
        sa.Column("pass_from_s", sa.Integer(), nullable=False),
        sa.Column("pass_until_s", sa.Integer(), nullable=False),
        sa.Column("shift_start_s", sa.Integer(), nullable=False),
        sa.Column("shift_end_s", sa.Integer(), nullable=False),
        sa.Column("base_latitude", sa.Double(), nullable=False),
        sa.Column("base_longitude", sa.Double(), nullable=False),
        sa.CheckConstraint("shift_start_s <= shift_end_s AND pass_from_s <= pass_until_s", name=op.f("ck_rider_hours")),
        sa.ForeignKeyConstraint(["company_id"], ["rider_company.id"], name=op.f("fk_rider_company_id_rider_company")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_rider_district_id_district")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_rider_pickup_id_pickup")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_rider_district_id_code")),
        sa.UniqueConstraint("path", name=op.f("uq_rider_path")),
    )
    with op.batch_alter_table("rider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rider_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rider_pickup_id"), ["pickup_id"], unique=False)

    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_household_building_id_building")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_household_compound_id_compound")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_household_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("building_id", "unit", "room", name=op.f("uq_household_building_id_unit_room")),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_compound_id"), ["compound_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_district_id"), ["district_id"], unique=False)

    op.create_table(
        "rider_zone",
        sa.Column("rider_id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rider_id"], ["rider.id"], name=op.f("fk_rider_zone_rider_id_rider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["street_id"], ["street.id"], name=op.f("fk_rider_zone_street_id_street")),
        sa.PrimaryKeyConstraint("rider_id", "street_id", name=op.f("pk_rider_zone")),
    )
    with op.batch_alter_table("rider_zone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rider_zone_street_id"), ["street_id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("rider_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leaves_base_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("order_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_round_plan_id_plan"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_round_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_round_plan_id_number")),
        sa.UniqueConstraint("plan_id", "rider_id", name=op.f("uq_round_plan_id_rider_id")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_rider_id"), ["rider_id"], unique=False)

    op.create_table(
        "customer_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("day_date", sa.Date(), nullable=False),
        sa.Column("pickup_id", sa.Integer(), nullable=False),
        sa.Column("compound_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "placed",
                "confirmed",
                "planned",
                "loaded",
                "at_gate",
                "delivered",
                "cancelled",
                "short",
                "returned",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "platform",
                "group_buy",
                "assisted",
                "enterprise",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("volume_ml", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("planned_gate_id", sa.Integer(), nullable=True),
        sa.Column("planned_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unplanned_reason", sa.String(length=32), nullable=True),
        sa.CheckConstraint("priority BETWEEN 0 AND 3", name=op.f("ck_customer_order_priority")),
        sa.CheckConstraint("ready_at < due_at", name=op.f("ck_customer_order_window")),
        sa.CheckConstraint("weight_g > 0 AND volume_ml >= 0", name=op.f("ck_customer_order_size")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_customer_order_compound_id_compound")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_customer_order_district_id_district")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_customer_order_household_id_household")
        ),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_customer_order_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["planned_gate_id"], ["gate.id"], name=op.f("fk_customer_order_planned_gate_id_gate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_order")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_customer_order_district_id_code")),
    )
    with op.batch_alter_table("customer_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_order_compound_id"), ["compound_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_customer_order_district_id_day_date_state"),
            ["district_id", "day_date", "state"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_customer_order_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_order_pickup_id"), ["pickup_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_order_planned_gate_id"), ["planned_gate_id"], unique=False)

    op.create_table(
        "household_member",
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_household_member_household_id_household"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_household_member_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("household_id", "person_id", name=op.f("pk_household_member")),
    )
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pickup_id", sa.Integer(), nullable=True),
        sa.Column("gate_id", sa.Integer(), nullable=True),
        sa.Column("arrive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leave_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("order_count", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("volume_ml", sa.Integer(), nullable=False),
        sa.CheckConstraint("(pickup_id IS NULL) <> (gate_id IS NULL)", name=op.f("ck_visit_place")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_visit_gate_id_gate")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_visit_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_visit_round_id_round"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_visit_round_id_position")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_gate_id_start_at"), ["gate_id", "start_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_pickup_id_start_at"), ["pickup_id", "start_at"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("barcode", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0 AND price_fen >= 0 AND weight_g >= 0", name=op.f("ck_order_line_amounts")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["customer_order.id"], name=op.f("fk_order_line_order_id_customer_order"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_order_line_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_product_id"), ["product_id"], unique=False)

    op.create_table(
        "order_transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "placed",
                "confirmed",
                "planned",
                "loaded",
                "at_gate",
                "delivered",
                "cancelled",
                "short",
                "returned",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "placed",
                "confirmed",
                "planned",
                "loaded",
                "at_gate",
                "delivered",
                "cancelled",
                "short",
                "returned",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_label", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_order_transition_actor_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["customer_order.id"],
            name=op.f("fk_order_transition_order_id_customer_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_transition")),
        sa.UniqueConstraint("event_id", name=op.f("uq_order_transition_event_id")),
    )
    with op.batch_alter_table("order_transition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_transition_order_id"), ["order_id"], unique=False)

    op.create_table(
        "unserved_order",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["customer_order.id"],
            name=op.f("fk_unserved_order_order_id_customer_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_unserved_order_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "order_id", name=op.f("pk_unserved_order")),
    )
    with op.batch_alter_table("unserved_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unserved_order_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unserved_order_reason"), ["reason"], unique=False)

    op.create_table(
        "visit_order",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["customer_order.id"], name=op.f("fk_visit_order_order_id_customer_order"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_order_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "order_id", name=op.f("pk_visit_order")),
    )
    with op.batch_alter_table("visit_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_order_order_id"), ["order_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("visit_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_order_order_id"))

    op.drop_table("visit_order")
    with op.batch_alter_table("unserved_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unserved_order_reason"))
        batch_op.drop_index(batch_op.f("ix_unserved_order_order_id"))

    op.drop_table("unserved_order")
    with op.batch_alter_table("order_transition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_transition_order_id"))

    op.drop_table("order_transition")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_line_product_id"))

    op.drop_table("order_line")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_pickup_id_start_at"))
        batch_op.drop_index(batch_op.f("ix_visit_gate_id_start_at"))

    op.drop_table("visit")
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_member_person_id"))

    op.drop_table("household_member")
    with op.batch_alter_table("customer_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_order_planned_gate_id"))
        batch_op.drop_index(batch_op.f("ix_customer_order_pickup_id"))
        batch_op.drop_index(batch_op.f("ix_customer_order_household_id"))
        batch_op.drop_index(batch_op.f("ix_customer_order_district_id_day_date_state"))
        batch_op.drop_index(batch_op.f("ix_customer_order_compound_id"))

    op.drop_table("customer_order")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_rider_id"))

    op.drop_table("round")
    with op.batch_alter_table("rider_zone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rider_zone_street_id"))

    op.drop_table("rider_zone")
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_district_id"))
        batch_op.drop_index(batch_op.f("ix_household_compound_id"))

    op.drop_table("household")
    with op.batch_alter_table("rider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rider_pickup_id"))
        batch_op.drop_index(batch_op.f("ix_rider_company_id"))

    op.drop_table("rider")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_product_id"))
        batch_op.drop_index(batch_op.f("ix_offer_district_id"))

    op.drop_table("offer")
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gate_compound_id"))

    op.drop_table("gate")
    op.drop_table("building")
    op.drop_table("product")
    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pickup_supplier_id"))

    op.drop_table("pickup")
    with op.batch_alter_table("compound", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_compound_street_id"))
        batch_op.drop_index(batch_op.f("ix_compound_name"))

    op.drop_table("compound")
    op.drop_table("supplier")
    op.drop_table("street")
    op.drop_table("rider_company")
    op.drop_table("planning_day")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plan_published_day",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.drop_table("plan")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_person_id"))

    op.drop_table("sign_in_session")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_scope"))

    op.drop_table("role_grant")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_scope"))

    op.drop_table("invitation")
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_district_city_id"))

    op.drop_table("district")
    op.drop_table("person")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_at"))

    op.drop_table("job")
    with op.batch_alter_table("file_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_import_scope_created_at"))
        batch_op.drop_index(batch_op.f("ix_file_import_digest"))

    op.drop_table("file_import")
    with op.batch_alter_table("failed_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_failed_sign_in_subject_failed_at"))

    op.drop_table("failed_sign_in")
    op.drop_table("city")
