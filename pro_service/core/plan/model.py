"""What is expected of a patient: slots, and what became of the timepoints that gave none."""

from dataclasses import dataclass
from datetime import date

from pro_service.core.plan.reasons import Reason


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """An instrument that a slot would ask but for a stop, and why."""

    instrument: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One expected assessment under its eternal key. The window includes both its days.

    `visit` is the key of the monitoring visit it follows, if it follows one, `visit_on` that visit's day. A visit on a
    day outside the window leaves the slot where it is.

    It hangs on the event of type `because`, which counts from `because_on`.
    """

    key: str
    rule: str
    due_on: date
    open_on: date
    close_on: date
    instruments: tuple[str, ...]
    dropped: tuple[Dropped, ...] = ()
    because: str = ""
    because_on: date | None = None
    visit: str | None = None
    visit_on: date | None = None

    @property
    def out_of_window(self) -> bool:
        return is_outside(self.visit_on, self.open_on, self.close_on)


def is_outside(visit_on: date | None, open_on: date, close_on: date) -> bool:
    """Does a visit take place outside the window of the assessment that follows it?"""
    return visit_on is not None and not open_on <= visit_on <= close_on


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
