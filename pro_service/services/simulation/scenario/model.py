"""What a scenario file says, as frozen values. docs/scenarios.md explains each key; the names here are the names there.

Shares and risks lie between 0 and 1. A *curve* is a distribution by its evenly spaced quantiles: least, ..., greatest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from pro_service.core.lifecycle import ActionCode

Curve = tuple[float, ...]
Range = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Accrual:
    """How patients come in: over `days`, at sites that open one after another in the first `opening_share` of them."""

    days: int
    opening_share: float


@dataclass(frozen=True, kw_only=True)
class People:
    """Who takes part. `number_changes` is the share of patients whose number changes within a year."""

    ages: Curve
    sms_items: float
    second_language: float
    faulty_phone_every: int  # one in so many; 0: none
    number_changes: float
    number_mended_days: Curve


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When sites work, in their own time."""

    opens: time
    shuts: time
    weekdays: frozenset[int]  # Monday = 0
    holidays: frozenset[date]

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def working_day(self, day: date) -> date:
        """The day itself, or the next one on which the site works."""
        while not self.works_on(day):
            day += timedelta(days=1)
        return day


@dataclass(frozen=True, kw_only=True)
class RecordingHabits:
    """Days between a fact and its entry; `on_the_day` is the share entered at once, by type of event."""

    delay_days: Curve
    on_the_day: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Draws:
    """ctDNA: when it is drawn (months and days after inclusion), and what comes back when."""

    months: tuple[tuple[int, int], ...]
    positive: float
    invalid: float
    result_days: Range
    disclosure_days: Range


@dataclass(frozen=True, kw_only=True)
class Extra:
    """An event of the protocol that no story tells: its risk in each month, and its fields."""

    event: str
    per_month: float
    most: int
    fields: Mapping[str, Any]  # such as result, relation, reason


@dataclass(frozen=True, kw_only=True)
class CourseHazards:
    """What happens to patients. Risks `per month` of 24 or so months of follow-up; see docs/scenarios.md."""

    months: int
    names: Mapping[str, str]  # what the story calls an event -> what the protocol does
    positive_at_baseline: float
    declines_to_stop: float
    draws: Draws
    progression: float
    progression_at_conversion: float
    resumes_after_relapse: float
    resumes_without_relapse: float
    second_resumption: float
    exits: Mapping[str, float]
    death_after_progression: float
    recontact: float
    extras: tuple[Extra, ...]


@dataclass(frozen=True, kw_only=True)
class ReplyKind:
    """One kind of patient: chances to answer an invitation and, if that did not help, a reminder."""

    name: str
    share: float
    invitation: float
    reminder: float


@dataclass(frozen=True, kw_only=True)
class Replies:
    """Who answers, when and how oddly. `by_age` and `by_phase` multiply the chance of an answer."""

    kinds: tuple[ReplyKind, ...]
    by_age: tuple[tuple[int, float], ...]  # from this age on
    by_phase: Mapping[str, float]
    at_inclusion: float
    delay_minutes: Curve
    wakes: time
    sleeps: time
    odd_texts: float
    stop_prone: float
    stop_texts: float  # of the messages to those who are prone to it

    def times(self, *, age: int, phase: str) -> float:
        """What a patient's chance of an answer is multiplied by."""
        by_age = [factor for since, factor in self.by_age if age >= since]
        return (by_age[-1] if by_age else 1.0) * self.by_phase.get(phase, 1.0)


@dataclass(frozen=True, kw_only=True)
class Nurses:
    """How alerts are worked, and the minutes that work at a site takes."""

    alert_delay_hours: Curve
    actions: Mapping[ActionCode, float]
    closes_later: float
    close_days: Range
    minutes_by_action: Mapping[ActionCode, float]
    minutes_enrolment: float
    minutes_event: float
    minutes_chase: float
    chased: float  # share of unanswered forms after which somebody calls


@dataclass(frozen=True, kw_only=True)
class CarrierHabits:
    """How many texts never arrive, and what a part of a text costs. The last two count with --faults only."""

    undelivered: float
    prices: tuple[float, ...]
    currency: str
    faulty: float
    unanswered: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """All that a rehearsal assumes."""

    name: str
    accrual: Accrual
    people: People
    hours: Hours
    recording: RecordingHabits
    course: CourseHazards
    replies: Replies
    nurses: Nurses
    carrier: CarrierHabits
