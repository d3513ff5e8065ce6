"""zones_calls_links"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _zones()
    _calls()
    _links()


def _zones() -> None:
    op.create_table(
        "patient_zone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_zone_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_zone")),
    )
    op.create_index(op.f("ix_patient_zone_patient_id"), "patient_zone", ["patient_id"], unique=False)
    # Until now a patient had one zone, from enrolment on.
    op.execute(
        "INSERT INTO patient_zone (patient_id, zone, from_at, recorded_at, recorded_by) "
        "SELECT id, time_zone, enrolled_at, enrolled_at, enrolled_by FROM patient"
    )
    with op.batch_alter_table("patient") as table:
        table.add_column(sa.Column("zone_changes_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_patient_zone_changes_at", ["zone_changes_at"], unique=False)


def _calls() -> None:
    op.create_table(
        "call_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_call_task_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_task")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_call_task_assessment_id")),
    )
    op.create_table(
        "call_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_task_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('reached', 'not_reached', 'wrong_number', 'refused')",
            name=op.f("ck_call_attempt_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["call_task_id"], ["call_task.id"], name=op.f("fk_call_attempt_call_task_id_call_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempt")),
    )
    op.create_index(op.f("ix_call_attempt_call_task_id"), "call_attempt", ["call_task_id"], unique=False)


def _links() -> None:
    with op.batch_alter_table("assessment") as table:
        table.add_column(sa.Column("link_number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("close_zone", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("call_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_assessment_call_at", ["call_at"], unique=False)
    with op.batch_alter_table("assessment") as table:
        table.alter_column("link_number", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "former_link",
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_former_link_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_former_link")),
    )
    op.create_index(op.f("ix_former_link_assessment_id"), "former_link", ["assessment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("former_link")
    with op.batch_alter_table("assessment") as table:
        table.drop_index("ix_assessment_call_at")
        for column in ("call_at", "close_zone", "link_expires_at", "link_number"):
            table.drop_column(column)
    op.drop_table("call_attempt")
    op.drop_table("call_task")
    with op.batch_alter_table("patient") as table:
        table.drop_index("ix_patient_zone_changes_at")
        table.drop_column("zone_changes_at")
    op.drop_table("patient_zone")
