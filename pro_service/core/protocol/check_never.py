"""Finds rules that their own bounds or stops leave nothing to ask, whenever their anchor falls."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from pro_service.core.definition import listed
from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.check_schedule import ANCHOR_DAYS, due_day
from pro_service.core.protocol.model import CourseRules, Protocol, StepKind
from pro_service.core.protocol.schedule import Anchor, Mark, Rule, Timepoint


def _never_open(protocol: Protocol) -> Iterator[Finding]:
    """Windows that are closed before they open."""
    for rule in protocol.rules:
        bound = rule.closes_by
        if bound is None or not _comes_no_later(protocol, bound.anchor, rule):
            continue
        for point in rule.timepoints:
            if _always_after(point, bound, shift=point.window[0]):
                message = f"{point.key} opens after {bound.anchor!r} has closed it"
                yield f"rules.{rule.id}.closes_by", message, "name a later anchor, or open the window earlier"


def _stopped_before_the_first(protocol: Protocol) -> Iterator[Finding]:
    """Stops after which a whole rule has nothing left to ask: all its timepoints lie later."""
    names = [rule.id for rule in protocol.rules]
    for place, rule in enumerate(protocol.rules):
        for index, stop in enumerate(rule.stops):
            # A coupled slot may be due earlier than its timepoint, on its visit's day.
            ends_all = not (stop.more or stop.instruments or rule.couple)
            if (
                ends_all
                and _comes_no_later(protocol, stop.after.anchor, rule)
                and all(_always_after(point, stop.after) for point in rule.timepoints)
            ):
                message = f"nothing is ever asked: every timepoint lies after {stop.after.anchor!r} stops it"
                cure = "stop later, name the instruments concerned, or remove the rule"
                yield f"{listed('rules', names, place)}.stops[{index}]", message, cure


def _always_after(point: Timepoint, mark: Mark, *, shift: int = 0) -> bool:
    """Does the timepoint (moved by `shift` days) lie after the mark whenever both are counted from one day?"""
    moved = timedelta(days=shift)
    return all(due_day(day, point.offset) + moved > due_day(day, mark.offset) for day in ANCHOR_DAYS)


def _comes_no_later(protocol: Protocol, name: str, rule: Rule) -> bool:
    """Is the first day of the anchor `name` always there, and never later than the day the rule counts from?"""
    one, other = protocol.anchors.get(name), protocol.anchors.get(rule.anchor)
    if one is None or other is None or other.own_day:
        return False
    if one.id == other.id:
        return True
    moves = other.event is None or other.event in protocol.course.steps_by_event
    return moves and _opens_the_course(protocol.course, one)


def _opens_the_course(course: CourseRules, anchor: Anchor) -> bool:
    """Does every course leave its initial phase on this anchor's day, whatever else happens?"""
    if anchor.own_day or anchor.when:
        return False
    first = [
        step
        for step in course.steps
        if step.kind is StepKind.MOVES and course.initial_phase in step.from_phases
    ]
    return bool(first) and all(
        anchor.event in (None, step.event) and anchor.enters in (None, step.to) for step in first
    )


NEVER_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _never_open: ("anchors*", "course.steps*", "course.initial_phase"),
    _stopped_before_the_first: ("anchors*", "course.steps*", "course.initial_phase"),
}
