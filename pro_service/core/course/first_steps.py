"""A course without surprises: the first steps that a protocol knows, for showing what its schedule comes to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pro_service.core.course.event import Event
from pro_service.core.protocol import CourseRules, Step, StepKind


def first_steps(rules: CourseRules, *, on: date, most: int = 2) -> tuple[Event, ...]:
    """The events of the first steps from phase to phase, all on one day, with the first value of every field they need.

    In HEROES: included, then treatment stopped. Fewer than `most` where the protocol has no further step.
    """
    phase = rules.initial_phase
    events: list[Event] = []
    while len(events) < most and (step := _next(rules, phase)) is not None:
        events.append(_event(rules, step, on))
        phase = step.to
    return tuple(events)


def _next(rules: CourseRules, phase: str) -> Step | None:
    moves = (step for step in rules.steps if step.kind is StepKind.MOVES)
    return next((step for step in moves if phase in step.from_phases and step.to != phase), None)


def _event(rules: CourseRules, step: Step, on: date) -> Event:
    needed = {field.name: field.values[0] for field in rules.fields.get(step.event, ()) if field.required}
    fields: Mapping[str, Any] = {**needed, **step.when}
    told_on = on if step.event in rules.effect_days else None
    return Event(type=step.event, on=on, disclosed_on=told_on, **fields)
