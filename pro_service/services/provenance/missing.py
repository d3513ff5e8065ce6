"""Notes why a form was not completed: the service at its close, the site when it knows."""

from datetime import datetime

from pro_service.core.lifecycle import AssessmentState
from pro_service.core.provenance import AtClose, ReasonSource, SiteReason, end_of, technical_reason
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_note
from pro_service.store.db import Session, transaction
from pro_service.store.models import Assessment, MissingReason, Patient
from pro_service.store.records import assessments, messages, people
from pro_service.store.records import missing as rows

CLOCK = "clock"
_WORDING_LAPSED = "wording_lapsed"
_CLOSED = frozenset({AssessmentState.MISSED, AssessmentState.PARTIAL})


def note_at_close(session: Session, patient: Patient, row: Assessment, *, now: datetime) -> None:
    """Keep what the service knows of why a form that just closed is not complete; its row says how it closed."""
    why = (row.reason or {}).get("code")
    found = AtClose(
        begun=row.begun_at is not None,
        ended=end_of(people.events(session, patient.id), on=local_day(now, patient.time_zone)),
        known_late=why == assessments.BORN_LATE,
        worded=why not in (assessments.NEVER_WORDED, _WORDING_LAPSED),
        opted_out=messages.opted_out(session, contact_id=patient.contact_id, study_id=patient.study_id)
        is not None,
        messages=rows.message_states(session, row.id),
    )
    _note(session, row, ReasonSource.SYSTEM, technical_reason(found), note="", actor=CLOCK, now=now)


def give_reason(
    installation: Installation,
    *,
    assessment_id: int,
    site_ids: tuple[int, ...],
    code: str,
    note: str = "",
    actor: str,
    now: datetime,
) -> None:
    """Keep why a patient did not answer, as the site knows it. Another reason later is a further version.

    NotFoundError for an assessment of another site; InvalidError for a code outside the list; ConflictError unless the
    form has closed without being complete.
    """
    del installation
    if code not in list(SiteReason):
        raise InvalidError(
            "unknown_reason", fr="Choisissez un motif de la liste.", en="Choose a reason from the list."
        )
    require_note(note, code="note_too_long")
    with transaction() as session:
        row = assessments.find(session, assessment_id)
        if row is None or people.patient_unlocked(session, row.patient_id).site_id not in site_ids:
            raise NotFoundError("assessment")
        people.patient_by_id(session, row.patient_id)
        session.refresh(row)
        if row.state not in _CLOSED:
            raise ConflictError(
                "not_missing",
                fr="Ce questionnaire n'est pas manquant : rien à expliquer.",
                en="This assessment is not missing: there is nothing to explain.",
            )
        _note(session, row, ReasonSource.SITE, SiteReason(code), note=note.strip(), actor=actor, now=now)


def _note(
    session: Session, row: Assessment, source: str, code: str, *, note: str, actor: str, now: datetime
) -> None:
    """A further version, unless the newest says the same."""
    last = rows.newest(session, row.id, source)
    if last is not None and (last.code, last.note) == (code, note):
        return
    session.add(
        MissingReason(
            assessment_id=row.id,
            source=source,
            version=last.version + 1 if last is not None else 1,
            code=code,
            note=note,
            given_at=now,
            given_by=actor,
        )
    )
