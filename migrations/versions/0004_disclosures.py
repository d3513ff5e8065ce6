"""disclosures"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("course_event", sa.Column("discloses_id", sa.Integer(), nullable=True))
    added = sa.Column("provisional", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("assessment", added)


def downgrade() -> None:
    op.drop_column("assessment", "provisional")
    op.drop_column("course_event", "discloses_id")
