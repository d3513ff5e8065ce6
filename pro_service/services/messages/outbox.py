"""Sends what is ready: claim in a short transaction, hand over with none open, settle by token.

Whatever crashes in between leaves the message in `sending` until its lease is over, and then in `unknown`: it is
never sent again by guess. A report that carries its token proves that it went out; without one it expires as uncertain.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from pro_service.core.delivery import Accepted, FailureKind, Outcome, Refused, Uncertain
from pro_service.core.lifecycle import MessageState
from pro_service.core.wording import WordingError, fill_link
from pro_service.services.installation import Installation, Sms
from pro_service.services.messages import rechecks
from pro_service.store import notices, vault
from pro_service.store.crypto import DecryptionError, MissingKeyError, token_hash
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Assessment, Message, Patient
from pro_service.store.records import assessments, messages, people

log = logging.getLogger(__name__)

_TRY_AGAIN = frozenset({FailureKind.TRANSIENT, FailureKind.CONFIGURATION})
_CANNOT_BE_MADE = (DecryptionError, LookupError, WordingError)  # its link or its words
_LONGEST_VALIDITY_S = 36_000  # what the provider allows
_BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """A message that this attempt may send until `deadline` (monotonic seconds)."""

    message_id: int
    token: str
    contact_id: str
    body: str
    validity_s: int
    deadline: float
    sender: Sms


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What one round did: how many attempts were made and what they came to."""

    accepted: int = 0
    refused: int = 0
    uncertain: int = 0

    @property
    def attempts(self) -> int:
        return self.accepted + self.refused + self.uncertain


def deliver(installation: Installation, *, now: datetime, limit: int = 100) -> Delivered:
    """Send up to `limit` messages that are ready at `now`, one at a time."""
    counts = {Accepted: 0, Refused: 0, Uncertain: 0}
    for _ in range(limit):
        outcome = deliver_one(installation, now=now)
        if outcome is None:
            break
        counts[type(outcome)] += 1
    return Delivered(accepted=counts[Accepted], refused=counts[Refused], uncertain=counts[Uncertain])


def deliver_one(installation: Installation, *, now: datetime) -> Outcome | None:
    """Send the most urgent message that is ready; None when there is none."""
    claim = _claim(installation, now=now)
    if claim is None:
        return None
    try:
        to = _number(installation, claim, now=now)
    except MissingKeyError:  # this process was not given the new key yet: nothing is lost
        outcome: Outcome = Refused(code=None, kind=FailureKind.CONFIGURATION)
    else:
        if to is None:
            return Refused(code=None, kind=FailureKind.PERMANENT)
        outcome = _hand_over(installation, claim, to)
    _settle(claim, outcome, now=now)
    return outcome


def _number(installation: Installation, claim: _Claim, *, now: datetime) -> str | None:
    """Where the message goes, asked outside the transaction that claimed it. None if nobody can tell."""
    try:
        with reading() as session:
            return vault.reveal_phone(session, installation.keys, contact_id=claim.contact_id)
    except MissingKeyError:
        raise
    except (DecryptionError, LookupError) as error:
        log.exception("a message cannot be made", extra={"message_id": claim.message_id})
        damaged = isinstance(error, DecryptionError)
    with transaction() as session:
        if damaged:  # a number that was destroyed on purpose is no fault
            subject = f"contact:{claim.contact_id}"
            notices.tell_operator(session, kind=notices.UNREADABLE, subject=subject, now=now)
        row = messages.claimed(session, message_id=claim.message_id, token_hash=token_hash(claim.token))
        if row is not None:
            messages.move(row, MessageState.FAILED, cause="cannot_be_made", now=now)
    return None


def _hand_over(installation: Installation, claim: _Claim, to: str) -> Outcome:
    if monotonic() > claim.deadline:
        # The process was held up between claim and hand-over: another may soon take the message for lost.
        return Refused(code=None, kind=FailureKind.TRANSIENT)
    return claim.sender.send(
        to=to,
        body=claim.body,
        callback_url=installation.callback_url(claim.token),
        validity_s=claim.validity_s,
    )


def _claim(installation: Installation, *, now: datetime) -> _Claim | None:
    """Take the next message that may still go out; those that may not any more are set aside on the way."""
    deadline = monotonic() + installation.lease_s - installation.send_timeout_s - 5
    with transaction() as session:
        while (row := messages.claimable(session, now=now)) is not None:
            cause = rechecks.reason_not_to_send(session, installation, row, now=now)
            if cause is not None:
                continue
            try:
                return _take(session, installation, row, deadline=deadline, now=now)
            except _CANNOT_BE_MADE:
                # One damaged row must not hold up the others behind it.
                log.exception("a message cannot be made", extra={"message_id": row.id})
                messages.move(row, MessageState.FAILED, cause="cannot_be_made", now=now)
    return None


def _take(
    session: Session, installation: Installation, row: Message, *, deadline: float, now: datetime
) -> _Claim:
    body = fill_link(row.body, _link(session, installation, row))
    token = secrets.token_hex(16)
    row.state = MessageState.SENDING
    row.attempts += 1
    row.lease_until = now + timedelta(seconds=installation.lease_s)
    row.token_hash = token_hash(token)
    remaining_s = int((row.not_after - now).total_seconds())
    return _Claim(
        message_id=row.id,
        token=token,
        contact_id=row.contact_id,
        body=body,
        validity_s=max(1, min(remaining_s, _LONGEST_VALIDITY_S)),
        deadline=deadline,
        sender=_sender(session, installation, row),
    )


def _sender(session: Session, installation: Installation, row: Message) -> Sms:
    if row.patient_id is None:
        return installation.sms
    patient = people.patient_unlocked(session, row.patient_id)
    return installation.sender_for(sms_items=patient.sms_items, reply=row.kind == "reply")


def _link(session: Session, installation: Installation, row: Message) -> str | None:
    if row.assessment_id is None or row.patient_id is None:
        return None
    assessment = assessments.by_id(session, row.assessment_id)
    patient = people.patient_unlocked(session, row.patient_id)
    return installation.link_prefix + link_token(installation, patient=patient, assessment=assessment)


def link_token(installation: Installation, *, patient: Patient, assessment: Assessment) -> str:
    """The secret of an assessment's link. It is derived anew each time and stored only as a hash."""
    subject = f"{patient.study_id}:{patient.code}:{assessment.key}:{assessment.id}"
    again = f":{assessment.link_number}" if assessment.link_number > 1 else ""
    return installation.keys.link_token(subject + again, key_id=assessment.link_key_id)


def make_link(installation: Installation, *, patient: Patient, assessment: Assessment) -> None:
    """Give an assessment the link of its number, made with the key in use, and good until it closes or is replaced."""
    assessment.link_key_id = installation.keys.current
    assessment.link_hash = token_hash(link_token(installation, patient=patient, assessment=assessment))


def _settle(claim: _Claim, outcome: Outcome, *, now: datetime) -> None:
    with transaction() as session:
        row = messages.claimed(session, message_id=claim.message_id, token_hash=token_hash(claim.token))
        if row is None:
            return  # a callback, or the end of the lease, was faster
        match outcome:
            case Accepted(sid=sid, status=status):
                row.sid, row.provider_status, row.accepted_at = sid, status, now
                messages.move(row, MessageState.ACCEPTED, cause=None, now=now)
            case Refused(code=code, kind=kind):
                row.error_code = code
                _refuse(session, row, kind, now=now)
            case Uncertain(cause=cause, code=code):
                row.error_code = code
                messages.move(row, MessageState.UNKNOWN, cause=str(cause), now=now)


def _refuse(session: Session, row: Message, kind: FailureKind, *, now: datetime) -> None:
    if kind is FailureKind.OPT_OUT:
        messages.move(row, MessageState.SUPPRESSED, cause="opted_out_at_provider", now=now)
        record_opt_out(session, contact_id=row.contact_id, study_id=row.study_id, source="provider", now=now)
    elif kind in _TRY_AGAIN:
        # A fault of our account is mended by a person: nothing is lost as long as the message makes sense.
        messages.move(row, MessageState.READY, cause=str(kind), now=now)
        row.not_before = now + _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
    else:
        messages.move(row, MessageState.FAILED, cause=str(kind), now=now)


def record_opt_out(session: Session, *, contact_id: str, study_id: int, source: str, now: datetime) -> None:
    """Note that a number wants no more texts of a study, and hold back what waits for it. Repeating it does nothing."""
    if not messages.add_opt_out(
        session, contact_id=contact_id, study_id=study_id, source=source, started_at=now
    ):
        return
    messages.suppress_waiting(session, contact_id, cause="opted_out", now=now)


def tidy(*, now: datetime, limit: int = 500) -> int:
    """Expire what was not sent within its time, and take for unknown what a sender did not come back from."""
    with reading() as session:
        if not messages.anything_to_tidy(session, now=now):
            return 0
    with transaction() as session:
        abandoned = messages.abandoned(session, now=now, limit=limit)
        for row in abandoned:
            messages.move(row, MessageState.UNKNOWN, cause="lease_over", now=now)
        outdated = messages.outdated(session, now=now, limit=limit)
        for row in outdated:
            cause = "uncertain" if row.state == MessageState.UNKNOWN else "out_of_time"
            messages.move(row, MessageState.EXPIRED, cause=cause, now=now)
        return len(abandoned) + len(outdated)
