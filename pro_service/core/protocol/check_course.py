"""Checks a phase machine: every name known, every phase reachable, every field a condition needs declared."""

from collections.abc import Callable, Iterator, Mapping

from pro_service.core.protocol.desk import odd_desk_words
from pro_service.core.protocol.model import LANGUAGES, CourseRules, Step, StepKind

Finding = tuple[str, str, str]  # place, message, cure
Needs = tuple[str, ...]
"""The keys a check rests on: where one of them is itself wrong, the check would say nothing true. `key*` means the
key and all below it."""


def _unknown_phases(course: CourseRules) -> Iterator[Finding]:
    known = ", ".join(course.phases)
    named = [("course.initial_phase", course.initial_phase), ("course.paused_phase", course.paused_phase)]
    for index, step in enumerate(course.steps):
        place = f"course.steps[{index}]"
        named += [(f"{place}.to", step.to), *((f"{place}.from", phase) for phase in step.from_phases)]
    for place, phase in named:
        if phase not in course.phases:
            yield place, f"unknown phase {phase!r}", f"known phases: {known}"


def _unreachable_phases(course: CourseRules) -> Iterator[Finding]:
    reached = {course.initial_phase}
    while new := {step.to for step in course.steps if _possible(step, reached)} - reached:
        reached |= new
    for phase in course.phases:
        if phase not in reached:
            yield "course.phases", f"no step ever leads to {phase!r}", "remove it or add a step"


def _possible(step: Step, reached: set[str]) -> bool:
    return step.kind is not StepKind.MOVES or any(phase in reached for phase in step.from_phases)


def _steps_out_of_place(course: CourseRules) -> Iterator[Finding]:
    outside = course.terminal_phases | {course.paused_phase}
    for index, step in enumerate(course.steps):
        wrong = [phase for phase in (*step.from_phases, step.to) if phase in outside]
        if step.kind is StepKind.MOVES and wrong:
            cure = "use `ends` for terminal phases and `pause` for the paused one"
            yield f"course.steps[{index}]", f"moves from or to {wrong[0]!r}", cure


def _conditions_without_field(course: CourseRules) -> Iterator[Finding]:
    for index, step in enumerate(course.steps):
        allowed = {field.name: field.values for field in course.fields.get(step.event, ())}
        for name, value in step.when.items():
            if value not in allowed.get(name, ()):
                cure = f"add it to course.fields.{step.event}.{name}.values"
                yield f"course.steps[{index}].when.{name}", f"{value!r} can never be", cure


def _exclusive_values(course: CourseRules) -> Iterator[Finding]:
    for event, rules in course.fields.items():
        for rule in rules:
            for value in rule.exclusive:
                if value not in rule.values:
                    cure = f"add it to course.fields.{event}.{rule.name}.values"
                    yield f"course.fields.{event}.{rule.name}.exclusive", f"{value!r} can never be", cure


def _unknown_types(course: CourseRules) -> Iterator[Finding]:
    tables = {"effect_days": course.effect_days, "fields": course.fields, "after": course.after}
    named = [(f"course.{table}.{event}", event) for table, keys in tables.items() for event in keys]
    named += [(f"course.after.{key}", event) for key, events in course.after.items() for event in events]
    for place, event in named:
        if event not in course.event_types:
            yield place, f"unknown event type {event!r}", f"known types: {', '.join(course.event_types)}"
    for event in course.obsolete:
        if event in course.event_types:
            yield f"course.obsolete.{event}", "is both obsolete and in use", "remove one of the two"


def _missing_words(course: CourseRules) -> Iterator[Finding]:
    for language in LANGUAGES:
        for code in (*course.phases, *course.event_types):
            if code not in course.words.get(language, {}):
                yield f"course.words.{language}.{code}", "is missing", "add the words people read"


def _odd_desk_words(course: CourseRules) -> Iterator[Finding]:
    yield from odd_desk_words(course.desk, phases=course.phases, event_types=course.event_types)


def _named_twice(course: CourseRules) -> Iterator[Finding]:
    lists = {"phases": course.phases, "recorded_only": course.recorded_only}
    for key, names in lists.items():
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield f"course.{key}", f"names {name!r} {names.count(name)} times", "name it once"
    said = [(step.event, step.kind, step.to, dict(step.when), set(step.from_phases)) for step in course.steps]
    for index, each in enumerate(said):
        if said.index(each) < index:
            yield f"course.steps[{index}]", "stands twice", "remove one of the two"
    for name in dict.fromkeys(course.recorded_only):
        if name in course.steps_by_event:
            yield (
                "course.recorded_only",
                f"{name!r} has a step, so it is not only recorded",
                "remove one of the two",
            )


COURSE_CHECKS: Mapping[Callable[[CourseRules], Iterator[Finding]], Needs] = {
    _unknown_phases: ("course.phases",),
    _unreachable_phases: ("course.phases", "course.steps*", "course.initial_phase", "course.paused_phase"),
    _steps_out_of_place: ("course.steps*", "course.paused_phase"),
    _conditions_without_field: ("course.fields*",),
    _exclusive_values: ("course.fields*",),
    _unknown_types: ("course.steps*", "course.recorded_only"),
    _missing_words: ("course.words*", "course.phases", "course.steps*", "course.recorded_only"),
    _odd_desk_words: ("course.desk*", "course.phases", "course.steps*", "course.recorded_only"),
    _named_twice: (),
}
