"""Silence towards whoever has left: what waits is taken back with the fact itself, and the sender looks once more."""

from datetime import datetime

from pro_service.core.leaving import silencing
from pro_service.store.db import Session
from pro_service.store.records import messages, people

TO_STAFF = "alert"
SILENCED = "course_ended"


def is_silenced(session: Session, patient_id: int, *, now: datetime) -> bool:
    """Has the patient died or withdrawn consent? Then no text goes to the number, whatever it is."""
    patient = people.patient_unlocked(session, patient_id)
    if patient.ended_on is None:
        return False
    return silencing(event for event in people.events(session, patient_id) if event.on <= now.date())


def take_back(session: Session, patient_id: int, *, now: datetime) -> None:
    """Cancel whatever waits to be sent to a patient whose course has ended; replies only if nothing may be said."""
    kinds = () if is_silenced(session, patient_id, now=now) else ("reply",)
    messages.cancel_of_patient(session, patient_id, but=(TO_STAFF, *kinds), cause=SILENCED, now=now)
