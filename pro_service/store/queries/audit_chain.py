"""What verifying the trail reads: links and their entries as streams, and what the database itself can tell."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pro_service.core.audit.chain import Entry, Link
from pro_service.core.audit.verifying import Fault
from pro_service.store.audit import installed, reconciling
from pro_service.store.db import Base
from pro_service.store.models import AuditEntry, AuditLink, AuditPending
from pro_service.store.queries.dataset.view import stream
from pro_service.store.records.audit import entry

_COLUMNS = AuditEntry.__table__.columns


def next_link(session: Session, *, after: int) -> Link | None:
    """The link with the lowest number beyond `after`."""
    row = session.scalar(select(AuditLink).where(AuditLink.n > after).order_by(AuditLink.n).limit(1))
    if row is None:
        return None
    session.expunge(row)  # what was walked is not kept
    return _link(row)


def link_ranges(session: Session) -> Iterator[str]:
    """The list of entries of each link."""
    return stream(session, select(AuditLink.entries).order_by(AuditLink.n), lambda row: str(row[0]))


def link_numbered(session: Session, n: int) -> Link | None:
    row = session.get(AuditLink, n)
    return None if row is None else _link(row)


def entries_between(session: Session, low: int, high: int) -> Iterator[Entry]:
    """The entries of a span, whichever link they belong to."""
    return stream(session, select(*_COLUMNS).where(AuditEntry.seq.between(low, high)), entry)


def counts(session: Session) -> tuple[int, int]:
    """How many entries there are, and how many of them wait to be chained."""
    entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    return entries, session.scalar(select(func.count()).select_from(AuditPending)) or 0


def anything_pending(session: Session) -> bool:
    return session.scalar(select(AuditPending.seq).limit(1)) is not None


def numbers(session: Session) -> Iterator[int]:
    """The number of every entry that does not wait to be chained."""
    waits = select(AuditPending.seq).where(AuditPending.seq == AuditEntry.seq).exists()
    found = select(AuditEntry.seq).where(~waits).order_by(AuditEntry.seq)
    return stream(session, found, lambda row: int(row[0]))


def trigger_faults(session: Session) -> Iterator[Fault]:
    """Triggers that are not as they must be."""
    return installed.faults(session.connection(), Base.metadata)


def row_faults(session: Session) -> Iterator[Fault]:
    """Rows that are not what their trail says."""
    return reconciling.faults(session.connection(), Base.metadata)


def _link(row: AuditLink) -> Link:
    return Link(n=row.n, entries=row.entries, digests=row.digests, hash=row.hash)
