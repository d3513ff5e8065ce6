"""Corrections for the lists and pages that show them, each with what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pro_service.store.models import Answer, Assessment, CorrectedItem, Correction, Patient, Response, Site


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """One item: what it held (None with `was_refused` unset: nothing), and what it is to hold."""

    item: str
    old_value: int | None
    was_refused: bool
    value: int | None
    refused: bool


@dataclass(frozen=True, kw_only=True)
class CorrectionFacts:
    """A correction and where it stands."""

    id: int
    patient_code: str
    site: str
    assessment_id: int
    timepoint: str
    instrument: str
    state: str
    reason: str
    note: str
    source: str
    source_on: date
    asked_by: str
    requested_at: datetime
    requested_by: str
    decided_at: datetime | None
    decided_by: str | None
    decision_note: str
    changes: tuple[ItemChange, ...]


def corrections(
    session: Session,
    site_ids: Sequence[int],
    *,
    state: str = "",
    assessment_id: int | None = None,
    limit: int,
) -> tuple[CorrectionFacts, ...]:
    """Of these sites, newest first; of one state or assessment if given."""
    found = _select().where(Patient.site_id.in_(site_ids))
    if state:
        found = found.where(Correction.state == state)
    if assessment_id is not None:
        found = found.where(Assessment.id == assessment_id)
    rows = session.execute(found.order_by(Correction.id.desc()).limit(limit)).all()
    changed = _changes(session, [row[0].id for row in rows])
    return tuple(_facts(*row, changed.get(row[0].id, ())) for row in rows)


def correction(session: Session, correction_id: int, *, site_ids: Sequence[int]) -> CorrectionFacts | None:
    """None for one of another site as for one that is not."""
    found = _select().where(Correction.id == correction_id, Patient.site_id.in_(site_ids))
    row = session.execute(found).one_or_none()
    return None if row is None else _facts(*row, _changes(session, [correction_id]).get(correction_id, ()))


def _select() -> Select[Correction, str, str, int, str, str]:
    return (
        select(Correction, Patient.code, Site.code, Assessment.id, Assessment.key, Response.instrument)
        .join(Response, Response.id == Correction.response_id)
        .join(Assessment, Assessment.id == Response.assessment_id)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
    )


def _changes(session: Session, ids: Sequence[int]) -> dict[int, tuple[ItemChange, ...]]:
    found = (
        select(CorrectedItem, Answer.value, Answer.refused)
        .join(Correction, Correction.id == CorrectedItem.correction_id)
        .outerjoin(
            Answer,
            (Answer.response_id == Correction.response_id)
            & (Answer.item == CorrectedItem.item)
            & (Answer.version == CorrectedItem.old_version),
        )
        .where(CorrectedItem.correction_id.in_(ids))
        .order_by(CorrectedItem.correction_id, CorrectedItem.id)
    )
    rows = session.execute(found)
    return {
        key: tuple(
            ItemChange(
                item=item.item,
                old_value=old,
                was_refused=bool(refused),
                value=item.value,
                refused=item.refused,
            )
            for item, old, refused in own
        )
        for key, own in groupby(rows, key=lambda row: row[0].correction_id)
    }


def _facts(
    row: Correction,
    patient: str,
    site: str,
    assessment_id: int,
    key: str,
    instrument: str,
    changes: tuple[ItemChange, ...],
) -> CorrectionFacts:
    return CorrectionFacts(
        id=row.id,
        patient_code=patient,
        site=site,
        assessment_id=assessment_id,
        timepoint=key,
        instrument=instrument,
        state=row.state,
        reason=row.reason,
        note=row.note,
        source=row.source,
        source_on=row.source_on,
        asked_by=row.asked_by,
        requested_at=row.requested_at,
        requested_by=row.requested_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decision_note=row.decision_note,
        changes=changes,
    )
