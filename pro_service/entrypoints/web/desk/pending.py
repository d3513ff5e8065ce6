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

_LOST = "lost_to_follow_up"


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
    stuck = [
        _without_plan(
            installation.catalogue.protocols[one.patient.protocol_version],
            one.patient.code,
            one.why,
            language,
        )
        for one in without_plan
    ]
    for one in found:
        protocol = installation.catalogue.protocols[one.protocol_version]
        today = local_day(now, one.time_zone)
        untold += untold_of(protocol, one, language)
        stuck += stuck_of(protocol, one, language, today=today, unanswered=silent.get(one.id, 0))
    stuck.sort(key=lambda row: row.patient_code)
    return Pending(untold=tuple(sorted(untold, key=lambda row: row.on)), stuck=tuple(stuck))


def _without_plan(protocol: Protocol, code: str, why: Unplanned, language: Language) -> StuckRow:
    needed = next(iter((*why.needs, *why.events)), "")
    return StuckRow(
        patient_code=code,
        why="unplanned",
        needed=needed,
        title=protocol.course.title(needed, language),
        on=why.on,
        sentence=explain_unplanned(why, language, rules=protocol.course),
    )


def untold_of(protocol: Protocol, one: PatientCourse, language: Language) -> Iterator[UntoldRow]:
    """The patient's results that wait to be told and would change the course."""
    for event in awaiting(protocol.course, one.events):
        yield UntoldRow(
            event_id=int(event.id or 0),
            patient_code=one.code,
            title=protocol.course.title(event.type, language),
            result=event.result or "",
            on=event.on,
            planned_on=event.disclosed_on,
            words=protocol.course.words.get(language, {}),
        )


def stuck_of(
    protocol: Protocol, one: PatientCourse, language: Language, *, today: date, unanswered: int
) -> Iterator[StuckRow]:
    """Why nothing can be sent, or why the patient may be lost."""
    rules = protocol.course
    held = held_until(rules, one.events, on=today)
    if held is not None:
        yield StuckRow(patient_code=one.code, why="held_back", on=held)
    if _may_be_lost(rules, one, today, unanswered):
        yield StuckRow(
            patient_code=one.code,
            why="may_be_lost",
            needed=_LOST,
            title=rules.title(_LOST, language),
            number=unanswered,
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
    first = () if why is None else (_without_plan(protocol, facts.code, why, language),)
    stuck = stuck_of(protocol, one, language, today=today, unanswered=silent)
    return Pending(untold=tuple(untold_of(protocol, one, language)), stuck=(*first, *stuck))
