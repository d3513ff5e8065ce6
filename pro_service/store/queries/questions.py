"""Queries about data with their threads, and the register of consents: for the pages and programs that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.models import (
    Assessment,
    ConsentEntry,
    ConsentText,
    CourseEvent,
    DataQuery,
    DataQueryStep,
    Patient,
    Site,
)


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """What somebody said or did about a query."""

    act: str
    text: str
    acted_at: datetime
    acted_by: str


@dataclass(frozen=True, kw_only=True)
class QueryFacts:
    """A query, what it is about, and its thread, oldest step first."""

    id: int
    patient_code: str
    site: str
    kind: str
    assessment_id: int | None
    timepoint: str | None
    instrument: str | None
    item: str | None
    event_id: int | None
    event_type: str | None
    event_on: date | None
    visit: str | None
    field: str | None
    state: str
    opened_at: datetime
    opened_by: str
    steps: tuple[StepFacts, ...]


@dataclass(frozen=True, kw_only=True)
class ConsentTextFacts:
    """A registered version of a consent text."""

    id: int
    ref: str
    version: str
    language: str
    sha256: str
    registered_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentFacts:
    """One entry of a patient's register; without a text where that was not kept."""

    scope: str
    act: str
    on: date
    text: ConsentTextFacts | None
    recorded_at: datetime
    recorded_by: str


def data_queries(
    session: Session,
    site_ids: Sequence[int],
    *,
    state: str = "",
    kind: str = "",
    patient: str = "",
    limit: int,
) -> tuple[QueryFacts, ...]:
    """Of these sites, the one that waits longest first; of one state, kind or patient if given."""
    found = (
        select(DataQuery, Patient.code, Site.code, Assessment.key, CourseEvent.type, CourseEvent.on)
        .join(Patient, Patient.id == DataQuery.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .outerjoin(Assessment, Assessment.id == DataQuery.assessment_id)
        .outerjoin(CourseEvent, CourseEvent.id == DataQuery.event_id)
        .where(Patient.site_id.in_(site_ids))
        .order_by(DataQuery.opened_at, DataQuery.id)
        .limit(limit)
    )
    for column, wanted in ((DataQuery.state, state), (DataQuery.kind, kind), (Patient.code, patient)):
        if wanted:
            found = found.where(column == wanted)
    rows = session.execute(found).all()
    threads = _threads(session, [row[0].id for row in rows])
    return tuple(_query(*row, threads.get(row[0].id, ())) for row in rows)


def consent_texts(session: Session, study_id: int) -> tuple[ConsentTextFacts, ...]:
    """Newest first."""
    rows = session.scalars(
        select(ConsentText).where(ConsentText.study_id == study_id).order_by(ConsentText.id.desc())
    )
    return tuple(_text(row) for row in rows)


def consents_of(session: Session, patient_id: int) -> tuple[ConsentFacts, ...]:
    """A patient's register, in the order of recording."""
    rows = session.execute(
        select(ConsentEntry, ConsentText)
        .outerjoin(ConsentText, ConsentText.id == ConsentEntry.text_id)
        .where(ConsentEntry.patient_id == patient_id)
        .order_by(ConsentEntry.id)
    )
    return tuple(_consent(*row) for row in rows)


def _consent(row: ConsentEntry, text: ConsentText | None) -> ConsentFacts:
    return ConsentFacts(
        scope=row.scope,
        act=row.act,
        on=row.on,
        text=None if text is None else _text(text),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


def _threads(session: Session, ids: Sequence[int]) -> dict[int, tuple[StepFacts, ...]]:
    rows = session.scalars(
        select(DataQueryStep)
        .where(DataQueryStep.query_id.in_(ids))
        .order_by(DataQueryStep.query_id, DataQueryStep.id)
    )
    return {
        key: tuple(
            StepFacts(act=row.act, text=row.text, acted_at=row.acted_at, acted_by=row.acted_by) for row in own
        )
        for key, own in groupby(rows, key=lambda row: row.query_id)
    }


def _query(
    row: DataQuery,
    patient: str,
    site: str,
    key: str | None,
    event_type: str | None,
    event_on: date | None,
    steps: tuple[StepFacts, ...],
) -> QueryFacts:
    return QueryFacts(
        id=row.id,
        patient_code=patient,
        site=site,
        kind=row.kind,
        assessment_id=row.assessment_id,
        timepoint=key,
        instrument=row.instrument,
        item=row.item,
        event_id=row.event_id,
        event_type=event_type,
        event_on=event_on,
        visit=row.visit,
        field=row.field,
        state=row.state,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        steps=steps,
    )


def _text(row: ConsentText) -> ConsentTextFacts:
    return ConsentTextFacts(
        id=row.id,
        ref=row.ref,
        version=row.version,
        language=row.language,
        sha256=row.sha256,
        registered_at=row.registered_at,
    )
