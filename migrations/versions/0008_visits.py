"""visits"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("course_event") as table:
        table.add_column(sa.Column("visit", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("visit_on", sa.Date(), nullable=True))
    with op.batch_alter_table("assessment") as table:
        table.add_column(sa.Column("visit", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("visit_on", sa.Date(), nullable=True))
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_calendar_feed_language_known")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_calendar_feed_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_site_id"), "calendar_feed", ["site_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_calendar_feed_site_id"), table_name="calendar_feed")
    op.drop_table("calendar_feed")
    with op.batch_alter_table("assessment") as table:
        table.drop_column("visit_on")
        table.drop_column("visit")
    with op.batch_alter_table("course_event") as table:
        table.drop_column("visit_on")
        table.drop_column("visit")
