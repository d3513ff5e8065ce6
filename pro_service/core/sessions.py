"""How long a session of staff is good: 15 minutes without a request, 12 hours at most, and until it is ended."""

from datetime import datetime, timedelta

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
#: For how long a second factor that was given counts for what needs it anew.
STEPPED_UP = timedelta(minutes=5)


def is_good(*, started_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Is a session good for one more request?"""
    return ended_at is None and now - seen_at < IDLE and now - started_at < ABSOLUTE


def is_stepped_up(stepped_up_at: datetime | None, *, now: datetime) -> bool:
    """Was the second factor given within the last five minutes?"""
    return stepped_up_at is not None and now - stepped_up_at < STEPPED_UP
