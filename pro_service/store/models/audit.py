"""The audit trail: what changed, how it is chained, what waits to be chained, and who looked at a patient's record.

Entries are written by triggers of the database alone (store.audit says on which tables), never by these classes.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.audit.coverage import AUDIT
from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, TEXT, WORD, one_of

#: SQLite numbers rows by itself only in a column of its own kind of integer.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class AuditEntry(Base):
    """One row that was inserted, updated or deleted. `changes` is a JSON object: column -> [old, new].

    `baseline`: values that the trail had not seen written: those from before it began, and a migration's.
    Neither `patient_id` nor `site_id` is a foreign key: an entry outlives what it tells of.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        one_of("action", ("insert", "update", "delete", "baseline")),
        Index("ix_audit_entry_table_name_row_key", "table_name", "row_key", "seq"),
        Index("ix_audit_entry_patient_id", "patient_id", "seq"),
        Index("ix_audit_entry_site_id", "site_id", "seq"),
        Index("ix_audit_entry_at", "at"),
        {"schema": AUDIT},
    )

    seq: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # by the database's own clock
    tx: Mapped[int] = mapped_column(BigInteger)  # the transaction: what changed together
    table_name: Mapped[str] = mapped_column(CODE)
    row_key: Mapped[str] = mapped_column(TEXT)  # the primary key; of several columns, joined by "/"
    patient_id: Mapped[int | None]
    site_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(WORD)
    changes: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(TEXT)
    role: Mapped[str] = mapped_column(CODE)
    organisation: Mapped[str] = mapped_column(TEXT)
    reason: Mapped[str] = mapped_column(String(2000))


class AuditPending(Base):
    """An entry that is committed and not chained yet."""

    __tablename__ = "audit_pending"
    __table_args__ = ({"schema": AUDIT},)

    seq: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)


class AuditLink(Base):
    """One link of the chain: entries that were committed when it was made (`core.audit` says how it is hashed)."""

    __tablename__ = "audit_link"
    __table_args__ = ({"schema": AUDIT},)

    n: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)  # 1, 2, 3 ... without a gap
    entries: Mapped[str] = mapped_column(Text)  # their sequence numbers, as ranges: "1-57,60-63"
    digests: Mapped[bytes] = mapped_column(LargeBinary)  # SHA-256 of each, 32 bytes each, in their order
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    chained_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReadRecord(Base):
    """Somebody looked at a page of a patient's record; once a minute is enough."""

    __tablename__ = "read_record"
    __table_args__ = (
        UniqueConstraint("patient_id", "actor", "page", "minute"),
        Index("ix_read_record_minute", "minute"),
        {"schema": AUDIT},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    actor: Mapped[str] = mapped_column(TEXT)
    role: Mapped[str] = mapped_column(CODE)
    page: Mapped[str] = mapped_column(CODE)  # the name of the route
    minute: Mapped[datetime] = mapped_column(UtcDateTime)
