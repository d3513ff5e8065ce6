"""Rows of studies, sites, staff and patients."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pro_service.core.course import Event
from pro_service.core.timing import local_day
from pro_service.store.db import flush
from pro_service.store.models import (
    Assessment,
    CourseEvent,
    Patient,
    Site,
    Staff,
    StaffSession,
    Study,
)
from pro_service.store.records.locks import locked_patients

# Built once: every change of a patient begins with these two.
_PATIENT = (
    select(Patient)
    .join(Study)
    .where(Study.code == bindparam("study"), Patient.code == bindparam("code"))
    .with_for_update(of=Patient)
)
_FACTS = select(CourseEvent).where(CourseEvent.patient_id == bindparam("patient_id")).order_by(CourseEvent.id)


def study(session: Session, code: str) -> Study | None:
    return session.scalar(select(Study).where(Study.code == code))


def site(session: Session, *, study_id: int, code: str) -> Site | None:
    return session.scalar(select(Site).where(Site.study_id == study_id, Site.code == code))


def patient(session: Session, *, study: str, code: str) -> Patient | None:
    """The patient's row, locked: one use case at a time works on a patient."""
    return session.scalar(_PATIENT, {"study": study, "code": code})


def patient_by_id(session: Session, patient_id: int) -> Patient:
    """The patient's row, locked."""
    return session.scalars(select(Patient).where(Patient.id == patient_id).with_for_update()).one()


def patient_unlocked(session: Session, patient_id: int) -> Patient:
    """The patient's row as it is, for whoever only reads it."""
    return session.get_one(Patient, patient_id)


def patient_of_contact(session: Session, contact_id: str) -> Patient | None:
    """The patient reached at a contact, locked."""
    return session.scalar(select(Patient).where(Patient.contact_id == contact_id).with_for_update())


def site_of(session: Session, row: Patient) -> Site:
    return session.get_one(Site, row.site_id)


def study_of(session: Session, row: Patient) -> Study:
    return session.get_one(Study, row.study_id)


def patients_to_replan(session: Session, *, by: date) -> Sequence[int]:
    """Patients for whom a recorded fact takes effect on or before `by`."""
    found = select(Patient.id).where(Patient.replan_on <= by, Patient.id.not_in(locked_patients()))
    return session.scalars(found.order_by(Patient.id)).all()


def facts(session: Session, patient_id: int) -> tuple[CourseEvent, ...]:
    """Every fact that stands (not voided, and no voiding), in the order of recording."""
    return standing(session.scalars(_FACTS, {"patient_id": patient_id}).all())


def standing(rows: Sequence[CourseEvent]) -> tuple[CourseEvent, ...]:
    """Of every row of a patient's course those that count: not voided, and no voiding."""
    voided = {row.voids_id for row in rows}
    return tuple(row for row in rows if row.id not in voided and row.voids_id is None)


def as_event(row: CourseEvent, *, zone: str, telling: CourseEvent | None = None) -> Event:
    """The fact as the course takes it; `telling` is the row that says on which day the result was told.

    `zone` is the patient's now, for a row that does not know the one of its recording.
    """
    said = telling or row
    return Event(
        type=row.type,
        on=row.on,
        result=row.result,
        disclosed_on=telling.on if telling else row.disclosed_on,
        relation=row.relation,
        reason=row.reason,
        visit=row.visit,
        visit_on=row.visit_on,
        id=str(row.id),
        bundle=row.details.get("bundle"),
        recorded_on=local_day(said.recorded_at, said.recorded_zone or zone),
    )


def as_events(rows: Sequence[CourseEvent], *, zone: str) -> tuple[Event, ...]:
    """Facts that stand as the course takes them: a result carries the day on which it was told."""
    tellings = {row.discloses_id: row for row in rows if row.discloses_id is not None}
    return tuple(
        as_event(row, zone=zone, telling=tellings.get(row.id)) for row in rows if row.discloses_id is None
    )


def events(session: Session, patient_id: int) -> tuple[Event, ...]:
    zone = session.get_one(Patient, patient_id).time_zone
    return as_events(facts(session, patient_id), zone=zone)


def fact(session: Session, event_id: int) -> CourseEvent | None:
    return session.get(CourseEvent, event_id)


def staff_by_login(session: Session, login: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.login == login).with_for_update())


def staff_session(session: Session, token_hash: str) -> tuple[StaffSession, Staff] | None:
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == token_hash)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def surroundings(session: Session, staff_id: int) -> tuple[str, tuple[str, ...]]:
    """The study's code, and the codes and names of its sites, of a member of staff."""
    code = session.scalars(
        select(Study.code).join(Staff, Staff.study_id == Study.id).where(Staff.id == staff_id)
    )
    sites = select(Site.code, Site.name).join(Staff, Staff.study_id == Site.study_id)
    found = session.execute(sites.where(Staff.id == staff_id))
    return code.one(), tuple(word for row in found for word in row)


def add(session: Session, *rows: object) -> None:
    """Add rows and give them their ids. DuplicateError if one that must be unique is there already."""
    session.add_all(rows)
    flush(session)


def add_all(session: Session, rows: Iterable[object]) -> None:
    session.add_all(rows)


def next_replan(session: Session) -> datetime | None:
    """When the next recorded fact takes effect somewhere: UTC midnight of its day less a day, early in every zone."""
    day = session.scalar(
        select(Patient.replan_on).where(Patient.replan_on.is_not(None)).order_by(Patient.replan_on)
    )
    return None if day is None else datetime.combine(day, time(0), UTC)


def patient_of_assessment(session: Session, row: Assessment) -> Patient:
    """The patient an assessment is expected of; not locked."""
    return session.get_one(Patient, row.patient_id)


def staff_by_id(session: Session, staff_id: int) -> Staff:
    return session.get_one(Staff, staff_id)
