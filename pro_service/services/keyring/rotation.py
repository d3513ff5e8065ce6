"""Replaces the master key: what the older ones wrapped, sealed or indexed is written anew with the current one.

It may be killed at any moment and started again, by several processes at once and while the service runs: each batch is
a transaction, rows that another has at hand are passed over, and what is done is known by the rows themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pro_service.services.installation import Installation
from pro_service.services.keyring.checking import check_keys, note_keys
from pro_service.services.refusals import ConflictError, NotFoundError
from pro_service.store import notices
from pro_service.store.crypto import DecryptionError
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import MasterKey
from pro_service.store.records import keyring
from pro_service.store.records.keyring import INDEX, TASKS, Task

_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class KeyStatus:
    """One master key: whether it is the current one, was retired, and what still needs it (rows by kind)."""

    key_id: int
    current: bool
    retired: bool
    uses: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """What one run did: rows written anew, and rows that nobody can read (each is an operator's notice)."""

    renewed: int
    unreadable: int
    left: int


def rotate(
    installation: Installation,
    *,
    now: datetime,
    batch: int = _BATCH,
    on_step: Callable[[str], None] = lambda _: None,
) -> Rotated:
    """Bring everything over to the current key. Running it again goes on where it was, or does nothing.

    `on_step` is told of every step before and after it is committed; a test kills the process there.
    """
    check_keys(installation, now=now)
    _begin_index(installation, now=now)
    renewed = unreadable = 0
    for task in (*TASKS, INDEX):
        if task is INDEX and not _index_changes(installation):
            continue
        done = _renew_all(installation, task, batch=batch, on_step=on_step, now=now)
        renewed, unreadable = renewed + done[0], unreadable + done[1]
    on_step("before the index changes")
    _end_index(installation)
    on_step("after the index changed")
    with reading() as session:
        left = sum(task.left(session, key_id=installation.keys.current) for task in TASKS)
    return Rotated(renewed=renewed, unreadable=unreadable, left=left)


def status(installation: Installation) -> tuple[KeyStatus, ...]:
    """Every master key this database was used with, and what still needs it."""
    with reading() as session:
        return tuple(
            KeyStatus(
                key_id=key.key_id,
                current=key.key_id == installation.keys.current,
                retired=key.retired,
                uses=keyring.uses_of(session, key.key_id),
            )
            for key in keyring.known(session)
        )


def retire(installation: Installation, *, key_id: int, now: datetime) -> None:
    """Say that a key is needed no more; from then on it may be missing. ConflictError while a row needs it."""
    with transaction() as session:
        row = session.get(MasterKey, key_id)
        if row is None:
            raise NotFoundError(f"key {key_id}")
        uses = keyring.uses_of(session, key_id)
        if uses or key_id == installation.keys.current:
            said = ", ".join(f"{name}: {count}" for name, count in uses.items())
            raise ConflictError(
                "key_in_use",
                fr=f"La clé {key_id} sert encore ({said or 'clé courante'}).",
                en=f"Key {key_id} is still needed ({said or 'the current key'}).",
            )
        row.retired_at = row.retired_at or now


def _begin_index(installation: Installation, *, now: datetime) -> None:
    """Announce the index's next key: from here on numbers are entered under both."""
    with transaction() as session:
        note_keys(session, installation.keys, now=now)
        rows = {row.key_id: row for row in keyring.all_known(session)}
        current = rows[installation.keys.current]
        if current.index_use is None and not any(row.index_use == "next" for row in rows.values()):
            current.index_use = "next"


def _index_changes(installation: Installation) -> bool:
    with reading() as session:
        row = session.get(MasterKey, installation.keys.current)
        return row is not None and row.index_use == "next"


def _end_index(installation: Installation) -> None:
    """Let the new index be the one in use, once every number that can be read has it."""
    with transaction() as session:
        rows = keyring.all_known(session)
        coming = [row for row in rows if row.index_use == "next"]
        if not coming or coming[0].key_id != installation.keys.current:
            return
        if INDEX.left(session, key_id=coming[0].key_id) > notices.unreadable_contacts(session):
            return  # another process still has rows at hand, or somebody was enrolled just now
        keyring.change_index(session)
        for row in rows:
            if row.index_use == "current":
                row.index_use = None
        coming[0].index_use = "current"


def _renew_all(
    installation: Installation,
    task: Task,
    *,
    batch: int,
    on_step: Callable[[str], None],
    now: datetime,
) -> tuple[int, int]:
    renewed = unreadable = 0
    after = None
    while True:
        with transaction() as session:
            rows = task.batch(session, key_id=installation.keys.current, after=after, limit=batch)
            if not rows:
                return renewed, unreadable
            for row in rows:
                ok = _renew(session, installation, task, row, now=now)
                renewed, unreadable = renewed + ok, unreadable + (not ok)
            after = getattr(rows[-1], task.key.key)
            session.flush()
            on_step(f"{task.name}: before a commit")
        on_step(f"{task.name}: after a commit")


def _renew(session: Session, installation: Installation, task: Task, row: object, *, now: datetime) -> bool:
    try:
        task.renew(session, installation.keys, row)
    except (DecryptionError, LookupError):
        # One damaged row holds up no other: it stays as it is, and a person is told.
        notices.tell_operator(session, kind=notices.UNREADABLE, subject=task.subject(row), now=now)
        return False
    return True
