"""Rows of facts told by other systems, of confirmations, and when a patient's status was looked at last."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pro_service.store.db import insert_once
from pro_service.store.models import CourseEvent, ImportedFact, Patient, StatusConfirmation


def imported(
    session: Session, *, study_id: int, source: str, keys: Iterable[str]
) -> Mapping[str, ImportedFact]:
    """What a source told before under these keys of its own, by key; of any patient of the study."""
    found = select(ImportedFact).where(
        ImportedFact.study_id == study_id,
        ImportedFact.source == source,
        ImportedFact.source_key.in_(tuple(keys)),
    )
    return {row.source_key: row for row in session.scalars(found)}


def discrepancy(session: Session, fact_id: int) -> ImportedFact | None:
    """An imported fact, locked."""
    return session.scalar(select(ImportedFact).where(ImportedFact.id == fact_id).with_for_update())


def confirm(session: Session, patient: Patient, *, on: date, now: datetime, actor: str) -> bool:
    """Keep that the status was confirmed on a day; False if it was that day already."""
    values = {"patient_id": patient.id, "confirmed_on": on, "confirmed_at": now, "confirmed_by": actor}
    return insert_once(session, StatusConfirmation, values) is not None


def status_known_at(session: Session, patient: Patient) -> datetime:
    """When somebody last recorded or took out a fact of the patient, or confirmed that nothing changed."""
    recorded = session.scalar(
        select(func.max(CourseEvent.recorded_at)).where(CourseEvent.patient_id == patient.id)
    )
    confirmed = session.scalar(
        select(func.max(StatusConfirmation.confirmed_at)).where(StatusConfirmation.patient_id == patient.id)
    )
    return max(moment for moment in (patient.enrolled_at, recorded, confirmed) if moment is not None)
