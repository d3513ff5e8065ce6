"""signatures_locks"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("meaning", sa.String(length=32), nullable=False),
        sa.Column("parts", sa.JSON().with_variant(JSONB(astext_type=Text()), "postgresql"), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=64), nullable=False),
        sa.CheckConstraint(
            "meaning IN ('review', 'approval', 'responsibility')", name=op.f("ck_signature_meaning_known")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_signature_patient_id_patient")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_signature_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index(op.f("ix_signature_patient_id"), "signature", ["patient_id"], unique=False)
    op.create_table(
        "data_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("site_code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_data_lock_study_id_study")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_lock")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_data_lock_study_id_name")),
    )
    op.create_table(
        "lock_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lock_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'refused', 'withdrawn')", name=op.f("ck_lock_release_outcome_known")
        ),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR decided_by <> requested_by", name=op.f("ck_lock_release_two_people")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL)", name=op.f("ck_lock_release_decided_whole")
        ),
        sa.ForeignKeyConstraint(
            ["lock_id"], ["data_lock.id"], name=op.f("fk_lock_release_lock_id_data_lock")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lock_release")),
    )
    op.create_index(op.f("ix_lock_release_lock_id"), "lock_release", ["lock_id"], unique=False)
    op.create_index(
        "uq_lock_release_asked",
        "lock_release",
        ["lock_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "held_deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('answers', 'completion')", name=op.f("ck_held_deposit_kind_known")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_held_deposit_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_held_deposit_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_deposit")),
        sa.UniqueConstraint(
            "assessment_id", "body_sha256", name=op.f("uq_held_deposit_assessment_id_body_sha256")
        ),
    )
    op.create_index(op.f("ix_held_deposit_patient_id"), "held_deposit", ["patient_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_held_deposit_patient_id"), table_name="held_deposit")
    op.drop_table("held_deposit")
    op.drop_index("uq_lock_release_asked", table_name="lock_release")
    op.drop_index(op.f("ix_lock_release_lock_id"), table_name="lock_release")
    op.drop_table("lock_release")
    op.drop_table("data_lock")
    op.drop_index(op.f("ix_signature_patient_id"), table_name="signature")
    op.drop_table("signature")
