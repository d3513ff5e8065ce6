"""Where a patient lived, by whose clocks, and who recorded it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import PatientZone


@dataclass(frozen=True, kw_only=True)
class ZoneFacts:
    """One entry of the history."""

    zone: str
    from_at: datetime
    recorded_at: datetime
    recorded_by: str


def history(session: Session, patient_id: int) -> tuple[ZoneFacts, ...]:
    """The newest beginning first; of two that begin together, the one that counts first."""
    found = (
        select(PatientZone)
        .where(PatientZone.patient_id == patient_id)
        .order_by(PatientZone.from_at.desc(), PatientZone.id.desc())
    )
    return tuple(
        ZoneFacts(
            zone=row.zone, from_at=row.from_at, recorded_at=row.recorded_at, recorded_by=row.recorded_by
        )
        for row in session.scalars(found)
    )
