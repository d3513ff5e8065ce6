"""expected_at_close"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing is known of the past: what exists counts as expected at its close as it is now.
    op.add_column("assessment", sa.Column("expected_at_close", sa.Boolean(), nullable=True))
    op.add_column(
        "assessment",
        sa.Column(
            "stands_for",
            sa.JSON().with_variant(JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
    )


def downgrade() -> None:
    op.drop_column("assessment", "stands_for")
    op.drop_column("assessment", "expected_at_close")
