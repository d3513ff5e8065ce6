"""Rows of patients and of the facts of their courses, voided ones included."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.course import Course, Event, effect_day
from pro_service.core.dataset.model import Row
from pro_service.core.dataset.oddities import Oddity
from pro_service.core.dataset.stored import StoredFact, StoredPatient
from pro_service.core.freshness import recording_lag
from pro_service.core.protocol import BUNDLE_FIELD, EVENT_FIELDS, CourseRules, Protocol

#: Which bundle a fact asked for is not among them: the form it made says itself which instruments it holds.
_EXPORTED_FIELDS = tuple(name for name in EVENT_FIELDS if name != BUNDLE_FIELD)


@dataclass(frozen=True, kw_only=True)
class CourseRows:
    """A patient's facts in the order of recording, and what of them had to be left out."""

    rows: tuple[Row, ...]
    oddities: tuple[Oddity, ...]


def standing_events(facts: Sequence[StoredFact]) -> tuple[Event, ...]:
    """The facts that count: not voided, and no voiding."""
    voided = {fact.voids_id for fact in facts}
    return tuple(_event(fact) for fact in facts if fact.voids_id is None and fact.id not in voided)


def patient_row(patient: StoredPatient, course: Course | None) -> Row:
    """`course` is as known at the cut-off; None if the patient's protocol version is not known."""
    phase = course.phase if course is not None else ""
    since_on = course.since_on if course is not None else None
    own = (patient.code, patient.site, patient.language, patient.time_zone, patient.protocol_version)
    return (*own, patient.sms_items, patient.enrolled_at, phase, since_on)


def course_rows(
    patient: StoredPatient,
    facts: Sequence[StoredFact],
    *,
    course: Course | None,
    protocol: Protocol | None,
    as_of: date,
) -> CourseRows:
    """`as_of` is the local day of the cut-off: what takes effect later has no phase yet."""
    numbers = {fact.id: number for number, fact in enumerate(facts, start=1)}
    voided = {fact.voids_id: fact.recorded_at for fact in facts if fact.voids_id is not None}
    rules = protocol.course if protocol is not None else None
    rows = []
    for fact in facts:
        counts = fact.voids_id is None and fact.id not in voided
        effective_on = _effective_on(rules, fact) if counts else None
        after = course.phase_on(effective_on) if course and effective_on and effective_on <= as_of else ""
        voids = numbers.get(fact.voids_id) if fact.voids_id is not None else None
        rows.append(
            _row(patient, fact, rules, numbers[fact.id], (effective_on, after), (voided.get(fact.id), voids))
        )
    left_out = (each for fact in facts for each in _left_out(patient, fact, rules, numbers[fact.id]))
    return CourseRows(rows=tuple(rows), oddities=tuple(left_out))


def _row(
    patient: StoredPatient,
    fact: StoredFact,
    rules: CourseRules | None,
    number: int,
    effect: tuple[date | None, str],
    voiding: tuple[datetime | None, int | None],
) -> Row:
    voided_at, voids = voiding
    return (
        patient.code,
        patient.site,
        number,
        fact.type,
        fact.on,
        _coded(rules, fact, "result"),
        fact.disclosed_on,
        _coded(rules, fact, "relation"),
        _coded(rules, fact, "reason"),
        *effect,
        fact.recorded_at,
        voided_at is not None,
        voided_at,
        voids,
        _lag(rules, patient, fact, effect[0]),
        fact.visit,
        fact.visit_on,
    )


def _lag(
    rules: CourseRules | None, patient: StoredPatient, fact: StoredFact, effective_on: date | None
) -> int | None:
    if rules is None or effective_on is None:
        return None
    return recording_lag(rules, _event(fact), recorded_on=patient.day_of(fact.recorded_at))


def _event(fact: StoredFact) -> Event:
    return Event(
        type=fact.type,
        on=fact.on,
        result=fact.result,
        disclosed_on=fact.disclosed_on,
        relation=fact.relation,
        reason=fact.reason,
        visit=fact.visit,
        visit_on=fact.visit_on,
        id=str(fact.id),
    )


def _effective_on(rules: CourseRules | None, fact: StoredFact) -> date | None:
    if rules is None or fact.type not in rules.steps_by_event:
        return None
    return effect_day(rules, _event(fact))


def _coded(rules: CourseRules | None, fact: StoredFact, name: str) -> str:
    """The value, if the protocol lists it for this type: anything else may be words that somebody typed."""
    value: str | None = getattr(fact, name)
    fields = rules.fields.get(fact.type, ()) if rules is not None else ()
    listed = any(value in field.values for field in fields if field.name == name)
    return value if value is not None and listed else ""


def _left_out(
    patient: StoredPatient, fact: StoredFact, rules: CourseRules | None, number: int
) -> Iterator[Oddity]:
    if fact.voids_id is not None:
        return  # its words are free text by design
    for name in _EXPORTED_FIELDS:
        if getattr(fact, name) and not _coded(rules, fact, name):
            yield Oddity(
                problem="text_left_out",
                patient=patient.code,
                subject=str(number),
                explanation=f"event {number} ({fact.type}): {name} is none of the protocol's codes",
            )
