"""While messages are held back: a stay in hospital holds them, and the windows go on."""

from collections.abc import Iterable
from datetime import date, timedelta

from pro_service.core.course.event import Event
from pro_service.core.protocol import CourseRules


def held_until(rules: CourseRules, events: Iterable[Event], *, on: date) -> date | None:
    """The first day after `on` on which messages may go out again; None if they are not held back on `on`.

    A hold begins on its event's day and ends on the day of the first event on or after it that ends it, or after the
    protocol's greatest number of days. Holds that follow one another are one.
    """
    spans = sorted(_spans(rules, tuple(events)))
    day = on
    for start, end in spans:
        if start <= day < end:
            day = end
    return day if day > on else None


def _spans(rules: CourseRules, events: tuple[Event, ...]) -> Iterable[tuple[date, date]]:
    """Each hold, from its first day to the day it ends. A discharge ends a stay of an earlier day first."""
    used: set[tuple[str, date]] = set()
    for event in sorted(events, key=lambda event: event.on):
        hold = rules.holds.get(event.type)
        if hold is None:
            continue
        ends = [
            other.on
            for other in events
            if other.type == hold.ended_by
            and (other.on > event.on or (other.on == event.on and (other.type, other.on) not in used))
        ]
        end = min((*ends, event.on + timedelta(days=hold.at_most_days)))
        used.add((hold.ended_by, end))
        yield event.on, end
