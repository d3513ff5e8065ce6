"""Questions about data: opened by whoever monitors or manages them, answered by the site, closed by who opened them."""

from datetime import datetime

from pro_service.core.lifecycle import QUERY, QueryState, step
from pro_service.core.provenance import ENROLMENT_FIELDS, QueryAct, Subject, tells_who
from pro_service.core.timing import local_day
from pro_service.core.visits import visits
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.store.db import Session, transaction
from pro_service.store.models import DataQuery, DataQueryStep, Patient
from pro_service.store.records import assessments, people, questions


def open_query(
    installation: Installation,
    *,
    study: str,
    patient: str,
    site_ids: tuple[int, ...],
    subject: Subject,
    text: str,
    actor: str,
    now: datetime,
) -> int:
    """Ask about one datum of a patient; the query's id.

    NotFoundError for a patient of another site; InvalidError for a datum that the patient does not have, an empty text,
    or one that tells who the patient is.
    """
    _require_text(text)
    with transaction() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None or row.site_id not in site_ids:
            raise NotFoundError(f"patient {patient}")
        if not subject.is_whole or not _is_of(session, installation, row, subject, now=now):
            raise InvalidError(
                "unknown_datum",
                fr="Dites sur quelle donnée de ce patient porte la question.",
                en="Say which datum of this patient the query is about.",
            )
        query = DataQuery(
            patient_id=row.id,
            kind=subject.kind,
            assessment_id=subject.assessment_id,
            instrument=subject.instrument,
            item=subject.item,
            event_id=subject.event_id,
            visit=subject.visit,
            field=subject.field,
            state=QueryState.OPEN,
            opened_at=now,
            opened_by=actor,
        )
        people.add(session, query)
        _note(session, query, QueryAct.OPENED, text, actor=actor, now=now)
        return query.id


def answer_query(
    installation: Installation,
    *,
    query_id: int,
    site_ids: tuple[int, ...],
    text: str,
    actor: str,
    now: datetime,
) -> None:
    """The site answers; whoever opened it decides whether that settles it. ConflictError unless it is open."""
    del installation
    _require_text(text)
    with transaction() as session:
        query = _own(session, query_id, site_ids)
        _move(query, QueryState.ANSWERED, from_=(QueryState.OPEN,))
        _note(session, query, QueryAct.ANSWERED, text, actor=actor, now=now)


def close_query(
    installation: Installation,
    *,
    query_id: int,
    site_ids: tuple[int, ...],
    text: str = "",
    actor: str,
    now: datetime,
) -> None:
    """Whoever opened it is content, or takes it back. ConflictError for anybody else, and if it is closed."""
    del installation
    _require_text(text, optional=True)
    with transaction() as session:
        query = _opened_by(session, query_id, site_ids, actor)
        _move(query, QueryState.CLOSED, from_=(QueryState.OPEN, QueryState.ANSWERED))
        _note(session, query, QueryAct.CLOSED, text, actor=actor, now=now)


def reopen_query(
    installation: Installation,
    *,
    query_id: int,
    site_ids: tuple[int, ...],
    text: str,
    actor: str,
    now: datetime,
) -> None:
    """Whoever opened it asks again. ConflictError for anybody else, and while it is open."""
    del installation
    _require_text(text)
    with transaction() as session:
        query = _opened_by(session, query_id, site_ids, actor)
        _move(query, QueryState.OPEN, from_=(QueryState.ANSWERED, QueryState.CLOSED))
        _note(session, query, QueryAct.REOPENED, text, actor=actor, now=now)


def _own(session: Session, query_id: int, site_ids: tuple[int, ...]) -> DataQuery:
    query = questions.query_locked(session, query_id)
    if query is None or people.patient_unlocked(session, query.patient_id).site_id not in site_ids:
        raise NotFoundError("query")
    return query


def _opened_by(session: Session, query_id: int, site_ids: tuple[int, ...], actor: str) -> DataQuery:
    query = _own(session, query_id, site_ids)
    if query.opened_by != actor:
        raise ConflictError(
            "opened_by_another",
            fr="Seule la personne qui a ouvert la question la ferme ou la rouvre.",
            en="Only the person who opened the query closes or reopens it.",
        )
    return query


def _move(query: DataQuery, state: QueryState, *, from_: tuple[QueryState, ...]) -> None:
    if query.state not in from_:
        raise ConflictError(
            "query_moved_on",
            fr="Cette question n'en est plus là : rechargez la page.",
            en="This query has moved on: reload the page.",
        )
    query.state = step(QUERY, QueryState(query.state), state)


def _is_of(
    session: Session, installation: Installation, patient: Patient, subject: Subject, *, now: datetime
) -> bool:
    """Does the patient have this datum?"""
    if subject.assessment_id is not None:
        return _is_of_form(session, installation, patient, subject)
    if subject.event_id is not None:
        fact = people.fact(session, subject.event_id)
        return fact is not None and fact.patient_id == patient.id
    if subject.visit is not None:
        protocol = installation.catalogue.protocols[patient.protocol_version]
        found = visits(protocol, people.events(session, patient.id), as_of=local_day(now, patient.time_zone))
        return subject.visit in {visit.key for visit in found}
    return subject.field in ENROLMENT_FIELDS


def _is_of_form(session: Session, installation: Installation, patient: Patient, subject: Subject) -> bool:
    row = assessments.find(session, subject.assessment_id or 0)
    if row is None or row.patient_id != patient.id:
        return False
    if subject.instrument is None:
        return True
    if subject.instrument not in row.instruments:
        return False
    items = installation.catalogue.instruments[subject.instrument].items_by_code
    return subject.item is None or subject.item in items


def _require_text(text: str, *, optional: bool = False) -> None:
    require_note(text, code="text_too_long")
    if not optional and not text.strip():
        raise InvalidError("text_missing", fr="Écrivez la question ou la réponse.", en="Write the text.")
    if tells_who(text):
        raise InvalidError(
            "tells_who",
            fr="Ni nom, ni numéro, ni adresse dans ce texte : le promoteur le lit.",
            en="No name, number or address in this text: the sponsor reads it.",
        )


def _note(session: Session, query: DataQuery, act: QueryAct, text: str, *, actor: str, now: datetime) -> None:
    session.add(DataQueryStep(query_id=query.id, act=act, text=text.strip(), acted_at=now, acted_by=actor))
