"""What the page of everything that changed shows, as plain facts."""

from dataclasses import dataclass
from datetime import date, datetime

from pro_service.entrypoints.web.desk.views import Chrome


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One change. `reason` is a sentence or ""; the days are those it led to, where it set any."""

    key: str
    change: str
    reason: str
    due_on: date | None
    open_on: date | None
    close_on: date | None
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A patient's changes, newest first; `cut` where older ones are left out."""

    chrome: Chrome
    patient_code: str
    rows: tuple[ChangeRow, ...]
    cut: bool = False
