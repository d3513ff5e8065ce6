"""Gathers the pages about monitoring visits: of one patient, and of one's sites."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pro_service.core.course import Event
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.core.visits import VisitState, next_extra_keys, visits
from pro_service.entrypoints.visits_of_sites import SiteVisit, visits_of_sites
from pro_service.entrypoints.web.desk.views import Chrome, Listing
from pro_service.entrypoints.web.desk.views_visits import FeedRow, PatientVisits, VisitRow, VisitsPage
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.store.db import reading
from pro_service.store.queries import visits as queries
from pro_service.store.queries.patients import PatientFacts

HORIZON_DAYS = 30
_ROWS = 100


def patient_visits(
    protocol: Protocol, facts: PatientFacts, events: Sequence[Event], language: Language, *, now: datetime
) -> PatientVisits:
    """The visits on the patient's page, as of today."""
    today = local_day(now, facts.time_zone)
    found = visits(protocol, events, as_of=today)
    rows = tuple(
        VisitRow(
            patient_code=facts.code,
            visit=visit,
            name=protocol.visits.kinds[visit.kind].words[language],
            today=today,
        )
        for visit in found
        if visit.state is not VisitState.CANCELLED
    )
    return PatientVisits(
        rows=rows,
        cancelled=len(found) - len(rows),
        extra_keys=next_extra_keys(protocol, found),
        today=today,
    )


def visits_page(
    installation: Installation,
    *,
    chrome: Chrome,
    site_ids: Sequence[int],
    language: Language,
    now: datetime,
    new_address: str = "",
) -> VisitsPage:
    """Overdue and coming visits of these sites, and the addresses of their calendars."""
    with reading() as session:
        found = visits_of_sites(session, installation, site_ids=site_ids, now=now)
        feeds = queries.feeds(session, site_ids)
    horizon = timedelta(days=HORIZON_DAYS)
    overdue = [each for each in found if each.visit.state is VisitState.OVERDUE]
    coming = [
        each
        for each in found
        if each.visit.ahead
        and each.visit.state is not VisitState.OVERDUE
        and each.visit.on <= each.today + horizon
    ]
    return VisitsPage(
        chrome=chrome,
        overdue=_listing(overdue, language),
        coming=_listing(coming, language),
        horizon_days=HORIZON_DAYS,
        feeds=tuple(
            FeedRow(
                feed_id=each.id,
                site_code=each.site_code,
                created_by=each.created_by,
                created_at=each.created_at,
            )
            for each in feeds
        ),
        new_address=new_address,
    )


def _listing(found: Iterable[SiteVisit], language: Language) -> Listing[VisitRow]:
    rows = tuple(
        VisitRow(
            patient_code=each.patient_code,
            visit=each.visit,
            name=each.kind.words[language],
            today=each.today,
        )
        for each in found
    )
    return Listing(rows=rows[:_ROWS], more=max(0, len(rows) - _ROWS))
