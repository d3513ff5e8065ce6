"""Months, local times and instants: month ends and the nights on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.timing import add_months, at_local, end_of_day, local_day, local_time

PARIS, REUNION, GUADELOUPE = "Europe/Paris", "Indian/Reunion", "America/Guadeloupe"


@pytest.mark.parametrize(
    ("day", "months", "days", "later"),
    [
        ("2025-01-31", 1, 0, "2025-02-28"),
        ("2024-01-31", 1, 0, "2024-02-29"),
        ("2024-02-29", 12, 0, "2025-02-28"),
        ("2024-02-29", 48, 0, "2028-02-29"),
        ("2025-08-31", 1, 15, "2025-10-15"),  # held to the month's end first, then half a month
        ("2025-01-31", 1, 15, "2025-03-15"),
        ("2025-12-15", 1, 0, "2026-01-15"),
        ("2025-11-30", 3, 0, "2026-02-28"),
        ("2025-03-31", -1, 0, "2025-02-28"),
        ("2025-05-17", 0, 0, "2025-05-17"),
        ("2025-05-17", 0, -17, "2025-04-30"),
    ],
)
def test_months_are_held_to_the_months_end_and_days_come_after(day, months, days, later):
    assert add_months(date.fromisoformat(day), months, days) == date.fromisoformat(later)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 120), st.integers(0, 120))
def test_more_months_never_come_earlier(day, some, more):
    assert add_months(day, some) <= add_months(day, some + more)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_the_day_of_the_month_stays_or_is_the_last(day, months):
    later = add_months(day, months)
    assert later.day == day.day or ((later + timedelta(days=1)).day == 1 and later.day < day.day)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "instant"),
    [
        ("2026-01-15", "10:00", PARIS, "2026-01-15T09:00"),
        ("2026-07-15", "10:00", PARIS, "2026-07-15T08:00"),
        ("2026-03-29", "02:30", PARIS, "2026-03-29T01:30"),  # does not exist: 03:30 summer time
        ("2026-10-25", "02:30", PARIS, "2026-10-25T00:30"),  # comes twice: the first
        ("2026-03-29", "10:00", REUNION, "2026-03-29T06:00"),
        ("2026-10-25", "10:00", GUADELOUPE, "2026-10-25T14:00"),
    ],
)
def test_a_local_clock_time_is_one_instant(day, clock, zone, instant):
    at = at_local(date.fromisoformat(day), time.fromisoformat(clock), zone)
    assert at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert at.tzinfo is UTC


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day, hours):
    start = at_local(date.fromisoformat(day), time(0), PARIS)
    assert end_of_day(date.fromisoformat(day), PARIS) - start == timedelta(hours=hours)


@given(
    st.dates(date(2020, 1, 1), date(2039, 1, 1)),
    st.times(),
    st.sampled_from([PARIS, REUNION, GUADELOUPE, "UTC"]),
)
def test_an_instant_falls_on_the_local_day_it_was_made_for(day, clock, zone):
    at = at_local(day, clock, zone)
    assert local_day(at, zone) == day
    assert local_time(at, zone) in (clock, (datetime.combine(day, clock) + timedelta(hours=1)).time())


def test_the_same_instant_is_another_day_elsewhere():
    at = at_local(date(2026, 5, 3), time(23), PARIS)
    assert (local_day(at, PARIS), local_day(at, REUNION)) == (date(2026, 5, 3), date(2026, 5, 4))
    assert local_time(at, GUADELOUPE) == time(17)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        local_day(datetime(2026, 1, 1), PARIS)
