"""Rows of the forms that sites handed in."""

import hashlib
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.crypto import Keyring
from pro_service.store.models import Response, SiteEntry


def content_hash(content: bytes) -> str:
    """SHA-256 of a form's bytes, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def by_client_id(session: Session, assessment_id: int, client_id: str) -> SiteEntry | None:
    found = select(SiteEntry).where(
        SiteEntry.assessment_id == assessment_id, SiteEntry.client_id == client_id
    )
    return session.scalar(found)


def add(
    session: Session,
    keys: Keyring,
    response: Response,
    *,
    client_id: str,
    kind: str,
    answered_on: date | None,
    content: bytes,
    reason: str,
    respondent: str,
    note: str,
    late: bool,
    actor: str,
    now: datetime,
) -> None:
    """Keep a form byte for byte, encrypted: it holds answers, and perhaps more than we read."""
    row = SiteEntry(
        assessment_id=response.assessment_id,
        response_id=response.id,
        client_id=client_id,
        kind=kind,
        answered_on=answered_on,
        content_sealed=keys.encrypt(content, row=_row(response.assessment_id, client_id)),
        content_sha256=content_hash(content),
        reason=reason,
        respondent=respondent,
        note=note,
        late=late,
        entered_by=actor,
        entered_at=now,
    )
    session.add(row)


def content(keys: Keyring, row: SiteEntry) -> bytes:
    """The bytes as they came. DecryptionError if they cannot be read."""
    return keys.decrypt(row.content_sealed, row=_row(row.assessment_id, row.client_id))


def _row(assessment_id: int, client_id: str) -> str:
    return f"site_entry:{assessment_id}:{client_id}"
