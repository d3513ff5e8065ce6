"""Who can be reached where, and the keys: apart from research data, known there only by an opaque id."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import IDENTITY, Base, UtcDateTime
from pro_service.store.models.columns import WORD


class Contact(Base):
    """One telephone number, encrypted; `phone_index` finds it again without telling it.

    While the index is changed to another key, `phone_index_next` holds the one that comes. Once the number is gone both
    are NULL, and the row stays without a value.
    """

    __tablename__ = "contact"
    __table_args__ = ({"schema": IDENTITY},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(WORD)  # patient | staff
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    phone_index_next: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shredded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OwnKey(Base):
    """The data key of one person (named by the contact's id), wrapped by a master key.

    Without `wrapped` nothing that was sealed with it can be read again, here or in a backup of any other table.
    """

    __tablename__ = "data_key"
    __table_args__ = ({"schema": IDENTITY},)

    subject_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shredded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MasterKey(Base):
    """A master key this database was used with: never the key, but a value by which a wrong one is recognised."""

    __tablename__ = "master_key"
    __table_args__ = ({"schema": IDENTITY},)

    key_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    check_value: Mapped[bytes] = mapped_column(LargeBinary(32))
    index_use: Mapped[str | None] = mapped_column(
        WORD
    )  # current | next: the index of numbers is made with it
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
