"""What is known of one monitoring visit: values derived from the facts, never stored as truth."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class VisitState(StrEnum):
    """Where a visit stands on the day asked about."""

    PLANNED = "planned"  # by the calendar alone
    SCHEDULED = "scheduled"  # its day is fixed
    MOVED = "moved"  # its day was fixed anew
    DONE = "done"
    MISSED = "missed"
    OVERDUE = "overdue"  # its day (its window, while only planned) is over, and nobody said what became of it
    CANCELLED = "cancelled"  # the phase on its day is not one in which it takes place


#: What a visit may still become.
AHEAD = frozenset({VisitState.PLANNED, VisitState.SCHEDULED, VisitState.MOVED, VisitState.OVERDUE})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit under its eternal key. `on` is the day as known now: done, else fixed, else planned.

    A visit outside the calendar has no planned day and no window.
    """

    key: str
    kind: str
    state: VisitState
    on: date
    planned_on: date | None
    open_on: date | None
    close_on: date | None

    @property
    def unscheduled(self) -> bool:
        return self.planned_on is None

    @property
    def ahead(self) -> bool:
        """Is it still to take place?"""
        return self.state in AHEAD

    @property
    def in_window(self) -> bool:
        """Does its day lie in its window? Always for a visit that has none."""
        return self.open_on is None or self.close_on is None or self.open_on <= self.on <= self.close_on
