"""How many requests of a kind one source may make in a minute, and when it may go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """`most` requests a window. The first `free` are counted by each process alone, without asking the database."""

    most: int
    free: int


def _budget(most: int, *, exact: bool = False) -> Budget:
    return Budget(most=most, free=0 if exact else most // 4)


#: Route class -> what is counted -> budget. Wide enough for a hospital behind one address; a guess at a password costs
#: us the most, so log-ins are counted exactly. A signed webhook is counted nowhere: no reply may be lost.
BUDGETS: Mapping[str, Mapping[str, Budget]] = {
    "login": {"address": _budget(60, exact=True)},
    "link": {"address": _budget(3_000), "token": _budget(600)},
    "feed": {"address": _budget(300)},
    "staff": {"address": _budget(6_000), "session": _budget(3_000)},
    "unsigned": {"address": _budget(300)},
}


def window_of(now: datetime) -> datetime:
    """The start of the window that `now` lies in."""
    return now.replace(second=0, microsecond=0)


def retry_after_s(now: datetime) -> int:
    """Whole seconds until the next window, at least one."""
    return max(1, -((now - window_of(now) - WINDOW) // timedelta(seconds=1)))
