"""A dated clinical fact about a patient, and when it begins to count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from pro_service.core.protocol import CourseRules


@dataclass(frozen=True, kw_only=True)
class Event:
    """One fact of a course. `on` is its own date; `disclosed_on` the day the patient was told.

    `visit` is the key of the monitoring visit it tells of, `visit_on` the day for which that visit is fixed by it.

    `bundle` is what an unscheduled assessment asks.
    """

    type: str
    on: date
    result: str | None = None
    disclosed_on: date | None = None
    relation: str | None = None
    reason: str | None = None
    visit: str | None = None
    visit_on: date | None = None
    id: str | int | None = None
    bundle: str | None = None
    #: Live only: the patient's day on which the site recorded it, or confirmed that the patient was told.
    recorded_on: date | None = field(default=None, compare=False)


def waits(rules: CourseRules, event: Event) -> bool:
    """Has a recorded result, of a type in [course.effect_days], no confirmed day on which the patient was told?

    Never in a course file, which says nothing of recording.
    """
    if event.type not in rules.effect_days or event.recorded_on is None:
        return False
    return event.disclosed_on is None or event.disclosed_on > event.recorded_on


def effect_day(rules: CourseRules, event: Event) -> date | None:
    """The day from which an event counts; None while it does not (a result that waits to be told)."""
    how = rules.effect_days.get(event.type)
    if how is None:
        return event.on
    if waits(rules, event):
        return None
    told = event.disclosed_on
    return event.on if told is None and how.without == "on" else told


def next_effect_on(
    rules: CourseRules, events: Iterable[Event], *, after: date, also: Collection[str] = ()
) -> date | None:
    """The first day after `after` on which a recorded event takes effect: the day to plan again; None if none will.

    `also` are types that change no phase and yet name a day of the schedule.
    """
    counting = (event for event in events if event.type in rules.steps_by_event or event.type in also)
    days = (effect_day(rules, event) for event in counting)
    return min((day for day in days if day is not None and day > after), default=None)
