"""Sends a patient the link of an assessment again, because the site was asked for it."""

from datetime import datetime

from pro_service.services.answers.deposits import answerable
from pro_service.services.installation import Installation
from pro_service.services.messages import invitations
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store.db import transaction
from pro_service.store.records import assessments, messages, people


def send_link(
    installation: Installation, *, assessment_id: int, site_ids: tuple[int, ...], actor: str, now: datetime
) -> None:
    """Put a text with the link into the outbox; it leaves at the next allowed moment. An expired link is replaced.

    NotFoundError for an assessment elsewhere; ConflictError if it is not open, if the patient wants no texts, or if a
    link was sent for it today.
    """
    with transaction() as session:
        found = assessments.find(session, assessment_id)
        patient = people.patient_by_id(session, found.patient_id) if found is not None else None
        if found is None or patient is None or patient.site_id not in site_ids:
            raise NotFoundError("assessment")
        session.refresh(found)
        if not answerable(found, now=now) or not found.expected_now or patient.ended_on is not None:
            raise ConflictError(
                "assessment_not_open",
                fr="Ce questionnaire n'est pas ouvert.",
                en="This questionnaire is not open.",
            )
        if messages.opted_out(session, contact_id=patient.contact_id, study_id=patient.study_id):
            raise ConflictError(
                "opted_out",
                fr="Ce patient ne souhaite plus de SMS : appelez-le.",
                en="This patient wants no more texts: call them.",
            )
        if not invitations.put_link(session, installation, patient, found, now=now):
            raise ConflictError(
                "link_sent_today",
                fr="Un lien lui a déjà été envoyé aujourd'hui.",
                en="A link was sent to them today already.",
            )
        assessments.remember(
            session,
            found,
            change="link",
            reason={"code": "link_sent"},
            before=None,
            after=None,
            actor=actor,
            now=now,
        )
