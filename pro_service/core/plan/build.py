"""Derives what is expected of a patient from the events of the course: a pure function, run again at every event."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from pro_service.core.course import Course, Event, replay
from pro_service.core.plan.coupling import at_unscheduled_visits, coupled, visits_to_follow
from pro_service.core.plan.merging import Candidate, merge
from pro_service.core.plan.model import Merged, Plan, Skipped, Slot
from pro_service.core.plan.reasons import Reason, ReasonCode
from pro_service.core.protocol import Protocol, Rule, Timepoint
from pro_service.core.timing import add_months
from pro_service.core.visits import Visit


def plan(protocol: Protocol, events: Iterable[Event], *, as_of: date) -> Plan:
    """The schedule by the events in effect on `as_of`. The order of listing never matters."""
    events = tuple(events)
    course = replay(protocol.course, events, as_of=as_of)
    known = visits_to_follow(protocol, course, events, as_of=as_of)
    expected: list[Candidate] = []
    skipped: list[Skipped] = []
    for candidate in _candidates(protocol, course, known):
        reason = _why_not(course, candidate)
        if reason is None:
            expected.append(candidate)
        else:
            skipped.append(Skipped(key=candidate.key, due_on=candidate.due_on, reason=reason))
    slots, merged = merge(protocol.merge, expected)
    return Plan(
        as_of=as_of,
        phase=course.phase,
        slots=tuple(_slot(candidate) for candidate in sorted(slots, key=_by_due)),
        merged=tuple(sorted(merged, key=_by_due)),
        skipped=tuple(sorted(skipped, key=_by_due)),
    )


def _by_due(entry: Candidate | Merged | Skipped) -> tuple[date, str]:
    return entry.due_on, entry.key


def _candidates(protocol: Protocol, course: Course, known: tuple[Visit, ...]) -> Iterator[Candidate]:
    """One for each timepoint whose anchor exists, its window already cut at the rule's bound and at the end."""
    days = {name: course.days_of(anchor) for name, anchor in protocol.anchors.items()}
    for rule in protocol.rules:
        bound = days[rule.closes_by][:1] if rule.closes_by else ()
        for number, anchor_on in enumerate(days[rule.anchor], start=1):
            for point in rule.timepoints:
                candidate = coupled(_candidate(rule, point, number, anchor_on), known, bound)
                yield _cut(candidate, course.ended_on, bound)
        for candidate in at_unscheduled_visits(rule, known):
            yield _cut(candidate, course.ended_on, bound)


def _candidate(rule: Rule, point: Timepoint, number: int, anchor_on: date) -> Candidate:
    due_on = add_months(anchor_on, point.offset.months, point.offset.days)
    return Candidate(
        key=point.key.replace("{n}", str(number)),
        rule=rule,
        occurrence=number,
        due_on=due_on,
        open_on=due_on + timedelta(days=point.window[0]),
        close_on=due_on + timedelta(days=point.window[1]),
    )


def _cut(candidate: Candidate, ended_on: date | None, bound: tuple[date, ...]) -> Candidate:
    # An end on or before the due date is the phase test's business.
    ends = (ended_on,) if ended_on is not None and ended_on > candidate.due_on else ()
    close_on = min((candidate.close_on, *bound, *ends))
    return candidate if close_on == candidate.close_on else replace(candidate, close_on=close_on)


def _why_not(course: Course, candidate: Candidate) -> Reason | None:
    phase = course.phase_on(candidate.due_on)
    if phase not in candidate.rule.phases:
        return Reason(code=ReasonCode.PHASE, facts={"phase": phase, "on": candidate.due_on.isoformat()})
    if candidate.close_on < candidate.open_on:
        return Reason(code=ReasonCode.NO_WINDOW)
    return None


def _slot(candidate: Candidate) -> Slot:
    return Slot(
        key=candidate.key,
        rule=candidate.rule.id,
        due_on=candidate.due_on,
        open_on=candidate.open_on,
        close_on=candidate.close_on,
        instruments=candidate.rule.instruments,
        visit=candidate.visit,
        visit_on=candidate.visit_on,
    )
