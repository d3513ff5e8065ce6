"""Who can be reached where: contact data, apart from research data, known there only by an opaque id."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import IDENTITY, Base, UtcDateTime
from pro_service.store.models.columns import WORD


class Contact(Base):
    """One telephone number, encrypted; `phone_index` finds it again without telling it."""

    __tablename__ = "contact"
    __table_args__ = ({"schema": IDENTITY},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(WORD)  # patient | staff
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
