"""Contact data behind one narrow interface: the rest of the service holds opaque ids and never a number.

Only `reveal_phone` gives a number back, and only the sender asks for it. The interface exchanges ids alone, so that the
vault and the sender can become a separate process, database and operator.
"""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.crypto import Keyring
from pro_service.store.db import DuplicateError, flush
from pro_service.store.models.identity import Contact


class NumberInUseError(ValueError):
    """The number already belongs to somebody here; two people with one number could not be told apart."""


def keep_phone(session: Session, keys: Keyring, *, phone: str, purpose: str, now: datetime) -> str:
    """Store `phone` (E.164) and return its contact id. NumberInUseError, which ends the use case, if it is taken."""
    index = phone_index(keys, phone)
    contact_id = secrets.token_hex(16)
    sealed = keys.encrypt(phone.encode(), row=_row(contact_id))
    session.add(
        Contact(id=contact_id, purpose=purpose, phone_sealed=sealed, phone_index=index, created_at=now),
    )
    try:
        flush(session)
    except DuplicateError:
        raise NumberInUseError("this number is already registered") from None
    return contact_id


def reveal_phone(session: Session, keys: Keyring, *, contact_id: str) -> str:
    """The number behind an id, for the sender alone."""
    sealed = session.scalar(select(Contact.phone_sealed).where(Contact.id == contact_id))
    if sealed is None:
        raise LookupError("no such contact")
    return keys.decrypt(sealed, row=_row(contact_id)).decode()


def phone_index(keys: Keyring, phone: str) -> bytes:
    return keys.index("phone", phone)


def contact_of(session: Session, *, index: bytes) -> str | None:
    """The id of the contact whose number has this index, if it is one of ours."""
    return session.scalar(select(Contact.id).where(Contact.phone_index == index))


def _row(contact_id: str) -> str:
    return f"contact.phone_sealed:{contact_id}"
