"""Who may lift a lock of the data, and for how long (ICH E6(R3) 3.16.1(r): no edits before the final analysis)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_HOURS = 31 * 24


class ReleaseOutcome(StrEnum):
    """What became of the request to lift a lock."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the person who asked


class HeldKind(StrEnum):
    """What a patient's page meant to do with what it sent."""

    ANSWERS = "answers"
    COMPLETION = "completion"


class Unlocking(StrEnum):
    """Where a lock stands."""

    LOCKED = "locked"
    ASKED = "asked"  # locked, and somebody asks to lift it
    LIFTED = "lifted"


@dataclass(frozen=True, kw_only=True)
class Release:
    """The newest request to lift a lock that has not ended."""

    requested_by: str
    confirmed: bool
    until: datetime | None


def unlocking(release: Release | None, *, now: datetime) -> Unlocking:
    """A release whose time is over lifts nothing any more, whether or not anybody noted its end."""
    if release is None:
        return Unlocking.LOCKED
    if not release.confirmed:
        return Unlocking.ASKED
    over = release.until is not None and release.until <= now
    return Unlocking.LOCKED if over else Unlocking.LIFTED


def may_confirm(release: Release, *, person: str) -> bool:
    """Two people: nobody confirms what they asked for themselves."""
    return person != release.requested_by


def ends_at(hours: int | None, *, now: datetime) -> datetime | None:
    """When a release confirmed now ends by itself; None: not by itself."""
    return None if hours is None else now + timedelta(hours=hours)
