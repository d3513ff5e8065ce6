"""Rows of the master keys, and of all that a change of keys has to write anew, a batch at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from pro_service.core.keyring import KnownKey
from pro_service.core.lifecycle import ANSWERABLE
from pro_service.store import data_keys, vault
from pro_service.store.crypto import Keyring
from pro_service.store.models import Assessment, Contact, Inbound, MasterKey, OwnKey, SiteEntry, Staff

_BY_INSTALLATION = b"\x01"  # the envelope's version: sealed with a master key


def known(session: Session) -> tuple[KnownKey, ...]:
    rows = session.scalars(select(MasterKey).order_by(MasterKey.key_id)).all()
    return tuple(
        KnownKey(key_id=row.key_id, check_value=row.check_value, retired=row.retired_at is not None)
        for row in rows
    )


def all_known(session: Session) -> Sequence[MasterKey]:
    """Every master key this database was used with, locked."""
    return session.scalars(select(MasterKey).order_by(MasterKey.key_id).with_for_update()).all()


def settle_links(session: Session, *, key_id: int) -> None:
    """Note the key of links that were made before their rows said with which."""
    session.execute(
        update(Assessment)
        .where(Assessment.link_hash.is_not(None), Assessment.link_key_id.is_(None))
        .values(link_key_id=key_id)
    )


@dataclass(frozen=True, kw_only=True)
class Task:
    """One kind of row that hangs on a master key. `renew` writes one anew; `key` is its primary key."""

    name: str
    model: type[Any]
    key: InstrumentedAttribute[Any]
    stale: Callable[[int], ColumnElement[bool]]  # rows that are not yet as they are under a key (its id)
    renew: Callable[[Session, Keyring, Any], None]

    def batch(self, session: Session, *, key_id: int, after: Any, limit: int) -> Sequence[Any]:
        """The next rows to write anew, locked; what another process has at hand is passed over."""
        found = select(self.model).where(self.stale(key_id)).order_by(self.key).limit(limit)
        if after is not None:
            found = found.where(self.key > after)
        return session.scalars(found.with_for_update(skip_locked=True)).all()

    def left(self, session: Session, *, key_id: int) -> int:
        return session.scalar(select(func.count()).select_from(self.model).where(self.stale(key_id))) or 0

    def subject(self, row: Any) -> str:
        return f"{self.model.__tablename__}:{getattr(row, self.key.key)}"


def _sealed_by_another(column: InstrumentedAttribute[Any]) -> Callable[[int], ColumnElement[bool]]:
    """Is the envelope in `column` of another master key than this one?"""
    return lambda key_id: (
        column.is_not(None)
        & (func.substr(column, 1, 1) == _BY_INSTALLATION)
        & (func.substr(column, 2, 2) != key_id.to_bytes(2))
    )


def _reseal(column: str, row_of: Callable[[Any], str]) -> Callable[[Session, Keyring, Any], None]:
    def renew(_: Session, keys: Keyring, row: Any) -> None:
        plain = keys.decrypt(getattr(row, column), row=row_of(row))
        setattr(row, column, keys.encrypt(plain, row=row_of(row)))

    return renew


def _sealed(
    model: type[Any], key: InstrumentedAttribute[Any], column: str, row_of: Callable[[Any], str]
) -> Task:
    return Task(
        name=f"{model.__tablename__}.{column}",
        model=model,
        key=key,
        stale=_sealed_by_another(getattr(model, column)),
        renew=_reseal(column, row_of),
    )


def _give_own_key(session: Session, keys: Keyring, row: Contact) -> None:
    """A number from before persons had keys of their own gets one."""
    if row.phone_sealed is None:
        return
    number = vault.unsealed(session, keys, row.phone_sealed, contact_id=row.id)
    key = data_keys.make(session, keys, subject_id=row.id, now=row.created_at)
    row.phone_sealed = key.encrypt(number.encode(), row=vault.row_of(row.id))


def _index_anew(session: Session, keys: Keyring, row: Contact) -> None:
    if row.phone_sealed is not None:
        number = vault.unsealed(session, keys, row.phone_sealed, contact_id=row.id)
        row.phone_index_next = vault.number_index(keys, number, key_id=keys.current)


#: Whatever hangs on a master key. A new column that is sealed belongs here.
TASKS: tuple[Task, ...] = (
    Task(
        name="contact.phone_sealed",
        model=Contact,
        key=Contact.id,
        stale=lambda _: (
            Contact.phone_sealed.is_not(None) & (func.substr(Contact.phone_sealed, 1, 1) == _BY_INSTALLATION)
        ),
        renew=_give_own_key,
    ),
    Task(
        name="data_key.wrapped",
        model=OwnKey,
        key=OwnKey.subject_id,
        stale=lambda key_id: OwnKey.wrapped.is_not(None) & (OwnKey.key_id != key_id),
        renew=lambda _, keys, row: data_keys.rewrap(keys, row),
    ),
    _sealed(Staff, Staff.id, "totp_sealed", lambda row: f"staff.totp_sealed:{row.login}"),
    _sealed(Inbound, Inbound.id, "raw_sealed", lambda row: f"inbound:{row.provider_sid}:raw"),
    _sealed(Inbound, Inbound.id, "text_sealed", lambda row: f"inbound:{row.provider_sid}:text"),
    _sealed(
        SiteEntry,
        SiteEntry.id,
        "content_sealed",
        lambda row: f"site_entry:{row.assessment_id}:{row.client_id}",
    ),
)

#: The numbers' index, while it goes over to another key.
INDEX = Task(
    name="contact.phone_index",
    model=Contact,
    key=Contact.id,
    stale=lambda _: Contact.phone_sealed.is_not(None) & Contact.phone_index_next.is_(None),
    renew=_index_anew,
)


def change_index(session: Session) -> None:
    """Let the index to come be the index, for every number at once. One that could not be read keeps its old one."""
    session.execute(
        update(Contact)
        .where(Contact.phone_index_next.is_not(None))
        .values(phone_index=Contact.phone_index_next, phone_index_next=None)
    )


def uses_of(session: Session, key_id: int) -> Mapping[str, int]:
    """How many rows still need a master key, by what they need it for."""
    index = (
        select(func.count())
        .select_from(MasterKey)
        .where(MasterKey.key_id == key_id, MasterKey.index_use.is_not(None))
    )
    links = (
        select(func.count())
        .select_from(Assessment)
        .where(Assessment.link_key_id == key_id, Assessment.state.in_([str(state) for state in ANSWERABLE]))
    )
    wrapped = (
        select(func.count()).select_from(OwnKey).where(OwnKey.key_id == key_id, OwnKey.wrapped.is_not(None))
    )
    counts = {
        "number index": session.scalar(index) or 0,
        "links of open assessments": session.scalar(links) or 0,
        "data keys": session.scalar(wrapped) or 0,
    }
    for task in TASKS[2:]:
        column = getattr(task.model, task.name.partition(".")[2])
        mine = (func.substr(column, 1, 1) == _BY_INSTALLATION) & (
            func.substr(column, 2, 2) == key_id.to_bytes(2)
        )
        counts[task.name] = session.scalar(select(func.count()).select_from(task.model).where(mine)) or 0
    old = or_(Contact.phone_sealed.is_(None), func.substr(Contact.phone_sealed, 1, 1) != _BY_INSTALLATION)
    old_numbers = select(func.count()).select_from(Contact).where(~old)
    counts["numbers without a key of their own"] = session.scalar(old_numbers) or 0
    return {name: count for name, count in counts.items() if count}
