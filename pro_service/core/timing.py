"""Turns months, local clock times and instants into one another: the only place where calendars are computed."""

from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_IN_HALF_A_MONTH = 15
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def add_months(day: date, months: int, days: int = 0) -> date:
    """Calendar months later, held to the month's end (31 Jan + 1 = 28 or 29 Feb), then `days` days on."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = 29 if month == 1 and isleap(year) else _MONTH_LENGTHS[month]
    moved = date(year, month + 1, min(day.day, length))
    return moved + timedelta(days=days) if days else moved


def at_local(day: date, clock: time, zone: str) -> datetime:
    """The UTC instant at which a local clock shows this time.

    A time that the clocks skip in spring lies as far past the gap as it was past its start (02:30 is 03:30 summer
    time); of a time that comes twice in autumn, the first is meant.
    """
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an aware instant in a zone."""
    return _local(instant, zone).date()


def local_time(instant: datetime, zone: str) -> time:
    """The clock time of an aware instant in a zone, without zone."""
    return _local(instant, zone).time()


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant that no longer belongs to a local day: a window that closes on it closes here."""
    return at_local(day + timedelta(days=1), time(0), zone)


def _local(instant: datetime, zone: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone; instants are aware")
    return instant.astimezone(ZoneInfo(zone))
