"""A result and whether the patient has been told it are two facts: what waits for the second, and what came after it.

Live, a planned day of telling is a plan. Only a day on or before the one on which the site said so is a confirmation,
and only what is confirmed counts. Course files say nothing of recording, so that nothing in them ever waits.
"""

from collections.abc import Iterable
from datetime import date

from pro_service.core.course.event import Event, waits
from pro_service.core.protocol import CourseRules

#: The event type that says on which day an earlier result was told.
RESULT_DISCLOSED = "result_disclosed"


def settled(rules: CourseRules, events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that count live: all but those that wait."""
    return tuple(event for event in events if not waits(rules, event))


def untold(rules: CourseRules, events: Iterable[Event]) -> tuple[Event, ...]:
    """The results that wait, oldest first; not those that were recorded a second time with the day of telling."""
    events = tuple(events)
    told = {(event.type, event.on, event.result) for event in settled(rules, events)}
    found = [
        event for event in events if waits(rules, event) and (event.type, event.on, event.result) not in told
    ]
    return tuple(sorted(found, key=lambda event: (event.on, str(event.id))))


def awaiting(rules: CourseRules, events: Iterable[Event]) -> tuple[Event, ...]:
    """Of the untold results those that could change the course: what a site should not forget to tell."""
    return tuple(event for event in untold(rules, events) if _matters(rules, event))


def told_before(
    rules: CourseRules, events: Iterable[Event], *, open_on: date, answered_on: date
) -> date | None:
    """The first day in a window on which a result had been told by the time of an answer; None if none had.

    Days only are known: told on the day of the answer counts as told before it.
    """
    days = (event.disclosed_on for event in settled(rules, events) if event.type in rules.effect_days)
    return min((day for day in days if day is not None and open_on <= day <= answered_on), default=None)


def _matters(rules: CourseRules, event: Event) -> bool:
    steps = (step for _, step in rules.steps_by_event.get(event.type, ()))
    return any(all(getattr(event, name) == value for name, value in step.when.items()) for step in steps)
