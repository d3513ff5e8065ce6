"""What came back from the patients of a study, what it scored, and the alerts it raised, as an export needs them."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, case, false, func, literal, select
from sqlalchemy.orm import Session

from pro_service.core.dataset.stored import (
    StoredAction,
    StoredAlert,
    StoredAnswer,
    StoredResponse,
    StoredScore,
    StoredSitting,
    StoredWording,
)
from pro_service.core.provenance import CORRECTED
from pro_service.store.models import (
    Alert,
    AlertAction,
    Answer,
    Assessment,
    Correction,
    Patient,
    Response,
    Score,
    Site,
    SiteEntry,
)
from pro_service.store.queries.dataset.view import order_of_texts, staff_code, stream


def answers(session: Session, study_id: int) -> Iterator[StoredAnswer]:
    """By patient, timepoint, instrument and sitting; within a sitting by item (as text) and version."""
    by_text = order_of_texts(session)
    found = (
        _of_responses(
            Response.sitting,
            Answer.item,
            Answer.version,
            Answer.value,
            Answer.refused,
            Response.mode,
            Response.language,
            Answer.answered_at,
            Answer.received_at,
            Response.state,
            SiteEntry.respondent,
            func.coalesce(staff_code(SiteEntry.entered_by), staff_code(Correction.requested_by)),
            case((Correction.id.is_not(None), literal(CORRECTED)), else_=SiteEntry.reason),
            func.coalesce(SiteEntry.late, false()),
            SiteEntry.answered_on,
        )
        .join(Answer, Answer.response_id == Response.id)
        .outerjoin(
            SiteEntry,
            (SiteEntry.response_id == Answer.response_id) & (SiteEntry.client_id == Answer.entry_key),
        )
        .outerjoin(Correction, Correction.id == Answer.correction_id)
        .where(Patient.study_id == study_id)
        .order_by(*_sitting(by_text), by_text(Answer.item), Answer.version)
    )
    return stream(session, found, StoredAnswer._make)


def scores(session: Session, study_id: int) -> Iterator[StoredScore]:
    """By patient, timepoint, instrument and sitting; within a sitting by scale (as text) and rules."""
    by_text = order_of_texts(session)
    found = (
        _of_responses(
            Response.sitting,
            Score.scale,
            Score.value,
            Score.absent,
            Score.items_used,
            Score.items_missing,
            Score.rule_version,
            Score.scored_at,
            Response.state,
            Score.answers_version,
        )
        .join(Score, Score.response_id == Response.id)
        .where(Patient.study_id == study_id)
        .order_by(*_sitting(by_text), by_text(Score.scale), Score.scored_at, by_text(Score.rule_version))
    )
    return stream(session, found, StoredScore._make)


def responses(session: Session, study_id: int) -> Iterator[StoredResponse]:
    """By patient, timepoint, instrument and sitting."""
    by_text = order_of_texts(session)
    scored = select(Score.response_id, func.count().label("scores")).group_by(Score.response_id).subquery()
    found = (
        select(
            Patient.code,
            Assessment.key,
            Assessment.state,
            Response.instrument,
            Response.instrument_version,
            Response.sitting,
            Response.state,
            func.coalesce(scored.c.scores, 0),
        )
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .outerjoin(scored, scored.c.response_id == Response.id)
        .where(Patient.study_id == study_id)
        .order_by(*_sitting(by_text))
    )
    return stream(session, found, StoredResponse._make)


def sittings(session: Session, study_id: int) -> Iterator[StoredSitting]:
    """By patient, timepoint, instrument and sitting."""
    by_text = order_of_texts(session)
    found = (
        _of_responses(
            Response.sitting,
            Response.state,
            Response.mode,
            Response.language,
            Response.wording_hash,
            Response.started_at,
            Response.finished_at,
        )
        .where(Patient.study_id == study_id)
        .order_by(*_sitting(by_text))
    )
    return stream(session, found, StoredSitting._make)


def wordings(session: Session, study_id: int) -> tuple[StoredWording, ...]:
    """In which wordings the responses of a study were asked: by instrument, language and hash, placeholders first."""
    asked = (Response.instrument, Response.language, Response.wording_hash)
    found = (
        select(*asked, func.count())
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Patient.study_id == study_id)
        .group_by(*asked)
    )
    rows = (StoredWording(*row) for row in session.execute(found))
    return tuple(sorted(rows, key=lambda row: (row.instrument, row.language, row.wording_hash or "")))


def alerts(session: Session, study_id: int) -> Iterator[StoredAlert]:
    """By patient, timepoint, instrument, rule, scale and when they were raised."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            Alert.id,
            Site.code,
            Assessment.key,
            Response.instrument,
            Alert.rule,
            Alert.protocol_version,
            Alert.severity,
            Alert.scale,
            Alert.evidence,
            Alert.raised_at,
            Alert.state,
            Alert.acknowledged_at,
            Alert.closed_at,
        )
        .join(Patient, Patient.id == Alert.patient_id)
        .join(Site, Site.id == Alert.site_id)
        .join(Response, Response.id == Alert.response_id)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .where(Patient.study_id == study_id)
        .order_by(*_sitting(by_text), by_text(Alert.rule), by_text(Alert.scale), Alert.raised_at)
    )
    return stream(session, found, StoredAlert._make)


def actions(session: Session, study_id: int) -> Iterator[StoredAction]:
    """What was done about alerts, oldest first; the notes are not read."""
    found = (
        select(AlertAction.alert_id, AlertAction.action, AlertAction.acted_at)
        .join(Alert, Alert.id == AlertAction.alert_id)
        .join(Patient, Patient.id == Alert.patient_id)
        .where(Patient.study_id == study_id)
        .order_by(AlertAction.acted_at, AlertAction.id)
    )
    return stream(session, found, StoredAction._make)


def _of_responses(*columns: Any) -> Select[Any]:
    """What answers and scores share: where they belong."""
    return (
        select(
            Patient.code,
            Site.code,
            Assessment.key,
            Assessment.rule,
            Response.instrument,
            Response.instrument_version,
            *columns,
        )
        .select_from(Response)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
    )


def _sitting(by_text: Callable[[Any], Any]) -> tuple[Any, ...]:
    return (
        by_text(Patient.code),
        Assessment.due_on,
        by_text(Assessment.key),
        by_text(Response.instrument),
        Response.sitting,
    )
