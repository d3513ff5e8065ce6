"""Keeps the register of consents. Answering item by item in text messages follows it: nobody is asked so without."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from pro_service.core.course import Event
from pro_service.core.provenance import ConsentAct, ConsentScope, standing
from pro_service.core.timing import local_day
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError, require_storable
from pro_service.store.db import DuplicateError, Session, transaction
from pro_service.store.models import ConsentEntry, ConsentText, Patient
from pro_service.store.records import people, questions

#: The fact that says on which day the consent to take part was signed.
_SIGNED = "consent2_signed"

_SHA256 = re.compile(r"[0-9a-f]{64}")


def register_text(
    installation: Installation,
    *,
    study_id: int,
    ref: str,
    version: str,
    language: str,
    sha256: str,
    actor: str,
    now: datetime,
) -> int:
    """Register a version of a consent text by where it is kept and the hash of its file; its id.

    InvalidError for what is no hash; ConflictError if this version of it is registered already in the language.
    """
    del installation
    require_storable([ref, version, language])
    if not _SHA256.fullmatch(sha256):
        raise InvalidError(
            "bad_hash",
            fr="Une empreinte SHA-256 (64 chiffres hexadécimaux) est attendue.",
            en="A SHA-256 of 64 hexadecimal digits is expected.",
        )
    with transaction() as session:
        row = ConsentText(
            study_id=study_id,
            ref=ref,
            version=version,
            language=language,
            sha256=sha256,
            registered_at=now,
            registered_by=actor,
        )
        try:
            people.add(session, row)
        except DuplicateError:
            raise ConflictError(
                "text_registered",
                fr="Cette version est déjà enregistrée dans cette langue.",
                en="This version is registered already in this language.",
            ) from None
        return row.id


def record_consent(
    installation: Installation,
    *,
    study: str,
    patient: str,
    site_ids: tuple[int, ...],
    scope: ConsentScope,
    act: ConsentAct,
    on: date,
    text_id: int | None,
    actor: str,
    now: datetime,
) -> frozenset[ConsentScope]:
    """Keep what a patient agreed to or took back; what stands from now on.

    NotFoundError for a patient of another site; InvalidError for a day ahead, a text that the study does not have, a
    consent without its text, or one taken back that was never given.
    """
    del installation
    with transaction() as session:
        row = people.patient(session, study=study, code=patient)
        if row is None or row.site_id not in site_ids:
            raise NotFoundError(f"patient {patient}")
        if on > local_day(now, row.time_zone):
            raise InvalidError("day_ahead", fr="Cette date est à venir.", en="This day is still ahead.")
        _require_fitting(session, row, scope, act, text_id)
        return keep(session, row, scope, act, on=on, text_id=text_id, actor=actor, now=now)


def keep(
    session: Session,
    patient: Patient,
    scope: ConsentScope,
    act: ConsentAct,
    *,
    on: date,
    text_id: int | None,
    actor: str,
    now: datetime,
) -> frozenset[ConsentScope]:
    """Add the entry, and let the patient's way of being asked follow the register."""
    entry = ConsentEntry(
        patient_id=patient.id,
        text_id=text_id,
        scope=scope,
        act=act,
        on=on,
        recorded_at=now,
        recorded_by=actor,
    )
    people.add(session, entry)
    stands = standing(questions.consents(session, patient.id))
    patient.sms_items = ConsentScope.SMS_ITEMS in stands
    return stands


def _require_fitting(
    session: Session, patient: Patient, scope: ConsentScope, act: ConsentAct, text_id: int | None
) -> None:
    if act is ConsentAct.WITHDRAWN:
        if scope not in standing(questions.consents(session, patient.id)):
            raise InvalidError(
                "never_given",
                fr="Ce consentement n'est pas en vigueur : rien à retirer.",
                en="This consent does not stand: there is nothing to take back.",
            )
        return
    if text_id is None or questions.consent_text(session, text_id, study_id=patient.study_id) is None:
        raise InvalidError(
            "text_unknown",
            fr="Choisissez le texte et la version que le patient a signés.",
            en="Choose the text and version that the patient has signed.",
        )


def begin_register(
    session: Session,
    patient: Patient,
    *,
    sms_items: bool,
    consent_text: int | None,
    actor: str,
    facts: Sequence[Event],
    now: datetime,
) -> None:
    """The first entries of the register: what the patient signed by the day of enrolment."""
    if (
        consent_text is not None
        and questions.consent_text(session, consent_text, study_id=patient.study_id) is None
    ):
        raise InvalidError(
            "text_unknown",
            fr="Choisissez le texte et la version que le patient a signés.",
            en="Choose the text and version that the patient has signed.",
        )
    signed = [event.on for event in facts if event.type == _SIGNED]
    on = max(signed, default=local_day(now, patient.time_zone))
    scopes = [ConsentScope.PARTICIPATION] if consent_text is not None else []
    for scope in [*scopes, *([ConsentScope.SMS_ITEMS] if sms_items else [])]:
        keep(session, patient, scope, ConsentAct.GIVEN, on=on, text_id=consent_text, actor=actor, now=now)
