"""Stops texts to a number: by the patient's link, by a reply, or by staff. It is not leaving the trial."""

from datetime import datetime

from pro_service.services.installation import Installation
from pro_service.services.messages.outbox import record_opt_out
from pro_service.services.refusals import GoneError
from pro_service.store.acting import link_holder
from pro_service.store.crypto import token_hash
from pro_service.store.db import narrow, transaction
from pro_service.store.records import assessments, people


def stop_texts(installation: Installation, *, token: str, now: datetime) -> None:
    """The holder of a link wants no more texts. Asking twice is harmless; the assessment stays open."""
    del installation
    with transaction() as session:
        row = assessments.by_link(session, token_hash(token))
        if row is None:
            raise GoneError("unknown_link", fr="Ce lien n'est pas valable.", en="This link is not valid.")
        patient = people.patient_by_id(session, row.patient_id)
        narrow(session, link_holder(code=patient.code, patient_id=patient.id, site_id=patient.site_id))
        record_opt_out(
            session, contact_id=patient.contact_id, study_id=patient.study_id, source="link", now=now
        )
