"""Why forms are missing, and what was corrected: rows are only added, and a decision is noted on its request."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.lifecycle import CorrectionState
from pro_service.core.provenance import AskedBy, CorrectionReason, CorrectionSource, ReasonSource
from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, WORD, one_of

NOTE = String(2000)


class MissingReason(Base):
    """Why a form is not complete, as the service or the site says it. A change is a further version."""

    __tablename__ = "missing_reason"
    __table_args__ = (
        UniqueConstraint("assessment_id", "source", "version"),
        one_of("source", ReasonSource),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    source: Mapped[str] = mapped_column(WORD)
    version: Mapped[int]
    code: Mapped[str] = mapped_column(WORD)
    note: Mapped[str] = mapped_column(NOTE, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[str] = mapped_column(CODE)


class Correction(Base):
    """A request to change answers of one sitting, with its reason and what supports it; and what was decided."""

    __tablename__ = "correction"
    __table_args__ = (
        one_of("state", CorrectionState),
        one_of("reason", CorrectionReason),
        one_of("source", CorrectionSource),
        one_of("asked_by", AskedBy),
        Index("ix_correction_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    state: Mapped[str] = mapped_column(WORD)
    reason: Mapped[str] = mapped_column(WORD)
    note: Mapped[str] = mapped_column(NOTE)  # the reason in words
    source: Mapped[str] = mapped_column(WORD)
    source_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(WORD)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[str] = mapped_column(CODE)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(CODE)
    decision_note: Mapped[str] = mapped_column(NOTE, default="")


class CorrectedItem(Base):
    """What a correction makes of one item. `old_version` 0: nothing was there."""

    __tablename__ = "corrected_item"
    __table_args__ = (UniqueConstraint("correction_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"))
    item: Mapped[str] = mapped_column(WORD)
    old_version: Mapped[int]
    value: Mapped[int | None]
    refused: Mapped[bool]
