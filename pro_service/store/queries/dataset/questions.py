"""Queries, consents and edit checks of a study, as an export needs them. No text that a person typed is read."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pro_service.core.dataset.stored import StoredConsent, StoredPrompt, StoredQuery
from pro_service.core.provenance import QueryAct
from pro_service.store.models import (
    Answer,
    AnswerPrompt,
    Assessment,
    ConsentEntry,
    ConsentText,
    CourseEvent,
    DataQuery,
    DataQueryStep,
    Patient,
    Response,
    Site,
)
from pro_service.store.queries.dataset.view import order_of_texts, staff_code, stream


def question_moments(
    of_patient: Select[Any], forms: Select[Any]
) -> tuple[tuple[ColumnElement[bool], tuple[Any, ...]], ...]:
    """Where to look for the newest instant of these tables."""
    queries = select(DataQuery.id).where(DataQuery.patient_id.in_(of_patient))
    return (
        (DataQueryStep.query_id.in_(queries), (DataQueryStep.acted_at,)),
        (ConsentEntry.patient_id.in_(of_patient), (ConsentEntry.recorded_at,)),
        (AnswerPrompt.assessment_id.in_(forms), (AnswerPrompt.prompted_at,)),
    )


def queries(session: Session, study_id: int) -> Iterator[StoredQuery]:
    """By patient, in the order of opening."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            Site.code,
            DataQuery.kind,
            Assessment.key,
            DataQuery.instrument,
            DataQuery.item,
            CourseEvent.type,
            CourseEvent.on,
            DataQuery.visit,
            DataQuery.field,
            DataQuery.state,
            DataQuery.opened_at,
            staff_code(DataQuery.opened_by),
            _last(QueryAct.ANSWERED),
            _last(QueryAct.CLOSED),
            _step(func.count(DataQueryStep.id), QueryAct.REOPENED),
        )
        .join(Patient, Patient.id == DataQuery.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .outerjoin(Assessment, Assessment.id == DataQuery.assessment_id)
        .outerjoin(CourseEvent, CourseEvent.id == DataQuery.event_id)
        .where(Patient.study_id == study_id)
        .order_by(by_text(Patient.code), DataQuery.opened_at, DataQuery.id)
    )
    return stream(session, found, StoredQuery._make)


def _last(act: QueryAct) -> Any:
    return _step(func.max(DataQueryStep.acted_at), act)


def _step(what: Any, act: QueryAct) -> Any:
    """Something of the steps of one kind of the query of the row around."""
    return (
        select(what)
        .where(DataQueryStep.query_id == DataQuery.id, DataQueryStep.act == act)
        .correlate(DataQuery)
        .scalar_subquery()
    )


def consents(session: Session, study_id: int) -> Iterator[StoredConsent]:
    """By patient, in the order of recording."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            Site.code,
            ConsentEntry.scope,
            ConsentEntry.act,
            ConsentEntry.on,
            ConsentText.ref,
            ConsentText.version,
            ConsentText.language,
            ConsentText.sha256,
            ConsentEntry.recorded_at,
            staff_code(ConsentEntry.recorded_by),
        )
        .join(Patient, Patient.id == ConsentEntry.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .outerjoin(ConsentText, ConsentText.id == ConsentEntry.text_id)
        .where(Patient.study_id == study_id)
        .order_by(by_text(Patient.code), ConsentEntry.recorded_at, ConsentEntry.id)
    )
    return stream(session, found, StoredConsent._make)


def prompts(session: Session, study_id: int) -> Iterator[StoredPrompt]:
    """By patient, timepoint, instrument, item and instant; each with the first answer that came afterwards."""
    by_text = order_of_texts(session)
    after = (
        select(func.min(Answer.id))
        .join(Response, Response.id == Answer.response_id)
        .where(
            Response.assessment_id == AnswerPrompt.assessment_id,
            Response.instrument == AnswerPrompt.instrument,
            Answer.item == AnswerPrompt.item,
            Answer.received_at >= AnswerPrompt.prompted_at,
        )
        .correlate(AnswerPrompt)
        .scalar_subquery()
    )
    found = (
        select(
            Patient.code,
            Site.code,
            Assessment.key,
            AnswerPrompt.instrument,
            AnswerPrompt.item,
            AnswerPrompt.source,
            AnswerPrompt.code,
            AnswerPrompt.given,
            AnswerPrompt.prompted_at,
            staff_code(AnswerPrompt.prompted_by),
            Answer.value,
            Answer.version,
            Answer.received_at,
        )
        .join(Assessment, Assessment.id == AnswerPrompt.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .outerjoin(Answer, Answer.id == after)
        .where(Patient.study_id == study_id)
        .order_by(
            by_text(Patient.code),
            Assessment.due_on,
            by_text(Assessment.key),
            by_text(AnswerPrompt.instrument),
            by_text(AnswerPrompt.item),
            AnswerPrompt.prompted_at,
            AnswerPrompt.id,
        )
    )
    return stream(session, found, StoredPrompt._make)
