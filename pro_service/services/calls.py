"""The calls a site is asked to make where nobody answered: asked for once, settled by an outcome or by the answer."""

from datetime import datetime

from pro_service.core.lifecycle import ANSWERABLE, CALL_SETTLED, CallOutcome
from pro_service.services.installation import Installation
from pro_service.services.messages import outbox
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.store.db import Session, transaction
from pro_service.store.models import Assessment, CallTask, Patient
from pro_service.store.records import assessments, calls, people


def ask_for_call(session: Session, patient: Patient, assessment_id: int, *, now: datetime) -> bool:
    """Put the call on the site's work list, if it is still worth one. False if there is nothing to do."""
    row = assessments.by_id(session, assessment_id)
    if not _waits(row, patient) or row.call_at is None or row.call_at > now:
        return False
    return calls.ask_for(session, row.id, now=now)


def note_call(
    installation: Installation,
    *,
    task_id: int,
    site_ids: tuple[int, ...],
    outcome: str,
    note: str = "",
    actor: str,
    now: datetime,
) -> CallOutcome:
    """Say what came of a call. `not_reached` leaves it on the list; every other outcome settles it.

    `wrong_number` stops texts to that number: they reach somebody else. `refused` is about this questionnaire; that a
    patient leaves the trial is a fact of the course. InvalidError for an outcome outside the list or a note that is too
    long; ConflictError once the call is settled or the questionnaire answered or closed; NotFoundError elsewhere.
    """
    del installation
    if outcome not in list(CallOutcome):
        raise InvalidError(
            "unknown_outcome", fr="Choisissez un résultat de la liste.", en="Choose an outcome from the list."
        )
    require_note(note, code="note_too_long")
    with transaction() as session:
        task, patient = _task(session, task_id, site_ids)
        calls.add_attempt(session, task, outcome=CallOutcome(outcome), note=note, actor=actor, now=now)
        if outcome in CALL_SETTLED:
            task.settled_at = now
        if outcome == CallOutcome.WRONG_NUMBER:
            outbox.record_opt_out(
                session,
                contact_id=patient.contact_id,
                study_id=patient.study_id,
                source="wrong_person",
                now=now,
            )
        return CallOutcome(outcome)


def _task(session: Session, task_id: int, site_ids: tuple[int, ...]) -> tuple[CallTask, Patient]:
    found = calls.locked(session, task_id)
    if found is None:
        raise NotFoundError("call")
    task, row = found
    patient = people.patient_unlocked(session, row.patient_id)
    if patient.site_id not in site_ids:
        raise NotFoundError("call")
    if task.settled_at is not None or not _waits(row, patient):
        raise ConflictError(
            "call_settled",
            fr="Cet appel n'est plus à faire : le questionnaire est rempli ou clos, ou l'appel est déjà noté.",
            en="This call is no longer needed: the questionnaire is answered or closed, or the call is noted already.",
        )
    return task, patient


def _waits(row: Assessment, patient: Patient) -> bool:
    return row.state in ANSWERABLE and row.expected_now and patient.ended_on is None
