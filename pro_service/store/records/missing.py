"""Rows of why forms are missing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import MessageState
from pro_service.core.reminders import INVITATION, REMINDER
from pro_service.store.models import Message, MissingReason


def newest(session: Session, assessment_id: int, source: str) -> MissingReason | None:
    """What a source said last of a form."""
    return session.scalar(
        select(MissingReason)
        .where(MissingReason.assessment_id == assessment_id, MissingReason.source == source)
        .order_by(MissingReason.version.desc())
        .limit(1)
    )


def message_states(session: Session, assessment_id: int) -> Sequence[MessageState]:
    """The states of a form's invitations and reminders."""
    found = select(Message.state).where(
        Message.assessment_id == assessment_id, Message.kind.in_((INVITATION, REMINDER))
    )
    return [MessageState(state) for state in session.scalars(found)]
