"""disclosures"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a reference with its column or not at all; PostgreSQL names it as every other one.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE course_event ADD COLUMN discloses_id INTEGER"
            " CONSTRAINT fk_course_event_discloses_id_course_event REFERENCES course_event (id)"
        )
    else:
        op.add_column("course_event", sa.Column("discloses_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f("fk_course_event_discloses_id_course_event"),
            "course_event",
            "course_event",
            ["discloses_id"],
            ["id"],
        )
    added = sa.Column("provisional", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("assessment", added)


def downgrade() -> None:
    with op.batch_alter_table("assessment") as table:
        table.drop_column("provisional")
    with op.batch_alter_table("course_event") as table:
        table.drop_column("discloses_id")
