"""What the pages and programs read about fresh facts: discrepancies, lags, statuses to check, empty plans."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from pro_service.core.course import Event
from pro_service.core.lifecycle import ANSWERABLE, AssessmentState
from pro_service.store.models import (
    Assessment,
    CourseEvent,
    ImportedFact,
    Patient,
    Site,
    StatusConfirmation,
)
from pro_service.store.records.people import as_event, as_events

_OPEN = ("contradicts", "refused")
_AHEAD = [str(AssessmentState.PLANNED), *(str(state) for state in ANSWERABLE)]


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """A fact on which a source and the service do not agree, with why by language."""

    id: int
    patient_code: str
    protocol_version: str
    source: str
    source_key: str
    state: str
    code: str
    told: Mapping[str, Any]
    explanation: Mapping[str, str]
    told_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_note: str | None


@dataclass(frozen=True, kw_only=True)
class PatientState:
    """A patient as a decision about their plan needs them."""

    id: int
    code: str
    site_code: str
    protocol_version: str
    time_zone: str
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class StatusKnown:
    """When a patient's status was last recorded or confirmed, and the next assessment that waits, if any."""

    patient: PatientState
    known_at: datetime
    next_key: str
    next_due_on: date


@dataclass(frozen=True, kw_only=True)
class RecordedFact:
    """A fact that stands, where it was recorded, and when."""

    site_code: str
    protocol_version: str
    time_zone: str
    event: Event
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class SentForm:
    """An assessment that was opened and that the plan of today does not hold any more."""

    patient: PatientState
    key: str
    opened_at: datetime
    state: str


def discrepancies(
    session: Session, site_ids: Sequence[int], *, settled: bool = False, limit: int
) -> tuple[Discrepancy, ...]:
    """What is to be settled (or was), the longest waiting first."""
    is_settled = ImportedFact.settled_at.is_not(None)
    found = (
        select(ImportedFact, Patient.code, Patient.protocol_version)
        .join(Patient, Patient.id == ImportedFact.patient_id)
        .where(
            Patient.site_id.in_(site_ids),
            ImportedFact.state.in_(_OPEN),
            is_settled if settled else ~is_settled,
        )
        .order_by(ImportedFact.told_at, ImportedFact.id)
        .limit(limit)
    )
    return tuple(_discrepancy(*row) for row in session.execute(found))


def count_discrepancies(session: Session, site_ids: Sequence[int], *, settled: bool = False) -> int:
    is_settled = ImportedFact.settled_at.is_not(None)
    found = (
        select(func.count())
        .select_from(ImportedFact)
        .join(Patient, Patient.id == ImportedFact.patient_id)
        .where(
            Patient.site_id.in_(site_ids),
            ImportedFact.state.in_(_OPEN),
            is_settled if settled else ~is_settled,
        )
    )
    return session.scalar(found) or 0


def count_of_patient(session: Session, patient_id: int) -> int:
    """How many discrepancies wait about one patient."""
    found = select(func.count()).select_from(ImportedFact)
    open_ones = ImportedFact.state.in_(_OPEN) & ImportedFact.settled_at.is_(None)
    return session.scalar(found.where(ImportedFact.patient_id == patient_id, open_ones)) or 0


def without_plan(session: Session, site_ids: Sequence[int]) -> tuple[PatientState, ...]:
    """Patients of whom no assessment is expected or was ever asked but by a planned day; by code."""
    wanted = exists().where(
        Assessment.patient_id == Patient.id,
        Assessment.state != AssessmentState.CANCELLED,
        Assessment.provisional.is_(False),
    )
    found = _patients().where(Patient.site_id.in_(site_ids), ~wanted).order_by(Patient.code)
    return tuple(_state(row) for row in session.execute(found))


def standing_events(session: Session, patient_ids: Sequence[int]) -> Mapping[int, tuple[Event, ...]]:
    """The facts that stand, by patient."""
    rows: dict[int, list[CourseEvent]] = {patient_id: [] for patient_id in patient_ids}
    zones = dict.fromkeys(patient_ids, "")
    found = _standing().join(Patient, Patient.id == CourseEvent.patient_id).add_columns(Patient.time_zone)
    mine = found.where(CourseEvent.patient_id.in_(patient_ids)).order_by(CourseEvent.id)
    for row, zone in session.execute(mine):
        rows[row.patient_id].append(row)
        zones[row.patient_id] = zone
    return {patient_id: as_events(each, zone=zones[patient_id]) for patient_id, each in rows.items()}


def statuses(session: Session, site_ids: Sequence[int], *, by: date) -> tuple[StatusKnown, ...]:
    """Patients who are followed and of whom an assessment is open, or due by a day, the next of each."""
    due = (
        select(Assessment.patient_id, Assessment.key, Assessment.due_on)
        .join(Patient, Patient.id == Assessment.patient_id)
        .where(
            Patient.site_id.in_(site_ids),
            Patient.ended_on.is_(None),
            Assessment.state.in_(_AHEAD),
            Assessment.due_on <= by,
        )
        .order_by(Assessment.due_on.desc(), Assessment.key.desc())
    )
    nearest = {row[0]: (row[1], row[2]) for row in session.execute(due)}
    people = _patients().where(Patient.id.in_(list(nearest))).order_by(Patient.code)
    patients = [_state(row) for row in session.execute(people)]
    known = known_at(session, [patient.id for patient in patients])
    return tuple(
        StatusKnown(
            patient=patient,
            known_at=known.get(patient.id, patient.enrolled_at),
            next_key=nearest[patient.id][0],
            next_due_on=nearest[patient.id][1],
        )
        for patient in patients
    )


def known_at(session: Session, patient_ids: Sequence[int]) -> Mapping[int, datetime]:
    """When somebody last recorded a fact of each patient or confirmed that nothing changed; absent if never."""
    newest: dict[int, datetime] = {}
    for table, column in (
        (CourseEvent, CourseEvent.recorded_at),
        (StatusConfirmation, StatusConfirmation.confirmed_at),
    ):
        found = select(table.patient_id, func.max(column)).where(table.patient_id.in_(patient_ids))
        for patient_id, moment in session.execute(found.group_by(table.patient_id)):
            newest[patient_id] = max(moment, newest.get(patient_id, moment))
    return newest


def confirmed_on(session: Session, patient_id: int) -> date | None:
    """The last day on which somebody confirmed that nothing changed."""
    found = select(func.max(StatusConfirmation.confirmed_on))
    return session.scalar(found.where(StatusConfirmation.patient_id == patient_id))


def recorded_facts(session: Session, study_id: int) -> Iterator[RecordedFact]:
    """Every fact of the study that stands, with where and when it was recorded."""
    found = (
        _standing()
        .join(Patient, Patient.id == CourseEvent.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.study_id == study_id)
        .add_columns(Site.code, Patient.protocol_version, Patient.time_zone)
    )
    rows = session.execute(found).all()
    told = {row.discloses_id: row for row, *_ in rows if row.discloses_id is not None}
    for row, site_code, version, zone in rows:
        if row.discloses_id is not None:
            continue
        yield RecordedFact(
            site_code=site_code,
            protocol_version=version,
            time_zone=zone,
            event=as_event(row, zone=zone, telling=told.get(row.id)),
            recorded_at=row.recorded_at,
        )


def sent_and_unexpected(
    session: Session, site_ids: Sequence[int], *, since: datetime
) -> tuple[SentForm, ...]:
    """Assessments put before their patient since then that are not expected as known now; newest first."""
    found = (
        select(Assessment, Patient, Site.code)
        .join(Patient, Patient.id == Assessment.patient_id)
        .join(Site, Site.id == Patient.site_id)
        .where(
            Patient.site_id.in_(site_ids),
            Assessment.opened_at >= since,
            Assessment.expected_now.is_(False),
        )
        .order_by(Assessment.opened_at.desc(), Assessment.id.desc())
    )
    return tuple(
        SentForm(patient=_state((patient, site)), key=row.key, opened_at=row.opened_at, state=row.state)
        for row, patient, site in session.execute(found)
        if row.opened_at is not None
    )


def _standing() -> Select[CourseEvent]:
    voiding = aliased(CourseEvent)
    voided = exists().where(voiding.voids_id == CourseEvent.id)
    return select(CourseEvent).where(CourseEvent.voids_id.is_(None), ~voided)


def _patients() -> Select[Patient, str]:
    return select(Patient, Site.code).join(Site, Site.id == Patient.site_id)


def _state(row: Any) -> PatientState:
    patient, site_code = row
    return PatientState(
        id=patient.id,
        code=patient.code,
        site_code=site_code,
        protocol_version=patient.protocol_version,
        time_zone=patient.time_zone,
        enrolled_at=patient.enrolled_at,
    )


def _discrepancy(row: ImportedFact, code: str, protocol_version: str) -> Discrepancy:
    return Discrepancy(
        id=row.id,
        patient_code=code,
        protocol_version=protocol_version,
        source=row.source,
        source_key=row.source_key,
        state=row.state,
        code=row.code,
        told=row.told,
        explanation=row.explanation,
        told_at=row.told_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settled_note=row.settled_note,
    )
