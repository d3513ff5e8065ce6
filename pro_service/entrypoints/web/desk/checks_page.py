"""Gathers the pages about fresh facts: what is to be checked, and how long recording takes."""

from collections.abc import Sequence
from datetime import date, datetime

from pro_service.core.freshness import LagSummary
from pro_service.entrypoints.fresh_facts import (
    WRONG_FOR_DAYS,
    lags,
    sent_on_wrong_status,
    stale_statuses,
    unplanned_patients,
)
from pro_service.entrypoints.web.desk.views import Chrome, Listing
from pro_service.entrypoints.web.desk.views_checks import (
    ChecksPage,
    DelaysPage,
    DiscrepancyRow,
    SiteDelay,
    StaleRow,
    UnplannedRow,
    WrongRow,
)
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.store.acting import acting_for, system
from pro_service.store.db import Session, reading
from pro_service.store.queries import freshness, listings
from pro_service.store.queries.facts import SiteFacts

HORIZON_DAYS = 14
_ROWS = 50


def checks_page(
    installation: Installation, *, chrome: Chrome, site_ids: Sequence[int], language: Language, now: datetime
) -> ChecksPage:
    """The page for some sites."""
    with reading() as session:
        unplanned = unplanned_patients(session, installation, site_ids, now=now)
        stale = stale_statuses(session, installation, site_ids, days=HORIZON_DAYS, now=now)
        wrong = sent_on_wrong_status(session, installation, site_ids, now=now)
        return ChecksPage(
            chrome=chrome,
            discrepancies=_discrepancies(session, installation, site_ids, language),
            unplanned=Listing(
                rows=tuple(
                    UnplannedRow(
                        patient_code=one.patient.code,
                        sentence=one.sentence[language],
                        enrolled_at=one.patient.enrolled_at,
                    )
                    for one in unplanned[:_ROWS]
                ),
                more=max(0, len(unplanned) - _ROWS),
            ),
            stale=Listing(
                rows=tuple(
                    StaleRow(
                        patient_code=one.patient.code,
                        known_on=one.known_on,
                        age_days=one.age_days,
                        next_key=one.next_key,
                        next_due_on=one.next_due_on,
                    )
                    for one in stale[:_ROWS]
                ),
                more=max(0, len(stale) - _ROWS),
            ),
            wrong=Listing(
                rows=tuple(
                    WrongRow(
                        patient_code=one.patient.code,
                        timepoint=one.key,
                        opened_at=one.opened_at,
                        state=one.state,
                    )
                    for one in wrong[:_ROWS]
                ),
                more=max(0, len(wrong) - _ROWS),
            ),
            horizon_days=HORIZON_DAYS,
            wrong_for_days=WRONG_FOR_DAYS,
        )


def delays_page(
    installation: Installation, *, chrome: Chrome, study_id: int, sites: Sequence[SiteFacts]
) -> DelaysPage:
    """The lags of these sites, and of the whole study: its counts name nobody."""
    with acting_for(system("system:lags")), reading() as session:
        version = listings.study(session, study_id).protocol_version
        late_after = installation.catalogue.protocols[version].course.late_after_days
        found = lags(session, installation, study_id, late_after=late_after)
    nothing = LagSummary(facts=0, median=None, p90=None, late=0, late_after=late_after)
    return DelaysPage(
        chrome=chrome,
        sites=tuple(
            SiteDelay(code=one.code, name=one.name, lag=found.sites.get(one.code, nothing)) for one in sites
        ),
        study=found.study,
    )


def _discrepancies(
    session: Session, installation: Installation, site_ids: Sequence[int], language: Language
) -> Listing[DiscrepancyRow]:
    protocols = installation.catalogue.protocols
    found = freshness.discrepancies(session, site_ids, limit=_ROWS)
    return Listing(
        rows=tuple(
            DiscrepancyRow(
                discrepancy_id=one.id,
                patient_code=one.patient_code,
                source=one.source,
                source_key=one.source_key,
                title=protocols[one.protocol_version].course.title(one.told["type"], language),
                on=date.fromisoformat(one.told["on"]),
                sentence=one.explanation[language],
                told_at=one.told_at,
            )
            for one in found
        ),
        more=freshness.count_discrepancies(session, site_ids) - len(found),
        hidden=freshness.count_discrepancies(session, site_ids, settled=True),
    )
