"""Which end, if any, lies behind a day: also one before the course began, which the replay passes over."""

from collections.abc import Iterable, Iterator
from datetime import date

from pro_service.core.course.event import Event
from pro_service.core.course.replay import Moment, moments
from pro_service.core.protocol import CourseRules, StepKind


def turns(rules: CourseRules, events: Iterable[Event]) -> Iterator[tuple[Moment, str | None]]:
    """Each moment, and the end recorded before it if any: also one before the course began.

    The replay passes over an end that early, as it must for a course file. Here it counts: whoever died or withdrew
    before the inclusion is not included afterwards.
    """
    ended: str | None = None
    for moment in moments(rules, events):
        yield moment, ended
        ended = end_after(rules, ended, moment.event)


def end_after(rules: CourseRules, ended: str | None, event: Event) -> str | None:
    """The end that stands after one more event."""
    for _, step in rules.steps_by_event[event.type]:
        meant = all(getattr(event, name) == value for name, value in step.when.items())
        if step.kind is StepKind.ENDS and meant and (ended is None or step.replaces_ending):
            return step.to
    return ended


def ended_by(rules: CourseRules, events: Iterable[Event], *, as_of: date) -> str | None:
    """The terminal phase in effect on a day, before or after the course began; None while there is none."""
    ended: str | None = None
    for moment in moments(rules, events, as_of=as_of):
        ended = end_after(rules, ended, moment.event)
    return ended
