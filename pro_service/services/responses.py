"""Takes answers: from the link page or the app in lots, from SMS one by one; completes instruments one at a time.

The transaction that completes an instrument also scores it and raises its alerts: there is no moment at which an
answer is here and its alert is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core.instrument import Instrument
from pro_service.core.lifecycle import RESPONSE, AssessmentState, ResponseState, step
from pro_service.services import dialogues, evaluation
from pro_service.services.installation import Installation
from pro_service.services.outbox import answerable
from pro_service.services.refusals import ConflictError, GoneError, InvalidError
from pro_service.store.crypto import token_hash
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Assessment, Patient, Response, Site
from pro_service.store.records import assessments, messages, people, responses

PATIENT = "patient"


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """One answer as it came. `client_id` (made by the sender) makes repeating harmless; `answered_at` is its clock."""

    client_id: str | None
    item: str
    value: int | None
    refused: bool = False
    answered_at: datetime | None = None
    inbound_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What a link leads to. No answer is in it: a link deposits and does not disclose."""

    study: str
    patient_language: str
    site_name: str
    site_phone: str
    alerts_read: bool
    demo: bool
    assessment_id: int
    state: AssessmentState
    close_on: date
    open_now: bool
    instruments: tuple[Instrument, ...]
    states: Mapping[str, ResponseState | None]
    answered: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where an instrument and its assessment stand after a use case."""

    instrument_state: ResponseState
    assessment_state: AssessmentState
    alerts: int = 0


def open_link(installation: Installation, *, token: str, now: datetime) -> Linked:
    """What the link's holder may fill in. GoneError if no assessment has this link. Nothing changes."""
    with reading() as session:
        row = assessments.by_link(session, token_hash(token))
        if row is None:
            raise _unknown_link()
        patient = people.patient_of_assessment(session, row)
        site: Site = people.site_of(session, patient)
        begun = responses.of_assessment(session, row.id)
        answered = {code: tuple(responses.answers(session, found.id)) for code, found in begun.items()}
        protocol = installation.catalogue.protocols[patient.protocol_version]
        return Linked(
            study=people.study_of(session, patient).code,
            patient_language=patient.language,
            site_name=site.name,
            site_phone=site.phone,
            alerts_read=protocol.alerts.enabled,
            demo=installation.demo,
            assessment_id=row.id,
            state=AssessmentState(row.state),
            close_on=row.close_on,
            open_now=answerable(row, now=now),
            instruments=tuple(installation.catalogue.instruments[code] for code in row.instruments),
            states={code: ResponseState(found.state) for code, found in begun.items()},
            answered=answered,
        )


def answer(
    installation: Installation,
    *,
    token: str,
    instrument: str,
    answers: Sequence[GivenAnswer],
    now: datetime,
    finish: bool = False,
) -> Progress:
    """Store answers that came over a link, and complete the instrument if `finish`.

    All or none are stored. InvalidError for an item or value that cannot be; ConflictError if the assessment is
    closed, cancelled, or this instrument is completed or being answered by SMS; GoneError for an unknown link.
    """
    with transaction() as session:
        patient, row = _linked(session, token)
        _require_open(row, now=now)
        response = deposit(
            session, installation, patient, row, instrument=instrument, answers=answers, mode="link", now=now
        )
        dialogues.note_link(session, patient, row, instrument, completed=finish)
        if finish:
            return finish_instrument(session, installation, patient, row, response, now=now)
        return Progress(
            instrument_state=ResponseState(response.state), assessment_state=AssessmentState(row.state)
        )


def complete(installation: Installation, *, token: str, instrument: str, now: datetime) -> Progress:
    """The patient sends an instrument. Sending it a second time changes nothing and is answered alike."""
    with transaction() as session:
        patient, row = _linked(session, token)
        response = responses.of_assessment(session, row.id).get(instrument)
        if response is not None and response.state == ResponseState.COMPLETED:
            return Progress(
                instrument_state=ResponseState.COMPLETED, assessment_state=AssessmentState(row.state)
            )
        _require_open(row, now=now)
        if response is None:
            response = deposit(
                session, installation, patient, row, instrument=instrument, answers=(), mode="link", now=now
            )
        dialogues.note_link(session, patient, row, instrument, completed=True)
        return finish_instrument(session, installation, patient, row, response, now=now)


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
) -> Response:
    """Store answers as new versions; one with a client id that is known already is left alone."""
    definition = _definition(installation, row, instrument)
    for given in answers:
        _check(definition, given)
    response = _begin(session, patient, row, definition, mode=mode, now=now)
    known = responses.known_client_ids(session, (given.client_id for given in answers if given.client_id))
    fresh = _once([given for given in answers if given.client_id not in known])
    _require_unfinished(response, row, mode=mode, fresh=bool(fresh))
    versions = {item: stored.version for item, stored in responses.answers(session, response.id).items()}
    rows = []
    for given in fresh:
        versions[given.item] = versions.get(given.item, 0) + 1
        rows.append(_answer_row(response, given, versions[given.item], now=now))
    responses.add_answers(session, rows)
    return response


def finish_instrument(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    response: Response,
    *,
    now: datetime,
) -> Progress:
    """Complete one instrument: score it, raise its alerts, and complete the assessment if it was the last."""
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
        assessments.change_state(
            session, row, AssessmentState.COMPLETED, reason=reason, actor=PATIENT, now=now
        )
        row.finished_at = now
        messages.cancel_waiting(session, row.id, cause="completed", now=now)
    return Progress(
        instrument_state=ResponseState.COMPLETED, assessment_state=AssessmentState(row.state), alerts=alerts
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


def _linked(session: Session, token: str) -> tuple[Patient, Assessment]:
    found = assessments.by_link(session, token_hash(token))
    if found is None:
        raise _unknown_link()
    patient = people.patient_by_id(session, found.patient_id)
    session.refresh(found)  # the state may have changed while we waited for the patient's lock
    return patient, found


def _unknown_link() -> GoneError:
    return GoneError(
        "unknown_link",
        fr="Ce lien n'est pas valable. Vérifiez qu'il est entier, ou appelez votre centre.",
        en="This link is not valid. Check that it is whole, or call your centre.",
    )


def _require_open(row: Assessment, *, now: datetime) -> None:
    if not answerable(row, now=now):
        raise ConflictError(
            "assessment_closed",
            fr="Ce questionnaire n'est plus ouvert. Merci.",
            en="This questionnaire is no longer open. Thank you.",
        )


def _require_unfinished(response: Response, row: Assessment, *, mode: str, fresh: bool) -> None:
    if not fresh:
        return
    if response.state != ResponseState.IN_PROGRESS:
        raise ConflictError(
            "instrument_completed",
            fr="Cette partie est déjà envoyée.",
            en="This part has been sent already.",
        )
    if response.mode != mode:
        raise ConflictError(
            "answered_in_another_way",
            fr="Cette partie est commencée par SMS : terminez-la par SMS.",
            en="This part was begun by text: finish it by text.",
        )


def _definition(installation: Installation, row: Assessment, instrument: str) -> Instrument:
    if instrument not in row.instruments:
        raise InvalidError(
            "unknown_instrument",
            fr="Ce questionnaire n'en fait pas partie.",
            en="This instrument is not part of it.",
        )
    return installation.catalogue.instruments[instrument]


def _check(definition: Instrument, given: GivenAnswer) -> None:
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


def _begin(
    session: Session, patient: Patient, row: Assessment, definition: Instrument, *, mode: str, now: datetime
) -> Response:
    begun = responses.of_assessment(session, row.id).get(definition.code)
    if begun is not None:
        return begun
    response = Response(
        assessment_id=row.id,
        instrument=definition.code,
        instrument_version=definition.version,
        sitting=1,
        state=ResponseState.IN_PROGRESS,
        mode=mode,
        language=patient.language,
        started_at=now,
    )
    people.add(session, response)
    if row.state == AssessmentState.OPEN:
        reason = {"code": "first_answer"}
        assessments.change_state(
            session, row, AssessmentState.IN_PROGRESS, reason=reason, actor=PATIENT, now=now
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
        "answered_at": given.answered_at,
        "received_at": now,
    }


def _completed(other: Response, current: Response) -> bool:
    return other.id == current.id or other.state == ResponseState.COMPLETED
