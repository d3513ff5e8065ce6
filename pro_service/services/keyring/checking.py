"""Are the master keys that were given those this database was written with? A wrong one must not write a single row."""

from datetime import datetime

from pro_service.core.definition import DefinitionError
from pro_service.core.keyring import key_problems
from pro_service.services.installation import Installation
from pro_service.store.crypto import Keyring
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import MasterKey
from pro_service.store.records import keyring


def check_keys(installation: Installation, *, now: datetime) -> None:
    """DefinitionError, which names each key and its cure, if a key is missing or another than before.

    A key that was not seen before is noted, so that a later start knows it again.
    """
    keys = installation.keys
    with reading() as session:
        known = keyring.known(session)
    problems = key_problems(known, {key_id: keys.check_value(key_id) for key_id in keys.masters})
    if problems:
        raise DefinitionError(problems)
    if keys.masters.keys() - {key.key_id for key in known}:
        with transaction() as session:
            note_keys(session, keys, now=now)


def note_keys(session: Session, keys: Keyring, *, now: datetime) -> None:
    """Note the keys that are new. The first one ever noted is what numbers and links were made with until now."""
    known = {row.key_id for row in keyring.all_known(session)}
    for key_id in sorted(keys.masters.keys() - known):
        first = not known and key_id == keys.oldest
        session.add(
            MasterKey(
                key_id=key_id,
                check_value=keys.check_value(key_id),
                index_use="current" if first else None,
                added_at=now,
            )
        )
    session.flush()
    if not known:
        keyring.settle_links(session, key_id=keys.oldest)
