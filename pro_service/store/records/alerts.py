"""Rows of alerts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import Alert


def locked(session: Session, alert_id: int) -> Alert | None:
    """The alert's row, locked: two nurses act one after the other."""
    return session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update())
