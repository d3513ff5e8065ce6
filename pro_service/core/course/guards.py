"""What the live service refuses to record, judged on the whole course; the events of a course file never are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pro_service.core.course.disclosure import settled
from pro_service.core.course.ends import end_after, turns
from pro_service.core.course.event import Event, effect_day, waits
from pro_service.core.course.replay import Moment, moments
from pro_service.core.protocol import CourseRules, FieldRule, Step, StepKind


class RefusalCode(StrEnum):
    """Why an event cannot be recorded."""

    UNKNOWN_TYPE = "unknown_type"
    MISSING_FIELD = "missing_field"
    WRONG_VALUE = "wrong_value"
    TOO_FAR_AHEAD = "too_far_ahead"
    TOLD_BEFORE = "told_before"  # the patient told before the fact itself
    NOT_STARTED = "not_started"  # before the event that opens the course
    ALREADY_STARTED = "already_started"  # that event a second time
    ALREADY_PLANNED = "already_planned"  # another planned day stands
    NOT_IN_THIS_PHASE = "not_in_this_phase"
    MUST_COME_AFTER = "must_come_after"
    AFTER_THE_END = "after_the_end"
    NOT_LOST = "not_lost"
    ALREADY_LOST = "already_lost"
    CONTRADICTS_ANOTHER = "contradicts_another"  # another value stands for the same day
    MAKES_ANOTHER_IMPOSSIBLE = "makes_another_impossible"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an event cannot be recorded: a code, and the facts its sentence needs."""

    code: RefusalCode
    event: str
    on: date
    field: str = ""
    allowed: tuple[str, ...] = ()
    phase: str = ""
    other: str = ""
    other_on: date | None = None


_SENTENCES: Mapping[str, Mapping[RefusalCode, str]] = {
    "fr": {
        RefusalCode.UNKNOWN_TYPE: "Type d'événement inconnu : {event}.",
        RefusalCode.MISSING_FIELD: "« {event} » : il manque {field} ({allowed}).",
        RefusalCode.WRONG_VALUE: "« {event} » : la valeur de {field} doit être l'une de {allowed}.",
        RefusalCode.TOO_FAR_AHEAD: "« {event} » du {on} : date trop éloignée dans le futur (au plus le {other_on}).",
        RefusalCode.TOLD_BEFORE: "« {event} » du {on} : annoncé au patient le {other_on}, avant sa date.",
        RefusalCode.NOT_STARTED: "« {event} » du {on} : impossible avant l'inclusion.",
        RefusalCode.ALREADY_STARTED: "« {event} » du {on} : déjà enregistré, le {other_on}.",
        RefusalCode.ALREADY_PLANNED: "« {event} » : déjà prévue le {other_on} ; annuler d'abord cette date.",
        RefusalCode.NOT_IN_THIS_PHASE: "« {event} » du {on} : impossible dans la phase « {phase} ».",
        RefusalCode.MUST_COME_AFTER: "« {event} » du {on} : enregistrer d'abord « {other} ».",
        RefusalCode.AFTER_THE_END: "« {event} » du {on} : impossible après « {phase} ».",
        RefusalCode.NOT_LOST: "« {event} » du {on} : aucune perte de vue n'est enregistrée à cette date.",
        RefusalCode.ALREADY_LOST: "« {event} » du {on} : la perte de vue est déjà enregistrée.",
        RefusalCode.CONTRADICTS_ANOTHER: (
            "« {event} » du {on} : « {allowed} » est déjà enregistré pour ce jour ; annuler d'abord ce fait."
        ),
        RefusalCode.MAKES_ANOTHER_IMPOSSIBLE: (
            "« {event} » du {on} rendrait impossible « {other} » du {other_on}, déjà enregistré : "
            "corriger d'abord celui-ci."
        ),
    },
    "en": {
        RefusalCode.UNKNOWN_TYPE: "Unknown event type: {event}.",
        RefusalCode.MISSING_FIELD: "“{event}”: {field} is missing ({allowed}).",
        RefusalCode.WRONG_VALUE: "“{event}”: {field} must be one of {allowed}.",
        RefusalCode.TOO_FAR_AHEAD: "“{event}” on {on}: too far in the future ({other_on} at the latest).",
        RefusalCode.TOLD_BEFORE: "“{event}” on {on}: the patient was told on {other_on}, before its date.",
        RefusalCode.NOT_STARTED: "“{event}” on {on}: not possible before inclusion.",
        RefusalCode.ALREADY_STARTED: "“{event}” on {on}: recorded already, on {other_on}.",
        RefusalCode.ALREADY_PLANNED: "“{event}”: planned already, on {other_on}; void that day first.",
        RefusalCode.NOT_IN_THIS_PHASE: "“{event}” on {on}: not possible in phase “{phase}”.",
        RefusalCode.MUST_COME_AFTER: "“{event}” on {on}: record “{other}” first.",
        RefusalCode.AFTER_THE_END: "“{event}” on {on}: not possible after “{phase}”.",
        RefusalCode.NOT_LOST: "“{event}” on {on}: the patient is not lost to follow-up on that day.",
        RefusalCode.ALREADY_LOST: "“{event}” on {on}: the patient is already lost to follow-up.",
        RefusalCode.CONTRADICTS_ANOTHER: (
            "“{event}” on {on}: “{allowed}” is recorded already for this day; void that fact first."
        ),
        RefusalCode.MAKES_ANOTHER_IMPOSSIBLE: (
            "“{event}” on {on} would make “{other}” on {other_on} impossible, which is recorded: "
            "correct that one first."
        ),
    },
}


def refusal(rules: CourseRules, events: Iterable[Event], new: Event, *, today: date) -> Refusal | None:
    """Why `new` may not be added to a patient's events, or None. `events` are those in force, none voided."""
    events = tuple(events)
    told = settled(rules, events)  # a day planned for telling holds up no fact
    return (
        _of_form(rules, new, today)
        or _after_an_end(rules, told, new)
        or _of_one_day(rules, events, new)
        or _planned_already(rules, events, new)
        or (None if waits(rules, new) else _of_course(rules, told, new))
    )


def contradictions(rules: CourseRules, events: Iterable[Event]) -> tuple[tuple[Event, Refusal], ...]:
    """The events a course could not have held; before voiding one, compare these with and without it."""
    events = settled(rules, events)
    return tuple(
        (moment.event, why)
        for moment, ended in turns(rules, events)
        if (why := _impossible(rules, events, moment, ended)) is not None
    )


def sentence(reason: Refusal, language: str, *, rules: CourseRules) -> str:
    """A refusal in words, French ("fr") or English ("en"), with the protocol's words for events and phases."""
    return _SENTENCES[language][reason.code].format(
        event=rules.word(reason.event, language),
        on=_day(reason.on, language),
        field=reason.field,
        allowed=", ".join(reason.allowed),
        phase=rules.word(reason.phase, language),
        other=rules.word(reason.other, language),
        other_on=_day(reason.other_on, language) if reason.other_on else "",
    )


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else day.isoformat()


def _of_form(rules: CourseRules, new: Event, today: date) -> Refusal | None:
    if new.type not in rules.event_types:
        return Refusal(code=RefusalCode.UNKNOWN_TYPE, event=new.type, on=new.on)
    wrong = (_wrong_field(new, field) for field in rules.fields.get(new.type, ()))
    return next((why for why in wrong if why), None) or _wrong_date(rules, new, today)


def _wrong_field(new: Event, field: FieldRule) -> Refusal | None:
    value: str | None = getattr(new, field.name)
    if value in field.values or (value is None and not field.required):
        return None
    code = RefusalCode.MISSING_FIELD if value is None else RefusalCode.WRONG_VALUE
    return Refusal(code=code, event=new.type, on=new.on, field=field.name, allowed=field.values)


def _wrong_date(rules: CourseRules, new: Event, today: date) -> Refusal | None:
    latest = today + timedelta(days=rules.max_days_ahead)
    if max(new.on, new.disclosed_on or new.on) > latest:
        return Refusal(code=RefusalCode.TOO_FAR_AHEAD, event=new.type, on=new.on, other_on=latest)
    if new.disclosed_on and new.disclosed_on < new.on:
        return Refusal(code=RefusalCode.TOLD_BEFORE, event=new.type, on=new.on, other_on=new.disclosed_on)
    return None


def _after_an_end(rules: CourseRules, events: tuple[Event, ...], new: Event) -> Refusal | None:
    """Nothing is recorded as of a day after an end, whether or not it would have changed anything.

    On the day of the end itself the order of the steps decides, but nobody is included on a day on which an end is
    recorded already. Looked at for the new fact alone: an end is a fact at once, and no visit planned for later, nor
    any other fact without effect, may hold it up.
    """
    steps = [step for _, step in rules.steps_by_event.get(new.type, ())]
    if any(step.kind is StepKind.ENDS for step in steps):
        return None
    last = new.on if any(_opens(rules, step) for step in steps) else new.on - timedelta(days=1)
    ended = None
    for moment, _ in turns(rules, events):
        if moment.on <= last:
            ended = end_after(rules, ended, moment.event)
    if ended is None:
        return None
    return Refusal(code=RefusalCode.AFTER_THE_END, event=new.type, on=new.on, phase=ended)


def _of_one_day(rules: CourseRules, events: tuple[Event, ...], new: Event) -> Refusal | None:
    """Two values that exclude each other, such as two results of one sample, cannot both be of one day."""
    same_day = [event for event in events if (event.type, event.on) == (new.type, new.on)]
    for field in rules.fields.get(new.type, ()):
        value: str | None = getattr(new, field.name)
        others = {getattr(event, field.name) for event in same_day} & set(field.exclusive) - {value}
        if value in field.exclusive and others:
            code = RefusalCode.CONTRADICTS_ANOTHER
            return Refusal(
                code=code, event=new.type, on=new.on, field=field.name, allowed=tuple(sorted(others))
            )
    return None


def _planned_already(rules: CourseRules, events: tuple[Event, ...], new: Event) -> Refusal | None:
    """One planned day at a time: of two, nobody could say which is meant."""
    planning = {each.planned_by for each in rules.provisional.values()}
    other = next((event for event in events if event.type == new.type in planning), None)
    if other is None:
        return None
    return Refusal(code=RefusalCode.ALREADY_PLANNED, event=new.type, on=new.on, other_on=other.on)


def _of_course(rules: CourseRules, events: tuple[Event, ...], new: Event) -> Refusal | None:
    """Is the new event impossible, or does it make one impossible that was not?"""
    wrong_before = {id(event) for event, _ in contradictions(rules, events)}
    wrong_after = contradictions(rules, (*events, new))
    for event, why in wrong_after:
        if event is new:
            return why
    for event, _ in wrong_after:
        if id(event) not in wrong_before:
            return Refusal(
                code=RefusalCode.MAKES_ANOTHER_IMPOSSIBLE,
                event=new.type,
                on=new.on,
                other=event.type,
                other_on=effect_day(rules, event),
            )
    return None


def _impossible(
    rules: CourseRules, events: tuple[Event, ...], moment: Moment, ended: str | None
) -> Refusal | None:
    why = next(_objections(rules, events, moment, ended), None)
    if why is None:
        return None
    code, other = why
    event, phase = moment.event, ended or moment.before.phase(rules)
    started_on = _started_on(rules, events) if code is RefusalCode.ALREADY_STARTED else None
    return Refusal(code=code, event=event.type, on=event.on, phase=phase, other=other, other_on=started_on)


def _started_on(rules: CourseRules, events: tuple[Event, ...]) -> date | None:
    steps = ((moment.on, moment.step) for moment in moments(rules, events))
    return next((on for on, step in steps if step is not None and _opens(rules, step)), None)


def _opens(rules: CourseRules, step: Step) -> bool:
    return step.kind is StepKind.MOVES and rules.initial_phase in step.from_phases


def _objections(
    rules: CourseRules, events: tuple[Event, ...], moment: Moment, ended: str | None
) -> Iterator[tuple[RefusalCode, str]]:
    code = _why_not(rules, moment, ended)
    if code is not None:
        yield code, ""
    for needed in rules.after.get(moment.event.type, ()):
        if not any(event.type == needed and event.on <= moment.on for event in events):
            yield RefusalCode.MUST_COME_AFTER, needed


def _why_not(rules: CourseRules, moment: Moment, ended: str | None) -> RefusalCode | None:
    """The objection to an event; None where it had an effect, or is still a fact worth recording."""
    step = moment.step or rules.steps_by_event[moment.event.type][0][1]
    if step.kind is StepKind.ENDS:
        return _why_no_ending(rules, ended, step) if moment.step is None else None
    if ended is not None:
        return RefusalCode.AFTER_THE_END
    return _why_no_effect(rules, moment, step) if moment.step is None else None


def _why_no_effect(rules: CourseRules, moment: Moment, step: Step) -> RefusalCode | None:
    before = moment.before
    if step.elsewhere == "recorded":
        return None
    if before.clinical == rules.initial_phase:
        return RefusalCode.NOT_STARTED
    if step.kind is StepKind.MOVES:
        return RefusalCode.ALREADY_STARTED if _opens(rules, step) else RefusalCode.NOT_IN_THIS_PHASE
    return RefusalCode.ALREADY_LOST if step.kind is StepKind.PAUSES else RefusalCode.NOT_LOST


def _why_no_ending(rules: CourseRules, ended: str | None, step: Step) -> RefusalCode | None:
    """A second, different ending is a fact (consent withdrawn after questionnaires); nothing follows a final one."""
    if ended is None:
        return None  # before the course began: a patient may die or withdraw before inclusion
    final = {s.to for s in rules.steps if s.replaces_ending}
    return RefusalCode.AFTER_THE_END if ended in final | {step.to} else None
