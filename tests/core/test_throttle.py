"""Waiting after failures: free tries, doubling, a quarter of an hour at most, and a window for everybody together."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pro_service.core.throttle import ACCOUNT, EVERYBODY, LONGEST_WAIT, SOURCE, Counter, charged, waits_until

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@given(st.lists(st.integers(0, 100_000), max_size=60), st.sampled_from([ACCOUNT, SOURCE, EVERYBODY]))
def test_nobody_waits_longer_than_a_quarter_of_an_hour(pauses: list[int], limit) -> None:
    counter, now = Counter(), NOW
    for pause in pauses:
        now += timedelta(seconds=pause)
        if waits_until(counter, now=now) is None:
            counter = charged(counter, limit, now=now)
        until = waits_until(counter, now=now)
        assert until is None or until - now <= LONGEST_WAIT


def test_each_failure_after_the_free_ones_waits_twice_as_long() -> None:
    counter, waits = Counter(), []
    for _ in range(12):
        counter = charged(counter, ACCOUNT, now=NOW)
        until = waits_until(counter, now=NOW)
        waits.append(0 if until is None else int((until - NOW).total_seconds()))
    assert waits == [0, 0, 0, 0, 8, 16, 32, 64, 128, 256, 512, 900]


def test_the_window_for_everybody_forgets_after_a_minute() -> None:
    counter = Counter()
    for _ in range(EVERYBODY.free):
        counter = charged(counter, EVERYBODY, now=NOW)
    assert waits_until(counter, now=NOW) == NOW + timedelta(minutes=1)
    later = NOW + timedelta(minutes=1)
    assert charged(counter, EVERYBODY, now=later).failures == 1
