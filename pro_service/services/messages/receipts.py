"""Takes the provider's status reports: kept as they came, applied so that a status never moves down."""

from datetime import datetime

from pro_service.core.delivery import (
    PROVIDER_ERRORS,
    FailureKind,
    ProviderStatus,
    later,
    state_of,
    status_named,
)
from pro_service.core.lifecycle import MESSAGE, MessageState
from pro_service.services.messages.outbox import record_opt_out
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, transaction
from pro_service.store.models import Message
from pro_service.store.records import messages

_NOT_PROVEN = frozenset({MessageState.SENDING, MessageState.UNKNOWN, MessageState.EXPIRED})


def record_status(*, token: str, sid: str, status: str, error_code: int | None, now: datetime) -> bool:
    """Store one status callback for the attempt that `token` names. False if it was known already."""
    with transaction() as session:
        row = messages.by_token(session, token_hash(token))
        new = messages.add_status(
            session,
            message_id=row.id if row else None,
            sid=sid,
            status=status,
            error_code=error_code or 0,
            received_at=now,
        )
        if not new:
            return False
        reported = status_named(status)
        if row is not None and reported is not None:
            _apply(session, row, sid, reported, error_code, now=now)
        return True


def _apply(
    session: Session,
    row: Message,
    sid: str,
    reported: ProviderStatus,
    error_code: int | None,
    *,
    now: datetime,
) -> None:
    if row.sid is None:
        _prove_accepted(session, row, sid, now=now)
    if row.sid != sid:
        return  # a report about an earlier attempt of the same message
    known = ProviderStatus(row.provider_status) if row.provider_status else reported
    status = later(known, reported)
    row.provider_status = status
    after = state_of(status)
    if after in MESSAGE[MessageState(row.state)]:
        messages.move(row, after, cause=None, now=now)
    if error_code:
        row.error_code = error_code
        error = PROVIDER_ERRORS.get(error_code)
        if error is not None and error.kind is FailureKind.OPT_OUT:
            record_opt_out(
                session, contact_id=row.contact_id, study_id=row.study_id, source="provider", now=now
            )


def _prove_accepted(session: Session, row: Message, sid: str, *, now: datetime) -> None:
    """A report that carries our token proves that the provider has the message, whatever we believed."""
    taken = messages.is_sid_known(session, sid)
    if MessageState(row.state) in _NOT_PROVEN and not taken:
        row.sid, row.accepted_at = sid, now
        messages.move(row, MessageState.ACCEPTED, cause=None, now=now)
