"""Gathers what waits for a site to say something: results to tell, courses that cannot be planned, silent patients."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from pro_service.core.course import awaiting, ended_by, held_until, live_course, settled
from pro_service.core.plan import Unplanned, explain_unplanned, unplanned
from pro_service.core.protocol import CourseRules, Protocol
from pro_service.core.timing import local_day
from pro_service.entrypoints.fresh_facts import UnplannedPatient
from pro_service.entrypoints.web.desk.views_pending import Pending, StuckRow, UntoldRow
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.store.db import Session
from pro_service.store.queries import courses, patients
from pro_service.store.queries.courses import PatientCourse


def pending(
    session: Session,
    installation: Installation,
    site_ids: Sequence[int],
    *,
    without_plan: Sequence[UnplannedPatient],
    language: Language,
    now: datetime,
) -> Pending:
    """For the patients of some sites whose course has not ended; `without_plan` are those of them without a plan."""
    found = courses.courses(session, site_ids)
    silent = courses.unanswered_in_a_row(session, site_ids)
    untold: list[UntoldRow] = []
    stuck = [_without_plan(one.patient.code, one.why, one.sentence[language]) for one in without_plan]
    for one in found:
        protocol = installation.catalogue.protocols[one.protocol_version]
        today = local_day(now, one.time_zone)
        untold += untold_of(protocol, one)
        stuck += stuck_of(protocol, one, today=today, unanswered=silent.get(one.id, 0))
    stuck.sort(key=lambda row: row.patient_code)
    return Pending(untold=tuple(sorted(untold, key=lambda row: row.on)), stuck=tuple(stuck))


def _without_plan(code: str, why: Unplanned, sentence: str) -> StuckRow:
    needed = next(iter((*why.needs, *why.events)), "")
    return StuckRow(patient_code=code, why="unplanned", needed=needed, on=why.on, sentence=sentence)


def untold_of(protocol: Protocol, one: PatientCourse) -> Iterator[UntoldRow]:
    """The patient's results that wait to be told and would change the course."""
    for event in awaiting(protocol.course, one.events):
        yield UntoldRow(
            event_id=int(event.id or 0),
            patient_code=one.code,
            type=event.type,
            result=event.result or "",
            on=event.on,
            planned_on=event.disclosed_on,
        )


def stuck_of(protocol: Protocol, one: PatientCourse, *, today: date, unanswered: int) -> Iterator[StuckRow]:
    """Why nothing can be sent, or why the patient may be lost."""
    rules = protocol.course
    held = held_until(rules, one.events, on=today)
    if held is not None:
        yield StuckRow(patient_code=one.code, why="held_back", on=held)
    if _may_be_lost(rules, one, today, unanswered):
        yield StuckRow(
            patient_code=one.code, why="may_be_lost", needed="lost_to_follow_up", number=unanswered
        )


def _may_be_lost(rules: CourseRules, one: PatientCourse, today: date, unanswered: int) -> bool:
    if not rules.suggest_lost_after or unanswered < rules.suggest_lost_after:
        return False
    return live_course(rules, one.events, as_of=today).phase != rules.paused_phase


def pending_of(
    session: Session, protocol: Protocol, facts: patients.PatientFacts, *, language: Language, today: date
) -> Pending:
    """The same for one patient; nothing once the course has ended."""
    events = patients.course_of(session, facts.id)
    if ended_by(protocol.course, settled(protocol.course, events), as_of=today) is not None:
        return Pending()
    one = PatientCourse(
        id=facts.id,
        code=facts.code,
        protocol_version=facts.protocol_version,
        time_zone=facts.time_zone,
        events=events,
    )
    silent = courses.unanswered_in_a_row(session, [facts.site.id]).get(facts.id, 0)
    why = unplanned(protocol, events, as_of=today)
    first = () if why is None else (_without_plan(facts.code, why, _sentence(why, protocol, language)),)
    stuck = stuck_of(protocol, one, today=today, unanswered=silent)
    return Pending(untold=tuple(untold_of(protocol, one)), stuck=(*first, *stuck))


def _sentence(why: Unplanned, protocol: Protocol, language: Language) -> str:
    return explain_unplanned(why, language, rules=protocol.course)
