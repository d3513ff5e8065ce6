"""An investigator's electronic signature over patients' records, with both factors anew (21 CFR 11.50-11.200)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pro_service.core.evidence import Part, SignatureMeaning
from pro_service.services.accounts.history import HERE, Origin
from pro_service.services.confirming import confirm
from pro_service.services.installation import Installation
from pro_service.services.refusals import ConflictError, InvalidError, NotFoundError
from pro_service.services.sign_in import LoginFailedError, Person, TooManyTriesError
from pro_service.store.canonical import parts_as_json, sha256_of
from pro_service.store.db import Session, transaction
from pro_service.store.models import Signature
from pro_service.store.queries.record import parts_of
from pro_service.store.queries.signatures import sealed_content
from pro_service.store.queries.studies import code_of
from pro_service.store.records import people


def sign(
    installation: Installation,
    *,
    person: Person,
    shown: Mapping[str, str],
    meaning: str,
    password: str,
    code: str,
    origin: Origin = HERE,
    now: datetime,
) -> tuple[int, ...]:
    """Sign the records of patients: all of them or none. `shown`: patient code -> SHA-256 of what the person was shown.

    InvalidError if a factor is wrong, nothing is chosen or the meaning is unknown; ConflictError if a record is not
    what was shown any more; NotFoundError for a patient of another site.
    """
    if meaning not in set(SignatureMeaning):
        raise InvalidError(
            "meaning_missing", fr="Dites ce que signifie la signature.", en="Say what the signature means."
        )
    if not shown:
        raise InvalidError(
            "nothing_to_sign", fr="Choisissez au moins un patient.", en="Choose one patient at least."
        )
    _confirm(installation, person, password=password, code=code, origin=origin, now=now)
    with transaction() as session:
        study = code_of(session, person.study_id)
        found = _patients(session, study, person, sorted(shown))
        records = parts_of(session, list(found.values()))
        return tuple(
            _signed(
                session,
                installation,
                person,
                (study, patient, patient_id),
                parts=_as_shown(records[patient_id], patient, shown[patient]),
                meaning=meaning,
                now=now,
            )
            for patient, patient_id in found.items()
        )


def _confirm(
    installation: Installation, person: Person, *, password: str, code: str, origin: Origin, now: datetime
) -> None:
    try:
        confirm(installation, login=person.login, password=password, code=code, origin=origin, now=now)
    except LoginFailedError:
        raise InvalidError(
            "factors_wrong",
            fr="Mot de passe ou code refusé : rien n'est signé.",
            en="Password or code refused: nothing is signed.",
        ) from None
    except TooManyTriesError:
        raise ConflictError(
            "too_many_tries",
            fr="Trop d'essais : attendez un quart d'heure. Rien n'est signé.",
            en="Too many tries: wait a quarter of an hour. Nothing is signed.",
        ) from None


def _patients(session: Session, study: str, person: Person, codes: Sequence[str]) -> dict[str, int]:
    """The patients' ids by code, each locked: nothing of the record changes while it is signed."""
    found = {}
    for code in codes:
        patient = people.patient(session, study=study, code=code)
        if patient is None or patient.site_id not in person.site_ids:
            raise NotFoundError(f"patient {code}")
        found[code] = patient.id
    return found


def _as_shown(parts: Mapping[str, Part], patient: str, sha256: str) -> Mapping[str, Part]:
    if sha256_of(parts) != sha256:
        raise ConflictError(
            "record_changed",
            fr=f"Le dossier {patient} a changé depuis son affichage : relisez-le. Rien n'est signé.",
            en=f"The record of {patient} has changed since it was shown: look at it again. Nothing is signed.",
        )
    return parts


def _signed(
    session: Session,
    installation: Installation,
    person: Person,
    whose: tuple[str, str, int],
    *,
    parts: Mapping[str, Part],
    meaning: str,
    now: datetime,
) -> int:
    study, patient, patient_id = whose
    content = sealed_content(
        study=study,
        patient=patient,
        login=person.login,
        name=person.name,
        meaning=meaning,
        parts=parts_as_json(parts),
        signed_at=now,
    )
    row = Signature(
        patient_id=patient_id,
        staff_id=person.staff_id,
        login=person.login,
        name=person.name,
        meaning=meaning,
        parts=parts_as_json(parts),
        record_sha256=sha256_of(parts),
        signed_at=now,
        key_id=installation.signer.key_id,
        seal=installation.signer.sign(content),
    )
    people.add(session, row)
    return row.id
