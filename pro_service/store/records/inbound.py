"""Rows of the inbox: incoming texts, kept before they are read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store import data_keys
from pro_service.store.crypto import Keyring
from pro_service.store.models import Inbound, SmsDialogue


def sealed(
    session: Session, keys: Keyring, provider_sid: str, contact_id: str | None, *, raw: bytes, text: str
) -> dict[str, bytes]:
    """The columns of a text that nobody without the key of its sender (the installation's, for nobody's) can read."""
    plain = {"raw": raw, "text": text.encode()}
    return {
        f"{name}_sealed": data_keys.seal(
            session, keys, value, subject_id=contact_id, row=_row(provider_sid, name)
        )
        for name, value in plain.items()
    }


def text_of(session: Session, keys: Keyring, row: Inbound) -> str:
    """The text as it was decoded at receipt. LookupError once it is gone, DecryptionError."""
    if row.text_sealed is None:
        raise LookupError("the text is not kept any more")
    return data_keys.unseal(
        session, keys, row.text_sealed, subject_id=row.contact_id, row=_row(row.provider_sid, "text")
    ).decode()


def _row(provider_sid: str, name: str) -> str:
    return f"inbound:{provider_sid}:{name}"


def is_known(session: Session, provider_sid: str) -> bool:
    return session.scalar(select(Inbound.id).where(Inbound.provider_sid == provider_sid)) is not None


def unread(session: Session, *, most_attempts: int, limit: int) -> Sequence[int]:
    """Ids of texts not read yet, oldest first; those that failed too often are left for a person."""
    return session.scalars(
        select(Inbound.id)
        .where(Inbound.processed_at.is_(None), Inbound.attempts < most_attempts)
        .order_by(Inbound.id)
        .limit(limit)
    ).all()


def given_up(session: Session, *, most_attempts: int, limit: int) -> Sequence[int]:
    """Ids of texts that were tried too often and that nobody has put before a person yet."""
    return session.scalars(
        select(Inbound.id)
        .where(Inbound.processed_at.is_(None), Inbound.attempts >= most_attempts, Inbound.outcome.is_(None))
        .order_by(Inbound.id)
        .limit(limit)
    ).all()


def locked(session: Session, inbound_id: int) -> Inbound:
    return session.scalars(select(Inbound).where(Inbound.id == inbound_id).with_for_update()).one()


def dialogue(session: Session, patient_id: int) -> SmsDialogue | None:
    return session.get(SmsDialogue, patient_id)
