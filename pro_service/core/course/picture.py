"""The phase machine of a protocol as a picture: its arrows as data, and as a Mermaid diagram."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pro_service.core.protocol import CourseRules, Step, StepKind


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """One effect of one event type. `before` names phases; for pauses and ends it is every phase being followed."""

    event: str
    when: tuple[tuple[str, str], ...]  # (field, value) that the event must have
    kind: StepKind
    before: tuple[str, ...]
    after: str  # "" for the end of a pause: back to the phase underneath


def arrows(rules: CourseRules) -> tuple[Arrow, ...]:
    """In the order of the protocol's steps, which is that of one day."""
    return tuple(_arrow(rules, step) for step in rules.steps)


def mermaid(rules: CourseRules, language: str) -> str:
    """A stateDiagram-v2 with the protocol's words, French ("fr") or English ("en").

    The phases in which a patient is followed stand in one box, from which pauses and ends lead away.
    """
    lines = ["stateDiagram-v2", *_names(rules, language), f"    [*] --> {rules.initial_phase}"]
    moves = [arrow for arrow in arrows(rules) if arrow.kind is StepKind.MOVES]
    opening = [arrow for arrow in moves if rules.initial_phase in arrow.before]
    lines += _drawn(rules, opening, language, indent=4)
    lines.append("    state followed {")
    lines += _drawn(rules, [arrow for arrow in moves if arrow not in opening], language, indent=8)
    lines.append("    }")
    for arrow in arrows(rules):
        if arrow.kind is StepKind.UNPAUSES:
            lines.append(f"    {rules.paused_phase} --> followed: {label(rules, arrow, language)}")
        elif arrow.kind is not StepKind.MOVES:
            lines.append(f"    followed --> {arrow.after}: {label(rules, arrow, language)}")
    lines += [f"    {phase} --> [*]" for phase in rules.phases if phase in rules.terminal_phases]
    return "\n".join(lines)


def label(rules: CourseRules, arrow: Arrow, language: str) -> str:
    """What is written on an arrow: the event's words, and the values it must have."""
    values = ", ".join(f"{field} = {value}" for field, value in arrow.when)
    return f"{rules.word(arrow.event, language)} ({values})" if values else rules.word(arrow.event, language)


def _names(rules: CourseRules, language: str) -> Iterator[str]:
    for phase in rules.phases:
        yield f'    state "{rules.word(phase, language)}" as {phase}'


def _drawn(rules: CourseRules, found: Iterable[Arrow], language: str, *, indent: int) -> Iterator[str]:
    for arrow in found:
        for before in arrow.before:
            yield f"{' ' * indent}{before} --> {arrow.after}: {label(rules, arrow, language)}"


def _arrow(rules: CourseRules, step: Step) -> Arrow:
    moves, back = step.kind is StepKind.MOVES, step.kind is StepKind.UNPAUSES
    before = step.from_phases if moves else (rules.paused_phase,) if back else rules.active_phases
    return Arrow(
        event=step.event,
        when=tuple(step.when.items()),
        kind=step.kind,
        before=before,
        after="" if back else step.to,
    )
