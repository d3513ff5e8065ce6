"""Derives a patient's visits from the protocol's calendar and the facts known on a day."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pro_service.core.course import Course, Event, replay
from pro_service.core.protocol import Protocol, Timepoint, VisitRule
from pro_service.core.timing import add_months
from pro_service.core.visits.model import Visit, VisitState

SCHEDULED, MOVED, DONE, MISSED = "visit_scheduled", "visit_moved", "visit_done", "visit_missed"
#: In the order in which facts of one day take effect; the order of listing never matters.
VISIT_EVENTS = (SCHEDULED, MOVED, MISSED, DONE)
FIXING = (SCHEDULED, MOVED)
_STATES = {SCHEDULED: VisitState.SCHEDULED, MOVED: VisitState.MOVED, MISSED: VisitState.MISSED}
_EXTRA = re.compile(r"([a-z][a-z0-9_]*)-X([1-9]\d{0,3})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class _Planned:
    """A visit as the calendar alone plans it, or one outside the calendar, before its facts are looked at."""

    key: str
    kind: str
    on: date | None
    window: tuple[date, date] | None
    phases: frozenset[str]


def visits(protocol: Protocol, events: Iterable[Event], *, as_of: date) -> tuple[Visit, ...]:
    """Every visit of the patient by the facts in effect on `as_of`, which is also today; sorted by day, then key."""
    events = tuple(events)
    course = replay(protocol.course, events, as_of=as_of)
    return visits_of_course(protocol, course, events, as_of=as_of)


def visits_of_course(
    protocol: Protocol, course: Course, events: Iterable[Event], *, as_of: date
) -> tuple[Visit, ...]:
    """`visits` for whoever has replayed the course as of that day already."""
    told = _told(events, as_of)
    planned = (*_calendar(protocol, course), *_extras(protocol, told))
    found = (_visit(each, told.get(each.key, ()), course, as_of) for each in planned)
    return tuple(sorted((visit for visit in found if visit), key=lambda visit: (visit.on, visit.key)))


def extra_key(protocol: Protocol, key: str) -> tuple[str, int] | None:
    """The kind and the number of a visit outside the calendar, such as ctdna-X1; None for any other key."""
    found = _EXTRA.fullmatch(key)
    return (found[1], int(found[2])) if found and found[1] in protocol.visits.kinds else None


def next_extra_keys(protocol: Protocol, known: Iterable[Visit]) -> tuple[str, ...]:
    """The key that the next visit outside the calendar gets, of each kind."""
    used = [named for visit in known if (named := extra_key(protocol, visit.key))]
    return tuple(
        f"{kind}-X{1 + max((number for other, number in used if other == kind), default=0)}"
        for kind in protocol.visits.kinds
    )


def _told(events: Iterable[Event], as_of: date) -> Mapping[str, Sequence[Event]]:
    """The facts about each visit in order of effect."""
    told: dict[str, list[Event]] = {}
    for event in events:
        if event.type in VISIT_EVENTS and event.visit is not None and event.on <= as_of:
            told.setdefault(event.visit, []).append(event)
    return {key: sorted(facts, key=_turn) for key, facts in told.items()}


def _turn(event: Event) -> tuple[date, int, date]:
    return event.on, VISIT_EVENTS.index(event.type), event.visit_on or event.on


def _calendar(protocol: Protocol, course: Course) -> Iterator[_Planned]:
    for rule in protocol.visits.calendar:
        anchor = protocol.anchors[rule.anchor]
        for number, anchor_on in enumerate(course.days_of(anchor), start=1):
            yield from (_planned(rule, point, number, anchor_on) for point in rule.timepoints)


def _planned(rule: VisitRule, point: Timepoint, number: int, anchor_on: date) -> _Planned:
    on = add_months(anchor_on, point.offset.months, point.offset.days)
    first, last = (on + timedelta(days=days) for days in point.window)
    key = point.key.replace("{n}", str(number))
    return _Planned(key=key, kind=rule.kind, on=on, window=(first, last), phases=rule.phases)


def _extras(protocol: Protocol, told: Mapping[str, Sequence[Event]]) -> Iterator[_Planned]:
    phases = frozenset(protocol.course.active_phases)
    for key in told:
        named = extra_key(protocol, key)
        if named is not None:
            yield _Planned(key=key, kind=named[0], on=None, window=None, phases=phases)


def _visit(planned: _Planned, facts: Sequence[Event], course: Course, today: date) -> Visit | None:
    """None for a visit outside the calendar of which no fact gives a day."""
    state, on = _standing(planned, facts)
    if on is None:
        return None
    first, last = planned.window or (None, None)
    visit = Visit(
        key=planned.key,
        kind=planned.kind,
        state=state,
        on=on,
        planned_on=planned.on,
        open_on=first,
        close_on=last,
    )
    if not visit.ahead:
        return visit
    if course.phase_on(on) not in planned.phases:
        return replace(visit, state=VisitState.CANCELLED)
    return replace(visit, state=VisitState.OVERDUE) if _is_over(visit, today) else visit


def _standing(planned: _Planned, facts: Sequence[Event]) -> tuple[VisitState, date | None]:
    """What the facts say: done for good once it was, else by the last of them; the day by the last that gave one."""
    done = [fact.on for fact in facts if fact.type == DONE]
    if done:
        return VisitState.DONE, done[0]
    fixed = [fact.visit_on for fact in facts if fact.type in FIXING and fact.visit_on is not None]
    meant = [fact for fact in facts if fact.type == MISSED or fact.visit_on is not None]
    state = _STATES[meant[-1].type] if meant else VisitState.PLANNED
    return state, fixed[-1] if fixed else planned.on


def _is_over(visit: Visit, today: date) -> bool:
    last = visit.close_on if visit.state is VisitState.PLANNED else visit.on
    return last is not None and last < today
