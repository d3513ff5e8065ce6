"""What the pages of the trail of changes and of the log of reads show, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pro_service.entrypoints.web.desk.views import Chrome


@dataclass(frozen=True, kw_only=True)
class TrailRow:
    """One field that changed. Values are texts; of what is sealed, a fingerprint."""

    seq: int
    at: datetime
    patient: str
    site: str
    table: str
    row: str
    action: str
    field: str
    old: str
    new: str
    actor: str
    role: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TrailPage:
    """`asked` are the filters as they were given; `query` repeats them in an address; pages count from 1."""

    chrome: Chrome
    rows: tuple[TrailRow, ...]
    asked: Mapping[str, str]
    query: str
    sorts: tuple[str, ...]
    number: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class ReadRow:
    minute: datetime
    patient: str
    actor: str
    role: str
    page: str


@dataclass(frozen=True, kw_only=True)
class ReadsPage:
    """Who looked at whom, newest first; `cut` where older ones are left out."""

    chrome: Chrome
    patient: str
    rows: tuple[ReadRow, ...]
    cut: bool
