"""How fresh facts are: the lag between a fact and its recording, and the age of what is known of a patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pro_service.core.course import Event, effect_day
from pro_service.core.protocol import CourseRules


@dataclass(frozen=True, kw_only=True)
class LagSummary:
    """Lags of `facts` facts in whole days. Median and 90th percentile are values that occur (nearest rank); None
    without facts. `late` were recorded more than `late_after` days after they took effect.
    """

    facts: int
    median: int | None
    p90: int | None
    late: int
    late_after: int

    @property
    def share_late(self) -> float | None:
        """Between 0 and 1; None without facts."""
        return self.late / self.facts if self.facts else None


def recording_lag(rules: CourseRules, event: Event, *, recorded_on: date) -> int | None:
    """Whole days from the day a fact took effect to the day it was recorded; 0 for one recorded ahead.

    None while a fact has no effect: nobody waits for a result that was not told.
    """
    on = effect_day(rules, event)
    return None if on is None else max(0, (recorded_on - on).days)


def summarise(lags: Iterable[int], *, late_after: int) -> LagSummary:
    """The figures of some lags."""
    ordered = sorted(lags)
    return LagSummary(
        facts=len(ordered),
        median=_nearest_rank(ordered, 50),
        p90=_nearest_rank(ordered, 90),
        late=sum(lag > late_after for lag in ordered),
        late_after=late_after,
    )


def is_stale(rules: CourseRules, age_days: int) -> bool:
    """Was the status last confirmed longer ago than the protocol allows? Never, if it sets no limit."""
    return rules.stale_after_days is not None and age_days > rules.stale_after_days


def _nearest_rank(ordered: list[int], percent: int) -> int | None:
    """The smallest value that at least so many of a hundred values do not exceed."""
    if not ordered:
        return None
    return ordered[-(-percent * len(ordered) // 100) - 1]
