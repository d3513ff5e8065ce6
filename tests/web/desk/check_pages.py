"""The pages about fresh facts, rendered from invented facts like all others."""

from datetime import UTC, date, datetime

from pro_service.core.freshness import summarise
from pro_service.entrypoints.web.desk.views import Listing
from pro_service.entrypoints.web.desk.views_checks import (
    ChecksPage,
    DelaysPage,
    DiscrepancyRow,
    SiteDelay,
    StaleRow,
    UnplannedRow,
    WrongRow,
)

NOW = datetime(2026, 5, 14, 9, 42, tzinfo=UTC)
TODAY = NOW.date()
STOP = date(2025, 12, 22)


def check_pages(chrome):
    """Name -> (template, page); `chrome` makes what surrounds a page of the desk."""
    lags = (summarise([0, 1, 9], late_after=7), summarise([], late_after=7))
    sites = tuple(
        SiteDelay(code=code, name=name, lag=lag)
        for code, name, lag in zip(("03", "07"), ("Saint-Cloud", "Brest"), lags, strict=True)
    )
    return {
        "checks": ("checks", _full_checks(chrome)),
        "nothing to check": ("checks", _checks(chrome)),
        "delays": ("delays", DelaysPage(chrome=chrome("/staff/delays"), sites=sites, study=lags[0])),
    }


def _checks(chrome, **changed):
    nothing = {name: Listing() for name in ("discrepancies", "unplanned", "stale", "wrong")}
    return ChecksPage(
        **({"chrome": chrome("/staff/checks"), "horizon_days": 14, "wrong_for_days": 60} | nothing | changed)
    )


def _full_checks(chrome):
    discrepancy = DiscrepancyRow(
        discrepancy_id=5,
        patient_code="03-007",
        source="edc",
        source_key="E-2",
        title="Inclusion",
        on=STOP,
        sentence="Le service a « inclusion » le 05/01/2026.",
        told_at=NOW,
    )
    stale = StaleRow(patient_code="03-004", known_on=STOP, age_days=143, next_key="M4.5", next_due_on=TODAY)
    return _checks(
        chrome,
        discrepancies=Listing(rows=(discrepancy,), hidden=2),
        unplanned=Listing(
            rows=(UnplannedRow(patient_code="03-020", sentence="ne peut pas être planifié", enrolled_at=NOW),)
        ),
        stale=Listing(rows=(stale,), more=1),
        wrong=Listing(
            rows=(WrongRow(patient_code="03-009", timepoint="M4.5", opened_at=NOW, state="cancelled"),)
        ),
    )
