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


def first_at(day: date, clock: time, zone: str) -> datetime:
    """As `at_local`, but a time that the clocks skip is the very instant at which they skip it."""
    at = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    before, after = _offset(at), _offset(at.replace(fold=1))
    if before >= after:
        return at.astimezone(UTC)
    return _change(at.replace(fold=1).astimezone(UTC), at.astimezone(UTC), zone)


def repeated(day: date, zone: str) -> tuple[datetime, datetime] | None:
    """The instants of a local day whose clock time comes twice, both times, as [from, until); None on most days."""
    begins_at, ends_at = at_local(day, time(0), zone), end_of_day(day, zone)
    too_long = (ends_at - begins_at) - timedelta(days=1)
    if too_long <= timedelta(0):
        return None
    turned_at = _change(begins_at, ends_at, zone)
    return turned_at - too_long, turned_at + too_long


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an aware instant in a zone."""
    return _local(instant, zone).date()


def local_time(instant: datetime, zone: str) -> time:
    """The clock time of an aware instant in a zone, without zone."""
    return _local(instant, zone).time()


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant that no longer belongs to a local day: a window that closes on it closes here."""
    return at_local(day + timedelta(days=1), time(0), zone)


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta(0)


def _change(before: datetime, after: datetime, zone: str) -> datetime:
    """The instant (to the second) between two at which a zone's distance from UTC changes."""
    old = _offset(before.astimezone(ZoneInfo(zone)))
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(middle.astimezone(ZoneInfo(zone))) == old:
            before = middle
        else:
            after = middle
    return after


def _local(instant: datetime, zone: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone; instants are aware")
    return instant.astimezone(ZoneInfo(zone))
