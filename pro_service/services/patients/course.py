"""Records dated clinical facts, and replans the patient in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pro_service.core.course import Event, contradictions, effect_day, refusal, sentence, waits
from pro_service.core.plan import Change, Plan, SlotChange, compare, live_plan
from pro_service.core.timing import local_day
from pro_service.core.visits import visit_refusal, visit_sentence
from pro_service.services.installation import Installation
from pro_service.services.patients.planning import replan
from pro_service.services.refusals import InvalidError, NotFoundError, RefusedError, require_note
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import CourseEvent, Patient
from pro_service.store.records import people


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The fact's id and what it changed in the patient's plan."""

    event_id: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The plan without and with a fact that is not recorded yet. `waits`: it changes nothing before it is told."""

    before: Plan
    after: Plan
    changes: tuple[SlotChange, ...]
    waits: bool = False


def record_event(
    installation: Installation,
    *,
    study: str,
    patient: str,
    event: Event,
    details: Mapping[str, Any] | None = None,
    actor: str,
    now: datetime,
) -> Recorded:
    """Append a fact to the patient's course. RefusedError, with the reason, if the course cannot hold it."""
    with transaction() as session:
        row = _patient(session, study, patient)
        return append_event(session, installation, row, event, details=details, actor=actor, now=now)


def append_event(
    session: Session,
    installation: Installation,
    row: Patient,
    event: Event,
    *,
    details: Mapping[str, Any] | None = None,
    actor: str,
    now: datetime,
) -> Recorded:
    """`record_event` inside the transaction of a larger use case."""
    _judge(installation, session, row, event, now=now)
    event_id = add_fact(session, row, event, details=details, actor=actor, now=now)
    changes = replan(session, installation, row, actor=actor, now=now)
    return Recorded(event_id=event_id, changes=changes)


def add_fact(
    session: Session,
    row: Patient,
    event: Event,
    *,
    details: Mapping[str, Any] | None = None,
    actor: str,
    now: datetime,
) -> int:
    """The row of a fact that was judged; its id. Whoever adds it replans the patient in the same transaction."""
    fact = CourseEvent(
        patient_id=row.id,
        type=event.type,
        on=event.on,
        result=event.result,
        disclosed_on=event.disclosed_on,
        relation=event.relation,
        reason=event.reason,
        visit=event.visit,
        visit_on=event.visit_on,
        details={**(details or {}), **({"bundle": event.bundle} if event.bundle else {})},
        recorded_at=now,
        recorded_by=actor,
    )
    people.add(session, fact)
    return fact.id


def add_voiding(session: Session, fact: CourseEvent, *, reason: str, actor: str, now: datetime) -> int:
    """The row that takes a fact out of the course; its id. Whoever adds it replans the patient as well."""
    voiding = CourseEvent(
        patient_id=fact.patient_id,
        type="event_corrected",
        on=fact.on,
        reason=reason[:64],
        details={"reason": reason},
        voids_id=fact.id,
        recorded_at=now,
        recorded_by=actor,
    )
    people.add(session, voiding)
    return voiding.id


def preview_event(
    installation: Installation, *, study: str, patient: str, event: Event, now: datetime
) -> Preview:
    """What recording the fact would change; nothing is stored. Refused like recording.

    Both plans are as known today, or on the later day on which the fact takes effect.
    """
    with reading() as session:
        row = _patient(session, study, patient)
        _judge(installation, session, row, event, now=now)
        protocol = installation.catalogue.protocols[row.protocol_version]
        events = people.events(session, row.id)
        today = local_day(now, row.time_zone)
    event = replace(event, recorded_on=today)
    untold = waits(protocol.course, event)
    as_of = today if untold else max(today, effect_day(protocol.course, event) or today)
    before = live_plan(protocol, events, as_of=as_of)
    after = live_plan(protocol, (*events, event), as_of=as_of)
    return Preview(before=before, after=after, changes=compare(before, after), waits=untold)


def void_event(
    installation: Installation,
    *,
    event_id: int,
    reason: str,
    site_ids: tuple[int, ...],
    actor: str,
    now: datetime,
) -> Recorded:
    """Take a wrong fact out of the course. The row stays; a new one says that it does not count, and why."""
    require_note(reason, code="reason_too_long")
    if not reason.strip():
        raise InvalidError("reason_missing", fr="Indiquez le motif.", en="Say why.")
    with transaction() as session:
        fact = people.fact(session, event_id)
        if fact is None or fact.voids_id is not None:
            raise NotFoundError("event")
        row = people.patient_by_id(session, fact.patient_id)
        if row.site_id not in site_ids:
            raise NotFoundError("event")
        standing = people.facts(session, row.id)
        if fact.id not in {other.id for other in standing}:
            raise RefusedError(
                "already_voided", fr="Ce fait est déjà annulé.", en="This fact is voided already."
            )
        _judge_without(installation, standing, fact, row)
        voiding_id = add_voiding(session, fact, reason=reason, actor=actor, now=now)
        changes = replan(session, installation, row, actor=actor, now=now)
        return Recorded(event_id=voiding_id, changes=changes)


def _patient(session: Session, study: str, code: str) -> Patient:
    row = people.patient(session, study=study, code=code)
    if row is None:
        raise NotFoundError(f"patient {code}")
    return row


def _judge(
    installation: Installation, session: Session, row: Patient, event: Event, *, now: datetime
) -> None:
    events = people.events(session, row.id)
    if any(replace(known, id=None) == replace(event, id=None) for known in events):
        raise RefusedError(
            "already_recorded",
            fr="Ce fait est déjà enregistré à cette date.",
            en="This fact is recorded already for this day.",
        )
    protocol = installation.catalogue.protocols[row.protocol_version]
    rules, today = protocol.course, local_day(now, row.time_zone)
    why = refusal(rules, events, replace(event, recorded_on=today), today=today)
    if why is not None:
        raise RefusedError(why.code, fr=sentence(why, "fr", rules=rules), en=sentence(why, "en", rules=rules))
    why_not = visit_refusal(protocol, events, event, today=today)
    if why_not is not None:
        fr, en = (visit_sentence(why_not, language, protocol=protocol) for language in ("fr", "en"))
        raise RefusedError(why_not.code, fr=fr, en=en)


def _judge_without(
    installation: Installation, standing: tuple[CourseEvent, ...], fact: CourseEvent, row: Patient
) -> None:
    """The facts that remain must still make a course."""
    rules = installation.catalogue.protocols[row.protocol_version].course
    events = people.as_events(standing, zone=row.time_zone)
    wrong_before = {event.id for event, _ in contradictions(rules, events)}
    left = [other for other in standing if other.id != fact.id]
    rest = people.as_events(left, zone=row.time_zone)
    for event, why in contradictions(rules, rest):
        if event.id not in wrong_before:
            raise RefusedError(
                "others_depend_on_it",
                fr=f"D'autres faits en dépendent, annulez-les d'abord : {sentence(why, 'fr', rules=rules)}",
                en=f"Other facts depend on it, void them first: {sentence(why, 'en', rules=rules)}",
            )
