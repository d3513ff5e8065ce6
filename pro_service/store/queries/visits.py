"""What the lists and calendars of visits read: courses of a site's patients, and the feeds of a site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.course import Event
from pro_service.store.models import CalendarFeed, CourseEvent, Patient, Site, Study
from pro_service.store.queries.facts import SiteFacts, site_facts
from pro_service.store.records import people


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """A patient with the facts that stand, and what was ever told of each visit by its key, voided or not."""

    code: str
    site_code: str
    protocol_version: str
    time_zone: str
    enrolled_at: datetime
    events: tuple[Event, ...]
    told: Mapping[str, "Told"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """How often something was told of a visit or taken back, and when last. It only grows."""

    times: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class FeedFacts:
    """A calendar that a site's program may read; its secret is not known here."""

    id: int
    site_code: str
    language: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, kw_only=True)
class FeedRead:
    """What an address shows: the visits of this site."""

    study: str
    site: SiteFacts
    language: str


def courses(session: Session, site_ids: Sequence[int]) -> tuple[CourseFacts, ...]:
    """Every patient of these sites by code, in two statements however many there are."""
    patients = session.execute(
        select(Patient, Site.code)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.site_id.in_(site_ids))
        .order_by(Patient.code)
    ).all()
    rows = session.scalars(
        select(CourseEvent)
        .join(Patient, Patient.id == CourseEvent.patient_id)
        .where(Patient.site_id.in_(site_ids))
        .order_by(CourseEvent.patient_id, CourseEvent.id)
    ).all()
    facts = {owner: tuple(own) for owner, own in groupby(rows, key=lambda row: row.patient_id)}
    return tuple(_course(patient, site_code, facts.get(patient.id, ())) for patient, site_code in patients)


def feeds(session: Session, site_ids: Sequence[int]) -> tuple[FeedFacts, ...]:
    """The calendars of these sites that can still be read, newest first."""
    found = session.execute(
        select(CalendarFeed, Site.code)
        .join(Site, Site.id == CalendarFeed.site_id)
        .where(CalendarFeed.site_id.in_(site_ids), CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.created_at.desc(), CalendarFeed.id.desc())
    )
    return tuple(
        FeedFacts(
            id=row.id,
            site_code=code,
            language=row.language,
            created_at=row.created_at,
            created_by=row.created_by,
        )
        for row, code in found
    )


def feed_behind(session: Session, token_hash: str) -> FeedRead | None:
    """What the address with this secret shows; None for one that never was or is revoked."""
    row = session.execute(
        select(CalendarFeed, Site, Study.code)
        .join(Site, Site.id == CalendarFeed.site_id)
        .join(Study, Study.id == Site.study_id)
        .where(CalendarFeed.token_hash == token_hash, CalendarFeed.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else FeedRead(study=row[2], site=site_facts(row[1]), language=row[0].language)


def _course(patient: Patient, site_code: str, rows: Sequence[CourseEvent]) -> CourseFacts:
    standing = people.standing(rows)
    visits = {row.id: row.visit for row in rows}
    told: dict[str, Told] = {}
    for row in rows:
        key = row.visit if row.voids_id is None else visits.get(row.voids_id)
        if key is not None:
            before = told.get(key)
            last_at = max(row.recorded_at, before.last_at) if before else row.recorded_at
            told[key] = Told(times=1 + (before.times if before else 0), last_at=last_at)
    return CourseFacts(
        code=patient.code,
        site_code=site_code,
        protocol_version=patient.protocol_version,
        time_zone=patient.time_zone,
        enrolled_at=patient.enrolled_at,
        events=people.as_events(standing, zone=patient.time_zone),
        told=told,
    )
