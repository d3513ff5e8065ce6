"""The data keys of persons: one each, wrapped by a master key, and destroyed when what it sealed must be unreadable."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.store.crypto import DataKey, DecryptionError, Keyring, new_data_key, sealed_with_own_key
from pro_service.store.models.identity import OwnKey


class ShreddedError(LookupError):
    """The key is destroyed, and with it whatever it sealed. Not a fault: this was asked for."""


def make(session: Session, keys: Keyring, *, subject_id: str, now: datetime) -> DataKey:
    """A new key for somebody who has none."""
    key = new_data_key()
    session.add(
        OwnKey(
            subject_id=subject_id,
            wrapped=keys.encrypt(key.secret, row=_row(subject_id)),
            key_id=keys.current,
            created_at=now,
        )
    )
    session.flush()
    return key


def existing(session: Session, keys: Keyring, *, subject_id: str) -> DataKey | None:
    """Somebody's key; None for whoever has none. ShreddedError, DecryptionError."""
    row = session.get(OwnKey, subject_id)
    return None if row is None else unwrapped(keys, row)


def unwrapped(keys: Keyring, row: OwnKey) -> DataKey:
    if row.wrapped is None:
        raise ShreddedError("the key is destroyed")
    return DataKey(secret=keys.decrypt(row.wrapped, row=_row(row.subject_id)))


def rewrap(keys: Keyring, row: OwnKey) -> None:
    """Wrap it with the current master key. What it sealed stays as it is."""
    row.wrapped = keys.encrypt(unwrapped(keys, row).secret, row=_row(row.subject_id))
    row.key_id = keys.current


def shred(session: Session, *, subject_id: str, now: datetime) -> bool:
    """Destroy somebody's key. False if there is none, or no more."""
    row = session.scalar(select(OwnKey).where(OwnKey.subject_id == subject_id).with_for_update())
    if row is None or row.wrapped is None:
        return False
    row.wrapped, row.shredded_at = None, now
    return True


def seal(session: Session, keys: Keyring, plain: bytes, *, subject_id: str | None, row: str) -> bytes:
    """Seal with the key of `subject_id`; for nobody, and for whoever has none yet, with the installation's."""
    key = existing(session, keys, subject_id=subject_id) if subject_id else None
    return keys.encrypt(plain, row=row) if key is None else key.encrypt(plain, row=row)


def unseal(session: Session, keys: Keyring, envelope: bytes, *, subject_id: str | None, row: str) -> bytes:
    """What `seal` sealed, with whichever key. DecryptionError, or ShreddedError."""
    if not sealed_with_own_key(envelope):
        return keys.decrypt(envelope, row=row)
    key = existing(session, keys, subject_id=subject_id) if subject_id else None
    if key is None:
        raise DecryptionError(f"{row}: its data key is not here")
    return key.decrypt(envelope, row=row)


def _row(subject_id: str) -> str:
    return f"data_key.wrapped:{subject_id}"
