"""Stores answers and completes instruments, whichever way the answers came: steps inside a larger use case.

The transaction that completes an instrument also scores it and raises its alerts: there is no moment at which an
answer is here and its alert is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import ANSWERABLE, RESPONSE, AssessmentState, ResponseState, step
from pro_service.services.answers import sittings
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, require_storable
from pro_service.services.scores import evaluation
from pro_service.services.wordings import gate
from pro_service.store.db import Session
from pro_service.store.models import Answer, Assessment, Patient, Response
from pro_service.store.records import assessments, messages, people, responses

PATIENT = "patient"


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """One answer as it came. `client_id` (made by the sender) makes repeating harmless; `answered_at` is its clock.

    `inbound_id` is the text, `entry_key` the form of a site in which it came.
    """

    client_id: str | None
    item: str
    value: int | None
    refused: bool = False
    answered_at: datetime | None = None
    inbound_id: int | None = None
    entry_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where an instrument and its assessment stand after a use case; `begins_anew` if it set a sitting aside."""

    instrument_state: ResponseState
    assessment_state: AssessmentState
    alerts: int = 0
    begins_anew: bool = False


def deposit(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    *,
    instrument: str,
    answers: Sequence[GivenAnswer],
    mode: str,
    now: datetime,
    actor: str = PATIENT,
) -> Response:
    """Store answers as new versions; one with a client id that is known already is left alone.

    Each goes into the sitting it was given in. One that comes after the longest sitting begins the instrument anew; the
    sitting that counts from now on is returned. ConflictError if the instrument has no wording that its patient may be
    asked in this way today.
    """
    definition = _definition(installation, row, instrument)
    for given in answers:
        _check(definition, given)
    found = sittings.of(session, installation, patient, row, definition)
    known = found.by_client_id
    for given in answers:
        _require_same(given, known)
    _require_ids_of_their_own(answers)
    fresh = _once([given for given in answers if given.client_id not in known])
    if fresh:
        gate.require_answerable(session, installation, patient, definition, mode=mode, now=now)
    begin = partial(_begin, session, installation, patient, row, definition, mode=mode, now=now, actor=actor)
    homes: dict[int, tuple[Response, list[GivenAnswer]]] = {}
    for given in fresh:
        at = found.moment(given.answered_at, received_at=now)
        response = sittings.home(session, found, at, mode=mode, now=now)
        if response is None:
            response = begin(sitting=found.next_number)
            found.add(response)
        found.note(response, at)
        homes.setdefault(response.id, (response, []))[1].append(given)
    for response, own in homes.values():
        _store(session, found, response, own, mode=mode, now=now)
    return found.counting or begin(sitting=1)


def finish_instrument(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    response: Response,
    *,
    now: datetime,
    actor: str = PATIENT,
) -> Progress:
    """Complete one instrument: score it, raise its alerts, and complete the assessment if it was the last."""
    if response.state == ResponseState.COMPLETED:
        return progress_of(row, response=response)
    response.state = step(RESPONSE, ResponseState(response.state), ResponseState.COMPLETED)
    response.finished_at = now
    alerts = evaluation.evaluate(session, installation, patient, row, response, now=now)
    done = {
        code
        for code, other in responses.of_assessment(session, row.id).items()
        if _completed(other, response)
    }
    if done >= set(row.instruments):
        reason = {"code": "all_completed"}
        assessments.change_state(session, row, AssessmentState.COMPLETED, reason=reason, actor=actor, now=now)
        row.finished_at = now
        messages.cancel_waiting(session, row.id, cause="completed", now=now)
    return Progress(
        instrument_state=ResponseState.COMPLETED, assessment_state=AssessmentState(row.state), alerts=alerts
    )


def progress_of(row: Assessment, *, response: Response) -> Progress:
    """Where things stand, without doing anything."""
    return Progress(
        instrument_state=ResponseState(response.state), assessment_state=AssessmentState(row.state)
    )


def close_responses(
    session: Session, installation: Installation, patient: Patient, row: Assessment, *, now: datetime
) -> None:
    """The window is over: what exists of unfinished instruments is scored, and its alerts are raised."""
    for response in responses.of_assessment(session, row.id).values():
        if response.state == ResponseState.IN_PROGRESS:
            response.state = step(RESPONSE, ResponseState.IN_PROGRESS, ResponseState.CLOSED)
            response.finished_at = now
            evaluation.evaluate(session, installation, patient, row, response, now=now)


def _definition(installation: Installation, row: Assessment, instrument: str) -> Instrument:
    if instrument not in row.instruments:
        raise InvalidError(
            "unknown_instrument",
            fr="Ce questionnaire n'en fait pas partie.",
            en="This instrument is not part of it.",
        )
    return installation.catalogue.instruments[instrument]


def _check(definition: Instrument, given: GivenAnswer) -> None:
    require_storable([given.client_id or "", given.item])
    item = definition.items_by_code.get(given.item)
    if item is None:
        raise InvalidError(
            "unknown_item",
            fr=f"{definition.code} n'a pas de question {given.item[:32]}.",
            en=f"{definition.code} has no item {given.item[:32]}.",
        )
    if given.value is not None and (given.refused or not item.accepts(given.value)):
        raise InvalidError(
            "out_of_range",
            fr=f"{item.code} : réponse de {item.minimum} à {item.maximum}, ou refus sans valeur.",
            en=f"{item.code}: answer {item.minimum} to {item.maximum}, or refuse without a value.",
        )


def _require_same(given: GivenAnswer, known: Mapping[str, Answer]) -> None:
    """An id that is known already must come with the same answer: it was made for one answer only."""
    stored = known.get(given.client_id or "")
    if stored and (stored.item, stored.value, stored.refused) != (given.item, given.value, given.refused):
        raise _id_used()


def _id_used() -> ConflictError:
    return ConflictError(
        "answer_id_used",
        fr="Cet identifiant de réponse a déjà servi pour une autre réponse.",
        en="This answer id was used for another answer already.",
    )


def _require_ids_of_their_own(answers: Sequence[GivenAnswer]) -> None:
    """Within one lot an id may be repeated only with the very same answer."""
    made_for: dict[str, tuple[str, int | None, bool]] = {}
    for given in answers:
        content = (given.item, given.value, given.refused)
        if given.client_id and made_for.setdefault(given.client_id, content) != content:
            raise _id_used()


def is_stored(session: Session, row: Assessment, instrument: str, answers: Sequence[GivenAnswer]) -> bool:
    """Is everything in this lot here already? Then it is a repetition, whatever has been closed since."""
    begun = responses.sittings(session, row.id, instrument)
    known = {stored.client_id for stored in responses.versions(session, [each.id for each in begun])}
    return bool(known) and all(given.client_id in known for given in answers)


def _store(
    session: Session,
    found: sittings.Sittings,
    response: Response,
    answers: Sequence[GivenAnswer],
    *,
    mode: str,
    now: datetime,
) -> None:
    """Answers into their sitting; what is kept of one that was set aside changes nothing any more."""
    if response.state != ResponseState.SUPERSEDED:
        sittings.require_unfinished(response)
        sittings.require_mode(response, mode=mode)
    versions = {item: stored.version for item, stored in found.newest(response).items()}
    rows = []
    for given in answers:
        versions[given.item] = versions.get(given.item, 0) + 1
        rows.append(_answer_row(response, given, versions[given.item], now=now))
    responses.add_answers(session, rows)


def _begin(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    definition: Instrument,
    *,
    sitting: int,
    mode: str,
    now: datetime,
    actor: str,
) -> Response:
    wording = gate.require_answerable(session, installation, patient, definition, mode=mode, now=now)
    response = Response(
        assessment_id=row.id,
        instrument=definition.code,
        instrument_version=definition.version,
        sitting=sitting,
        state=ResponseState.IN_PROGRESS,
        mode=mode,
        language=patient.language,
        wording_hash=wording.hash if wording else None,
        started_at=now,
    )
    people.add(session, response)
    if row.state == AssessmentState.OPEN:
        reason = {"code": "first_answer"}
        assessments.change_state(
            session, row, AssessmentState.IN_PROGRESS, reason=reason, actor=actor, now=now
        )
        row.begun_at = now
    return response


def _once(answers: Sequence[GivenAnswer]) -> list[GivenAnswer]:
    """Each client id once: a lot may repeat itself."""
    seen: set[str] = set()
    kept = []
    for given in answers:
        if given.client_id is None or given.client_id not in seen:
            kept.append(given)
        seen.add(given.client_id or "")
    return kept


def _answer_row(response: Response, given: GivenAnswer, version: int, *, now: datetime) -> dict[str, object]:
    return {
        "response_id": response.id,
        "item": given.item,
        "version": version,
        "value": given.value,
        "refused": given.refused,
        "client_id": given.client_id,
        "inbound_id": given.inbound_id,
        "entry_key": given.entry_key,
        "answered_at": given.answered_at,
        "received_at": now,
    }


def _completed(other: Response, current: Response) -> bool:
    return other.id == current.id or other.state == ResponseState.COMPLETED


def answerable(assessment: Assessment, *, now: datetime) -> bool:
    """Can the patient answer it at this moment? The clock of the window decides, not when a tick got round to it."""
    return AssessmentState(assessment.state) in ANSWERABLE and now < assessment.closes_at


def has_expired_link(assessment: Assessment, *, now: datetime) -> bool:
    """Has the link that its last message carried come to its end?"""
    return assessment.link_expires_at is not None and assessment.link_expires_at <= now
