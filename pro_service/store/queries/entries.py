"""What somebody who enters a form has to know of its assessment before reading the form."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import Assessment, Patient


@dataclass(frozen=True, kw_only=True)
class FormPlace:
    """Whose form it is and which instruments belong to it."""

    patient_code: str
    instruments: tuple[str, ...]


def form_place(session: Session, assessment_id: int, *, site_ids: tuple[int, ...]) -> FormPlace | None:
    """None for an assessment of another site as for one that is not."""
    found = (
        select(Patient.code, Assessment.instruments)
        .join(Assessment, Assessment.patient_id == Patient.id)
        .where(Assessment.id == assessment_id, Patient.site_id.in_(site_ids))
    )
    row = session.execute(found).one_or_none()
    return None if row is None else FormPlace(patient_code=row[0], instruments=tuple(row[1]))
