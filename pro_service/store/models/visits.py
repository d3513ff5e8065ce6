"""Calendars of visits that a site's own calendar program subscribes to."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pro_service.store.db import Base, UtcDateTime
from pro_service.store.models.columns import CODE, one_of


class CalendarFeed(Base):
    """One address under which a site's visits can be read without a log-in. The address's secret is stored as its hash
    only; a revoked one answers nothing any more.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (one_of("language", ("fr", "en")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(CODE)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(CODE)
