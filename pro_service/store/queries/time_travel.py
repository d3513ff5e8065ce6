"""What is read to show a patient on another day: every fact and every change, each with when it was recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.time_travel import KnownFact, PastChange
from pro_service.store.models import Assessment, AssessmentChange, CourseEvent, Message, Patient
from pro_service.store.records import people


@dataclass(frozen=True, kw_only=True)
class PastMessage:
    """A message to the patient: when it was handed over (or meant to be), and what became of it since."""

    key: str
    kind: str
    ordinal: int
    at: datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class OwnWindow:
    """An assessment's own dates, for those the plan of that day does not hold, and from when its messages count."""

    key: str
    due_on: date
    open_on: date
    close_on: date
    contact_from: datetime


def facts(session: Session, patient_id: int) -> tuple[KnownFact, ...]:
    """Every fact, voided ones too, in the order of recording."""
    rows = session.scalars(
        select(CourseEvent).where(CourseEvent.patient_id == patient_id).order_by(CourseEvent.id)
    ).all()
    zone = session.get_one(Patient, patient_id).time_zone
    voided = {row.voids_id: row.recorded_at for row in rows if row.voids_id is not None}
    return tuple(
        known
        for row in rows
        if row.voids_id is None and row.discloses_id is None
        for known in _known(row, [one for one in rows if one.discloses_id == row.id], voided, zone)
    )


def _known(
    row: CourseEvent, tellings: Sequence[CourseEvent], voided: Mapping[int, datetime], zone: str
) -> Iterator[KnownFact]:
    """A fact as it was known, one after the other: untold, told, and untold again where a telling was voided."""
    end = voided.get(row.id)
    since: datetime | None = row.recorded_at
    untold = people.as_event(row, zone=zone)
    for telling in tellings:
        if since is not None:
            yield KnownFact(event=untold, recorded_at=since, voided_at=telling.recorded_at)
        since = voided.get(telling.id)
        until = min((at for at in (since, end) if at is not None), default=None)
        told = people.as_event(row, zone=zone, telling=telling)
        yield KnownFact(event=told, recorded_at=telling.recorded_at, voided_at=until)
    if since is not None:
        yield KnownFact(event=untold, recorded_at=since, voided_at=end)


def changes(session: Session, patient_id: int) -> tuple[PastChange, ...]:
    """Every change of the patient's assessments, in the order of recording."""
    found = (
        select(Assessment.key, AssessmentChange.after, AssessmentChange.changed_at)
        .join(Assessment, Assessment.id == AssessmentChange.assessment_id)
        .where(Assessment.patient_id == patient_id)
        .order_by(AssessmentChange.id)
    )
    return tuple(
        PastChange(key=key, state=(after or {}).get("state"), changed_at=at)
        for key, after, at in session.execute(found)
    )


@dataclass(frozen=True, kw_only=True)
class ChangeFacts:
    """One change of one assessment: what, why, from and to what, by whom."""

    key: str
    change: str
    reason: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    changed_at: datetime
    changed_by: str


def history(session: Session, patient_id: int, *, limit: int) -> tuple[ChangeFacts, ...]:
    """The newest changes of a patient's assessments, newest first."""
    found = (
        select(Assessment.key, AssessmentChange)
        .join(Assessment, Assessment.id == AssessmentChange.assessment_id)
        .where(Assessment.patient_id == patient_id)
        .order_by(AssessmentChange.id.desc())
        .limit(limit)
    )
    return tuple(
        ChangeFacts(
            key=key,
            change=row.change,
            reason=row.reason,
            before=row.before or {},
            after=row.after or {},
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
        for key, row in session.execute(found)
    )


def windows(session: Session, patient_id: int) -> tuple[OwnWindow, ...]:
    found = select(Assessment).where(Assessment.patient_id == patient_id)
    return tuple(
        OwnWindow(
            key=row.key,
            due_on=row.due_on,
            open_on=row.open_on,
            close_on=row.close_on,
            contact_from=row.contact_from,
        )
        for row in session.scalars(found.order_by(Assessment.due_on, Assessment.key))
    )


def messages(session: Session, patient_id: int, *, before: datetime) -> tuple[PastMessage, ...]:
    """What had been put into the outbox for the patient before an instant, oldest first."""
    found = (
        select(Message, Assessment.key)
        .join(Assessment, Assessment.id == Message.assessment_id)
        .where(Message.patient_id == patient_id, Message.created_at < before)
        .order_by(Message.id)
    )
    return tuple(
        PastMessage(
            key=key, kind=row.kind, ordinal=row.ordinal, at=row.accepted_at or row.not_before, state=row.state
        )
        for row, key in session.execute(found)
    )
