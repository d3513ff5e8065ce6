"""Signatures of investigators, locks of the data and their lifting, and what patients sent in after a lock."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.core.evidence import HeldKind, ReleaseOutcome, SignatureMeaning
from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, one_of


class Signature(Base):
    """One electronic signature over one patient's record. Append-only, by the database's own triggers.

    `parts` holds the SHA-256 and the count of rows of each part of the record as it was signed; `seal` binds name,
    time, meaning and parts together (Ed25519), so that no signature can be moved to another record.
    """

    __tablename__ = "signature"
    __table_args__ = (one_of("meaning", SignatureMeaning),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    login: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(TEXT)  # as printed beside the signature
    meaning: Mapped[str] = mapped_column(WORD)
    parts: Mapped[dict[str, Any]] = mapped_column(JsonValue)  # part -> {"sha256": ..., "rows": ...}
    record_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_id: Mapped[str] = mapped_column(String(16))
    seal: Mapped[bytes] = mapped_column(LargeBinary(64))


class DataLock(Base):
    """The data of a study, or of one of its sites, may not be changed any more. Append-only: a release lifts it.

    The site is named by its code, and "" is every site: who may see a lock does not depend on who may see the site.
    """

    __tablename__ = "data_lock"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"))
    site_code: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(CODE)
    reason: Mapped[str] = mapped_column(String(2000))
    locked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_by: Mapped[str] = mapped_column(CODE)


class LockRelease(Base):
    """Somebody asks to lift a lock, another person confirms it, and it may end again: then the lock holds anew.

    That the two are different people is a constraint of the table.
    """

    __tablename__ = "lock_release"
    __table_args__ = (
        one_of("outcome", ReleaseOutcome),
        CheckConstraint("outcome <> 'confirmed' OR decided_by <> requested_by", name="two_people"),
        CheckConstraint("(outcome IS NULL) = (decided_by IS NULL)", name="decided_whole"),
        Index(
            "uq_lock_release_asked",
            "lock_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lock_id: Mapped[int] = mapped_column(ForeignKey("data_lock.id"), index=True)
    reason: Mapped[str] = mapped_column(String(2000))
    hours: Mapped[int | None]  # how long it is to last; none: until somebody locks again
    requested_by: Mapped[str] = mapped_column(CODE)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(WORD)
    decided_by: Mapped[str | None] = mapped_column(CODE)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # refused, withdrawn, or locked again
    ended_by: Mapped[str | None] = mapped_column(CODE)


class HeldDeposit(Base):
    """What a patient's page sent after a lock, byte for byte and encrypted. Nothing of it is an answer."""

    __tablename__ = "held_deposit"
    __table_args__ = (one_of("kind", HeldKind), UniqueConstraint("assessment_id", "body_sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    kind: Mapped[str] = mapped_column(WORD)
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    body_sha256: Mapped[str] = mapped_column(String(64))  # the same page sending again is one row
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
