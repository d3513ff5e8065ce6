"""Gathers the pages of queries and consents."""

from collections.abc import Sequence
from datetime import datetime

from pro_service.core.access import Permission
from pro_service.core.lifecycle import QueryState
from pro_service.core.protocol import Protocol
from pro_service.core.provenance import (
    ENROLMENT_FIELDS,
    Consent,
    ConsentAct,
    ConsentScope,
    SubjectKind,
    standing,
)
from pro_service.core.timing import local_day
from pro_service.core.visits import visits
from pro_service.entrypoints.login import require_person
from pro_service.entrypoints.web.desk.data_page import may
from pro_service.entrypoints.web.desk.views import Chrome, Listing
from pro_service.entrypoints.web.desk.views_questions import ConsentsPage, QueriesPage, QueryForm, QueryRow
from pro_service.entrypoints.web.words import Language, text, word
from pro_service.store.db import reading
from pro_service.store.queries import patients, questions
from pro_service.store.queries.patients import PatientFacts
from pro_service.store.queries.questions import QueryFacts

_ROWS = 100


def queries_page(
    chrome: Chrome, site_ids: Sequence[int], *, state: str, kind: str, language: Language, now: datetime
) -> QueriesPage:
    """The queries of these sites, the one that waits longest first."""
    with reading() as session:
        found = questions.data_queries(session, site_ids, state=state, kind=kind, limit=_ROWS + 1)
    rows = tuple(_row(each, language, now=now) for each in found[:_ROWS])
    return QueriesPage(
        chrome=chrome,
        rows=Listing(rows=rows, more=max(0, len(found) - _ROWS)),
        state=state,
        kind=kind,
        kinds=tuple(SubjectKind),
    )


def query_form(
    chrome: Chrome, facts: PatientFacts, protocol: Protocol, language: Language, *, now: datetime
) -> QueryForm:
    """Everything of a patient that can be asked about."""
    with reading() as session:
        forms = patients.assessments_of(session, facts.id)
        events = patients.events_of(session, facts.id)
        course = patients.course_of(session, facts.id)
    codes = dict.fromkeys(code for one in forms for code in one.instruments)
    planned = visits(protocol, course, as_of=local_day(now, facts.time_zone))
    rules = protocol.course
    return QueryForm(
        chrome=chrome,
        patient_code=facts.code,
        choices={
            "kind": tuple((kind, text(f"subject.{kind}", language)) for kind in SubjectKind),
            "assessment": tuple((str(one.id), one.key) for one in forms),
            "instrument": tuple((code, code.upper()) for code in codes),
            "event": tuple(
                (str(one.id), f"{rules.title(one.type, language)} {one.on.isoformat()}") for one in events
            ),
            "visit": tuple((one.key, one.key) for one in planned),
            "field": tuple((name, text(f"enrolment.{name}", language)) for name in ENROLMENT_FIELDS),
        },
    )


def consents_page(chrome: Chrome, facts: PatientFacts, *, now: datetime) -> ConsentsPage:
    with reading() as session:
        rows = questions.consents_of(session, facts.id)
        texts = questions.consent_texts(session, require_person().study_id)
    stands = standing(
        Consent(scope=ConsentScope(row.scope), act=ConsentAct(row.act), on=row.on) for row in rows
    )
    return ConsentsPage(
        chrome=chrome,
        patient_code=facts.code,
        rows=rows,
        standing=tuple(scope for scope in ConsentScope if scope in stands),
        texts=texts,
        scopes=tuple(ConsentScope),
        acts=tuple(ConsentAct),
        today=local_day(now, facts.time_zone),
        may_record=may(Permission.RECORD_FACTS),
    )


def consent_choices() -> tuple[tuple[str, str], ...]:
    """The consent texts of the study, as (id, words)."""
    with reading() as session:
        texts = questions.consent_texts(session, require_person().study_id)
    return tuple((str(one.id), f"{one.ref} {one.version} {one.language}") for one in texts)


def _row(facts: QueryFacts, language: Language, *, now: datetime) -> QueryRow:
    own = facts.opened_by == require_person().login and may(Permission.OPEN_QUERIES)
    return QueryRow(
        facts=facts,
        about=_about(facts, language),
        age_days=(now - facts.opened_at).days,
        may_answer=facts.state == QueryState.OPEN and may(Permission.ANSWER_QUERIES),
        may_close=own and facts.state != QueryState.CLOSED,
        may_reopen=own and facts.state != QueryState.OPEN,
    )


def _about(facts: QueryFacts, language: Language) -> str:
    """The datum in words: "M1.5 QLQ-C30 q10", a fact with its day, a visit's key, a fact of the enrolment."""
    event = f"{word('event', facts.event_type, language)} {facts.event_on}" if facts.event_type else ""
    own = text(f"enrolment.{facts.field}", language) if facts.field else ""
    parts = (facts.timepoint, (facts.instrument or "").upper(), facts.item, event, facts.visit, own)
    return " ".join(part for part in parts if part)
