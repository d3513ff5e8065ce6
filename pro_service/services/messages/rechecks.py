"""Looks again, as a message is claimed, whether what made it right still holds; sets it aside or puts it off if not."""

from datetime import datetime

from pro_service.core.lifecycle import ANSWERABLE, MessageState
from pro_service.core.sending import may_send
from pro_service.services import leaving
from pro_service.services.answers import withholding
from pro_service.services.installation import Installation
from pro_service.services.messages import holding
from pro_service.services.wordings import gate
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Message, Patient
from pro_service.store.records import assessments, locks, messages, people

#: Messages that make sense only while their assessment can be answered.
_ABOUT_AN_ASSESSMENT = frozenset({"invitation", "reminder", "link"})
#: The answer to what a patient just wrote: sent at any hour, also to a number that has just opted out.
_REPLY = "reply"


def reason_not_to_send(
    session: Session, installation: Installation, row: Message, *, now: datetime
) -> str | None:
    """Set the message aside, and say why, if what made it right has changed since it was put in."""
    if row.patient_id is None or row.kind == leaving.TO_STAFF:
        return None
    if cause := _reason_for_silence(session, row.patient_id, now=now):
        messages.move(row, MessageState.CANCELLED, cause=cause, now=now)
        return cause
    if row.kind == _REPLY:
        return None
    if messages.opted_out(session, contact_id=row.contact_id, study_id=row.study_id) is not None:
        messages.move(row, MessageState.SUPPRESSED, cause="opted_out", now=now)
        return "opted_out"
    assessment = None
    if row.kind in _ABOUT_AN_ASSESSMENT and row.assessment_id is not None:
        assessment = assessments.by_id(session, row.assessment_id)
        if assessment.state not in ANSWERABLE or now >= assessment.closes_at:
            messages.move(row, MessageState.CANCELLED, cause=f"assessment_{assessment.state}", now=now)
            return "assessment"
    # Read without a lock: whoever completes an assessment holds the patient and waits for the message.
    patient = people.patient_unlocked(session, row.patient_id)
    if patient.ended_on is not None:
        messages.move(row, MessageState.CANCELLED, cause="course_ended", now=now)
        return "course_ended"
    return _reason_to_wait(session, installation, row, patient, assessment, now=now)


def _reason_for_silence(session: Session, patient_id: int, *, now: datetime) -> str | None:
    """Why a patient is sent nothing at all, not even an answer to what they wrote."""
    if locks.is_locked(session, patient_id):
        return locks.CAUSE
    return leaving.SILENCED if leaving.is_silenced(session, patient_id, now=now) else None


def _reason_to_wait(
    session: Session,
    installation: Installation,
    row: Message,
    patient: Patient,
    assessment: Assessment | None,
    *,
    now: datetime,
) -> str | None:
    """Put the message off, and say why, if it may go out later but not now."""
    delivery = installation.catalogue.protocols[patient.protocol_version].delivery
    later, cause = may_send(delivery, patient.time_zone, now), "quiet_hours"
    if assessment is not None:
        held = holding.held_back_until(session, installation, patient, now=now)
        later, cause = (held, holding.HELD) if held is not None else (later, cause)
        if withholding.lacking(session, installation, patient, assessment, now=now):
            # Put off, not taken back: it goes out if the wording comes in time, and the clock tells the site.
            later, cause = now + withholding.RECHECK, gate.MISSING
    if later <= now:
        return None
    row.not_before = later
    if cause != "quiet_hours":
        row.cause = cause
    session.flush()
    return cause
