"""request_budgets"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_budget",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_request_budget")),
    )
    op.create_index(op.f("ix_request_budget_window_at"), "request_budget", ["window_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_request_budget_window_at"), table_name="request_budget")
    op.drop_table("request_budget")
