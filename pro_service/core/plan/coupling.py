"""Lets slots follow the visits they are coupled to: the due day inside the window, never the window itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from pro_service.core.course import Course, Event
from pro_service.core.plan.merging import Candidate
from pro_service.core.protocol import Delivery, Protocol, Rule
from pro_service.core.visits import Visit, VisitState, visits_of_course


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


def coupled(candidate: Candidate, known: Sequence[Visit], bound: Sequence[date]) -> Candidate:
    """The candidate as its visit leaves it: due on the visit's day if that lies in the window, else marked only.

    Its visit is the one of the rule's kind that the calendar plans nearest to its due day within its window, the
    earlier at a tie. `bound` holds the last day the rule allows, if it sets one.
    """
    visit = _visit_of(candidate, known)
    if visit is None:
        return candidate
    last = min((candidate.close_on, *bound))
    inside = candidate.open_on <= visit.on <= last
    due_on = visit.on if inside else candidate.due_on
    return replace(candidate, due_on=due_on, visit=visit.key, visit_on=visit.on)


def at_unscheduled_visits(rule: Rule, known: Sequence[Visit]) -> Iterator[Candidate]:
    """A candidate for each visit outside the calendar, under the visit's own key, where the rule asks for one."""
    if rule.couple is None or not rule.couple.unscheduled:
        return
    first, last = rule.timepoints[0].window
    for number, visit in enumerate(_of_kind(rule, known, unscheduled=True), start=1):
        yield Candidate(
            key=visit.key,
            rule=rule,
            occurrence=number,
            due_on=visit.on,
            open_on=visit.on + timedelta(days=first),
            close_on=visit.on + timedelta(days=last),
            visit=visit.key,
            visit_on=visit.on,
        )


def delivery_of(protocol: Protocol, rule_id: str) -> Delivery:
    """The delivery policy of a rule's messages: coupled ones are invited so many days before their visit."""
    couple = next((rule.couple for rule in protocol.rules if rule.id == rule_id), None)
    if couple is None:
        return protocol.delivery
    return replace(protocol.delivery, invite_days_before_due=couple.days_before)


def _visit_of(candidate: Candidate, known: Sequence[Visit]) -> Visit | None:
    if candidate.rule.couple is None:
        return None
    near = [
        (abs((visit.planned_on - candidate.due_on).days), visit.planned_on, visit.key, visit)
        for visit in _of_kind(candidate.rule, known, unscheduled=False)
        if visit.planned_on is not None and candidate.open_on <= visit.planned_on <= candidate.close_on
    ]
    return min(near, default=(0, date.min, "", None))[-1]


def _of_kind(rule: Rule, known: Sequence[Visit], *, unscheduled: bool) -> Iterator[Visit]:
    for visit in known:
        if rule.couple and visit.kind == rule.couple.visit and visit.unscheduled == unscheduled:
            yield visit
