"""Rows of the inbox: incoming texts, kept before they are read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import Inbound, SmsDialogue


def is_known(session: Session, provider_sid: str) -> bool:
    return session.scalar(select(Inbound.id).where(Inbound.provider_sid == provider_sid)) is not None


def unread(session: Session, *, most_attempts: int, limit: int) -> Sequence[int]:
    """Ids of texts not read yet, oldest first; those that failed too often are left for a person."""
    return session.scalars(
        select(Inbound.id)
        .where(Inbound.processed_at.is_(None), Inbound.attempts < most_attempts)
        .order_by(Inbound.id)
        .limit(limit)
    ).all()


def given_up(session: Session, *, most_attempts: int, limit: int) -> Sequence[int]:
    """Ids of texts that were tried too often and that nobody has put before a person yet."""
    return session.scalars(
        select(Inbound.id)
        .where(Inbound.processed_at.is_(None), Inbound.attempts >= most_attempts, Inbound.outcome.is_(None))
        .order_by(Inbound.id)
        .limit(limit)
    ).all()


def locked(session: Session, inbound_id: int) -> Inbound:
    return session.scalars(select(Inbound).where(Inbound.id == inbound_id).with_for_update()).one()


def dialogue(session: Session, patient_id: int) -> SmsDialogue | None:
    return session.get(SmsDialogue, patient_id)
