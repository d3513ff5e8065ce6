"""Where the objects are that addresses name: their study and site, and the patient they hang on. Nothing else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Executable, bindparam, null, select
from sqlalchemy.orm import Session

from pro_service.core.access import Place
from pro_service.store.models import (
    AccessGrant,
    Alert,
    Assessment,
    CalendarFeed,
    CallTask,
    Correction,
    CourseEvent,
    DataLock,
    DataQuery,
    ImportedFact,
    Patient,
    Response,
    Site,
    Staff,
)

_KEY: Any = bindparam("key")
_PATIENT = select(Patient.study_id, Patient.site_id, Patient.id)
_STAFF = select(Staff.study_id, null(), null())

#: The path segment before a parameter -> how the object it names is found. A patient's code is one of a study.
PLACES: Mapping[str, Executable] = MappingProxyType(
    {
        "patients": _PATIENT.where(Patient.code == _KEY, Patient.study_id == bindparam("study_id")),
        "events": _PATIENT.join(CourseEvent, CourseEvent.patient_id == Patient.id).where(
            CourseEvent.id == _KEY
        ),
        "alerts": _PATIENT.join(Alert, Alert.patient_id == Patient.id).where(Alert.id == _KEY),
        "assessments": _PATIENT.join(Assessment, Assessment.patient_id == Patient.id).where(
            Assessment.id == _KEY
        ),
        "calls": _PATIENT.join(Assessment, Assessment.patient_id == Patient.id)
        .join(CallTask, CallTask.assessment_id == Assessment.id)
        .where(CallTask.id == _KEY),
        "corrections": _PATIENT.join(Assessment, Assessment.patient_id == Patient.id)
        .join(Response, Response.assessment_id == Assessment.id)
        .join(Correction, Correction.response_id == Response.id)
        .where(Correction.id == _KEY),
        "queries": _PATIENT.join(DataQuery, DataQuery.patient_id == Patient.id).where(DataQuery.id == _KEY),
        "discrepancies": _PATIENT.join(ImportedFact, ImportedFact.patient_id == Patient.id).where(
            ImportedFact.id == _KEY
        ),
        "feeds": select(Site.study_id, Site.id, null())
        .join(CalendarFeed, CalendarFeed.site_id == Site.id)
        .where(CalendarFeed.id == _KEY),
        "copies": select(Site.study_id, Site.id, null()).where(
            Site.code == _KEY, Site.study_id == bindparam("study_id")
        ),
        "locks": select(DataLock.study_id, null(), null()).where(
            DataLock.name == _KEY, DataLock.study_id == bindparam("study_id")
        ),
        "people": _STAFF.where(Staff.login == _KEY),
        "grants": _STAFF.join(AccessGrant, AccessGrant.staff_id == Staff.id).where(AccessGrant.id == _KEY),
    }
)


def place(session: Session, segment: str, *, study_id: int, key: object) -> Place | None:
    """Where the object is that `key` names after this segment of a path; None if there is none."""
    row = session.execute(PLACES[segment], {"key": key, "study_id": study_id}).one_or_none()
    return None if row is None else Place(study_id=row[0], site_id=row[1], patient_id=row[2])
