"""Rows of patients' zones, and whose recorded move takes effect."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.zones import ZoneFrom, zone_at
from pro_service.store.models import Patient, PatientZone
from pro_service.store.records.locks import locked_patients


def history(session: Session, patient_id: int) -> tuple[ZoneFrom, ...]:
    """In the order of recording."""
    rows = session.scalars(
        select(PatientZone).where(PatientZone.patient_id == patient_id).order_by(PatientZone.id)
    )
    return tuple(ZoneFrom(zone=row.zone, from_at=row.from_at) for row in rows)


def in_force(session: Session, patient: Patient, at: datetime) -> str:
    """By whose clocks the patient lived at an instant."""
    return zone_at(history(session, patient.id), at) or patient.time_zone


def add(
    session: Session, *, patient_id: int, zone: str, from_at: datetime, actor: str, now: datetime
) -> None:
    session.add(
        PatientZone(patient_id=patient_id, zone=zone, from_at=from_at, recorded_at=now, recorded_by=actor)
    )
    session.flush()


def due(session: Session, *, now: datetime) -> Sequence[int]:
    """Patients whose recorded move takes effect by now."""
    found = select(Patient.id).where(Patient.zone_changes_at <= now, Patient.id.not_in(locked_patients()))
    return session.scalars(found.order_by(Patient.id)).all()


def next_moment(session: Session) -> datetime | None:
    """When the next recorded move takes effect."""
    return session.scalar(
        select(Patient.zone_changes_at)
        .where(Patient.zone_changes_at.is_not(None))
        .order_by(Patient.zone_changes_at)
        .limit(1)
    )
