"""site_entries"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_site_entry_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_site_entry_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_entry")),
        sa.UniqueConstraint("assessment_id", "client_id", name=op.f("uq_site_entry_assessment_id_client_id")),
    )
    op.create_index(op.f("ix_site_entry_response_id"), "site_entry", ["response_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_site_entry_response_id"), table_name="site_entry")
    op.drop_table("site_entry")
