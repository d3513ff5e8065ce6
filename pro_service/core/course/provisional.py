"""A planned day that stands in for an event which is not a fact yet (an inclusion), and why there is none.

Only the live service plans with it: the command that plans a course file takes facts alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pro_service.core.course.ends import ended_by
from pro_service.core.course.event import Event, effect_day
from pro_service.core.protocol import CourseRules


class Lack(StrEnum):
    """Why nothing hangs on an event: what has to be recorded, or corrected, before anything can be planned."""

    NEEDED_FIRST = "needed_first"  # what must come before it (the second consent) is missing
    NO_DAY = "no_day"  # neither the event nor a planned day is recorded
    DAY_TOO_EARLY = "day_too_early"  # the planned day lies before what must come first
    DAY_OVER = "day_over"  # the planned day has passed, and the event is not recorded
    PLANNED = "planned"  # the planned day is ahead: planned as far as it goes


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Why a course has not begun: the event it waits for, what it needs first, and the planned day if there is one."""

    lack: Lack
    event: str
    needed: str = ""
    planned_on: date | None = None


def stand_ins(
    rules: CourseRules, events: Iterable[Event], *, as_of: date
) -> Iterator[tuple[tuple[str, ...], Event]]:
    """For each planned day that counts: the ids of the rules it is for, and the event as if it were a fact."""
    events = tuple(events)
    if ended_by(rules, events, as_of=as_of) is not None:
        return
    for kind, provisional in rules.provisional.items():
        day = _planned_on(rules, events, kind, as_of)
        if day is not None and _lack_before(rules, events, kind, day, as_of) is None:
            yield provisional.rules, Event(type=kind, on=day)


def missing(rules: CourseRules, events: Iterable[Event], *, as_of: date) -> Missing | None:
    """Why a course is still in its first phase; None if it has begun, or ended."""
    events = tuple(events)
    known = [event for event in events if _counts(rules, event, as_of)]
    opening = next((s.event for s in rules.steps if rules.initial_phase in s.from_phases), "")
    if not opening or any(event.type == opening for event in known):
        return None
    if ended_by(rules, events, as_of=as_of) is not None:
        return None
    day = _planned_on(rules, events, opening, as_of)
    needed = _needed(rules, events, opening, as_of)
    lack = _lack(rules, events, opening, day, as_of)
    return Missing(lack=lack, event=opening, needed=needed, planned_on=day)


def _lack(rules: CourseRules, events: tuple[Event, ...], kind: str, day: date | None, as_of: date) -> Lack:
    if _needed(rules, events, kind, as_of):
        return Lack.NEEDED_FIRST
    if day is None:
        return Lack.NO_DAY
    return _lack_before(rules, events, kind, day, as_of) or (Lack.DAY_OVER if day < as_of else Lack.PLANNED)


def _lack_before(
    rules: CourseRules, events: tuple[Event, ...], kind: str, day: date, as_of: date
) -> Lack | None:
    if _needed(rules, events, kind, as_of):
        return Lack.NEEDED_FIRST
    first = [
        min(event.on for event in events if event.type == needed) for needed in rules.after.get(kind, ())
    ]
    return Lack.DAY_TOO_EARLY if any(on > day for on in first) else None


def _needed(rules: CourseRules, events: tuple[Event, ...], kind: str, as_of: date) -> str:
    """The first event type that must come before `kind` and has not; "" if none is missing."""
    there = {event.type for event in events if event.on <= as_of}
    return next((needed for needed in rules.after.get(kind, ()) if needed not in there), "")


def _planned_on(rules: CourseRules, events: tuple[Event, ...], kind: str, as_of: date) -> date | None:
    """The day the event is expected on: a day ahead under which it is recorded already, else the planned one.

    None once it is a fact. Should two planned days stand, the later one counts.
    """
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
