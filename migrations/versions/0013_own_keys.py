"""own_keys"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _identity() -> str | None:
    # A table that is made anew is renamed by a statement that names its schema; SQLite has none.
    return "identity" if op.get_bind().dialect.name == "postgresql" else None


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shredded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_data_key")),
        schema="identity",
    )
    op.create_index(op.f("ix_data_key_key_id"), "data_key", ["key_id"], schema="identity")
    op.create_table(
        "master_key",
        sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_value", sa.LargeBinary(length=32), nullable=False),
        sa.Column("index_use", sa.String(length=32), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_master_key")),
        schema="identity",
    )
    op.create_table(
        "operator_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_notice")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_operator_notice_kind_subject")),
    )
    with op.batch_alter_table("contact", schema=_identity()) as table:
        for column in ("phone_sealed", "phone_index"):
            table.alter_column(column, existing_type=sa.LargeBinary(), nullable=True)
        table.add_column(sa.Column("phone_index_next", sa.LargeBinary(length=32), nullable=True))
        table.add_column(sa.Column("shredded_at", sa.DateTime(timezone=True), nullable=True))
        table.create_unique_constraint(op.f("uq_contact_phone_index_next"), ["phone_index_next"])
    with op.batch_alter_table("inbound") as table:
        table.add_column(sa.Column("contact_id", sa.String(length=32), nullable=True))
        for column in ("sender_index", "raw_sealed", "text_sealed"):
            table.alter_column(column, existing_type=sa.LargeBinary(), nullable=True)
    op.add_column("assessment", sa.Column("link_key_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Only for a database without keys of persons' own: what they sealed could not be read by the older program."""
    op.drop_column("assessment", "link_key_id")
    with op.batch_alter_table("inbound") as table:
        for column in ("sender_index", "raw_sealed", "text_sealed"):
            table.alter_column(column, existing_type=sa.LargeBinary(), nullable=False)
        table.drop_column("contact_id")
    with op.batch_alter_table("contact", schema=_identity()) as table:
        table.drop_constraint(op.f("uq_contact_phone_index_next"), type_="unique")
        table.drop_column("shredded_at")
        table.drop_column("phone_index_next")
        for column in ("phone_sealed", "phone_index"):
            table.alter_column(column, existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("operator_notice")
    op.drop_table("master_key", schema="identity")
    op.drop_index(op.f("ix_data_key_key_id"), "data_key", schema="identity")
    op.drop_table("data_key", schema="identity")
