"""What is read of the calls a site is asked to make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import CallOutcome
from pro_service.store.models import Assessment, CallAttempt, CallTask, Patient, Site
from pro_service.store.records.calls import waits


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """A call that waits. `tried_at`: when somebody last called and reached nobody."""

    id: int
    patient_code: str
    site: str
    timepoint: str
    due_on: date
    close_on: date
    raised_at: datetime
    attempts: int
    tried_at: datetime | None


def waiting(session: Session, site_ids: Sequence[int], *, limit: int) -> tuple[CallFacts, ...]:
    """The calls to make at some sites, the next window to close first."""
    found = (
        select(CallTask, Assessment, Patient.code, Site.code)
        .join(Assessment, Assessment.id == CallTask.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.site_id.in_(site_ids), CallTask.settled_at.is_(None), waits())
        .order_by(Assessment.close_on, Patient.code, Assessment.key)
        .limit(limit)
    )
    rows = session.execute(found).all()
    tried = _tried(session, [row[0].id for row in rows])
    return tuple(
        CallFacts(
            id=task.id,
            patient_code=patient,
            site=site,
            timepoint=row.key,
            due_on=row.due_on,
            close_on=row.close_on,
            raised_at=task.raised_at,
            attempts=len(tried.get(task.id, ())),
            tried_at=max(tried.get(task.id, ()), default=None),
        )
        for task, row, patient, site in rows
    )


def patient_of(session: Session, task_id: int) -> str | None:
    """The code of the patient a call is about."""
    return session.scalar(
        select(Patient.code)
        .join(Assessment, Assessment.patient_id == Patient.id)
        .join(CallTask, CallTask.assessment_id == Assessment.id)
        .where(CallTask.id == task_id)
    )


def _tried(session: Session, task_ids: Sequence[int]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    rows = session.execute(
        select(CallAttempt.call_task_id, CallAttempt.called_at).where(
            CallAttempt.call_task_id.in_(task_ids), CallAttempt.outcome == CallOutcome.NOT_REACHED
        )
    )
    for task_id, called_at in rows:
        found.setdefault(task_id, []).append(called_at)
    return found
