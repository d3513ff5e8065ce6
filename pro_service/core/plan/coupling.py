"""Lets slots follow the visits they are coupled to: the due day inside the window, never the window itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pro_service.core.course import Course, Event
from pro_service.core.protocol import Delivery, Offset, Protocol, Rule, Timepoint
from pro_service.core.visits import Visit, VisitState, visits_of_course


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """When a timepoint is due: `planned_on` by its anchor, `due_on` with the visit it follows, if it follows one."""

    planned_on: date
    due_on: date
    visit: str | None = None
    visit_on: date | None = None


def visits_to_follow(
    protocol: Protocol, course: Course, events: Iterable[Event], *, as_of: date
) -> tuple[Visit, ...]:
    """The visits that slots may follow: those that take place, took place or were missed. None if no rule
    is coupled.
    """
    if not any(rule.couple for rule in protocol.rules):
        return ()
    found = visits_of_course(protocol, course, events, as_of=as_of)
    return tuple(visit for visit in found if visit.state is not VisitState.CANCELLED)


def follow(
    rule: Rule,
    point: Timepoint,
    planned_on: date,
    bounds: tuple[date | None, date | None],
    known: Sequence[Visit],
) -> Due:
    """The day a timepoint is due as its visit leaves it: on the visit's day if that lies in the window.

    Its visit is the one of the rule's kind that the calendar plans nearest to its own day within its window, the
    earlier at a tie. `bounds` are the first and the last day the rule allows, None where it sets none.
    """
    first, last = (planned_on + timedelta(days=days) for days in point.window)
    visit = _visit_of(rule, planned_on, first, last, known)
    if visit is None:
        return Due(planned_on=planned_on, due_on=planned_on)
    first, last = max(first, bounds[0] or first), min(last, bounds[1] or last)
    due_on = visit.on if first <= visit.on <= last else planned_on
    return Due(planned_on=planned_on, due_on=due_on, visit=visit.key, visit_on=visit.on)


def at_unscheduled_visits(rule: Rule, known: Sequence[Visit]) -> Iterator[tuple[Timepoint, Due]]:
    """A timepoint for each visit outside the calendar, under the visit's own key, where the rule asks for one."""
    if rule.couple is None or not rule.couple.unscheduled:
        return
    for visit in _of_kind(rule, known, unscheduled=True):
        point = replace(rule.timepoints[0], key=visit.key, offset=Offset())
        yield point, Due(planned_on=visit.on, due_on=visit.on, visit=visit.key, visit_on=visit.on)


def delivery_of(protocol: Protocol, rule_id: str) -> Delivery:
    """The delivery policy of a rule's messages: coupled ones are invited so many days before their visit."""
    couple = next((rule.couple for rule in protocol.rules if rule.id == rule_id), None)
    if couple is None:
        return protocol.delivery
    return replace(protocol.delivery, invite_days_before_due=couple.days_before)


def _visit_of(rule: Rule, planned_on: date, first: date, last: date, known: Sequence[Visit]) -> Visit | None:
    near = [
        (abs((visit.planned_on - planned_on).days), visit.planned_on, visit.key, visit)
        for visit in _of_kind(rule, known, unscheduled=False)
        if visit.planned_on is not None and first <= visit.planned_on <= last
    ]
    return min(near)[-1] if near else None


def _of_kind(rule: Rule, known: Sequence[Visit], *, unscheduled: bool) -> Iterator[Visit]:
    for visit in known:
        if rule.couple and visit.kind == rule.couple.visit and visit.unscheduled == unscheduled:
            yield visit
