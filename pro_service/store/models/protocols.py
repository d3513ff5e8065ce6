"""Which version of a protocol is in force where, in its own words, and every move of a patient to another version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, WORD, one_of


class ProtocolActivation(Base):
    """A version was put in force in a study. Append-only. From its first row on, the version may not change."""

    __tablename__ = "protocol_activation"
    __table_args__ = (one_of("purpose", ("study", "new_patients", "migration")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    version: Mapped[str] = mapped_column(CODE)
    purpose: Mapped[str] = mapped_column(WORD)  # study: created with it; else for whom it was put in force
    sha256: Mapped[str] = mapped_column(String(64))  # of the document in canonical form
    texts: Mapped[dict[str, str]] = mapped_column(JsonValue)  # the file and those it extends, by version
    instruments: Mapped[dict[str, str]] = mapped_column(JsonValue)  # code -> version of what it asks
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    activated_by: Mapped[str] = mapped_column(CODE)


class ProtocolMigration(Base):
    """A patient was moved to another version, or back. `rows` is what undoing needs: each assessment that changed, as
    it was and as it was left.
    """

    __tablename__ = "protocol_migration"
    __table_args__ = (UniqueConstraint("undoes_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    from_version: Mapped[str] = mapped_column(CODE)
    to_version: Mapped[str] = mapped_column(CODE)
    consented_on: Mapped[date | None]
    summary: Mapped[dict[str, Any]] = mapped_column(JsonValue)  # added, moved, removed, kept -> keys
    rows: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("protocol_migration.id"))
    migrated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    migrated_by: Mapped[str] = mapped_column(CODE)
