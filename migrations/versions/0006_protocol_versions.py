"""protocol_versions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "protocol_activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("instruments", JSON, nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('study', 'new_patients', 'migration')",
            name=op.f("ck_protocol_activation_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_protocol_activation_study_id_study")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_activation")),
    )
    op.create_index(op.f("ix_protocol_activation_study_id"), "protocol_activation", ["study_id"])
    op.create_table(
        "protocol_migration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("from_version", sa.String(length=64), nullable=False),
        sa.Column("to_version", sa.String(length=64), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("migrated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("migrated_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_protocol_migration_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["protocol_migration.id"],
            name=op.f("fk_protocol_migration_undoes_id_protocol_migration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_migration")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_protocol_migration_undoes_id")),
    )
    op.create_index(op.f("ix_protocol_migration_patient_id"), "protocol_migration", ["patient_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_protocol_migration_patient_id"), table_name="protocol_migration")
    op.drop_table("protocol_migration")
    op.drop_index(op.f("ix_protocol_activation_study_id"), table_name="protocol_activation")
    op.drop_table("protocol_activation")
