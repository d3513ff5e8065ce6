"""Keeps the messages that will not be sent, each with its reason, where staff read what was sent: in the outbox."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pro_service.core.lifecycle import MessageState
from pro_service.core.reminders import Agenda, Contact
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient
from pro_service.store.records import messages

PASSED_OVER = "passed_over"  # due while nobody was here to send it, and overtaken by a later one
Known = Collection[tuple[str, int]]


def note_dropped(
    session: Session, patient: Patient, row: Assessment, planned: Agenda, *, known: Known, now: datetime
) -> None:
    """The messages of an assessment that found no place in its window; those that went out are none of them."""
    for each in planned.dropped:
        if (each.kind, each.ordinal) not in known:
            _note(session, patient, row, each.kind, each.ordinal, str(each.reason), now=now)


def note_passed_over(
    session: Session, patient: Patient, row: Assessment, missed: Iterable[Contact], *, now: datetime
) -> None:
    """Messages whose time came and went while nobody was here; one that was put in says itself what became of it."""
    found = tuple(missed)
    there = messages.kinds_put(session, row.id) if found else frozenset()
    for each in found:
        if (each.kind, each.ordinal) not in there:
            _note(session, patient, row, each.kind, each.ordinal, PASSED_OVER, now=now)


def _note(
    session: Session, patient: Patient, row: Assessment, kind: str, ordinal: int, why: str, *, now: datetime
) -> None:
    messages.put(
        session,
        natural_key=f"assessment:{row.id}:{kind}:{ordinal}:{row.contact_from:%Y%m%d%H%M%S}:{why}",
        study_id=patient.study_id,
        patient_id=patient.id,
        assessment_id=row.id,
        kind=kind,
        ordinal=ordinal,
        contact_id=patient.contact_id,
        body="",
        state=MessageState.CANCELLED,
        cause=f"skipped:{why}",
        not_before=now,
        not_after=now,
        created_at=now,
        settled_at=now,
    )
