"""What the pages about accounts, rights and emergency access show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pro_service.entrypoints.web.desk.views import Chrome, EmergencyRow, SiteChoice


@dataclass(frozen=True, kw_only=True)
class RightRow:
    """One grant. `site` is "" for the whole study; `state` is planned, in_force, over or ended."""

    grant_id: int
    role: str
    site: str
    state: str
    valid_from: datetime
    valid_to: datetime | None
    given_by: str
    reason: str
    ended_at: datetime | None
    ended_by: str
    end_reason: str


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account and its rights that count."""

    login: str
    name: str
    active: bool
    rights: tuple[RightRow, ...]


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """`on` is the day whose rights are shown, None for now; `error` says that it was no day."""

    chrome: Chrome
    accounts: tuple[AccountRow, ...]
    emergencies: tuple[EmergencyRow, ...] = ()
    on: date | None = None
    error: bool = False


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One account with everything it was ever given. `own`: it is the reader's."""

    chrome: Chrome
    account: AccountRow
    own: bool
    roles: tuple[str, ...]
    sites: tuple[SiteChoice, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class EmergencyPage:
    """The form that opens a patient of another site."""

    chrome: Chrome
    minutes: int
    patient_code: str = ""
    reason: str = ""
    error: str = ""
