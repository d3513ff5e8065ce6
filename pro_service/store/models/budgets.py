"""How much of its budget a source has used in the current window. Forgotten soon."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, UtcDateTime


class RequestBudget(Base):
    """One source of requests: a keyed hash of route class, kind and address, session or token."""

    __tablename__ = "request_budget"
    __table_args__ = ({"info": {"deletable": "a count of an hour ago is forgotten"}},)

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used: Mapped[int]
