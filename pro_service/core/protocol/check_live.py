"""Checks what of [course] concerns the live service alone: every event type and rule it names exists."""

from collections.abc import Callable, Iterator, Mapping

from pro_service.core.protocol.check_course import Finding, Needs
from pro_service.core.protocol.model import Protocol


def _unknown_types(protocol: Protocol) -> Iterator[Finding]:
    course = protocol.course
    named = [(f"course.provisional.{name}", name) for name in course.provisional]
    named += [
        (f"course.provisional.{name}.planned_by", p.planned_by) for name, p in course.provisional.items()
    ]
    named += [(f"course.holds.{name}", name) for name in course.holds]
    named += [(f"course.holds.{name}.ended_by", hold.ended_by) for name, hold in course.holds.items()]
    for place, event in named:
        if event not in course.event_types:
            yield place, f"unknown event type {event!r}", f"known types: {', '.join(course.event_types)}"


def _unknown_rules(protocol: Protocol) -> Iterator[Finding]:
    known = [rule.id for rule in protocol.rules]
    for name, provisional in protocol.course.provisional.items():
        for rule in provisional.rules:
            if rule not in known:
                place = f"course.provisional.{name}.rules"
                yield place, f"unknown rule {rule!r}", f"known rules: {', '.join(known)}"


def _a_plan_that_is_its_own_fact(protocol: Protocol) -> Iterator[Finding]:
    steps = protocol.course.steps_by_event
    for name, provisional in protocol.course.provisional.items():
        place = f"course.provisional.{name}"
        if provisional.planned_by in steps:
            cure = "name a type of course.recorded_only"
            yield (
                f"{place}.planned_by",
                f"{provisional.planned_by!r} has a step: it is a fact of its own",
                cure,
            )
        if name in protocol.course.event_types and name not in steps:
            yield place, f"{name!r} has no step: nothing hangs on it", "name an event type with a step"


def _endless_holds(protocol: Protocol) -> Iterator[Finding]:
    for name, hold in protocol.course.holds.items():
        if hold.ended_by == name:
            yield (
                f"course.holds.{name}.ended_by",
                "is the event that begins it",
                "name the event that ends it",
            )


LIVE_CHECKS: Mapping[Callable[[Protocol], Iterator[Finding]], Needs] = {
    _unknown_types: ("course.provisional*", "course.holds*", "course.steps*", "course.recorded_only"),
    _unknown_rules: ("course.provisional*", "rules*"),
    _a_plan_that_is_its_own_fact: ("course.provisional*", "course.steps*"),
    _endless_holds: ("course.holds*",),
}
