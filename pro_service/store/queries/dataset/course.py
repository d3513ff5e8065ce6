"""A study, its patients, their facts and their ledger, as an export needs them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pro_service.core.dataset.stored import StoredFact, StoredForm, StoredMove, StoredPatient
from pro_service.core.lifecycle import MessageState, ResponseState
from pro_service.core.provenance import ReasonSource
from pro_service.core.reminders import INVITATION, REMINDER
from pro_service.core.zones import ZoneFrom
from pro_service.store.models import (
    Alert,
    AlertAction,
    Answer,
    Assessment,
    AssessmentChange,
    CourseEvent,
    Message,
    Patient,
    PatientZone,
    ProtocolMigration,
    Response,
    Score,
    Site,
    Study,
)
from pro_service.store.queries.dataset.provenance import newest_reason, provenance_moments
from pro_service.store.queries.dataset.questions import question_moments
from pro_service.store.queries.dataset.view import order_of_texts, stream


class StudyFound(NamedTuple):
    """A study; the id is for the other queries of this module."""

    id: int
    code: str
    protocol_version: str


def study(session: Session, code: str) -> StudyFound | None:
    row = session.execute(
        select(Study.id, Study.code, Study.protocol_version).where(Study.code == code)
    ).one_or_none()
    return None if row is None else StudyFound(*row)


def study_codes(session: Session) -> tuple[str, ...]:
    return tuple(sorted(session.scalars(select(Study.code))))


def newest_instant(session: Session, study_id: int) -> datetime:
    """When anything that an export shows was last stored."""
    patient = Patient.study_id == study_id
    of_patient = select(Patient.id).where(patient)
    forms = select(Assessment.id).where(Assessment.patient_id.in_(of_patient))
    responses = select(Response.id).where(Response.assessment_id.in_(forms))
    alerts = select(Alert.id).where(Alert.patient_id.in_(of_patient))
    places: tuple[tuple[ColumnElement[bool], tuple[Any, ...]], ...] = (
        (Study.id == study_id, (Study.created_at,)),
        (patient, (Patient.enrolled_at,)),
        (CourseEvent.patient_id.in_(of_patient), (CourseEvent.recorded_at,)),
        (ProtocolMigration.patient_id.in_(of_patient), (ProtocolMigration.migrated_at,)),
        (Assessment.id.in_(forms), (Assessment.known_at, Assessment.begun_at, Assessment.finished_at)),
        (AssessmentChange.assessment_id.in_(forms), (AssessmentChange.changed_at,)),
        (Response.id.in_(responses), (Response.started_at, Response.finished_at)),
        (Answer.response_id.in_(responses), (Answer.received_at,)),
        (Score.response_id.in_(responses), (Score.scored_at,)),
        (Alert.id.in_(alerts), (Alert.raised_at, Alert.acknowledged_at, Alert.closed_at)),
        (AlertAction.alert_id.in_(alerts), (AlertAction.acted_at,)),
        (Message.assessment_id.in_(forms), (Message.accepted_at, Message.settled_at)),
        *provenance_moments(forms, responses),
        *question_moments(of_patient, forms),
    )
    found = [
        moment
        for where, columns in places
        for moment in session.execute(select(*map(func.max, columns)).where(where)).one()
    ]
    newest: datetime = max(moment for moment in found if moment is not None)
    return newest


def patients(session: Session, study_id: int) -> Iterator[StoredPatient]:
    """By code."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            Site.code,
            Patient.language,
            Patient.time_zone,
            Patient.protocol_version,
            Patient.sms_items,
            Patient.enrolled_at,
        )
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.study_id == study_id)
        .order_by(by_text(Patient.code))
    )
    return stream(session, found, lambda row: StoredPatient(*row))


def zones(session: Session, study_id: int) -> dict[str, tuple[ZoneFrom, ...]]:
    """Patient code -> where the patient lived, in the order of recording."""
    found = (
        select(Patient.code, PatientZone.zone, PatientZone.from_at)
        .join(Patient, Patient.id == PatientZone.patient_id)
        .where(Patient.study_id == study_id)
        .order_by(PatientZone.id)
    )
    histories: dict[str, tuple[ZoneFrom, ...]] = {}
    for code, zone, from_at in session.execute(found):
        histories[code] = (*histories.get(code, ()), ZoneFrom(zone=zone, from_at=from_at))
    return histories


def facts(session: Session, study_id: int) -> Iterator[StoredFact]:
    """By patient, in the order of recording."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            CourseEvent.id,
            CourseEvent.type,
            CourseEvent.on,
            CourseEvent.result,
            CourseEvent.disclosed_on,
            CourseEvent.relation,
            CourseEvent.reason,
            CourseEvent.voids_id,
            CourseEvent.recorded_at,
            CourseEvent.visit,
            CourseEvent.visit_on,
            CourseEvent.discloses_id,
            CourseEvent.recorded_zone,
        )
        .join(Patient, Patient.id == CourseEvent.patient_id)
        .where(Patient.study_id == study_id)
        # Facts recorded at one instant keep the order in which they were entered: that order is a fact too.
        .order_by(by_text(Patient.code), CourseEvent.recorded_at, CourseEvent.id)
    )
    return stream(session, found, StoredFact._make)


def moves(session: Session, study_id: int) -> Iterator[StoredMove]:
    """By patient, oldest first."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            ProtocolMigration.from_version,
            ProtocolMigration.to_version,
            ProtocolMigration.consented_on,
            ProtocolMigration.undoes_id.is_not(None),
            ProtocolMigration.migrated_at,
        )
        .join(Patient, Patient.id == ProtocolMigration.patient_id)
        .where(Patient.study_id == study_id)
        .order_by(by_text(Patient.code), ProtocolMigration.id)
    )
    return stream(session, found, StoredMove._make)


def forms(session: Session, study_id: int) -> Iterator[StoredForm]:
    """By patient, due date and key."""
    by_text = order_of_texts(session)
    sent = (
        select(
            Message.assessment_id.label("form_id"),
            func.count().label("sent"),
            func.count().filter(Message.state == MessageState.DELIVERED).label("delivered"),
        )
        .where(Message.kind.in_((INVITATION, REMINDER)), Message.accepted_at.is_not(None))
        .group_by(Message.assessment_id)
        .subquery()
    )
    completed = (
        select(
            Response.assessment_id.label("form_id"),
            func.count(Response.instrument.distinct()).label("instruments"),
        )
        .where(Response.state == ResponseState.COMPLETED)
        .group_by(Response.assessment_id)
        .subquery()
    )
    answered = (
        select(
            Response.assessment_id.label("form_id"),
            func.max(func.coalesce(Answer.answered_at, Answer.received_at)).label("last_at"),
        )
        .join(Answer, Answer.response_id == Response.id)
        .where(Response.state != ResponseState.SUPERSEDED)
        .group_by(Response.assessment_id)
        .subquery()
    )
    found = (
        select(
            Patient.code,
            Assessment.key,
            Assessment.rule,
            Assessment.due_on,
            Assessment.open_on,
            Assessment.close_on,
            Assessment.instruments,
            Assessment.state,
            Assessment.reason,
            Assessment.expected_now,
            Assessment.expected_at_close,
            Assessment.stands_for,
            Assessment.closes_at,
            Assessment.known_at,
            Assessment.opened_at,
            Assessment.begun_at,
            Assessment.finished_at,
            func.coalesce(sent.c.sent, 0),
            func.coalesce(sent.c.delivered, 0),
            func.coalesce(completed.c.instruments, 0),
            Assessment.status_age_days,
            Assessment.status_stale,
            answered.c.last_at,
            Assessment.provisional,
            newest_reason(ReasonSource.SYSTEM),
            newest_reason(ReasonSource.SITE),
        )
        .join(Patient, Patient.id == Assessment.patient_id)
        .outerjoin(sent, sent.c.form_id == Assessment.id)
        .outerjoin(completed, completed.c.form_id == Assessment.id)
        .outerjoin(answered, answered.c.form_id == Assessment.id)
        .where(Patient.study_id == study_id)
        .order_by(by_text(Patient.code), Assessment.due_on, by_text(Assessment.key))
    )
    return stream(session, found, StoredForm._make)
