"""Reads the wall clock: the only place that does. Everything else is given `now`."""

from datetime import UTC, date, datetime

from pro_service.core.timing import local_day


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The present calendar day in a zone such as "Europe/Paris"."""
    return local_day(now(), zone)
