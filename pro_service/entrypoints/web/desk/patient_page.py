"""Gathers the patient's page: course, plan, scores, alerts, messages on one time axis."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from pro_service.core.access import Permission
from pro_service.core.course import Course, live_course
from pro_service.core.freshness import is_stale
from pro_service.core.instrument import Instrument
from pro_service.core.plan import is_outside
from pro_service.core.protocol import Protocol
from pro_service.core.timing import local_day
from pro_service.core.wording import in_language
from pro_service.entrypoints.reasons import reason_words
from pro_service.entrypoints.tellings import told_days
from pro_service.entrypoints.web.charts.axis import reading_span
from pro_service.entrypoints.web.charts.machine import machine
from pro_service.entrypoints.web.charts.timeline import ChartSlot, Phase
from pro_service.entrypoints.web.desk.data_page import may
from pro_service.entrypoints.web.desk.evidence import scale_change
from pro_service.entrypoints.web.desk.pending import pending_of
from pro_service.entrypoints.web.desk.series import series
from pro_service.entrypoints.web.desk.views import Chrome, Severity
from pro_service.entrypoints.web.desk.views_patient import (
    AlertAction,
    AlertView,
    EventRow,
    MessageRow,
    PatientPage,
    PlanRow,
    ZoneRow,
)
from pro_service.entrypoints.web.desk.visits_page import patient_visits
from pro_service.entrypoints.web.words import Language
from pro_service.services.installation import Installation
from pro_service.services.refusals import NotFoundError
from pro_service.store.db import Session, reading
from pro_service.store.queries import freshness, messages, patients, protocols, zones
from pro_service.store.queries.facts import AlertFacts, AssessmentFacts

_MESSAGES = 50
_WAITS = "no effect"  # what happens while the patient has not been told
_WAITING = ("planned", "open", "in_progress")


def patient_page(
    installation: Installation,
    *,
    chrome: Chrome,
    study_id: int,
    code: str,
    site_ids: Sequence[int],
    language: Language,
    now: datetime,
) -> PatientPage:
    """The page of one patient of these sites; NotFoundError for any other."""
    with reading() as session:
        facts = patients.patient(session, study_id=study_id, code=code, site_ids=site_ids)
        if facts is None:
            raise NotFoundError(f"patient {code}")
        return _page(session, installation, chrome, facts, language, now)


def _page(
    session: Session,
    installation: Installation,
    chrome: Chrome,
    facts: patients.PatientFacts,
    language: Language,
    now: datetime,
) -> PatientPage:
    today = local_day(now, facts.time_zone)
    protocol = installation.catalogue.protocols[facts.protocol_version]
    known = patients.course_of(session, facts.id)
    course = live_course(protocol.course, known, as_of=today)
    known_on = _status_known_on(session, facts)
    plan = patients.assessments_of(session, facts.id)
    events = patients.events_of(session, facts.id)
    told = told_days(session, protocol, facts, plan)
    following = next((row for row in plan if row.state in _WAITING), None)
    texts = messages.messages_of(session, facts.id, limit=_MESSAGES)
    return PatientPage(
        chrome=chrome,
        code=facts.code,
        site_code=facts.site.code,
        site_name=facts.site.name,
        language=facts.language,
        phase=protocol.course.title(course.phase, language),
        since_on=course.since_on,
        next_timepoint=following.key if following else "",
        next_due_on=following.due_on if following else None,
        protocol_version=facts.protocol_version,
        version_since_on=local_day(_version_since(session, facts), facts.time_zone),
        mode="sms" if facts.sms_items else "link",
        contact=_contact(facts, texts),
        zone=facts.time_zone,
        zones=tuple(
            ZoneRow(zone=one.zone, from_at=one.from_at, recorded_by=one.recorded_by)
            for one in zones.history(session, facts.id)
        ),
        span=reading_span(first=_first(events, plan, today), last=_last(plan, today), today=today),
        alerts=_alerts(session, installation, facts, language, told),
        phases=_phases(course, protocol, language),
        slots=tuple(_slot(row) for row in plan),
        series=series(session, installation, protocol, facts, plan, language),
        plan=tuple(_plan_row(row, protocol, language, told.get(row.key)) for row in plan),
        events=tuple(_event(row, protocol, language) for row in events),
        messages=tuple(_message(row) for row in texts),
        machine=machine(protocol.course, language=language, phase=course.phase),
        pending=pending_of(session, protocol, facts, language=language, today=today),
        status_known_on=known_on,
        status_stale=course.ended_on is None and is_stale(protocol.course, (today - known_on).days),
        discrepancies=freshness.count_of_patient(session, facts.id),
        words=protocol.course.words.get(language, {}),
        may_ask=may(Permission.OPEN_QUERIES),
        visits=patient_visits(protocol, facts, known, language, now=now),
    )


def _status_known_on(session: Session, facts: patients.PatientFacts) -> date:
    known_at = freshness.known_at(session, [facts.id]).get(facts.id, facts.enrolled_at)
    return local_day(known_at, facts.time_zone)


def _contact(facts: patients.PatientFacts, texts: Sequence[messages.MessageFacts]) -> str:
    """The state of the contact by what happened to the newest text that left."""
    if facts.opted_out_at is not None:
        return "opted_out"
    ends = {"delivered": "ok", "undelivered": "undelivered", "failed": "invalid", "unknown": "unknown"}
    states = (ends.get(row.state) for row in texts if not row.from_patient)
    return next((state for state in states if state), "unconfirmed")


def _first(events: Sequence[patients.EventFacts], plan: Sequence[AssessmentFacts], today: date) -> date:
    return min([row.on for row in events] + [row.open_on for row in plan], default=today)


def _last(plan: Sequence[AssessmentFacts], today: date) -> date:
    return max((row.close_on for row in plan), default=today)


def _alerts(
    session: Session,
    installation: Installation,
    facts: patients.PatientFacts,
    language: Language,
    told: Mapping[str, date],
) -> tuple[AlertView, ...]:
    actions = patients.actions_of(session, facts.id)
    return tuple(
        replace(
            _alert(
                row,
                installation.catalogue.instruments[row.instrument],
                _sentences(installation, row, language),
                actions,
                language,
            ),
            told_on=told.get(row.timepoint),
        )
        for row in patients.alerts_of(session, facts.id)
    )


def _sentences(installation: Installation, row: AlertFacts, language: Language) -> dict[str, str]:
    """Those of the version that raised the alert, whichever the patient has by now."""
    raised_under = installation.catalogue.protocols.get(row.protocol_version)
    rules = raised_under.alerts.rules if raised_under else ()
    return {rule.id: in_language(rule.sentence, language) for rule in rules}


def _version_since(session: Session, facts: patients.PatientFacts) -> datetime:
    moves = protocols.moves_of(session, facts.id)
    return moves[-1].migrated_at if moves else facts.enrolled_at


def _alert(
    row: AlertFacts,
    instrument: Instrument,
    sentences: dict[str, str],
    actions: Iterable[patients.ActionFacts],
    language: Language,
) -> AlertView:
    return AlertView(
        alert_id=row.id,
        severity=cast(Severity, row.severity),
        state=row.state,
        raised_at=row.raised_at,
        timepoint=row.timepoint,
        rule_id=row.rule,
        protocol_version=row.protocol_version,
        sentence=sentences.get(row.rule, row.rule),
        changes=(scale_change(row, instrument, language),),
        actions=tuple(
            AlertAction(by=one.acted_by, at=one.acted_at, action=one.action, note=one.note)
            for one in actions
            if one.alert_id == row.id
        ),
    )


def _phases(course: Course, protocol: Protocol, language: Language) -> tuple[Phase, ...]:
    """The phases the course went through; days on which the phase was only confirmed are joined."""
    starts = [
        (day, phase)
        for index, (day, phase) in enumerate(zip(course.days, course.phases, strict=True))
        if index == 0 or course.phases[index - 1] != phase
    ]
    ends = [day - timedelta(days=1) for day, _ in starts[1:]]
    return tuple(
        Phase(
            name=phase,
            short=protocol.course.short(phase, language),
            start_on=day,
            end_on=ends[index] if index < len(ends) else None,
        )
        for index, (day, phase) in enumerate(starts)
    )


def _slot(row: AssessmentFacts) -> ChartSlot:
    return ChartSlot(
        key=row.key, due_on=row.due_on, open_on=row.open_on, close_on=row.close_on, state=row.state
    )


def _plan_row(row: AssessmentFacts, protocol: Protocol, language: Language, told_on: date | None) -> PlanRow:
    return PlanRow(
        timepoint=row.key,
        due_on=row.due_on,
        open_on=row.open_on,
        close_on=row.close_on,
        state=row.state,
        instruments=row.instruments,
        reason=reason_words(row, protocol, language),
        told_on=told_on,
        assessment_id=row.id,
        stale_days=row.status_age_days if row.status_stale else None,
        outside_visit_on=row.visit_on if is_outside(row.visit_on, row.open_on, row.close_on) else None,
    )


def _event(row: patients.EventFacts, protocol: Protocol, language: Language) -> EventRow:
    rules = protocol.course
    told = rules.effect_days.get(row.type)
    return EventRow(
        event_id=row.id,
        type=row.type,
        title=rules.title(row.type, language),
        short=rules.short(row.type, language),
        drawn=row.type in rules.steps_by_event or row.type in protocol.anchored_events,
        waits=told is not None and told.without == _WAITS and row.disclosed_on is None,
        on=row.on,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        result=row.result,
        disclosed_on=row.disclosed_on,
        relation=row.relation,
        reason=row.reason,
        visit=row.visit,
        visit_on=row.visit_on,
        bundle=row.bundle,
        voided_by=row.voided_by or "",
        voided_at=row.voided_at,
        void_reason=row.void_reason or "",
        can_be_voided=row.voided_at is None,
    )


def _message(row: messages.MessageFacts) -> MessageRow:
    return MessageRow(
        kind="inbound" if row.from_patient else row.kind,
        at=row.at,
        status=row.state,
        timepoint=row.timepoint or "",
        status_at=row.state_at,
        from_patient=row.from_patient,
        cause=row.cause or "",
    )
