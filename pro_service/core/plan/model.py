"""What is expected of a patient: slots, and what became of the timepoints that gave none."""

from dataclasses import dataclass
from datetime import date

from pro_service.core.plan.reasons import Reason


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One expected assessment under its eternal key. The window includes both its days."""

    key: str
    rule: str
    due_on: date
    open_on: date
    close_on: date
    instruments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A timepoint made superfluous by a slot nearby."""

    key: str
    into: str
    due_on: date
    days: int  # between the two due dates


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A timepoint whose anchor exists but which is not expected, and why."""

    key: str
    due_on: date
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A patient's schedule as known on one day. Everything is sorted by due date, then key."""

    as_of: date
    phase: str
    slots: tuple[Slot, ...]
    merged: tuple[Merged, ...]
    skipped: tuple[Skipped, ...]
    provisional: frozenset[str] = frozenset()  # keys of slots that rest on a planned day, not yet on a fact
