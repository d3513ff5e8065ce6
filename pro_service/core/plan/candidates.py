"""What a rule would have a patient answer: a candidate for each timepoint of each occurrence, or why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pro_service.core.course import Course, Event
from pro_service.core.plan.candidate import Candidate, NamedDays
from pro_service.core.plan.coupling import Due, at_unscheduled_visits, follow
from pro_service.core.plan.reasons import Reason, ReasonCode
from pro_service.core.protocol import Rule, Timepoint
from pro_service.core.timing import add_months
from pro_service.core.visits import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class _Occurrence:
    """A day from which a rule's timepoints count. `ends_on`: the restart at which those still to come give way."""

    on: date
    event: Event
    number: int
    prefix: str = ""
    ends_on: date | None = None
    ended_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bounds:
    """What cuts the windows of a rule in this course."""

    opens_from: date | None
    closes_by: date | None


def candidates(
    rule: Rule, course: Course, days: NamedDays, known: Sequence[Visit] = ()
) -> Iterator[tuple[Candidate, Reason | None]]:
    """One for each timepoint whose anchor exists, its window cut at the rule's bounds and at the end.

    With it the reason why it is not expected, or None. `known` are the visits that a coupled rule follows.
    """
    bounds = _Bounds(opens_from=days.day(rule.opens_from), closes_by=days.day(rule.closes_by))
    for occurrence, point, due in _points(rule, days, bounds, known):
        phase = course.phase_on(due.due_on)
        candidate = _candidate(rule, point, occurrence, due, phase, bounds, course.ended_on)
        yield candidate, _why_not(candidate, occurrence, phase)


def _points(
    rule: Rule, days: NamedDays, bounds: _Bounds, known: Sequence[Visit]
) -> Iterator[tuple[_Occurrence, Timepoint, Due]]:
    """Each timepoint of each occurrence with its day, and those of visits outside the calendar."""
    for occurrence in _occurrences(rule, days):
        for point in rule.timepoints:
            planned_on = add_months(occurrence.on, point.offset.months, point.offset.days)
            yield (
                occurrence,
                point,
                follow(rule, point, planned_on, (bounds.opens_from, bounds.closes_by), known),
            )
    for point, due in at_unscheduled_visits(rule, known):
        event = Event(type="visit_scheduled", on=due.due_on, visit=due.visit)
        yield _Occurrence(on=due.due_on, event=event, number=1), point, due


def _occurrences(rule: Rule, days: NamedDays) -> Iterator[_Occurrence]:
    numbered = [
        _Occurrence(on=on, event=event, number=number)
        for number, (on, event) in enumerate(days.of(rule.anchor), start=1)
    ]
    if rule.restart is None or not numbered:
        yield from numbered
        return
    again = [] if rule.restart.on == rule.anchor else list(_restarts(rule, numbered[0].on, days))
    begun = sorted([*numbered, *again], key=lambda each: (each.on, each.number))
    ended_by = days.called(rule.restart.on)
    for each, following in zip(begun, [*begun[1:], None], strict=True):
        ends_on = following.on if following else None
        yield _Occurrence(
            on=each.on,
            event=each.event,
            number=each.number,
            prefix=each.prefix,
            ends_on=ends_on,
            ended_by=ended_by,
        )


def _restarts(rule: Rule, begun_on: date, days: NamedDays) -> Iterator[_Occurrence]:
    """What restarts the rule; a day before it began begins nothing anew."""
    if rule.restart is None:
        return
    for number, (on, event) in enumerate(days.of(rule.restart.on), start=1):
        if on >= begun_on:
            prefix = rule.restart.prefix.replace("{n}", str(number))
            yield _Occurrence(on=on, event=event, number=number + 1, prefix=prefix)


def _candidate(
    rule: Rule,
    point: Timepoint,
    occurrence: _Occurrence,
    due: Due,
    phase: str,
    bounds: _Bounds,
    ended_on: date | None,
) -> Candidate:
    open_on = due.planned_on + timedelta(days=point.window[0])
    close_on = due.planned_on + timedelta(days=point.window[1])
    if bounds.opens_from is not None:
        open_on = max(open_on, bounds.opens_from)
    if bounds.closes_by is not None:
        close_on = min(close_on, bounds.closes_by)
    # An end on or before the due date is the phase test's business.
    if ended_on is not None and ended_on > due.due_on:
        close_on = min(close_on, ended_on)
    key = point.key.replace("{n}", str(occurrence.number))
    return Candidate(
        key=f"{occurrence.prefix}{key}",
        rule=rule,
        occurrence=occurrence.number,
        due_on=due.due_on,
        open_on=open_on,
        close_on=close_on,
        instruments=_asked(rule, point, occurrence.event, phase),
        because=occurrence.event.type,
        because_on=occurrence.on,
        visit=due.visit,
        visit_on=due.visit_on,
    )


def _asked(rule: Rule, point: Timepoint, event: Event, phase: str) -> tuple[str, ...]:
    """What the event asks for, else what its phase does, else its own."""
    named = rule.event_bundles.get(event.bundle or "") or point.in_phase.get(phase)
    if named is not None:
        return named
    return rule.instruments if point.instruments is None else point.instruments


def _why_not(candidate: Candidate, occurrence: _Occurrence, phase: str) -> Reason | None:
    rule, due_on = candidate.rule, candidate.due_on
    if phase not in rule.phases:
        return Reason(code=ReasonCode.PHASE, facts={"phase": phase, "on": due_on.isoformat()})
    if rule.most is not None and occurrence.number > rule.most:
        return Reason(code=ReasonCode.OVER_MAXIMUM, facts={"max": str(rule.most)})
    if occurrence.ends_on is not None and due_on >= occurrence.ends_on:
        facts = {"event": occurrence.ended_by, "on": occurrence.ends_on.isoformat()}
        return Reason(code=ReasonCode.RESTARTED, facts=facts)
    return Reason(code=ReasonCode.NO_WINDOW) if candidate.close_on < candidate.open_on else None
