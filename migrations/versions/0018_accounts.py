"""accounts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
KINDS = (
    *("created", "invited", "granted", "joined", "signed_in", "failed", "recovery_code_used", "signed_out"),
    *("session_ended", "password_changed", "second_factor_set", "second_factor_reset", "password_reset"),
    *("recovery_codes_issued", "identity_linked", "stepped_up", "key_created", "key_revoked"),
)


def upgrade() -> None:
    # Whoever is logged in logs in again: a session now says from where it is used.
    op.execute("DELETE FROM staff_session")
    with op.batch_alter_table("staff_session") as table:
        table.add_column(sa.Column("handle", sa.String(length=16), nullable=False))
        table.add_column(sa.Column("source", sa.String(length=64), nullable=False))
        table.add_column(sa.Column("device", sa.String(length=64), nullable=False))
        table.add_column(sa.Column("stepped_up_at", INSTANT, nullable=False))
        table.create_unique_constraint(op.f("uq_staff_session_handle"), ["handle"])
    with op.batch_alter_table("staff") as table:
        table.alter_column("totp_sealed", existing_type=sa.LargeBinary(), nullable=True)
    op.drop_table("login_throttle")
    op.create_table(
        "login_throttle",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=True),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_login_throttle")),
    )
    op.create_index(op.f("ix_login_throttle_last_at"), "login_throttle", ["last_at"])
    _history()
    _second_chances()
    _keys()


def _staff() -> sa.Column[int]:
    return sa.Column("staff_id", sa.Integer(), nullable=False)


def _of_staff(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id_staff"))


def _history() -> None:
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "login_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_login_event_kind_known")),
        _of_staff("login_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_event")),
    )
    op.create_index(op.f("ix_login_event_at"), "login_event", ["at"])
    op.create_index("ix_login_event_staff_id_at", "login_event", ["staff_id", "at"])
    op.create_table(
        "staff_source",
        _staff(),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        _of_staff("staff_source"),
        sa.PrimaryKeyConstraint("staff_id", "source_hash", name=op.f("pk_staff_source")),
    )


def _second_chances() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        _staff(),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("void_at", INSTANT, nullable=True),
        _of_staff("recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("staff_id", "code_index", name=op.f("uq_recovery_code_staff_id_code_index")),
    )
    op.create_table(
        "staff_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        _staff(),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("void_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "purpose IN ('join', 'second_factor', 'password')",
            name=op.f("ck_staff_invitation_purpose_known"),
        ),
        _of_staff("staff_invitation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_invitation_token_hash")),
    )
    op.create_index(op.f("ix_staff_invitation_staff_id"), "staff_invitation", ["staff_id"])
    op.create_table(
        "staff_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        _staff(),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        _of_staff("staff_identity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_staff_identity_staff_id"), "staff_identity", ["staff_id"])


def _keys() -> None:
    op.create_table(
        "service_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_service_account_study_id_study")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_account")),
        sa.UniqueConstraint("name", name=op.f("uq_service_account_name")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_account_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("site_ids", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_account_id"],
            ["service_account.id"],
            name=op.f("fk_api_key_service_account_id_service_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_key_public_id")),
    )
    op.create_index(op.f("ix_api_key_service_account_id"), "api_key", ["service_account_id"])


def downgrade() -> None:
    for table in ("api_key", "service_account", "staff_identity", "staff_invitation", "recovery_code"):
        op.drop_table(table)
    for table in ("staff_source", "login_event", "login_throttle"):
        op.drop_table(table)
    op.create_table(
        "login_throttle",
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("login_hash", name=op.f("pk_login_throttle")),
    )
    # Accounts without a second factor cannot be kept as the older schema has them: nobody could log in to them.
    op.execute("UPDATE staff SET totp_sealed = '' WHERE totp_sealed IS NULL")
    with op.batch_alter_table("staff") as table:
        table.alter_column("totp_sealed", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("staff_session") as table:
        table.drop_constraint(op.f("uq_staff_session_handle"), type_="unique")
        for column in ("stepped_up_at", "device", "source", "handle"):
            table.drop_column(column)
