"""Rows of activated protocol versions and of patients' moves between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.lifecycle import MessageState
from pro_service.store.models import (
    Assessment,
    CourseEvent,
    Message,
    Patient,
    ProtocolActivation,
    ProtocolMigration,
    Site,
    Study,
)
from pro_service.store.records import people

Owned = TypeVar("Owned", CourseEvent, Assessment)
_PERHAPS_SENT = (MessageState.SENDING, MessageState.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Activated:
    """A version in force in a study since its first activation, as its files were read then."""

    study: str
    version: str
    sha256: str
    texts: Mapping[str, str]
    instruments: Mapping[str, str]
    activated_at: datetime
    activated_by: str


def study_locked(session: Session, code: str) -> Study | None:
    """The study's row, locked: one person at a time puts versions in force."""
    return session.scalar(select(Study).where(Study.code == code).with_for_update())


def activated(session: Session, *, study_id: int | None = None) -> tuple[Activated, ...]:
    """Each version activated in a study (or in any), by its first activation, oldest first."""
    found = select(ProtocolActivation, Study.code).join(Study, Study.id == ProtocolActivation.study_id)
    if study_id is not None:
        found = found.where(ProtocolActivation.study_id == study_id)
    first: dict[tuple[str, str], Activated] = {}
    for row, code in session.execute(found.order_by(ProtocolActivation.id)):
        first.setdefault((code, row.version), _activated(row, code))
    return tuple(first.values())


def _activated(row: ProtocolActivation, study: str) -> Activated:
    return Activated(
        study=study,
        version=row.version,
        sha256=row.sha256,
        texts=row.texts,
        instruments=row.instruments,
        activated_at=row.activated_at,
        activated_by=row.activated_by,
    )


def fingerprints(session: Session) -> frozenset[tuple[str, str]]:
    """(version, sha256) of everything activated anywhere; a small table, asked often."""
    found = select(ProtocolActivation.version, ProtocolActivation.sha256).distinct()
    return frozenset((row[0], row[1]) for row in session.execute(found))


def last_migration(session: Session, patient_id: int) -> ProtocolMigration | None:
    """The patient's last move that was not undone and is no undoing."""
    undone = select(ProtocolMigration.undoes_id).where(
        ProtocolMigration.patient_id == patient_id, ProtocolMigration.undoes_id.is_not(None)
    )
    return session.scalar(
        select(ProtocolMigration)
        .where(
            ProtocolMigration.patient_id == patient_id,
            ProtocolMigration.undoes_id.is_(None),
            ProtocolMigration.id.not_in(undone),
        )
        .order_by(ProtocolMigration.id.desc())
        .limit(1)
    )


def patients_of(
    session: Session, *, study_id: int, sites: Sequence[str], codes: Sequence[str]
) -> Sequence[tuple[Patient, str]]:
    """Patients with the code of their site, by code; empty `sites` and `codes` mean everybody."""
    found = select(Patient, Site.code).join(Site, Site.id == Patient.site_id)
    found = found.where(Patient.study_id == study_id)
    if sites:
        found = found.where(Site.code.in_(sites))
    if codes:
        found = found.where(Patient.code.in_(codes))
    return [(row[0], row[1]) for row in session.execute(found.order_by(Patient.code))]


def site_codes(session: Session, study_id: int) -> tuple[str, ...]:
    return tuple(session.scalars(select(Site.code).where(Site.study_id == study_id).order_by(Site.code)))


def standing_facts(session: Session, study_id: int) -> Mapping[int, list[CourseEvent]]:
    """The facts that stand of every patient of a study, by patient, in the order of recording: one statement."""
    found = (
        select(CourseEvent)
        .join(Patient, Patient.id == CourseEvent.patient_id)
        .where(Patient.study_id == study_id)
        .order_by(CourseEvent.id)
    )
    rows = session.scalars(found).all()
    voided = {row.voids_id for row in rows}
    kept = (row for row in rows if row.id not in voided and row.voids_id is None)
    return _by_patient(kept)


def assessments_of_study(session: Session, study_id: int) -> Mapping[int, list[Assessment]]:
    """Every assessment of a study, by patient, by due date and key: one statement."""
    found = (
        select(Assessment)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(Patient.study_id == study_id)
        .order_by(Assessment.due_on, Assessment.key)
    )
    return _by_patient(session.scalars(found))


def _by_patient(rows: Iterable[Owned]) -> dict[int, list[Owned]]:
    found: dict[int, list[Owned]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append(row)
    return found


def sent_since(session: Session, assessment_ids: Sequence[int], *, since: datetime) -> frozenset[int]:
    """Of these assessments, those about which a message went out since an instant, or may have."""
    found = select(Message.assessment_id).where(
        Message.assessment_id.in_(assessment_ids),
        (Message.accepted_at >= since) | Message.state.in_(_PERHAPS_SENT),
    )
    return frozenset(one for one in session.scalars(found) if one is not None)


def taken_back_since(session: Session, assessment_id: int, *, since: datetime) -> bool:
    """Was a message about the assessment cancelled, untried, since an instant?"""
    found = select(Message.id).where(
        Message.assessment_id == assessment_id,
        Message.state == MessageState.CANCELLED,
        Message.settled_at >= since,
    )
    return session.scalar(found.limit(1)) is not None


def add_migration(session: Session, **values: Any) -> None:
    """DuplicateError if what it undoes is undone already."""
    people.add(session, ProtocolMigration(**values))
