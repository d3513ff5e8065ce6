"""Forms that reach the site after their window: kept and marked late. The assessment stays as it closed."""

from datetime import datetime

from pro_service.core.lifecycle import RESPONSE, AssessmentState, ResponseState, step
from pro_service.core.provenance import last_day_to_enter
from pro_service.core.timing import local_day
from pro_service.services.answers.deposits import Progress, answerable
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError
from pro_service.services.scores import evaluation
from pro_service.store.db import Session
from pro_service.store.models import Assessment, Patient, Response
from pro_service.store.records import responses

_CLOSED = frozenset({AssessmentState.MISSED, AssessmentState.PARTIAL})


def is_late(installation: Installation, *, patient: Patient, row: Assessment, now: datetime) -> bool:
    """Does a form entered now come after the close? ConflictError if it may not be entered at all."""
    if answerable(row, now=now):
        return False
    if row.state == AssessmentState.PLANNED:
        raise ConflictError(
            "assessment_not_open",
            fr="Ce questionnaire n'est pas encore ouvert.",
            en="This assessment is not open yet.",
        )
    if row.state not in _CLOSED:
        raise ConflictError(
            "assessment_closed",
            fr="Ce questionnaire n'est plus ouvert.",
            en="This assessment is no longer open.",
        )
    answering = installation.catalogue.protocols[patient.protocol_version].answering
    last = last_day_to_enter(row.close_on, late_entry_days=answering.late_entry_days)
    if local_day(now, patient.time_zone) > last:
        raise ConflictError(
            "too_late_to_enter",
            fr=f"Ce questionnaire est clos, et le protocole n'accepte plus de saisie depuis le {last:%d/%m/%Y}.",
            en=f"This assessment is closed, and the protocol takes no entries after {last.isoformat()}.",
        )
    return True


def require_none_begun(session: Session, row: Assessment, instrument: str) -> None:
    """ConflictError if answers to the instrument were here at the close: they change by a correction only."""
    if instrument in responses.of_assessment(session, row.id):
        raise ConflictError(
            "answered_before_close",
            fr="Des réponses à ce questionnaire existent déjà : demandez une correction.",
            en="There are answers to this instrument already: ask for a correction.",
        )


def finish(
    session: Session,
    installation: Installation,
    patient: Patient,
    row: Assessment,
    response: Response,
    *,
    complete: bool,
    now: datetime,
) -> Progress:
    """Score what came late and raise its alerts; the assessment keeps the state in which it closed."""
    state = ResponseState.COMPLETED if complete else ResponseState.CLOSED
    response.state = step(RESPONSE, ResponseState(response.state), state)
    response.finished_at = now
    row.begun_at = row.begun_at or now  # answers are here: no later plan may move it
    alerts = evaluation.evaluate(session, installation, patient, row, response, now=now)
    return Progress(instrument_state=state, assessment_state=AssessmentState(row.state), alerts=alerts)
