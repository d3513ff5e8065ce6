"""Contact data behind one narrow interface: the rest of the service holds opaque ids and never a number.

Only `reveal_phone` gives a number back, and only the sender asks for it. The interface exchanges ids alone, so that the
vault and the sender can become a separate process, database and operator.
"""

import secrets
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pro_service.store import data_keys
from pro_service.store.crypto import Keyring
from pro_service.store.db import DuplicateError, flush
from pro_service.store.models.identity import Contact, MasterKey

_CURRENT, _NEXT = "current", "next"


class NumberInUseError(ValueError):
    """The number already belongs to somebody here; two people with one number could not be told apart."""


def keep_phone(session: Session, keys: Keyring, *, phone: str, purpose: str, now: datetime) -> str:
    """Store `phone` (E.164) and return its contact id. NumberInUseError, which ends the use case, if it is taken."""
    contact_id = secrets.token_hex(16)
    key = data_keys.make(session, keys, subject_id=contact_id, now=now)
    current, coming = _index_keys(session, keys)
    contact = Contact(
        id=contact_id,
        purpose=purpose,
        phone_sealed=key.encrypt(phone.encode(), row=row_of(contact_id)),
        phone_index=number_index(keys, phone, key_id=current),
        phone_index_next=None if coming is None else number_index(keys, phone, key_id=coming),
        created_at=now,
    )
    session.add(contact)
    try:
        flush(session)
    except DuplicateError:
        raise NumberInUseError("this number is already registered") from None
    return contact_id


def reveal_phone(session: Session, keys: Keyring, *, contact_id: str) -> str:
    """The number behind an id, for the sender alone. LookupError if there is none (any more), DecryptionError."""
    sealed = session.scalar(select(Contact.phone_sealed).where(Contact.id == contact_id))
    if sealed is None:
        raise LookupError("no such contact")
    return unsealed(session, keys, sealed, contact_id=contact_id)


def unsealed(session: Session, keys: Keyring, sealed: bytes, *, contact_id: str) -> str:
    row = row_of(contact_id)
    return data_keys.unseal(session, keys, sealed, subject_id=contact_id, row=row).decode()


def phone_index(session: Session, keys: Keyring, phone: str) -> bytes:
    """By what a number is found: the keyed hash of the key in use."""
    current = session.scalar(select(MasterKey.key_id).where(MasterKey.index_use == _CURRENT))
    return number_index(keys, phone, key_id=current or keys.oldest)


def contact_of(session: Session, *, index: bytes) -> str | None:
    """The id of the contact whose number has this index, if it is one of ours: by the key in use or the one to come."""
    mine = or_(Contact.phone_index == index, Contact.phone_index_next == index)
    return session.scalar(select(Contact.id).where(mine))


def shred(session: Session, *, contact_id: str, now: datetime) -> bool:
    """Make a number unreadable for ever, with whatever else its owner's key sealed. The row stays, without a value.

    False if that was done before.
    """
    contact = session.scalar(select(Contact).where(Contact.id == contact_id).with_for_update())
    gone = contact is not None and contact.shredded_at is None
    if contact is not None and contact.shredded_at is None:
        contact.phone_sealed = contact.phone_index = contact.phone_index_next = None
        contact.shredded_at = now
    return data_keys.shred(session, subject_id=contact_id, now=now) or gone


def number_index(keys: Keyring, phone: str, *, key_id: int) -> bytes:
    return keys.index("phone", phone, key_id=key_id)


def _index_keys(session: Session, keys: Keyring) -> tuple[int, int | None]:
    """The ids of the keys that numbers are indexed with now and, while that changes, next; held until the commit."""
    used = select(MasterKey).where(MasterKey.index_use.is_not(None)).with_for_update(read=True)
    ids = {row.index_use: row.key_id for row in session.scalars(used)}
    return ids.get(_CURRENT, keys.oldest), ids.get(_NEXT)


def row_of(contact_id: str) -> str:
    return f"contact.phone_sealed:{contact_id}"
