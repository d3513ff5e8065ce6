"""Corrects answers that are in: asked for by the site or the patient, decided, and applied as new versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pro_service.core import answers as core_answers
from pro_service.core.answers import Fault, Placed
from pro_service.core.lifecycle import CORRECTION, CorrectionState, ResponseState, step
from pro_service.core.provenance import (
    Amended,
    AskedBy,
    CorrectionReason,
    CorrectionSource,
    amendments,
    is_outdated,
    source_is_possible,
)
from pro_service.core.timing import local_day
from pro_service.services.answers.entries import FaultyEntryError
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.services.scores import evaluation
from pro_service.store.db import Session, transaction
from pro_service.store.models import Assessment, Correction, Patient, Response
from pro_service.store.records import assessments, corrections, people, responses, scorings

_FINISHED = frozenset({ResponseState.COMPLETED, ResponseState.CLOSED})


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be changed and on what ground. `note` is the reason in words, which is never exported."""

    instrument: str
    answers: tuple[Placed, ...]
    reason: CorrectionReason
    note: str
    source: CorrectionSource
    source_on: date
    asked_by: AskedBy


def request_correction(
    installation: Installation,
    *,
    assessment_id: int,
    site_ids: tuple[int, ...],
    request: Request,
    actor: str,
    now: datetime,
) -> tuple[int, CorrectionState]:
    """Ask for a correction; its id and state. Where the protocol wants no second person it is applied at once.

    NotFoundError for an assessment of another site; FaultyEntryError for what the request says; ConflictError while the
    answers can still be changed as usual, or while another correction of them waits.
    """
    _require_words(request.note)
    with transaction() as session:
        patient, row = _own(session, assessment_id, site_ids)
        response = _finished(session, row, request.instrument)
        changes = _require_sound(session, installation, patient, response, request, now=now)
        if corrections.waiting(session, response.id) is not None:
            raise ConflictError(
                "correction_waiting",
                fr="Une correction de ces réponses attend déjà une décision.",
                en="A correction of these answers waits for a decision already.",
            )
        correction = Correction(
            response_id=response.id,
            state=CorrectionState.REQUESTED,
            reason=request.reason,
            note=request.note.strip(),
            source=request.source,
            source_on=request.source_on,
            asked_by=request.asked_by,
            requested_at=now,
            requested_by=actor,
        )
        corrections.add(session, correction, changes)
        if not installation.catalogue.protocols[patient.protocol_version].corrections.second_person:
            _apply(session, installation, patient, row, response, correction, actor=actor, now=now)
        return correction.id, CorrectionState(correction.state)


def decide_correction(
    installation: Installation,
    *,
    correction_id: int,
    site_ids: tuple[int, ...],
    approve: bool,
    note: str = "",
    actor: str,
    now: datetime,
) -> CorrectionState:
    """Approve a correction, which applies it, or refuse it. Never by who asked for it.

    NotFoundError for one of another site; ConflictError if it is decided already, was asked for by the same person, or
    the answers have changed since.
    """
    require_note(note, code="note_too_long")
    with transaction() as session:
        correction = corrections.find(session, correction_id)
        if correction is None:
            raise NotFoundError("correction")
        response = responses.by_id(session, correction.response_id)
        patient, row = _own(session, response.assessment_id, site_ids)
        session.refresh(correction)
        _require_decidable(correction, actor)
        correction.decision_note = note.strip()
        if approve:
            _apply(session, installation, patient, row, response, correction, actor=actor, now=now)
        else:
            _decided(correction, CorrectionState.REFUSED, actor=actor, now=now)
        return CorrectionState(correction.state)


def _own(session: Session, assessment_id: int, site_ids: tuple[int, ...]) -> tuple[Patient, Assessment]:
    """The assessment of a patient of these sites, the patient locked."""
    found = assessments.find(session, assessment_id)
    if found is None or people.patient_unlocked(session, found.patient_id).site_id not in site_ids:
        raise NotFoundError("assessment")
    patient = people.patient_by_id(session, found.patient_id)
    session.refresh(found)
    return patient, found


def _finished(session: Session, row: Assessment, instrument: str) -> Response:
    response = responses.of_assessment(session, row.id).get(instrument)
    if response is None:
        raise ConflictError(
            "nothing_to_correct",
            fr="Ce questionnaire n'a pas de réponses : saisissez-les.",
            en="This instrument has no answers: enter them.",
        )
    if response.state not in _FINISHED:
        raise ConflictError(
            "still_open",
            fr="Ce questionnaire n'est pas terminé : ses réponses se changent encore comme d'habitude.",
            en="This instrument is not finished: its answers can still be changed as usual.",
        )
    return response


def _require_words(note: str) -> None:
    require_note(note, code="note_too_long")
    if not note.strip():
        raise InvalidError("note_missing", fr="Écrivez le motif.", en="Write the reason.")


def _require_sound(
    session: Session,
    installation: Installation,
    patient: Patient,
    response: Response,
    request: Request,
    *,
    now: datetime,
) -> tuple[Amended, ...]:
    """What changes. FaultyEntryError with everything that is wrong with the request."""
    held = responses.answers(session, response.id)
    changes, faults = amendments(request.answers, corrections.held(held))
    found: Sequence[Fault] = core_answers.faults(
        installation.catalogue.instruments[response.instrument],
        request.answers,
        before={item: answer.value for item, answer in held.items()},
        only_shown=False,
    )
    today = local_day(now, patient.time_zone)
    if not source_is_possible(request.source_on, today=today):
        found = (*found, Fault(place="source_on", code="day_outside", detail=f"… – {today}"))
    if found or faults:
        raise FaultyEntryError((*found, *faults))
    return changes


def _require_decidable(correction: Correction, actor: str) -> None:
    if correction.state != CorrectionState.REQUESTED:
        raise ConflictError(
            "correction_decided",
            fr="Cette correction est déjà décidée.",
            en="This correction is decided already.",
        )
    if correction.requested_by == actor:
        raise ConflictError(
            "same_person",
            fr="Une autre personne que celle qui l'a demandée doit décider.",
            en="Another person than the one who asked has to decide.",
        )


def _apply(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    response: Response,
    correction: Correction,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Store the new versions, score them beside the old ones, and raise the alerts that were missing."""
    changes = corrections.changes(session, correction.id)
    if is_outdated(changes, corrections.held(responses.answers(session, response.id))):
        raise ConflictError(
            "answers_changed",
            fr="Ces réponses ont changé depuis : refusez la correction et demandez-la à nouveau.",
            en="These answers have changed since: refuse the correction and ask for it again.",
        )
    rows = [_answer_row(response, each, correction, now=now) for each in changes]
    responses.add_answers(session, rows)
    _decided(correction, CorrectionState.APPLIED, actor=actor, now=now)
    people.add(session)  # written now: scores are counted by the corrections that were applied
    version = scorings.answers_versions(session, [response.id])[response.id]
    evaluation.evaluate(session, installation, patient, row, response, answers_version=version, now=now)


def _answer_row(
    response: Response, change: Amended, correction: Correction, *, now: datetime
) -> dict[str, object]:
    return {
        "response_id": response.id,
        "item": change.item,
        "version": change.old_version + 1,
        "value": change.value,
        "refused": change.refused,
        "correction_id": correction.id,
        "received_at": now,
    }


def _decided(correction: Correction, state: CorrectionState, *, actor: str, now: datetime) -> None:
    correction.state = step(CORRECTION, CorrectionState(correction.state), state)
    correction.decided_at, correction.decided_by = now, actor
