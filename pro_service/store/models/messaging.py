"""The outbox and the inbox: what we mean to send, what became of it, and every text that came in, byte for byte."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.lifecycle import MessageState
from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, WORD, one_of


class Message(Base):
    """One message in the outbox. `natural_key` says what it is, so that nothing can be meant twice."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MessageState),
        Index("ix_message_state_not_before", "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    natural_key: Mapped[str] = mapped_column(CODE, unique=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"))
    kind: Mapped[str] = mapped_column(WORD)
    ordinal: Mapped[int]
    contact_id: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(
        String(1600)
    )  # with {link} still in it: the link's secret is not stored
    state: Mapped[str] = mapped_column(WORD)
    priority: Mapped[int] = mapped_column(default=1)  # 0 before 1: alerts before reminders
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token_hash: Mapped[str | None] = mapped_column(
        String(64), unique=True
    )  # of the callback URL of the last attempt
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    provider_status: Mapped[str | None] = mapped_column(WORD)
    error_code: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(CODE)  # why it is where it is, in a word
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageStatus(Base):
    """One status callback, kept as it came; a repeated one is the same row."""

    __tablename__ = "message_status"
    __table_args__ = (UniqueConstraint("sid", "status", "error_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    sid: Mapped[str] = mapped_column(String(34))
    status: Mapped[str] = mapped_column(WORD)
    error_code: Mapped[int] = mapped_column(default=0)  # 0: none (a NULL would not be unique)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Inbound(Base):
    """One incoming text, stored before it is read; unique by the provider's id. Bytes and number are encrypted."""

    __tablename__ = "inbound"
    __table_args__ = (Index("ix_inbound_processed_at_id", "processed_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_sid: Mapped[str] = mapped_column(String(34), unique=True)
    #: Of whom, as known at receipt: whose own key seals the two below. None: nobody's, and the installation's key does.
    contact_id: Mapped[str | None] = mapped_column(String(32))
    sender_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # NULL once the time of keeping them is over.
    raw_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the whole request body as it came
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the decoded text
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    provider_keyword: Mapped[str | None] = mapped_column(
        WORD
    )  # STOP | START | HELP: the provider acted on it
    outcome: Mapped[str | None] = mapped_column(WORD)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OptOut(Base):
    """A number that wants no more texts of a study, since when and by which way. It is not leaving the trial."""

    __tablename__ = "opt_out"
    __table_args__ = (
        Index(
            "uq_opt_out_in_force",
            "contact_id",
            "study_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(String(32))
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    source: Mapped[str] = mapped_column(WORD)  # text | link | provider | wrong_person
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SmsDialogue(Base):
    """Where a patient who answers item by item stands: one open item at a time."""

    __tablename__ = "sms_dialogue"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JsonValue)
