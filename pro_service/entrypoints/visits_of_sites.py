"""Gathers the visits of every patient of some sites, for the desk's list and the calendars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.protocol import VisitKind
from pro_service.core.timing import local_day
from pro_service.core.visits import Visit, visits
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.queries.visits import CourseFacts, courses


@dataclass(frozen=True, kw_only=True)
class SiteVisit:
    """One visit of one patient, with the words of its kind.

    `changes` counts what was told of it and taken back, `changed_at` is when that last happened.
    """

    patient_code: str
    site_code: str
    visit: Visit
    kind: VisitKind
    today: date  # in the patient's zone
    changes: int
    changed_at: datetime


def visits_of_sites(
    session: Session, installation: Installation, *, site_ids: Sequence[int], now: datetime
) -> tuple[SiteVisit, ...]:
    """By day, then patient and key; each patient's as of today where the patient lives."""
    found = [
        each for facts in courses(session, site_ids) for each in _of_patient(installation, facts, now=now)
    ]
    return tuple(sorted(found, key=lambda each: (each.visit.on, each.patient_code, each.visit.key)))


def _of_patient(installation: Installation, facts: CourseFacts, *, now: datetime) -> Iterator[SiteVisit]:
    protocol = installation.catalogue.protocols[facts.protocol_version]
    if not protocol.visits.kinds:
        return
    today = local_day(now, facts.time_zone)
    for visit in visits(protocol, facts.events, as_of=today):
        told = facts.told.get(visit.key)
        yield SiteVisit(
            patient_code=facts.code,
            site_code=facts.site_code,
            visit=visit,
            kind=protocol.visits.kinds[visit.kind],
            today=today,
            changes=told.times if told else 0,
            changed_at=told.last_at if told else facts.enrolled_at,
        )
