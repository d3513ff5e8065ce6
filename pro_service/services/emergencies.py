"""Opens a patient of another site for a while, in an emergency. The site and the administrators see it at once."""

from datetime import datetime

from pro_service.core.access import Permission, Rights, sites_with
from pro_service.services.grants import require_reason
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store.acting import acting, acting_for, system
from pro_service.store.db import transaction
from pro_service.store.models import EmergencyAccess
from pro_service.store.records import access, people


def open_patient(
    installation: Installation,
    *,
    study: str,
    patient: str,
    staff_id: int,
    rights: Rights,
    reason: str,
    now: datetime,
) -> datetime:
    """Let somebody read a patient of another site from now on; until when.

    NotFoundError for a patient that is not; ConflictError for one that may be read anyway. It is written by the
    service itself, since the person who asks must not reach the patient before it is.
    """
    require_reason(reason)
    with acting_for(system(f"emergency:{acting().name}")), transaction() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None:
            raise NotFoundError(f"patient {patient}")
        own = sites_with(rights, Permission.SEE_PATIENTS, study_id=row.study_id, sites=[row.site_id], now=now)
        if own or any(each.patient_id == row.id and each.in_force(now) for each in rights.opened):
            raise ConflictError(
                "open_anyway",
                fr="Ce patient vous est déjà ouvert.",
                en="This patient is open to you already.",
            )
        until = now + installation.emergency_lasts
        people.add(
            session,
            EmergencyAccess(
                staff_id=staff_id, patient_id=row.id, reason=reason.strip(), from_at=now, until_at=until
            ),
        )
        return until


def close(_: Installation, *, staff_id: int, now: datetime) -> None:
    """End everything that somebody opened; what has ended by itself stays as it is."""
    with acting_for(system(f"emergency:{acting().name}")), transaction() as session:
        for row in access.opened_by(session, staff_id, now=now):
            row.ended_at = now
