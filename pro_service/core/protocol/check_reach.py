"""Finds what a schedule says but can never come about: rules out of reach of their phases, two forms on one day."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import combinations

from pro_service.core.definition import listed
from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.check_schedule import ANCHOR_DAYS, due_day
from pro_service.core.protocol.model import CourseRules, Protocol, Step, StepKind
from pro_service.core.protocol.schedule import Anchor, Rule, Timepoint


def phases_after(course: CourseRules, anchor: Anchor) -> frozenset[str]:
    """Every phase a course may be in on the anchor's day or later; empty if the anchor never comes about."""
    clinical = _clinical_after(course, frozenset({course.initial_phase}))
    followed = clinical - {course.initial_phase}
    always = course.terminal_phases | (frozenset({course.paused_phase}) if followed else frozenset())
    if anchor.enters is None and anchor.event not in course.steps_by_event:
        return clinical | always  # a fact that changes no phase may be recorded in any
    steps = [step for step in course.steps if _is_at(anchor, step)]
    if any(step.kind in (StepKind.PAUSES, StepKind.UNPAUSES) for step in steps):
        return followed | always  # whatever the clinical phase is underneath
    entered = frozenset(step.to for step in steps if _moves_from(step, clinical))
    ends = course.terminal_phases if any(step.kind is StepKind.ENDS for step in steps) else frozenset()
    return _clinical_after(course, entered) | always if entered else ends


def _is_at(anchor: Anchor, step: Step) -> bool:
    return anchor.event in (None, step.event) and anchor.enters in (None, step.to)


def _clinical_after(course: CourseRules, start: frozenset[str]) -> frozenset[str]:
    """The clinical phases the moves lead to from `start`, itself included."""
    reached = start
    while new := {step.to for step in course.steps if _moves_from(step, reached)} - reached:
        reached |= new
    return reached


def _moves_from(step: Step, phases: frozenset[str]) -> bool:
    return step.kind is StepKind.MOVES and any(phase in phases for phase in step.from_phases)


def _never_holds(protocol: Protocol) -> Iterator[Finding]:
    names = [rule.id for rule in protocol.rules]
    for index, rule in enumerate(protocol.rules):
        anchor = protocol.anchors.get(rule.anchor)
        if anchor is None or _is_before(rule):
            continue
        after = phases_after(protocol.course, anchor)
        if rule.phases and not rule.phases & after:
            message = f"can never hold: from {rule.anchor!r} on, the phase is one of {_list(after)}"
            yield f"{listed('rules', names, index)}.while", message, "name one of these, or another anchor"


def _is_before(rule: Rule) -> bool:
    """A timepoint before its anchor sees the phases of before."""
    return any(point.offset.months == 0 and point.offset.days < 0 for point in rule.timepoints)


def _list(phases: frozenset[str]) -> str:
    return ", ".join(sorted(phases)) or "none"


def _two_on_one_day(protocol: Protocol) -> Iterator[Finding]:
    """Two rules with one anchor, due on the same day and in the same phase, neither giving way to the other."""
    for one, other in _rivals(protocol):
        for key, twin in _same_day(one.timepoints, other.timepoints):
            message = f"{key} and {twin} are two forms due on one day"
            cure = "ask both in one rule's bundles, or merge the rules"
            yield f"rules.{other.id}.timepoints", message, cure


def on_one_day_in_some_months(protocol: Protocol) -> Iterator[str]:
    """Timepoints of two rules that now and then meet, as 45 days and a month and a half do: a notice for each pair."""
    dues = {rule.id: _dues(rule) for rule in protocol.rules}
    for one, other in _rivals(protocol):
        shared = sorted(dues[one.id].keys() & dues[other.id].keys())
        always = set(_same_day(one.timepoints, other.timepoints))
        pairs = dict.fromkeys((dues[one.id][day], dues[other.id][day]) for day in shared)
        for key, twin in (pair for pair in pairs if pair not in always):
            yield f"{key} and {twin} are due on one day in some months: two forms on that day"


def _rivals(protocol: Protocol) -> Iterator[tuple[Rule, Rule]]:
    for one, other in combinations(protocol.rules, 2):
        if one.anchor == other.anchor and one.phases & other.phases and not _gives_way(protocol, one, other):
            yield one, other


def _same_day(points: tuple[Timepoint, ...], others: tuple[Timepoint, ...]) -> Iterator[tuple[str, str]]:
    by_offset = {point.offset: point.key for point in points}
    yield from ((by_offset[twin.offset], twin.key) for twin in others if twin.offset in by_offset)


def _dues(rule: Rule) -> dict[tuple[date, date], str]:
    """(the anchor's day, the day on which a timepoint is then due) -> its key, over the month ends of four years."""
    return {(day, due_day(day, point.offset)): point.key for point in rule.timepoints for day in ANCHOR_DAYS}


def _gives_way(protocol: Protocol, one: Rule, other: Rule) -> bool:
    merge, ids = protocol.merge, {one.id, other.id}
    merges = ids <= {*merge.precedence, *merge.absorbs} and bool(ids & set(merge.precedence))
    return merges or (protocol.minimum_gap.days > 0 and ids <= set(protocol.minimum_gap.precedence))


REACH_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _never_holds: (
        "anchors*",
        "course.phases",
        "course.steps*",
        "course.initial_phase",
        "course.paused_phase",
    ),
    _two_on_one_day: ("anchors", "merge*", "minimum_gap*"),
}
