"""Writing of the trail that is not the triggers': chaining what is committed, and the log of reads."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from pro_service.core.audit.chain import Entry, Link, linked
from pro_service.store.db import insert_once
from pro_service.store.models import AuditEntry, AuditLink, AuditPending, ReadRecord

#: A statement names at most so many entries.
_AT_ONCE = 500
_COLUMNS = AuditEntry.__table__.columns


def chain_some(session: Session, *, most: int) -> int:
    """Chain up to `most` committed entries as one link; how many those were.

    PostgreSQL does it in a function of its own, so that the service's role needs no right to add a link.
    """
    if session.get_bind().dialect.name == "postgresql":
        return session.scalar(select(func.audit.chain(most))) or 0
    numbers = session.scalars(select(AuditPending.seq).order_by(AuditPending.seq).limit(most)).all()
    if numbers:
        _store(session, linked(last_link(session), _entries(session, numbers)))
        session.execute(delete(AuditPending).where(AuditPending.seq <= numbers[-1]))
    return len(numbers)


def note_read(
    session: Session, *, patient_id: int, actor: str, role: str, page: str, minute: datetime
) -> None:
    """Somebody looked at a page of a patient's record in that minute; once is enough."""
    values = {"patient_id": patient_id, "actor": actor, "role": role, "page": page, "minute": minute}
    insert_once(session, ReadRecord, values)


def last_link(session: Session) -> Link | None:
    """The newest link."""
    row = session.scalar(select(AuditLink).order_by(AuditLink.n.desc()).limit(1))
    return None if row is None else Link(n=row.n, entries=row.entries, digests=row.digests, hash=row.hash)


def entry(row: Sequence[Any]) -> Entry:
    """An entry, of a row that has every column in its order."""
    return Entry(**dict(zip(_COLUMNS.keys(), row, strict=True)))


def _entries(session: Session, numbers: Sequence[int]) -> list[Entry]:
    parts = (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
    statements = (select(*_COLUMNS).where(AuditEntry.seq.in_(part)) for part in parts)
    return [entry(row) for statement in statements for row in session.execute(statement)]


def _store(session: Session, link: Link) -> None:
    session.execute(
        insert(AuditLink).values(
            n=link.n,
            entries=link.entries,
            digests=link.digests,
            hash=link.hash,
            chained_at=datetime.now(UTC),  # noqa: TID251 - as PostgreSQL: the clock of the machine, for evidence
        )
    )
