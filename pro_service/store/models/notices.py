"""What an operator has to know of: one row a trouble, however often it is met."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, WORD


class OperatorNotice(Base):
    """A trouble of the installation (`kind`) with one row (`subject`: table and id, never a value)."""

    __tablename__ = "operator_notice"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(WORD)
    subject: Mapped[str] = mapped_column(CODE)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
