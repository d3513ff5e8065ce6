"""audit_trail"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    schema = "audit" if op.get_bind().dialect.name == "postgresql" else None
    op.create_table(
        "audit_entry",
        sa.Column("seq", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("row_key", sa.String(length=255), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.CheckConstraint(
            "action IN ('insert', 'update', 'delete', 'baseline')", name=op.f("ck_audit_entry_action_known")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        schema=schema,
    )
    for name, columns in (
        ("ix_audit_entry_table_name_row_key", ["table_name", "row_key", "seq"]),
        ("ix_audit_entry_patient_id", ["patient_id", "seq"]),
        ("ix_audit_entry_site_id", ["site_id", "seq"]),
        ("ix_audit_entry_at", ["at"]),
    ):
        op.create_index(name, "audit_entry", columns, unique=False, schema=schema)
    op.create_table(
        "audit_pending",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_pending")),
        schema=schema,
    )
    op.create_table(
        "audit_link",
        sa.Column("n", NUMBER, autoincrement=False, nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("chained_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_link")),
        schema=schema,
    )
    op.create_table(
        "read_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_read_record_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_record")),
        sa.UniqueConstraint(
            "patient_id", "actor", "page", "minute", name=op.f("uq_read_record_patient_id_actor_page_minute")
        ),
        schema=schema,
    )
    op.create_index("ix_read_record_minute", "read_record", ["minute"], unique=False, schema=schema)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA audit CASCADE")  # with its functions, and so every trigger that calls one
        return
    for table in ("read_record", "audit_link", "audit_pending", "audit_entry"):
        op.drop_table(table)
