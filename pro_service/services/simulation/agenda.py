"""Virtual time: a clock that is set, and an agenda of what people are going to do, read in order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

#: Something a person does; the instant is given when it happens.
Act = Callable[[datetime], None]


class TimeRanBackwardsError(RuntimeError):
    """Virtual time was set to an earlier instant: what had happened by then could not be undone."""


@dataclass(kw_only=True)
class VirtualClock:
    """Tells the instant it was set to; given to the web routes and the carrier instead of the wall clock."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def set(self, instant: datetime) -> None:
        if instant < self.now:
            raise TimeRanBackwardsError(f"from {self.now} to {instant}")
        self.now = instant


@dataclass(kw_only=True)
class Agenda:
    """Acts by instant; of the same instant, the one noted first comes first."""

    _heap: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _noted: int = 0

    def add(self, at: datetime, act: Act) -> None:
        self._noted += 1
        heappush(self._heap, (at, self._noted, act))

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: datetime) -> Act | None:
        """The next act that is due by `now`; None when there is none."""
        if self._heap and self._heap[0][0] <= now:
            return heappop(self._heap)[2]
        return None
