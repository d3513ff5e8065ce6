"""What the pages about one patient read. Plain values only; contact data are never among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.course import Event
from pro_service.core.scoring import current
from pro_service.store.models import (
    Alert,
    AlertAction,
    Assessment,
    CourseEvent,
    OptOut,
    Patient,
    Response,
    Score,
    Site,
    Study,
)
from pro_service.store.queries.facts import (
    AlertFacts,
    AssessmentFacts,
    SiteFacts,
    alert_facts,
    assessment_facts,
    select_alerts,
    select_assessments,
    site_facts,
)
from pro_service.store.records import people


@dataclass(frozen=True, kw_only=True)
class Found:
    """A patient that a search found."""

    id: int
    code: str
    site_code: str
    protocol_version: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """What somebody did about an alert."""

    alert_id: int
    action: str
    note: str
    acted_at: datetime
    acted_by: str


@dataclass(frozen=True, kw_only=True)
class PatientFacts:
    """A patient under the study code; contact data are not among it."""

    id: int
    study: str
    code: str
    site: SiteFacts
    language: str
    time_zone: str
    protocol_version: str
    sms_items: bool
    opted_out_at: datetime | None
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """A recorded fact, and whether a later one voided it."""

    id: int
    type: str
    on: date
    result: str | None
    disclosed_on: date | None
    relation: str | None
    reason: str | None
    visit: str | None
    visit_on: date | None
    recorded_at: datetime
    recorded_by: str
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None
    bundle: str | None = None


@dataclass(frozen=True, kw_only=True)
class ScoreFacts:
    """One scale at one assessment. `finished_on` is when it was answered, `scored_on` when these rules scored it."""

    key: str
    due_on: date
    finished_on: date
    scored_on: date
    instrument: str
    instrument_version: str
    rule_version: str
    scale: str
    value: float | None
    absent: str | None
    items_used: int
    items_missing: int


def patient(session: Session, *, study_id: int, code: str, site_ids: Sequence[int]) -> PatientFacts | None:
    """The patient, if one of these sites looks after them."""
    row = session.execute(
        select(Patient, Site, Study)
        .join(Site, Site.id == Patient.site_id)
        .join(Study, Study.id == Patient.study_id)
        .where(Patient.study_id == study_id, Patient.code == code, Patient.site_id.in_(site_ids))
    ).one_or_none()
    if row is None:
        return None
    found, site, study = row
    opted = session.scalar(
        select(OptOut.started_at).where(OptOut.contact_id == found.contact_id, OptOut.ended_at.is_(None))
    )
    return PatientFacts(
        id=found.id,
        study=study.code,
        code=found.code,
        site=site_facts(site),
        language=found.language,
        time_zone=found.time_zone,
        protocol_version=found.protocol_version,
        sms_items=found.sms_items,
        opted_out_at=opted,
        enrolled_at=found.enrolled_at,
    )


def search(session: Session, *, site_ids: Sequence[int], text: str, limit: int) -> tuple[Found, ...]:
    """Patients of these sites whose code contains `text`."""
    wild = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = (
        select(Patient.id, Patient.code, Site.code, Patient.protocol_version, Patient.time_zone)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.site_id.in_(site_ids), Patient.code.ilike(f"%{wild}%", escape="\\"))
        .order_by(Patient.code)
        .limit(limit)
    )
    return tuple(
        Found(id=row[0], code=row[1], site_code=row[2], protocol_version=row[3], time_zone=row[4])
        for row in session.execute(found)
    )


def alerts_of(session: Session, patient_id: int) -> tuple[AlertFacts, ...]:
    """Every alert of a patient, newest first."""
    found = (
        select_alerts()
        .where(Alert.patient_id == patient_id)
        .order_by(Alert.raised_at.desc(), Alert.id.desc())
    )
    return tuple(alert_facts(row) for row in session.execute(found))


def actions_of(session: Session, patient_id: int) -> tuple[ActionFacts, ...]:
    found = (
        select(AlertAction)
        .join(Alert, Alert.id == AlertAction.alert_id)
        .where(Alert.patient_id == patient_id)
        .order_by(AlertAction.id)
    )
    return tuple(
        ActionFacts(
            alert_id=row.alert_id,
            action=row.action,
            note=row.note,
            acted_at=row.acted_at,
            acted_by=row.acted_by,
        )
        for row in session.scalars(found)
    )


def assessments_of(session: Session, patient_id: int) -> tuple[AssessmentFacts, ...]:
    found = (
        select_assessments()
        .where(Assessment.patient_id == patient_id)
        .order_by(Assessment.due_on, Assessment.key)
    )
    return tuple(assessment_facts(row) for row in session.execute(found))


def events_of(session: Session, patient_id: int) -> tuple[EventFacts, ...]:
    """Every fact, in the order of recording, each with what voided it."""
    rows = session.scalars(
        select(CourseEvent).where(CourseEvent.patient_id == patient_id).order_by(CourseEvent.id)
    ).all()
    voids = {row.voids_id: row for row in rows if row.voids_id is not None}
    told = {row.discloses_id: row.on for row in people.standing(rows) if row.discloses_id is not None}
    return tuple(_event(row, voids.get(row.id), told.get(row.id)) for row in rows if row.voids_id is None)


def scores_of(session: Session, patient_id: int) -> tuple[ScoreFacts, ...]:
    """Every current score of a patient, the response finished first at the front."""
    found = (
        select(Assessment, Response, Score)
        .join(Response, Response.assessment_id == Assessment.id)
        .join(Score, Score.response_id == Response.id)
        .where(Assessment.patient_id == patient_id)
        .order_by(Response.finished_at, Response.id, Score.id)
    )
    rows = session.execute(found)
    return tuple(
        _score(assessment, response, score)
        for _, of_response in groupby(rows, key=lambda row: row[1].id)
        for assessment, response, score in current(
            of_response, lambda row: row[2].rule_version, lambda row: row[2].answers_version
        )
    )


def _score(assessment: Assessment, response: Response, score: Score) -> ScoreFacts:
    return ScoreFacts(
        key=assessment.key,
        due_on=assessment.due_on,
        finished_on=(response.finished_at or score.scored_at).date(),
        scored_on=score.scored_at.date(),
        instrument=response.instrument,
        instrument_version=score.instrument_version,
        rule_version=score.rule_version,
        scale=score.scale,
        value=score.value,
        absent=score.absent,
        items_used=score.items_used,
        items_missing=score.items_missing,
    )


def _event(row: CourseEvent, voiding: CourseEvent | None, told_on: date | None) -> EventFacts:
    return EventFacts(
        id=row.id,
        type=row.type,
        on=row.on,
        result=row.result,
        disclosed_on=told_on or row.disclosed_on,
        relation=row.relation,
        reason=row.reason,
        visit=row.visit,
        visit_on=row.visit_on,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        voided_at=voiding.recorded_at if voiding else None,
        voided_by=voiding.recorded_by if voiding else None,
        void_reason=voiding.details.get("reason") if voiding else None,
        bundle=row.details.get("bundle"),
    )


def course_of(session: Session, patient_id: int) -> tuple[Event, ...]:
    """The facts that stand, as the planning takes them."""
    return people.events(session, patient_id)


def code_of_event(session: Session, event_id: int) -> str:
    """The patient a fact belongs to."""
    found = select(Patient.code).join(CourseEvent, CourseEvent.patient_id == Patient.id)
    return session.scalars(found.where(CourseEvent.id == event_id)).one()


def code_of_alert(session: Session, alert_id: int) -> str:
    """The patient an alert is about."""
    found = select(Patient.code).join(Alert, Alert.patient_id == Patient.id)
    return session.scalars(found.where(Alert.id == alert_id)).one()
