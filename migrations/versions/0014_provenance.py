"""provenance"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0009"
branch_labels = None
depends_on = None

_REASONS = (
    "reason IN ('preferred', 'no_device', 'service_down', 'too_ill', 'cannot_read', 'language', 'at_visit', "
    "'other_system', 'other', 'not_asked')"
)


def upgrade() -> None:
    _entries()


def _entries() -> None:
    # Why the site entered what is here was not asked: its forms say so. An answer came with the form of its instant.
    with op.batch_alter_table("site_entry") as table:
        table.add_column(sa.Column("respondent", sa.String(32), nullable=False, server_default="patient"))
        table.add_column(sa.Column("reason", sa.String(32), nullable=False, server_default="not_asked"))
        table.add_column(sa.Column("note", sa.String(2000), nullable=False, server_default=""))
        table.add_column(sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_check_constraint(
            op.f("ck_site_entry_respondent_known"), "respondent IN ('patient', 'proxy')"
        )
        table.create_check_constraint(op.f("ck_site_entry_reason_known"), _REASONS)
    op.add_column("answer", sa.Column("entry_key", sa.String(64), nullable=True))
    op.execute(
        "UPDATE answer SET entry_key = (SELECT MIN(site_entry.client_id) FROM site_entry "
        "WHERE site_entry.response_id = answer.response_id AND site_entry.entered_at = answer.received_at)"
    )


def downgrade() -> None:
    op.drop_column("answer", "entry_key")
    with op.batch_alter_table("site_entry") as table:
        table.drop_constraint(op.f("ck_site_entry_reason_known"), type_="check")
        table.drop_constraint(op.f("ck_site_entry_respondent_known"), type_="check")
        for name in ("late", "note", "reason", "respondent"):
            table.drop_column(name)
