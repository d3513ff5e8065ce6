"""Rows of the outbox: putting in, claiming under a lease, settling, and what the provider says later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import MESSAGE, MessageState, step
from pro_service.store.db import insert_once
from pro_service.store.models import Message, MessageStatus, OptOut

_WAITING = (MessageState.READY, MessageState.UNKNOWN)


def put(session: Session, *, natural_key: str, **values: Any) -> bool:
    """Add a message, ready to be sent, unless one with its natural key exists. True if it was added."""
    row = {"natural_key": natural_key, "state": MessageState.READY, "priority": 1, "attempts": 0, **values}
    return insert_once(session, Message, row) is not None


def cancel_waiting(session: Session, assessment_id: int, *, cause: str, now: datetime) -> None:
    """Take back what is not yet on its way for an assessment."""
    session.execute(
        update(Message)
        .where(Message.assessment_id == assessment_id, Message.state == MessageState.READY)
        .values(state=MessageState.CANCELLED, cause=cause, settled_at=now)
    )


def cancel_of_patient(
    session: Session, patient_id: int, *, but: Sequence[str], cause: str, now: datetime
) -> None:
    """Take back what is not yet on its way about a patient, except messages of the kinds `but`."""
    session.execute(
        update(Message)
        .where(
            Message.patient_id == patient_id, Message.state == MessageState.READY, Message.kind.not_in(but)
        )
        .values(state=MessageState.CANCELLED, cause=cause, settled_at=now)
    )


def suppress_waiting(session: Session, contact_id: str, *, cause: str, now: datetime) -> None:
    """Hold back everything not yet on its way to a number that opted out."""
    session.execute(
        update(Message)
        .where(Message.contact_id == contact_id, Message.state == MessageState.READY)
        .values(state=MessageState.SUPPRESSED, cause=cause, settled_at=now)
    )


def claimable(session: Session, *, now: datetime) -> Message | None:
    """The next message to send, locked; messages other workers hold are passed over. Alerts before reminders."""
    return session.scalar(
        select(Message)
        .where(Message.state == MessageState.READY, Message.not_before <= now, Message.not_after > now)
        .order_by(Message.priority, Message.not_before, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def claimed(session: Session, *, message_id: int, token_hash: str) -> Message | None:
    """The message, locked, if this claim still holds it (the fencing token)."""
    return session.scalar(
        select(Message)
        .where(
            Message.id == message_id, Message.token_hash == token_hash, Message.state == MessageState.SENDING
        )
        .with_for_update()
    )


def by_token(session: Session, token_hash: str) -> Message | None:
    return session.scalar(select(Message).where(Message.token_hash == token_hash).with_for_update())


def outdated(session: Session, *, now: datetime, limit: int) -> Sequence[Message]:
    """Messages whose time is over before the provider certainly had them, locked."""
    return session.scalars(
        select(Message)
        .where(Message.state.in_(_WAITING), Message.not_after <= now)
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def abandoned(session: Session, *, now: datetime, limit: int) -> Sequence[Message]:
    """Messages whose sender did not come back within its lease, locked: nobody knows whether they went out."""
    return session.scalars(
        select(Message)
        .where(Message.state == MessageState.SENDING, Message.lease_until <= now)
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def anything_to_tidy(session: Session, *, now: datetime) -> bool:
    """Is any message over its time or its lease? Asked at every tick, so that an idle one writes nothing."""
    late = select(Message.id).where(Message.state.in_(_WAITING), Message.not_after <= now)
    left = select(Message.id).where(Message.state == MessageState.SENDING, Message.lease_until <= now)
    return any(session.scalar(found.limit(1)) is not None for found in (late, left))


def _moments() -> Select[Any]:
    """When the first message is ready, the first lease over, the first message over its time."""
    conditions: tuple[tuple[Any, ColumnElement[bool]], ...] = (
        (Message.not_before, Message.state == MessageState.READY),
        (Message.lease_until, Message.state == MessageState.SENDING),
        (Message.not_after, Message.state.in_(_WAITING)),
    )
    return select(
        *(
            select(column).where(where).order_by(column).limit(1).scalar_subquery()
            for column, where in conditions
        )
    )


_MOMENTS = _moments()  # asked at every tick: one statement, made once


def next_moment(session: Session) -> datetime | None:
    """The earliest instant at which the outbox has something to do."""
    moments = session.execute(_MOMENTS).one()
    return min((moment for moment in moments if moment is not None), default=None)


def move(row: Message, state: MessageState, *, cause: str | None, now: datetime) -> None:
    """Take one step of the message's table."""
    row.state = step(MESSAGE, MessageState(row.state), state)
    row.cause = cause
    row.settled_at = now


def add_status(session: Session, **values: Any) -> bool:
    """Keep one status report; False if the same one was kept before."""
    return insert_once(session, MessageStatus, values) is not None


def is_sid_known(session: Session, sid: str) -> bool:
    """Is this provider's id that of one of our messages already?"""
    return session.scalar(select(Message.id).where(Message.sid == sid)) is not None


def opted_out(session: Session, *, contact_id: str, study_id: int) -> OptOut | None:
    """The opt-out in force for a number in a study."""
    return session.scalar(
        select(OptOut).where(
            OptOut.contact_id == contact_id, OptOut.study_id == study_id, OptOut.ended_at.is_(None)
        )
    )


def kinds_of(session: Session, assessment_id: int) -> frozenset[tuple[str, int]]:
    """(kind, ordinal) of the messages about an assessment that went out, may have, or still will."""
    rows = session.execute(
        select(Message.kind, Message.ordinal).where(Message.assessment_id == assessment_id, _counts())
    )
    return frozenset((row[0], row[1]) for row in rows)


def kinds_put(session: Session, assessment_id: int) -> frozenset[tuple[str, int]]:
    """(kind, ordinal) of every message about an assessment, whatever became of it."""
    rows = session.execute(
        select(Message.kind, Message.ordinal).where(Message.assessment_id == assessment_id)
    )
    return frozenset((row[0], row[1]) for row in rows)


def any_of_patient(session: Session, patient_id: int) -> bool:
    """Has a message to the patient gone out, or is one on its way?"""
    found = select(Message.id).where(Message.patient_id == patient_id, _counts())
    return session.scalar(found.limit(1)) is not None


def announced_since(session: Session, patient_id: int, *, since: datetime) -> bool:
    """Was an invitation or reminder put in for the patient since an instant?"""
    found = select(Message.id).where(
        Message.patient_id == patient_id,
        Message.kind.in_(("invitation", "reminder")),
        Message.created_at >= since,
        _counts(),
    )
    return session.scalar(found.limit(1)) is not None


def _counts() -> ColumnElement[bool]:
    """A message that was taken back or ran out of time before anybody tried to send it is as if it had not been."""
    never_tried = Message.state.in_((MessageState.CANCELLED, MessageState.EXPIRED)) & (Message.attempts == 0)
    return ~never_tried


def add_opt_out(session: Session, **values: Any) -> bool:
    """Begin an opt-out; False if one is in force already."""
    return insert_once(session, OptOut, values) is not None


def end_opt_out(session: Session, *, contact_id: str, study_id: int, now: datetime) -> None:
    """Texts are wanted again; without an opt-out in force nothing happens."""
    row = opted_out(session, contact_id=contact_id, study_id=study_id)
    if row is not None:
        row.ended_at = now
