"""When a message may leave: the spans of a local day, and the next moment in one.

No span touches a local hour that the clocks skip or show twice: on those nights "02:30" is no moment, or two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pro_service.core.holidays import is_holiday
from pro_service.core.protocol import MINUTES_A_DAY, Delivery, sending_hours
from pro_service.core.timing import at_local, end_of_day, first_at, local_day, repeated

_LEFT_TO_SEND = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """From one instant until before another (aware UTC) messages may go out."""

    begins_at: datetime
    ends_at: datetime


def spans(day: date, delivery: Delivery, zone: str) -> tuple[Span, ...]:
    """The spans of a local day, in order; none on a silent weekday, a silent day or a holiday."""
    return tuple(_spans(day, delivery, zone))


def may_send(delivery: Delivery, zone: str, now: datetime) -> datetime:
    """`now`, or the earliest instant after it at which messages may go out where the patient is.

    There always is one: the check of a protocol leaves an hour on at least one weekday, and silent days are countable.
    """
    day = local_day(now, zone)
    while True:
        for span in _spans(day, delivery, zone):
            if now < span.ends_at:
                return max(now, span.begins_at)
        day += _ONE_DAY


def preferred(day: date, delivery: Delivery, zone: str) -> datetime | None:
    """The moment of a local day at which a message goes out: `send_at`, or where that is no sending hour the first
    moment after it, or else one up to an hour before the last span ends. None on a day without spans.
    """
    wanted, before = first_at(day, delivery.send_at, zone), None
    for span in _spans(day, delivery, zone):
        if wanted < span.ends_at:
            return max(wanted, span.begins_at)
        before = max(span.begins_at, span.ends_at - _LEFT_TO_SEND)
    return before


def is_silent(day: date, delivery: Delivery, zone: str) -> bool:
    """Does no message go out on this day, whatever the hour?"""
    return (
        day.weekday() in delivery.silent_weekdays
        or day in delivery.silent_days
        or is_holiday(day, delivery.holidays, zone)
    )


def _spans(day: date, delivery: Delivery, zone: str) -> Iterator[Span]:
    if is_silent(day, delivery, zone):
        return
    twice = repeated(day, zone)
    for first, last in sending_hours(delivery, day.weekday()):
        yield from _certain(_instant(day, first, zone), _instant(day, last, zone), twice)


def _certain(
    begins_at: datetime, ends_at: datetime, twice: tuple[datetime, datetime] | None
) -> Iterator[Span]:
    pieces = [(begins_at, ends_at)]
    if twice is not None:
        pieces = [(begins_at, min(ends_at, twice[0])), (max(begins_at, twice[1]), ends_at)]
    for begins, ends in pieces:
        if begins < ends:
            yield Span(begins_at=begins, ends_at=ends)


def _instant(day: date, minute: int, zone: str) -> datetime:
    if minute == 0:
        return at_local(day, time(0), zone)
    if minute == MINUTES_A_DAY:
        return end_of_day(day, zone)
    return first_at(day, time(minute // 60, minute % 60), zone)
