"""The imported wording of questionnaires, and the trail of what was done with it. Both are only ever added to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, JsonValue, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, one_of

IMPORTED = "imported"
SUPERSEDED = "superseded"  # by a later import, which `details` names
EXPIRY_ANNOUNCED = "expiry_announced"  # to the operator, once a day


class ImportedWording(Base):
    """One import of one language of an instrument's version. The newest one counts, the earlier ones stay."""

    __tablename__ = "wording"
    __table_args__ = (Index("ix_wording_instrument_language", "instrument", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(CODE)
    instrument_version: Mapped[str] = mapped_column(CODE)
    language: Mapped[str] = mapped_column(String(8))
    licence: Mapped[str] = mapped_column(TEXT)  # the reference under which its owner allows it
    valid_until: Mapped[date]  # the last day, local to whoever is asked
    modes: Mapped[list[str]] = mapped_column(JsonValue)
    structure: Mapped[str] = mapped_column(String(64))  # of the definition it was checked against
    hash: Mapped[str] = mapped_column(String(64))  # SHA-256 of the texts
    texts: Mapped[dict[str, str]] = mapped_column(JsonValue)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by: Mapped[str] = mapped_column(CODE)


class WordingChange(Base):
    """What happened to an imported wording, when and by whom; each thing at most once a day."""

    __tablename__ = "wording_change"
    __table_args__ = (
        UniqueConstraint("wording_id", "change", "on"),
        one_of("change", (IMPORTED, SUPERSEDED, EXPIRY_ANNOUNCED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    change: Mapped[str] = mapped_column(WORD)
    on: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(CODE)
