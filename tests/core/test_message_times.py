"""The law of time: every message of ten years, in six zones, lies inside its local window.

The judge (wall_clock.py) shares nothing with what it judges.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pro_service.core.protocol import Delivery
from pro_service.core.reminders import Agenda, Contact, agenda
from pro_service.core.sending import may_send
from tests.core.course_factory import HEROES
from tests.core.wall_clock import ZONES, wrong_with

FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BY_DAY = replace(
    HEROES.delivery, holidays=("france", "reunion", "guadeloupe"), silent_weekdays=(6,), call_after_days=7
)
BY_NIGHT = replace(
    BY_DAY, send_at=time(2, 15), quiet_from=time(5), quiet_until=time(22), silent_weekdays=(), holidays=(),
)  # fmt: skip
SHORT_SATURDAYS = replace(
    BY_DAY, send_from=time(9), send_until=time(18), hours={5: (time(8), time(9, 30))}, shift="earlier"
)
BEFORE_TWO = replace(BY_NIGHT, send_at=time(1, 40))  # where New York and Lord Howe change their clocks
POLICIES = (BY_DAY, BY_NIGHT, BEFORE_TWO, SHORT_SATURDAYS)
WINDOWS = ((14, 14), (0, 14), (7, 7), (0, 0), (3, 2), (0, 1))
#: So many messages a zone has at least, so that the law is not kept by sending nothing.
LEAST_CHECKED = 25_000


def faults(found: Agenda, delivery: Delivery, zone: str, *, open_on: date, close_on: date) -> Iterator[str]:
    """Everything in an agenda that breaks the law."""
    days = []
    for contact in found.contacts:
        wrong = wrong_with(contact.not_before, delivery, zone)
        day = contact.not_before.astimezone(ZoneInfo(zone)).date()
        days.append(day)
        if wrong:
            yield f"{contact.kind} {contact.ordinal}: {wrong}"
        if not open_on <= day <= close_on:
            yield f"{contact.kind} {contact.ordinal}: outside the window"
        if not contact.not_before < contact.not_after:
            yield f"{contact.kind} {contact.ordinal}: no time to send it"
        last = (contact.not_after - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
        if last > day:
            yield f"{contact.kind} {contact.ordinal}: may leave on another day"
    if any(earlier >= later for earlier, later in pairwise(days)):
        yield "two messages on a day, or out of order"
    if len(found.contacts) + len(found.dropped) != 1 + len(delivery.reminder_days):
        yield "a message is neither sent nor dropped"


def due_days() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))


def is_special(day: date, zone: str) -> bool:
    """A day around a change of the clocks, or at a month's end."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    changes = (noon - timedelta(days=4)).utcoffset() != (noon + timedelta(days=4)).utcoffset()
    return changes or (day + timedelta(days=1)).day <= 2 or day.day == 1


def cases(zone: str) -> Iterator[tuple[date, Delivery, tuple[int, int]]]:
    """Each day of ten years with each policy and one window in turn; special days with all of them."""
    for number, day in enumerate(due_days()):
        if is_special(day, zone):
            yield from ((day, policy, window) for policy in POLICIES for window in WINDOWS)
        else:
            yield from ((day, policy, WINDOWS[number % len(WINDOWS)]) for policy in POLICIES)


def of(
    day: date, delivery: Delivery, zone: str, window: tuple[int, int], known_at: datetime = LONG_AGO
) -> Agenda:
    return agenda(
        open_on=day - timedelta(days=window[0]), due_on=day, close_on=day + timedelta(days=window[1]),
        delivery=delivery, zone=zone, known_at=known_at,
    )  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_every_message_of_ten_years_lies_inside_its_local_window(zone):
    """Every due date from 2026 to 2035; nights of changing clocks, 29 February and month ends with every policy."""
    wrong: list[str] = []
    checked: list[Contact] = []
    for day, delivery, window in cases(zone):
        found = of(day, delivery, zone, window)
        span = {"open_on": day - timedelta(days=window[0]), "close_on": day + timedelta(days=window[1])}
        wrong += [f"{zone} {day} {window}: {one}" for one in faults(found, delivery, zone, **span)]
        checked += found.contacts
    assert wrong == []
    assert len(checked) > LEAST_CHECKED
    seen = {one.not_before.astimezone(ZoneInfo(zone)).date() for one in checked}
    assert {date(2028, 2, 29), date(2032, 2, 29)} <= seen


@pytest.mark.parametrize("zone", ZONES)
def test_in_ten_years_hardly_a_day_and_no_window_of_a_week_is_left_without_a_message(zone):
    """The law could be kept by sending nothing at all: an invitation always finds a place in a window of a week."""
    without = [day for day in due_days() if not of(day, BY_DAY, zone, (3, 4)).contacts]
    assert without == []


_policies = st.builds(
    lambda send, quiet, length, silent, shift, night: replace(
        BY_NIGHT if night else BY_DAY,
        send_at=send, quiet_from=quiet, quiet_until=_later(quiet, length), silent_weekdays=tuple(silent),
        shift=shift, hours={},
    ),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 22 * 60),
    st.sets(st.integers(0, 6), max_size=4),
    st.sampled_from(["later", "earlier"]),
    st.booleans(),
)  # fmt: skip


def _later(clock: time, minutes: int) -> time:
    return (datetime(2000, 1, 1, clock.hour, clock.minute) + timedelta(minutes=minutes)).time()


def _around_changes(zones: Sequence[str]) -> st.SearchStrategy[date]:
    changes = [
        day for zone in zones for day in due_days()
        if datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).utcoffset()
        != datetime(day.year, day.month, day.day, 23, tzinfo=ZoneInfo(zone)).utcoffset()
    ]  # fmt: skip
    return st.sampled_from(changes)


@given(
    day=st.dates(FIRST, LAST) | _around_changes(ZONES), delivery=_policies, zone=st.sampled_from(ZONES),
    window=st.tuples(st.integers(0, 14), st.integers(0, 14)), known_h=st.integers(-20 * 24, 20 * 24),
)  # fmt: skip
@settings(max_examples=max(300, settings.default.max_examples))
def test_under_any_policy_every_message_lies_inside_its_local_window(day, delivery, zone, window, known_h):
    known_at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=known_h)
    found = of(day, delivery, zone, window, known_at)
    span = {"open_on": day - timedelta(days=window[0]), "close_on": day + timedelta(days=window[1])}
    assert [*faults(found, delivery, zone, **span)] == []
    assert all(contact.not_before >= known_at for contact in found.contacts)


@given(
    day=st.dates(FIRST, LAST) | _around_changes(ZONES), minute=st.integers(0, 24 * 60 - 1), delivery=_policies,
    zone=st.sampled_from(ZONES),
)  # fmt: skip
def test_the_next_moment_is_lawful_and_nothing_before_it_was(day, minute, delivery, zone):
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    at = may_send(delivery, zone, now)
    assert at >= now
    assert wrong_with(at, delivery, zone) is None
    step = max(timedelta(minutes=1), (at - now) / 97)
    before = [now + n * step for n in range(97) if now + n * step < at]
    assert all(wrong_with(each, delivery, zone) for each in before)
