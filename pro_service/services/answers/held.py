"""Keeps what a patient's page sends under a lock: nothing of it becomes an answer, and nothing is lost."""

import hashlib
from datetime import datetime

from pro_service.core.evidence import HeldKind
from pro_service.services.installation import Installation
from pro_service.store.crypto import token_hash
from pro_service.store.db import transaction
from pro_service.store.records import assessments, locks


def hold(installation: Installation, *, token: str, kind: HeldKind, body: bytes, now: datetime) -> bool:
    """Keep the bytes as they came, encrypted. False if nobody has this link, or the same bytes were kept before."""
    with transaction() as session:
        row = assessments.by_link(session, token_hash(token))
        if row is None:
            return False
        sha256 = hashlib.sha256(body).hexdigest()
        return locks.hold(
            session,
            patient_id=row.patient_id,
            assessment_id=row.id,
            kind=kind,
            body_sealed=installation.keys.encrypt(body, row=f"held_deposit.body_sealed:{row.id}:{sha256}"),
            body_sha256=sha256,
            received_at=now,
        )
