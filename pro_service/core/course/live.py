"""The course as the live service sees it: without what waits to be told, and with an end before the beginning."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from pro_service.core.course.disclosure import settled
from pro_service.core.course.ends import ended_by
from pro_service.core.course.event import Event, next_effect_on
from pro_service.core.course.replay import Course
from pro_service.core.course.replay import replay as replay_all
from pro_service.core.protocol import CourseRules


def live_course(rules: CourseRules, events: Iterable[Event], *, as_of: date) -> Course:
    """The replay of what counts live. Whoever died or withdrew before the beginning is shown under that end."""
    known = settled(rules, events)
    course = replay_all(rules, known, as_of=as_of)
    if course.phase != rules.initial_phase:
        return course
    return replace(course, phase=ended_by(rules, known, as_of=as_of) or course.phase)


def next_live_effect_on(
    rules: CourseRules, events: Iterable[Event], *, after: date, also: Collection[str] = ()
) -> date | None:
    """The first day after `after` on which what counts live takes effect, or a planned event gets what it needs."""
    known = settled(rules, events)
    needed = {kind for name in rules.provisional for kind in rules.after.get(name, ())}
    days = [event.on for event in known if event.type in needed and event.on > after]
    effect = next_effect_on(rules, known, after=after, also=also)
    return min([*days, *([effect] if effect else [])], default=None)
