"""The courses of a site's patients at once: what its work list derives from facts. Plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pro_service.core.course import Event
from pro_service.core.lifecycle import AssessmentState, ResponseState
from pro_service.store.models import Answer, Assessment, CourseEvent, Patient, Response
from pro_service.store.records.people import as_events, standing

#: States in which somebody was asked and the window is over, or the answer is here.
_OVER = (AssessmentState.COMPLETED, AssessmentState.PARTIAL, AssessmentState.MISSED)


@dataclass(frozen=True, kw_only=True)
class PatientCourse:
    """A patient with the facts that stand, as the planning takes them."""

    id: int
    code: str
    protocol_version: str
    time_zone: str
    events: tuple[Event, ...]


def courses(session: Session, site_ids: Sequence[int]) -> tuple[PatientCourse, ...]:
    """Every patient of some sites whose course has not ended, by code."""
    mine = (Patient.site_id.in_(site_ids), Patient.ended_on.is_(None))
    patients = session.scalars(select(Patient).where(*mine).order_by(Patient.code)).all()
    found = session.scalars(
        select(CourseEvent)
        .join(Patient, Patient.id == CourseEvent.patient_id)
        .where(*mine)
        .order_by(CourseEvent.patient_id, CourseEvent.id)
    )
    rows = {patient_id: tuple(own) for patient_id, own in groupby(found, key=lambda row: row.patient_id)}
    return tuple(
        PatientCourse(
            id=one.id,
            code=one.code,
            protocol_version=one.protocol_version,
            time_zone=one.time_zone,
            events=as_events(standing(rows.get(one.id, ())), zone=one.time_zone),
        )
        for one in patients
    )


def unanswered_in_a_row(session: Session, site_ids: Sequence[int]) -> Mapping[int, int]:
    """Patient id -> how many of the newest windows in a row closed without an answer; none that nobody was asked in."""
    found = session.execute(
        select(Assessment.patient_id, Assessment.state)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Patient.site_id.in_(site_ids), Assessment.state.in_(_OVER), Assessment.opened_at.is_not(None))
        .order_by(Assessment.patient_id, Assessment.finished_at.desc(), Assessment.due_on.desc())
    )
    missed = AssessmentState.MISSED
    return {
        patient_id: sum(1 for _ in takewhile(lambda row: row[1] == missed, own))
        for patient_id, own in groupby(found, key=lambda row: row[0])
    }


def last_answers(session: Session, patient_id: int) -> Mapping[str, datetime]:
    """Timepoint -> when the last answer that counts was given, by the patient's own clock where it told."""
    answered_at = func.coalesce(Answer.answered_at, Answer.received_at)
    found = session.execute(
        select(Assessment.key, func.max(answered_at))
        .join(Response, Response.assessment_id == Assessment.id)
        .join(Answer, Answer.response_id == Response.id)
        .where(Assessment.patient_id == patient_id, Response.state != ResponseState.SUPERSEDED)
        .group_by(Assessment.key)
    )
    return {row[0]: row[1] for row in found}
