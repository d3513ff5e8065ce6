"""Rows of alerts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import Alert


def locked(session: Session, alert_id: int) -> Alert | None:
    """The alert's row, locked: two nurses act one after the other."""
    return session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update())


def raised_by(session: Session, response_id: int) -> frozenset[tuple[str, str]]:
    """(rule, scale) of the alerts that a response has raised."""
    found = select(Alert.rule, Alert.scale).where(Alert.response_id == response_id)
    return frozenset((rule, scale) for rule, scale in session.execute(found))
