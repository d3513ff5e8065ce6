"""Why forms of a study are missing and what was corrected, as an export needs it. No note is read."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from pro_service.core.dataset.stored import StoredCorrection, StoredReason
from pro_service.core.provenance import ReasonSource
from pro_service.store.models import (
    Answer,
    Assessment,
    CorrectedItem,
    Correction,
    MissingReason,
    Patient,
    Response,
    Site,
)
from pro_service.store.queries.dataset.view import order_of_texts, staff_code, stream


def provenance_moments(
    forms: Select[Any], responses: Select[Any]
) -> tuple[tuple[ColumnElement[bool], tuple[Any, ...]], ...]:
    """Where to look for the newest instant of these tables: a condition, and the columns that hold instants."""
    return (
        (MissingReason.assessment_id.in_(forms), (MissingReason.given_at,)),
        (Correction.response_id.in_(responses), (Correction.requested_at, Correction.decided_at)),
    )


def newest_reason(source: ReasonSource) -> ColumnElement[str | None]:
    """The code a source gave last for the assessment of the row around."""
    return (
        select(MissingReason.code)
        .where(MissingReason.assessment_id == Assessment.id, MissingReason.source == source)
        .order_by(MissingReason.version.desc())
        .limit(1)
        .correlate(Assessment)
        .scalar_subquery()
    )


def missing_reasons(session: Session, study_id: int) -> Iterator[StoredReason]:
    """By patient, timepoint, source and version."""
    by_text = order_of_texts(session)
    later = aliased(MissingReason)
    newer = (
        select(later.id)
        .where(
            later.assessment_id == MissingReason.assessment_id,
            later.source == MissingReason.source,
            later.version > MissingReason.version,
        )
        .exists()
    )
    found = (
        select(
            Patient.code,
            Site.code,
            Assessment.key,
            MissingReason.source,
            MissingReason.version,
            MissingReason.code,
            MissingReason.given_at,
            staff_code(MissingReason.given_by),
            ~newer,
        )
        .join(Assessment, Assessment.id == MissingReason.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.study_id == study_id)
        .order_by(
            by_text(Patient.code),
            Assessment.due_on,
            by_text(Assessment.key),
            by_text(MissingReason.source),
            MissingReason.version,
        )
    )
    return stream(session, found, StoredReason._make)


def corrections(session: Session, study_id: int) -> Iterator[StoredCorrection]:
    """By patient, timepoint, instrument, sitting, order of asking and item."""
    by_text = order_of_texts(session)
    found = (
        select(
            Patient.code,
            Site.code,
            Assessment.key,
            Response.instrument,
            Response.sitting,
            Correction.id,
            CorrectedItem.item,
            CorrectedItem.old_version,
            Answer.value,
            CorrectedItem.value,
            CorrectedItem.refused,
            Correction.state,
            Correction.reason,
            Correction.source,
            Correction.source_on,
            Correction.asked_by,
            staff_code(Correction.requested_by),
            Correction.requested_at,
            staff_code(Correction.decided_by),
            Correction.decided_at,
        )
        .join(Correction, Correction.id == CorrectedItem.correction_id)
        .join(Response, Response.id == Correction.response_id)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .outerjoin(
            Answer,
            (Answer.response_id == Response.id)
            & (Answer.item == CorrectedItem.item)
            & (Answer.version == CorrectedItem.old_version),
        )
        .where(Patient.study_id == study_id)
        .order_by(
            by_text(Patient.code),
            Assessment.due_on,
            by_text(Assessment.key),
            by_text(Response.instrument),
            Response.sitting,
            Correction.id,
            by_text(CorrectedItem.item),
        )
    )
    return stream(session, found, StoredCorrection._make)
