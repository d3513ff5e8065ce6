"""What the desk's pages show, as plain facts: frozen view models without a word of French or English in them.

Words, relative times and rounding are the presenters' business (phrases.py); drawings are charts/'s. Codes of
states, events, reasons and actions are those of the core; an unknown one is shown as plain words.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from pro_service.entrypoints.web.desk.views_pending import NOTHING_PENDING, Pending

Row = TypeVar("Row")
Severity = Literal["red", "amber", "info"]


@dataclass(frozen=True, kw_only=True)
class SiteChoice:
    """A site its reader may look at."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class User:
    """Who is logged in. `roles` are codes of core/access (nurse, investigator …)."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OpenRecord:
    """A patient of another site whom the reader opened in an emergency, until an instant."""

    patient_code: str
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class Chrome:
    """What surrounds every page. `site` is the chosen site's code, "" for all of one's own; `notice` a code.

    `may` are the codes of core/access that the reader holds here: links and buttons of others are not shown.
    """

    study: str
    here: str
    user: User | None = None
    may: frozenset[str] = frozenset()
    opened: tuple[OpenRecord, ...] = ()
    sites: tuple[SiteChoice, ...] = ()
    site: str = ""
    query: str = ""
    notice: str = ""
    demo: bool = False
    locks: tuple[str, ...] = ()  # that hold over the reader's sites


@dataclass(frozen=True, kw_only=True)
class DemoLogin:
    """An account of the demonstration with the code its authenticator would show now."""

    login: str
    password: str
    role: str
    site: str
    totp_code: str


@dataclass(frozen=True, kw_only=True)
class LoginPage:
    """`error` is "", refused, locked (with `locked_until`) or used_code. The password is never given back."""

    chrome: Chrome
    login: str = ""
    error: str = ""
    locked_until: datetime | None = None
    next_path: str = ""
    provider: str = ""
    demo_logins: tuple[DemoLogin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LandingPage:
    """The demonstration's first page. `phone_patients` are codes whose simulated phone can be looked at."""

    chrome: Chrome
    patients: int
    sites: int
    phone_patients: tuple[str, ...]
    demo_logins: tuple[DemoLogin, ...]


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    """What went wrong. `fault` says whose words stand there: 403, 404, 409, 500, or `refused` for what cannot be done
    as it was asked. `sentence` is the reason where there is one, `reference` the request's id, `back` where to go on.
    """

    chrome: Chrome
    status: int
    fault: str
    sentence: str = ""
    reference: str = ""
    back: str = "/staff"


@dataclass(frozen=True, kw_only=True)
class ScaleChange:
    """One scale of an alert. Values are 0-100 (or the scale's own range); `direction` says what HIGH means.

    `steps` is the change in answer steps of the scale; `threshold_status` is checked or UNVERIFIED; without a
    threshold that condition was not applied, and the page says so.
    """

    scale: str
    name: str
    direction: Literal["better", "worse"]
    baseline: float | None
    previous: float | None
    now: float
    steps: int | None = None
    threshold: float | None = None
    threshold_side: Literal["above", "below"] = "above"
    threshold_status: str = "UNVERIFIED"
    threshold_source: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertRow:
    """One line of the work list. `target_at` is when it should be dealt with; `seen_by` is a name or ""."""

    alert_id: int
    severity: Severity
    patient_code: str
    changes: tuple[ScaleChange, ...]
    raised_at: datetime
    state: str
    seen_by: str = ""
    target_at: datetime | None = None
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class OverdueRow:
    """An open assessment past its due date. `next_reminder_on` is None when no message is left to send."""

    patient_code: str
    timepoint: str
    due_on: date
    close_on: date
    messages_sent: int
    next_reminder_on: date | None = None
    to_check: bool = False


@dataclass(frozen=True, kw_only=True)
class SoonRow:
    """An assessment due in the next days. `to_check`: the patient's status is stale."""

    patient_code: str
    timepoint: str
    open_on: date
    due_on: date
    mode: str
    to_check: bool = False


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """A patient messages do not reach. `trouble` is a contact state; `waiting` the timepoint that waits, or ""."""

    patient_code: str
    trouble: str
    since_at: datetime
    waiting: str = ""


@dataclass(frozen=True, kw_only=True)
class CallRow:
    """A patient to call. `tried_at` is when somebody last called and reached nobody."""

    task_id: int
    patient_code: str
    timepoint: str
    close_on: date
    raised_at: datetime
    tried_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """Rows, and how many were left out: `more` beyond the page's limit, `hidden` for the list's own reason.

    `hidden` counts: of alerts the ones closed in 30 days, of overdue ones those closed unanswered in 30 days, of
    contacts the patients off study or dead. For what is soon due it is not used: the horizon says it.
    """

    rows: tuple[Row, ...] = ()
    more: int = 0
    hidden: int = 0


@dataclass(frozen=True, kw_only=True)
class FoundPatient:
    """A patient the search found; `phase` is the title of the phase with its blanks, in the reader's language."""

    patient_code: str
    site_code: str
    phase: str
    since_on: date | None


@dataclass(frozen=True, kw_only=True)
class LicenceEnd:
    """An imported wording whose last day is near or over."""

    instrument: str
    language: str
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class EmergencyRow:
    """Somebody opened a record of a site. `patient_code` is "" where the reader may not see patients."""

    who: str
    site: str
    patient_code: str
    reason: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkListPage:
    """What a nurse sees first. `found` is None unless a search was asked; `horizon_days` bounds what is soon due.

    `licences` are for administrators only; `checks` counts what is to be checked on a page of its own.
    """

    chrome: Chrome
    alerts: Listing[AlertRow]
    overdue: Listing[OverdueRow]
    soon: Listing[SoonRow]
    contacts: Listing[ContactRow]
    horizon_days: int
    next_due_on: date | None = None
    calls: Listing[CallRow] = field(default_factory=Listing)
    found: tuple[FoundPatient, ...] | None = None
    licences: tuple[LicenceEnd, ...] = ()
    pending: Pending = NOTHING_PENDING
    checks: int = 0
    emergencies: tuple[EmergencyRow, ...] = ()
