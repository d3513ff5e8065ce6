"""One form of one patient with everything that came back for it: every version of every answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import ResponseState
from pro_service.store.models import Answer, Assessment, Patient, Response, SiteEntry


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """One version of one answer. `entered_by` is who entered it for the patient, "" if nobody did."""

    version: int
    value: int | None
    refused: bool
    received_at: datetime
    entered_by: str
    reason: str
    corrected: bool


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """The versions of one item's answer, oldest first."""

    item: str
    versions: tuple[VersionFacts, ...]


@dataclass(frozen=True, kw_only=True)
class SittingFacts:
    """The sitting of an instrument that counts."""

    instrument: str
    state: str
    mode: str
    late: bool
    items: tuple[ItemFacts, ...]


@dataclass(frozen=True, kw_only=True)
class FormFacts:
    """An assessment and what came back for it."""

    id: int
    patient_code: str
    study_id: int
    protocol_version: str
    time_zone: str
    key: str
    state: str
    due_on: date
    open_on: date
    close_on: date
    closes_at: datetime
    instruments: tuple[str, ...]
    sittings: tuple[SittingFacts, ...]


def form(session: Session, assessment_id: int, *, site_ids: Sequence[int]) -> FormFacts | None:
    """None for an assessment of another site as for one that is not."""
    found = (
        select(Assessment, Patient)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Assessment.id == assessment_id, Patient.site_id.in_(site_ids))
    )
    row = session.execute(found).one_or_none()
    if row is None:
        return None
    assessment, patient = row
    return FormFacts(
        id=assessment.id,
        patient_code=patient.code,
        study_id=patient.study_id,
        protocol_version=patient.protocol_version,
        time_zone=patient.time_zone,
        key=assessment.key,
        state=assessment.state,
        due_on=assessment.due_on,
        open_on=assessment.open_on,
        close_on=assessment.close_on,
        closes_at=assessment.closes_at,
        instruments=tuple(assessment.instruments),
        sittings=_sittings(session, assessment_id),
    )


def _sittings(session: Session, assessment_id: int) -> tuple[SittingFacts, ...]:
    rows = session.scalars(
        select(Response)
        .where(Response.assessment_id == assessment_id, Response.state != ResponseState.SUPERSEDED)
        .order_by(Response.id)
    ).all()
    entries = {
        (row.response_id, row.client_id): row
        for row in session.scalars(select(SiteEntry).where(SiteEntry.assessment_id == assessment_id))
    }
    answers = session.scalars(
        select(Answer)
        .where(Answer.response_id.in_([row.id for row in rows]))
        .order_by(Answer.response_id, Answer.item, Answer.version)
    ).all()
    return tuple(
        SittingFacts(
            instrument=row.instrument,
            state=row.state,
            mode=row.mode,
            late=any(entry.late for entry in entries.values() if entry.response_id == row.id),
            items=_items([answer for answer in answers if answer.response_id == row.id], entries),
        )
        for row in rows
    )


def _items(answers: Sequence[Answer], entries: dict[tuple[int, str], SiteEntry]) -> tuple[ItemFacts, ...]:
    return tuple(
        ItemFacts(
            item=item,
            versions=tuple(_version(row, entries.get((row.response_id, row.entry_key or ""))) for row in own),
        )
        for item, own in groupby(answers, key=lambda row: row.item)
    )


def _version(row: Answer, entry: SiteEntry | None) -> VersionFacts:
    return VersionFacts(
        version=row.version,
        value=row.value,
        refused=row.refused,
        received_at=row.received_at,
        entered_by=entry.entered_by if entry else "",
        reason=entry.reason if entry else "",
        corrected=row.correction_id is not None,
    )
