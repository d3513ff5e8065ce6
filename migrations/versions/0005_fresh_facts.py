"""fresh_facts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _json():
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "imported_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column("told", _json(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("explanation", _json(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("settled_note", sa.String(length=2000), nullable=True),
        sa.CheckConstraint(
            "state IN ('recorded', 'contradicts', 'refused')", name=op.f("ck_imported_fact_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["course_event.id"], name=op.f("fk_imported_fact_event_id_course_event")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_imported_fact_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_imported_fact_study_id_study")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_fact")),
        sa.UniqueConstraint(
            "study_id", "source", "source_key", name=op.f("uq_imported_fact_study_id_source_source_key")
        ),
    )
    op.create_index(op.f("ix_imported_fact_patient_id"), "imported_fact", ["patient_id"], unique=False)
    op.create_index(
        "ix_imported_fact_state_settled_at", "imported_fact", ["state", "settled_at"], unique=False
    )
    op.create_table(
        "status_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_status_confirmation_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_confirmation")),
        sa.UniqueConstraint(
            "patient_id", "confirmed_on", name=op.f("uq_status_confirmation_patient_id_confirmed_on")
        ),
    )
    op.add_column("assessment", sa.Column("status_age_days", sa.Integer(), nullable=True))
    op.add_column("assessment", sa.Column("status_stale", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("assessment") as batch:
        batch.drop_column("status_stale")
        batch.drop_column("status_age_days")
    op.drop_table("status_confirmation")
    op.drop_index("ix_imported_fact_state_settled_at", table_name="imported_fact")
    op.drop_index(op.f("ix_imported_fact_patient_id"), table_name="imported_fact")
    op.drop_table("imported_fact")
