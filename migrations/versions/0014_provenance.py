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
    _missing_reasons()
    _corrections()
    _scores()


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


def _missing_reasons() -> None:
    # Nothing is known of the past: what closed before has no reason of the service.
    op.create_table(
        "missing_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.CheckConstraint("source IN ('system', 'site')", name=op.f("ck_missing_reason_source_known")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_missing_reason_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_reason")),
        sa.UniqueConstraint(
            "assessment_id", "source", "version", name=op.f("uq_missing_reason_assessment_id_source_version")
        ),
    )


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(32), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decision_note", sa.String(2000), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'applied', 'refused')", name=op.f("ck_correction_state_known")
        ),
        sa.CheckConstraint(
            "reason IN ('transcription', 'mistyped', 'misunderstood', 'wrong_person', 'other')",
            name=op.f("ck_correction_reason_known"),
        ),
        sa.CheckConstraint(
            "source IN ('paper_form', 'call_note', 'medical_record', 'patient_statement', 'other')",
            name=op.f("ck_correction_source_known"),
        ),
        sa.CheckConstraint("asked_by IN ('patient', 'site')", name=op.f("ck_correction_asked_by_known")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_correction_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_state", "correction", ["state"])
    op.create_index(op.f("ix_correction_response_id"), "correction", ["response_id"])
    op.create_table(
        "corrected_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(32), nullable=False),
        sa.Column("old_version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_corrected_item_correction_id_correction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrected_item")),
        sa.UniqueConstraint("correction_id", "item", name=op.f("uq_corrected_item_correction_id_item")),
    )
    op.add_column("answer", sa.Column("correction_id", sa.Integer(), nullable=True))


def _scores() -> None:
    # Scores of corrected answers stand beside those of the original ones.
    with op.batch_alter_table("score") as table:
        table.add_column(sa.Column("answers_version", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint(op.f("uq_score_response_id_scale_rule_version"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_score_response_id_scale_rule_version_answers_version"),
            ["response_id", "scale", "rule_version", "answers_version"],
        )


def downgrade() -> None:
    # The older schema holds one scoring by a version of the rules: that of the original answers.
    op.execute("DELETE FROM score WHERE answers_version > 1")
    with op.batch_alter_table("score") as table:
        table.drop_constraint(op.f("uq_score_response_id_scale_rule_version_answers_version"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_score_response_id_scale_rule_version"), ["response_id", "scale", "rule_version"]
        )
        table.drop_column("answers_version")
    op.drop_column("answer", "correction_id")
    op.drop_table("corrected_item")
    op.drop_table("correction")
    op.drop_table("missing_reason")
    op.drop_column("answer", "entry_key")
    with op.batch_alter_table("site_entry") as table:
        table.drop_constraint(op.f("ck_site_entry_reason_known"), type_="check")
        table.drop_constraint(op.f("ck_site_entry_respondent_known"), type_="check")
        for name in ("late", "note", "reason", "respondent"):
            table.drop_column(name)
