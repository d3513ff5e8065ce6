"""Questions about data, the register of consents, and answers that were asked for again. Rows are only added; a query
carries where it stands.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.lifecycle import QueryState
from pro_service.core.provenance import (
    ConsentAct,
    ConsentScope,
    PromptCode,
    PromptSource,
    QueryAct,
    SubjectKind,
)
from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, WORD, one_of

NOTE = String(2000)


class DataQuery(Base):
    """A question of a monitor or data manager about one datum of a patient."""

    __tablename__ = "data_query"
    __table_args__ = (
        one_of("kind", SubjectKind),
        one_of("state", QueryState),
        Index("ix_data_query_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[str] = mapped_column(WORD)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"))
    instrument: Mapped[str | None] = mapped_column(CODE)
    item: Mapped[str | None] = mapped_column(WORD)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("course_event.id"))
    visit: Mapped[str | None] = mapped_column(CODE)
    field: Mapped[str | None] = mapped_column(WORD)
    state: Mapped[str] = mapped_column(WORD)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(CODE)


class DataQueryStep(Base):
    """What somebody said or did about a query."""

    __tablename__ = "data_query_step"
    __table_args__ = (one_of("act", QueryAct),)

    id: Mapped[int] = mapped_column(primary_key=True)
    query_id: Mapped[int] = mapped_column(ForeignKey("data_query.id"), index=True)
    act: Mapped[str] = mapped_column(WORD)
    text: Mapped[str] = mapped_column(NOTE, default="")
    acted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acted_by: Mapped[str] = mapped_column(CODE)


class ConsentText(Base):
    """One version of an information and consent text: where it is kept and the SHA-256 of its file, not its words."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("study_id", "ref", "version", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    ref: Mapped[str] = mapped_column(CODE)
    version: Mapped[str] = mapped_column(CODE)
    language: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_by: Mapped[str] = mapped_column(CODE)


class ConsentEntry(Base):
    """What a patient agreed to or took back, on which day, by which text."""

    __tablename__ = "consent_entry"
    __table_args__ = (one_of("scope", ConsentScope), one_of("act", ConsentAct))

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    scope: Mapped[str] = mapped_column(WORD)
    act: Mapped[str] = mapped_column(WORD)
    on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(CODE)


class AnswerPrompt(Base):
    """An answer that could not be taken and was asked for again. `given` is the number, where it was one."""

    __tablename__ = "answer_prompt"
    __table_args__ = (one_of("source", PromptSource), one_of("code", PromptCode))

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    instrument: Mapped[str] = mapped_column(CODE)
    item: Mapped[str] = mapped_column(WORD)
    source: Mapped[str] = mapped_column(WORD)
    code: Mapped[str] = mapped_column(WORD)
    given: Mapped[str] = mapped_column(String(8), default="")
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    prompted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    prompted_by: Mapped[str] = mapped_column(CODE)  # whose entry it was
