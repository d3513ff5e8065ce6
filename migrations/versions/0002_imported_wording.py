"""imported_wording"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("instrument_version", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("licence", sa.String(length=255), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("modes", _JSON, nullable=False),
        sa.Column("structure", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.create_index("ix_wording_instrument_language", "wording", ["instrument", "language"], unique=False)
    op.create_table(
        "wording_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("details", _JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "change IN ('imported', 'superseded', 'expiry_announced')",
            name=op.f("ck_wording_change_change_known"),
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["wording.id"], name=op.f("fk_wording_change_wording_id_wording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_change")),
        sa.UniqueConstraint(
            "wording_id", "change", "on", name=op.f("uq_wording_change_wording_id_change_on")
        ),
    )
    # Without `batch_alter_table`: SQLite can add and drop a plain column, and making the table anew would drop it.
    op.add_column("assessment", sa.Column("withheld_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("response", sa.Column("wording_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("response", "wording_hash")
    op.drop_column("assessment", "withheld_until")
    op.drop_table("wording_change")
    op.drop_index("ix_wording_instrument_language", table_name="wording")
    op.drop_table("wording")
