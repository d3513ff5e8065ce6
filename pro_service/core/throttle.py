"""How long somebody who fails has to wait: not at first, then twice as long each time, a quarter of an hour at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(minutes=15)
_FIRST_WAIT_LOG2 = 3  # 8 seconds


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`free` failures cost nothing. With `window` failures are forgotten after it, and the wait ends with it."""

    free: int
    window: timedelta | None = None


#: From one source for one account, and for one account from all sources it has never been used from.
ACCOUNT = Limit(free=5)
#: From one source for all accounts: a hospital's staff shares an address, and each of them may err.
SOURCE = Limit(free=20)
#: From all unknown sources together: whoever tries 1,000 addresses and names is slowed as well.
EVERYBODY = Limit(free=300, window=timedelta(minutes=1))


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Failures under one key so far; until `retry_at` further tries are not looked at."""

    failures: int = 0
    retry_at: datetime | None = None
    since: datetime | None = None


def waits_until(counter: Counter, *, now: datetime) -> datetime | None:
    """When the next try is looked at; None if now."""
    return counter.retry_at if counter.retry_at is not None and now < counter.retry_at else None


def charged(counter: Counter, limit: Limit, *, now: datetime) -> Counter:
    """The counter after one more try. A try is paid for before it is looked at, so that many at once cost as many."""
    if limit.window is not None and (counter.since is None or now - counter.since >= limit.window):
        counter = Counter()
    since, failures = counter.since or now, counter.failures + 1
    if failures < limit.free:
        return Counter(failures=failures, since=since)
    if limit.window is not None:
        return Counter(failures=failures, since=since, retry_at=since + limit.window)
    wait = timedelta(seconds=2 ** min(failures - limit.free + _FIRST_WAIT_LOG2, 20))
    return Counter(failures=failures, since=since, retry_at=now + min(wait, LONGEST_WAIT))
