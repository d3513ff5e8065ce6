"""What is read of the messages of a patient: when, what kind, what became of it; never the text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import Assessment, Inbound, Message


@dataclass(frozen=True, kw_only=True)
class MessageFacts:
    """A message, going out or come in, without its text."""

    kind: str
    ordinal: int
    timepoint: str | None
    at: datetime
    state: str
    state_at: datetime | None
    from_patient: bool
    cause: str | None = None


def messages_of(session: Session, patient_id: int, *, limit: int) -> tuple[MessageFacts, ...]:
    """What went out and what came in, newest first."""
    sent = session.execute(
        select(Message, Assessment.key)
        .outerjoin(Assessment, Assessment.id == Message.assessment_id)
        .where(Message.patient_id == patient_id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    received = session.scalars(
        select(Inbound).where(Inbound.patient_id == patient_id).order_by(Inbound.id.desc()).limit(limit)
    )
    both = [_outgoing(row, key) for row, key in sent] + [_incoming(row) for row in received]
    return tuple(sorted(both, key=lambda one: one.at, reverse=True)[:limit])


def _outgoing(row: Message, key: str | None) -> MessageFacts:
    return MessageFacts(
        kind=row.kind,
        ordinal=row.ordinal,
        timepoint=key,
        at=row.accepted_at or row.not_before,
        state=row.state,
        state_at=row.settled_at,
        from_patient=False,
        cause=row.cause,
    )


def _incoming(row: Inbound) -> MessageFacts:
    return MessageFacts(
        kind="text",
        ordinal=1,
        timepoint=None,
        at=row.received_at,
        state=row.outcome or "waiting",
        state_at=row.processed_at,
        from_patient=True,
    )
