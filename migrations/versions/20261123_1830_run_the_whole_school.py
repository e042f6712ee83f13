"""run the whole school"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1830"
down_revision = "20261123_1600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "associations",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_ar", sa.String(length=160), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=False),
        sa.Column("town", sa.String(length=120), nullable=False),
        sa.Column("rna", sa.String(length=20), nullable=False),
        sa.Column("founded_in", sa.Integer(), nullable=True),
        sa.Column("member_count", sa.Integer(), nullable=True),
        sa.Column("activity", sa.String(length=40), nullable=True),
        sa.Column("commune", sa.String(length=120), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_associations")),
        sa.UniqueConstraint("name", name=op.f("uq_associations_name")),
    )
    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_associations_department"), ["department"], unique=False
        )

    op.create_table(
        "products",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("family_names", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("sign", sa.String(length=40), nullable=True),
        sa.Column("sign_note", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("to_check", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_country"), ["country"], unique=False)
        batch_op.create_index(batch_op.f("ix_products_family"), ["family"], unique=False)

    op.create_table(
        "mandates",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_mandates_until_after_from")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["associations.id"],
            name=op.f("fk_mandates_association_id_associations"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mandates_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mandates_association_id"), ["association_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mandates_user_id"), ["user_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_batch"), ["batch"], unique=False)
        batch_op.create_index("ix_notices_user_id_at", ["user_id", "at"], unique=False)

    op.create_table(
        "rooms",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_rooms_capacity_positive")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_rooms_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_rooms_site_id_name")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_site_id"), ["site_id"], unique=False)

    op.create_table(
        "bundles",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("credential_ids", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pdf_digest", sa.String(length=64), nullable=False),
        sa.Column("zip_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_bundles_asked_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_bundles_cohort_id_cohorts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
    )
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundles_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "absence_notices",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("half_day", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("decision_reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_accepted IS NULL)",
            name=op.f("ck_absence_notices_decided_one_way"),
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_absence_notices_last_after_first")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_absence_notices_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_absence_notices_enrolment_id_enrolments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_notices")),
    )
    with op.batch_alter_table("absence_notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_notices_enrolment_id"), ["enrolment_id"], unique=False
        )

    op.create_table(
        "moves",
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("from_held_on", sa.Date(), nullable=False),
        sa.Column("from_half_day", sa.String(length=40), nullable=False),
        sa.Column("from_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_site_id", sa.Integer(), nullable=False),
        sa.Column("from_room_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("moved_by_id", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_room_id"], ["rooms.id"], name=op.f("fk_moves_from_room_id_rooms")
        ),
        sa.ForeignKeyConstraint(
            ["from_site_id"], ["sites.id"], name=op.f("fk_moves_from_site_id_sites")
        ),
        sa.ForeignKeyConstraint(
            ["moved_by_id"], ["users.id"], name=op.f("fk_moves_moved_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_sessions.id"],
            name=op.f("fk_moves_training_session_id_training_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moves_training_session_id"), ["training_session_id"], unique=False
        )

    op.create_table(
        "substitutions",
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("left_id", sa.Integer(), nullable=True),
        sa.Column("joined_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_substitutions_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["joined_id"], ["users.id"], name=op.f("fk_substitutions_joined_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["left_id"], ["users.id"], name=op.f("fk_substitutions_left_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_sessions.id"],
            name=op.f("fk_substitutions_training_session_id_training_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
    )
    with op.batch_alter_table("substitutions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_substitutions_training_session_id"),
            ["training_session_id"],
            unique=False,
        )

    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name_ar", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("partner", sa.String(length=160), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("funder", sa.String(length=160), nullable=False, server_default="")
        )
        batch_op.create_index(batch_op.f("ix_cohorts_site_id"), ["site_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_cohorts_site_id_sites"), "sites", ["site_id"], ["id"]
        )

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("organisation", sa.String(length=160), nullable=False, server_default="")
        )
        batch_op.alter_column("category", existing_type=sa.String(length=40), nullable=True)
    op.execute("UPDATE enrolments SET category = NULL WHERE category = ''")

    with op.batch_alter_table("schools", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("messenger_link", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("logo_digest", sa.String(length=64), nullable=False, server_default="")
        )

    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("address", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    # Every site had one room, written on the site itself.
    op.execute(
        "INSERT INTO rooms (site_id, name, capacity) "
        "SELECT id, CASE room WHEN '' THEN '1' ELSE room END, capacity FROM sites WHERE capacity > 0"
    )
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.drop_column("capacity")
        batch_op.drop_column("room")

    with op.batch_alter_table("training_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_training_sessions_room_id"), ["room_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_training_sessions_room_id_rooms"), "rooms", ["room_id"], ["id"]
        )

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("privacy_notice_of", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("privacy_read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("privacy_read_at")
        batch_op.drop_column("privacy_notice_of")

    with op.batch_alter_table("training_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_training_sessions_room_id_rooms"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_training_sessions_room_id"))
        batch_op.drop_column("room_id")

    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("room", sa.String(length=80), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_column("closed_at")
        batch_op.drop_column("address")
    op.execute(
        "UPDATE sites SET room = (SELECT MIN(name) FROM rooms WHERE rooms.site_id = sites.id), "
        "capacity = (SELECT MAX(capacity) FROM rooms WHERE rooms.site_id = sites.id) "
        "WHERE id IN (SELECT site_id FROM rooms)"
    )

    with op.batch_alter_table("schools", schema=None) as batch_op:
        batch_op.drop_column("logo_digest")
        batch_op.drop_column("messenger_link")

    op.execute("UPDATE enrolments SET category = '' WHERE category IS NULL")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.alter_column("category", existing_type=sa.String(length=40), nullable=False)
        batch_op.drop_column("organisation")

    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cohorts_site_id_sites"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_cohorts_site_id"))
        batch_op.drop_column("funder")
        batch_op.drop_column("partner")
        batch_op.drop_column("site_id")
        batch_op.drop_column("capacity")
        batch_op.drop_column("name_ar")

    with op.batch_alter_table("substitutions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitutions_training_session_id"))

    op.drop_table("substitutions")
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moves_training_session_id"))

    op.drop_table("moves")
    with op.batch_alter_table("absence_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_notices_enrolment_id"))

    op.drop_table("absence_notices")
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundles_cohort_id"))

    op.drop_table("bundles")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rooms_site_id"))

    op.drop_table("rooms")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_user_id_at")
        batch_op.drop_index(batch_op.f("ix_notices_batch"))

    op.drop_table("notices")
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandates_user_id"))
        batch_op.drop_index(batch_op.f("ix_mandates_association_id"))

    op.drop_table("mandates")
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_family"))
        batch_op.drop_index(batch_op.f("ix_products_country"))

    op.drop_table("products")
    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_associations_department"))

    op.drop_table("associations")
