"""Reads the [course] table of a protocol file: phases, steps, and what may be recorded."""

from collections.abc import Mapping

from pro_service.core.definition import Section
from pro_service.core.protocol.desk import read_desk_words
from pro_service.core.protocol.model import (
    EVENT_FIELDS,
    LANGUAGES,
    CourseRules,
    EffectDay,
    FieldRule,
    Step,
    StepKind,
)
from pro_service.core.protocol.parse_live import read_holds, read_provisional, read_suggest_lost_after

MOST_DAYS_AHEAD = 3660
MOST_DAYS_FRESH = 366
LATE_AFTER_DAYS = 7
ELSEWHERE = ("recorded", "refused")
WITHOUT = ("on", "no effect")
EFFECT_FIELDS = ("disclosed_on",)
_KIND_OF_PAUSE = {"begins": StepKind.PAUSES, "ends": StepKind.UNPAUSES}


def read_course(section: Section) -> CourseRules:
    """The phase machine of [course]; mistakes are collected in the section."""
    initial, paused = section.text("initial_phase"), section.text("paused_phase")
    rules = CourseRules(
        initial_phase=initial,
        paused_phase=paused,
        phases=section.texts("phases"),
        steps=tuple(_step(part, initial, paused) for part in section.sections("steps")),
        effect_days={
            name: _effect_day(part) for name, part in section.children("effect_days", required=False)
        },
        fields={name: _fields(part) for name, part in section.children("fields", required=False)},
        recorded_only=section.texts("recorded_only", ()),
        obsolete=read_texts(section.section("obsolete", required=False)),
        after=_lists(section.section("after", required=False)),
        max_days_ahead=section.integer("max_days_ahead", 90, least=0, most=MOST_DAYS_AHEAD),
        words=_words(section.section("words", required=False)),
        provisional=read_provisional(section),
        holds=read_holds(section),
        suggest_lost_after=read_suggest_lost_after(section),
        desk=read_desk_words(section.section("desk", required=False), LANGUAGES),
        stale_after_days=section.integer("stale_after_days", least=1, most=MOST_DAYS_FRESH)
        if section.has("stale_after_days")
        else None,
        late_after_days=section.integer("late_after_days", LATE_AFTER_DAYS, least=1, most=MOST_DAYS_FRESH),
    )
    section.finish()
    return rules


def read_texts(section: Section) -> Mapping[str, str]:
    """A table whose every value is a text."""
    return {key: section.text(key) for key in section.data}


def _lists(section: Section) -> Mapping[str, tuple[str, ...]]:
    return {key: section.names(key) for key in section.data}


def _words(section: Section) -> Mapping[str, Mapping[str, str]]:
    words = {language: read_texts(section.section(language, required=False)) for language in LANGUAGES}
    section.finish()
    return words


def _step(section: Section, initial: str, paused: str) -> Step:
    kind = _kind(section)
    step = Step(
        event=section.text("event"),
        kind=kind,
        to=_target(section, kind, initial, paused),
        when=_conditions(section.section("when", required=False)),
        from_phases=section.names("from") if kind is StepKind.MOVES else (),
        elsewhere=section.text("elsewhere", "recorded", choices=ELSEWHERE),
        replaces_ending=section.flag("replaces_ending", False) if kind is StepKind.ENDS else False,
    )
    section.finish()
    return step


def _kind(section: Section) -> StepKind:
    said = [key for key in ("to", "pause", "ends") if section.has(key)]
    if len(said) != 1:
        section.problem(
            "", "says not exactly one of to, pause, ends", 'write one, such as to = "OFF_TREATMENT"'
        )
    if said[:1] == ["pause"]:
        return _KIND_OF_PAUSE.get(section.text("pause", choices=tuple(_KIND_OF_PAUSE)), StepKind.PAUSES)
    return StepKind.ENDS if said[:1] == ["ends"] else StepKind.MOVES


def _target(section: Section, kind: StepKind, initial: str, paused: str) -> str:
    if kind is StepKind.PAUSES:
        return paused
    if kind is StepKind.UNPAUSES:
        return initial
    return section.text("ends" if kind is StepKind.ENDS else "to", "")


def _conditions(section: Section) -> Mapping[str, str]:
    conditions = {key: section.text(key) for key in EVENT_FIELDS if section.has(key)}
    section.known.update(EVENT_FIELDS)
    section.finish()
    return conditions


def _effect_day(section: Section) -> EffectDay:
    day = EffectDay(
        field=section.text("field", choices=EFFECT_FIELDS), without=section.text("without", choices=WITHOUT)
    )
    section.finish()
    return day


def _fields(section: Section) -> tuple[FieldRule, ...]:
    fields = tuple(
        _field(name, section.section(name, required=False)) for name in EVENT_FIELDS if section.has(name)
    )
    section.known.update(EVENT_FIELDS)
    section.finish()
    return fields


def _field(name: str, section: Section) -> FieldRule:
    rule = FieldRule(
        name=name,
        values=section.names("values"),
        required=section.flag("required", False),
        exclusive=section.names("exclusive", ()),
    )
    section.finish()
    return rule
