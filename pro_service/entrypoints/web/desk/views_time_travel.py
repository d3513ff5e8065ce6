"""What the page about a patient on another day shows, as plain facts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pro_service.entrypoints.web.desk.views import Chrome

Tense = Literal["past", "present", "future"]


@dataclass(frozen=True, kw_only=True)
class StandingRow:
    """One slot on that day. `state` is "" where no assessment existed yet; `note` is a sentence or ""."""

    key: str
    due_on: date
    open_on: date
    close_on: date
    state: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LeftOutRow:
    """A timepoint that was not expected, and why."""

    key: str
    due_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class MessageOnDay:
    """A message by then, or one to come; `state` is "" for one to come."""

    key: str
    kind: str
    at: datetime
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class FactOnDay:
    """A fact known on that day, in words."""

    on: date
    words: str


@dataclass(frozen=True, kw_only=True)
class TimeTravelPage:
    """A patient on one day. `error` says why the day asked for is none; then everything is as of today."""

    chrome: Chrome
    patient_code: str
    on: date
    tense: Tense
    phase: str
    slots: tuple[StandingRow, ...]
    left_out: tuple[LeftOutRow, ...]
    facts: tuple[FactOnDay, ...]
    sent: tuple[MessageOnDay, ...]
    expected: tuple[MessageOnDay, ...]
    error: str = ""
