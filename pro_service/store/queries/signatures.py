"""What is read of signatures: whose they are, and whether they still cover the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.evidence import Part, Standing, standing_of
from pro_service.store.canonical import canonical, parts_from, sha256_of
from pro_service.store.models import Patient, Signature, Site
from pro_service.store.queries.record import parts_of
from pro_service.store.signing import Verifier


@dataclass(frozen=True, kw_only=True)
class SignatureFacts:
    """A signature as its reader sees it: who, when, what it means, and how it stands now."""

    id: int
    login: str
    name: str
    meaning: str
    signed_at: datetime
    record_sha256: str
    key_id: str
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """A patient's record as it is now, and its signatures, the newest first."""

    patient_id: int
    patient_code: str
    site_code: str
    parts: Mapping[str, Part]
    sha256: str
    signatures: tuple[SignatureFacts, ...]


def sealed_content(
    *,
    study: str,
    patient: str,
    login: str,
    name: str,
    meaning: str,
    parts: Mapping[str, Any],
    signed_at: datetime,
) -> bytes:
    """What the seal of a signature is made over: who signed what, when, and what it means."""
    return canonical(
        {
            "study": study,
            "patient": patient,
            "login": login,
            "name": name,
            "meaning": meaning,
            "parts": parts,
            "signed_at": signed_at,
        }
    )


def records(
    session: Session, *, study: str, site_ids: Sequence[int], verifier: Verifier, code: str | None = None
) -> tuple[RecordFacts, ...]:
    """Of every patient of these sites (or the one of `code`), by code."""
    found = (
        select(Patient.id, Patient.code, Site.code)
        .join(Site, Site.id == Patient.site_id)
        .where(Patient.site_id.in_(site_ids))
        .order_by(Patient.code)
    )
    people = session.execute(found if code is None else found.where(Patient.code == code)).all()
    ids = [each[0] for each in people]
    now, signed = parts_of(session, ids), _signed(session, ids)
    return tuple(
        RecordFacts(
            patient_id=patient_id,
            patient_code=patient,
            site_code=site,
            parts=now[patient_id],
            sha256=sha256_of(now[patient_id]),
            signatures=tuple(
                _facts(row, now[patient_id], study=study, patient=patient, verifier=verifier)
                for row in signed.get(patient_id, ())
            ),
        )
        for patient_id, patient, site in people
    )


def _signed(session: Session, patient_ids: Sequence[int]) -> Mapping[int, Sequence[Signature]]:
    found: dict[int, list[Signature]] = {}
    rows = select(Signature).where(Signature.patient_id.in_(patient_ids)).order_by(Signature.id.desc())
    for row in session.scalars(rows):
        found.setdefault(row.patient_id, []).append(row)
    return found


def _facts(
    row: Signature, now: Mapping[str, Part], *, study: str, patient: str, verifier: Verifier
) -> SignatureFacts:
    content = sealed_content(
        study=study,
        patient=patient,
        login=row.login,
        name=row.name,
        meaning=row.meaning,
        parts=row.parts,
        signed_at=row.signed_at,
    )
    signed = parts_from(row.parts)
    holds = verifier.verifies(content, row.seal) and sha256_of(signed) == row.record_sha256
    return SignatureFacts(
        id=row.id,
        login=row.login,
        name=row.name,
        meaning=row.meaning,
        signed_at=row.signed_at,
        record_sha256=row.record_sha256,
        key_id=row.key_id,
        standing=standing_of(signed, now, seal_holds=holds),
    )
