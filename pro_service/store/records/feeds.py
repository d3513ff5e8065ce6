"""Rows of calendars that sites subscribe to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import CalendarFeed


def by_id(session: Session, feed_id: int) -> CalendarFeed | None:
    """The feed, locked."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.id == feed_id).with_for_update())
