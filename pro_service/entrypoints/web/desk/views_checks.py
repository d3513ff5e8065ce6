"""What the pages about fresh facts show, as plain facts."""

from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.freshness import LagSummary
from pro_service.entrypoints.web.desk.views import Chrome, Listing


@dataclass(frozen=True, kw_only=True)
class DiscrepancyRow:
    """A fact on which a source and the service do not agree.

    `title` names its type and `sentence` says why, both in the reader's language.
    """

    discrepancy_id: int
    patient_code: str
    source: str
    source_key: str
    title: str
    on: date
    sentence: str
    told_at: datetime


@dataclass(frozen=True, kw_only=True)
class UnplannedRow:
    """A patient without a plan; `sentence` says why, in the reader's language."""

    patient_code: str
    sentence: str
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class StaleRow:
    """A patient whose status is to be checked before the next assessment."""

    patient_code: str
    known_on: date
    age_days: int
    next_key: str
    next_due_on: date


@dataclass(frozen=True, kw_only=True)
class WrongRow:
    """An assessment that went out on a wrong status."""

    patient_code: str
    timepoint: str
    opened_at: datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class ChecksPage:
    """What is to be checked. `hidden` of the discrepancies counts the settled ones."""

    chrome: Chrome
    discrepancies: Listing[DiscrepancyRow]
    unplanned: Listing[UnplannedRow]
    stale: Listing[StaleRow]
    wrong: Listing[WrongRow]
    horizon_days: int
    wrong_for_days: int


@dataclass(frozen=True, kw_only=True)
class SiteDelay:
    """The lags of one site."""

    code: str
    name: str
    lag: LagSummary


@dataclass(frozen=True, kw_only=True)
class DelaysPage:
    """The lags of the reader's sites and of the whole study."""

    chrome: Chrome
    sites: tuple[SiteDelay, ...]
    study: LagSummary
