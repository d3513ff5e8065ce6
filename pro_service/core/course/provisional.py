"""A planned day that stands in for an event which is not a fact yet (an inclusion).

Only the live service plans with it: the command that plans a course file takes facts alone.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from pro_service.core.course.ends import ended_by
from pro_service.core.course.event import Event, effect_day
from pro_service.core.protocol import CourseRules


def stand_ins(
    rules: CourseRules, events: Iterable[Event], *, as_of: date
) -> Iterator[tuple[tuple[str, ...], Event]]:
    """For each planned day that counts: the ids of the rules it is for, and the event as if it were a fact."""
    events = tuple(events)
    if ended_by(rules, events, as_of=as_of) is not None:
        return
    for kind, provisional in rules.provisional.items():
        day = planned_on(rules, events, kind, as_of=as_of)
        needed = first_days(rules, events, kind)
        if day is not None and all(on is not None and on <= min(day, as_of) for on in needed.values()):
            yield provisional.rules, Event(type=kind, on=day)


def first_days(rules: CourseRules, events: Iterable[Event], kind: str) -> dict[str, date | None]:
    """Each event type that must come before `kind`, with its first day; None for one that is not recorded."""
    events = tuple(events)
    return {
        needed: min((event.on for event in events if event.type == needed), default=None)
        for needed in rules.after.get(kind, ())
    }


def planned_on(rules: CourseRules, events: Iterable[Event], kind: str, *, as_of: date) -> date | None:
    """The day the event is expected on: a day ahead under which it is recorded already, else the planned one.

    None once it is a fact. Should two planned days stand, the later one counts.
    """
    events = tuple(events)
    if any(event.type == kind and _counts(rules, event, as_of) for event in events):
        return None
    ahead = [event.on for event in events if event.type == kind]
    if ahead:
        return min(ahead)
    provisional = rules.provisional.get(kind)
    planned = [event.on for event in events if provisional and event.type == provisional.planned_by]
    return max(planned, default=None)


def _counts(rules: CourseRules, event: Event, as_of: date) -> bool:
    on = effect_day(rules, event)
    return on is not None and on <= as_of
