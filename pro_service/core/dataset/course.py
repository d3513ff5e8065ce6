"""Rows of patients and of the facts of their courses, voided ones included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.course import Course, Event, effect_day, waits
from pro_service.core.dataset.model import Row
from pro_service.core.dataset.oddities import Oddity
from pro_service.core.dataset.stored import StoredFact, StoredPatient
from pro_service.core.freshness import recording_lag
from pro_service.core.plan import Unplanned
from pro_service.core.protocol import BUNDLE_FIELD, EVENT_FIELDS, CourseRules, Protocol
from pro_service.core.timing import local_day

#: Which bundle a fact asked for is not among them: the form it made says itself which instruments it holds.
_EXPORTED_FIELDS = tuple(name for name in EVENT_FIELDS if name != BUNDLE_FIELD)


@dataclass(frozen=True, kw_only=True)
class CourseRows:
    """A patient's facts in the order of recording, and what of them had to be left out."""

    rows: tuple[Row, ...]
    oddities: tuple[Oddity, ...]


def standing_events(patient: StoredPatient, facts: Sequence[StoredFact]) -> tuple[Event, ...]:
    """A patient's facts that count: not voided, and no voiding. A result carries the day on which it was told."""
    tellings = _tellings(facts)
    standing = (fact for fact in _standing(facts) if fact.discloses_id is None)
    return tuple(_event(patient, fact, tellings.get(fact.id)) for fact in standing)


def patient_row(patient: StoredPatient, course: Course | None, unplanned: Unplanned | None = None) -> Row:
    """`course` is as known at the cut-off; None if the patient's protocol version is not known.

    `unplanned` is why nothing can be planned, None where something can.
    """
    phase = course.phase if course is not None else ""
    since_on = course.since_on if course is not None else None
    own = (patient.code, patient.site, patient.language, patient.time_zone, patient.protocol_version)
    why = unplanned.code.value if unplanned is not None else ""
    return (*own, patient.sms_items, patient.enrolled_at, phase, since_on, why)


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
    tellings = _tellings(facts)
    rows = []
    for fact in facts:
        counts = fact.voids_id is None and fact.id not in voided
        event = _event(patient, fact, tellings.get(fact.id))
        effective_on = _effective_on(rules, event) if counts else None
        after = course.phase_on(effective_on) if course and effective_on and effective_on <= as_of else ""
        voids = numbers.get(fact.voids_id) if fact.voids_id is not None else None
        told = numbers.get(fact.discloses_id) if fact.discloses_id is not None else None
        ties = (voided.get(fact.id), voids, told)
        rows.append(_row(patient, fact, rules, event, numbers[fact.id], (effective_on, after), ties))
    left_out = (each for fact in facts for each in _left_out(patient, fact, rules, numbers[fact.id]))
    return CourseRows(rows=tuple(rows), oddities=tuple(left_out))


def _row(
    patient: StoredPatient,
    fact: StoredFact,
    rules: CourseRules | None,
    event: Event,
    number: int,
    effect: tuple[date | None, str],
    ties: tuple[datetime | None, int | None, int | None],
) -> Row:
    voided_at, voids, discloses = ties
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
        discloses,
        _lag(rules, event, effect[0]),
        fact.visit,
        fact.visit_on,
    )


def _lag(rules: CourseRules | None, event: Event, effective_on: date | None) -> int | None:
    if rules is None or effective_on is None or event.recorded_on is None:
        return None
    return recording_lag(rules, event, recorded_on=event.recorded_on)


def _standing(facts: Sequence[StoredFact]) -> Iterator[StoredFact]:
    voided = {fact.voids_id for fact in facts}
    return (fact for fact in facts if fact.voids_id is None and fact.id not in voided)


def _tellings(facts: Sequence[StoredFact]) -> Mapping[int, StoredFact]:
    return {fact.discloses_id: fact for fact in _standing(facts) if fact.discloses_id is not None}


def _event(patient: StoredPatient, fact: StoredFact, telling: StoredFact | None) -> Event:
    said = telling or fact
    zone = said.recorded_zone
    return Event(
        type=fact.type,
        on=fact.on,
        result=fact.result,
        disclosed_on=telling.on if telling else fact.disclosed_on,
        relation=fact.relation,
        reason=fact.reason,
        visit=fact.visit,
        visit_on=fact.visit_on,
        id=str(fact.id),
        recorded_on=local_day(said.recorded_at, zone) if zone else patient.day_of(said.recorded_at),
    )


def _effective_on(rules: CourseRules | None, event: Event) -> date | None:
    if rules is None or event.type not in rules.steps_by_event or waits(rules, event):
        return None
    return effect_day(rules, event)


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
