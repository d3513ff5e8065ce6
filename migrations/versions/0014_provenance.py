"""provenance"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
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
    _queries()
    _consents()
    _prompts()


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


def _queries() -> None:
    op.create_table(
        "data_query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("instrument", sa.String(64), nullable=True),
        sa.Column("item", sa.String(32), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("visit", sa.String(64), nullable=True),
        sa.Column("field", sa.String(32), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('answer', 'form', 'event', 'visit', 'enrolment')", name=op.f("ck_data_query_kind_known")
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f("ck_data_query_state_known")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_data_query_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_data_query_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["course_event.id"], name=op.f("fk_data_query_event_id_course_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_query")),
    )
    op.create_index("ix_data_query_state", "data_query", ["state"])
    op.create_index(op.f("ix_data_query_patient_id"), "data_query", ["patient_id"])
    op.create_table(
        "data_query_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("query_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acted_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "act IN ('opened', 'answered', 'closed', 'reopened')", name=op.f("ck_data_query_step_act_known")
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["data_query.id"], name=op.f("fk_data_query_step_query_id_data_query")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_query_step")),
    )
    op.create_index(op.f("ix_data_query_step_query_id"), "data_query_step", ["query_id"])


def _consents() -> None:
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_consent_text_study_id_study")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "study_id",
            "ref",
            "version",
            "language",
            name=op.f("uq_consent_text_study_id_ref_version_language"),
        ),
    )
    op.create_table(
        "consent_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "scope IN ('participation', 'data_use', 'sms_items', 'contact_after_end', 'further_research')",
            name=op.f("ck_consent_entry_scope_known"),
        ),
        sa.CheckConstraint(
            "act IN ('given', 'renewed', 'withdrawn')", name=op.f("ck_consent_entry_act_known")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_entry_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["text_id"], ["consent_text.id"], name=op.f("fk_consent_entry_text_id_consent_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_entry")),
    )
    op.create_index(op.f("ix_consent_entry_patient_id"), "consent_entry", ["patient_id"])
    # Whoever answers item by item agreed to it when enrolled; by which text was not kept.
    op.execute(
        'INSERT INTO consent_entry (patient_id, scope, act, "on", recorded_at, recorded_by) '
        "SELECT id, 'sms_items', 'given', DATE(enrolled_at), enrolled_at, enrolled_by FROM patient "
        "WHERE sms_items"
    )


def _prompts() -> None:
    op.create_table(
        "answer_prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(64), nullable=False),
        sa.Column("item", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("given", sa.String(8), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("prompted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prompted_by", sa.String(64), nullable=False),
        sa.CheckConstraint("source IN ('sms', 'link', 'entry')", name=op.f("ck_answer_prompt_source_known")),
        sa.CheckConstraint(
            "code IN ('out_of_range', 'not_understood')", name=op.f("ck_answer_prompt_code_known")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_answer_prompt_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_answer_prompt_inbound_id_inbound")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_prompt")),
    )
    op.create_index(op.f("ix_answer_prompt_assessment_id"), "answer_prompt", ["assessment_id"])


def downgrade() -> None:
    for table in ("answer_prompt", "consent_entry", "consent_text", "data_query_step", "data_query"):
        op.drop_table(table)
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
