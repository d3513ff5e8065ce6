"""Facts told by another system, and that somebody looked at a patient's status and found it unchanged."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, WORD, one_of


class ImportedFact(Base):
    """What a source (an EDC) told last under one of its keys, and what became of it.

    `recorded`: `event_id` is the fact that stands for it. `contradicts` and `refused` are discrepancies, listed until
    the source and the service agree or somebody settles them; an `event_id` is then the fact that stood before.
    """

    __tablename__ = "imported_fact"
    __table_args__ = (
        UniqueConstraint("study_id", "source", "source_key"),
        one_of("state", ("recorded", "contradicts", "refused")),
        Index("ix_imported_fact_state_settled_at", "state", "settled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    source: Mapped[str] = mapped_column(CODE)
    source_key: Mapped[str] = mapped_column(CODE)
    told: Mapped[dict[str, Any]] = mapped_column(JsonValue)  # the fact as the source tells it
    event_id: Mapped[int | None] = mapped_column(ForeignKey("course_event.id"))
    state: Mapped[str] = mapped_column(WORD)
    code: Mapped[str] = mapped_column(WORD, default="")  # why it is a discrepancy
    explanation: Mapped[dict[str, str]] = mapped_column(JsonValue)  # the same in words, by language
    told_at: Mapped[datetime] = mapped_column(
        UtcDateTime
    )  # when it last said something new, or became what it is
    told_by: Mapped[str] = mapped_column(CODE)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(CODE)
    settled_note: Mapped[str | None] = mapped_column(String(2000))


class StatusConfirmation(Base):
    """Staff confirmed on a day that a patient's status is as recorded here: nothing changed. Once a day is enough."""

    __tablename__ = "status_confirmation"
    __table_args__ = (UniqueConstraint("patient_id", "confirmed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    confirmed_on: Mapped[date]
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(CODE)
