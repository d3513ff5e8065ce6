"""The sessions of one person: which there are, and ending them at once."""

from dataclasses import dataclass
from datetime import datetime

from pro_service.core.sessions import is_good
from pro_service.services.accounts.history import HERE, Origin, note
from pro_service.store.db import Session, reading, transaction
from pro_service.store.models import Staff
from pro_service.store.records import accounts


@dataclass(frozen=True, kw_only=True)
class OwnSession:
    """A session as its owner recognises it. `handle` names it and opens nothing."""

    handle: str
    device: str
    source: str
    started_at: datetime
    seen_at: datetime


def own_sessions(staff_id: int, *, now: datetime) -> tuple[OwnSession, ...]:
    """Those that are good now, newest first."""
    with reading() as session:
        return tuple(
            OwnSession(
                handle=row.handle,
                device=row.device,
                source=row.source,
                started_at=row.started_at,
                seen_at=row.seen_at,
            )
            for row in accounts.live_sessions(session, staff_id)
            if is_good(started_at=row.started_at, seen_at=row.seen_at, ended_at=None, now=now)
        )


def end_own(staff_id: int, *, handle: str, origin: Origin = HERE, now: datetime) -> None:
    """End one session of this person; a handle that is none of theirs ends nothing."""
    with transaction() as session:
        staff = accounts.staff(session, staff_id)
        for row in accounts.live_sessions(session, staff_id):
            if row.handle == handle:
                row.ended_at = now
                note(session, kind="session_ended", staff_id=staff_id, by=staff.login, origin=origin, now=now)


def end_others(staff_id: int, *, keep: str, origin: Origin = HERE, now: datetime) -> int:
    """End every session of this person but the one named `keep`; how many there were."""
    with transaction() as session:
        staff = accounts.staff(session, staff_id)
        return end_all(session, staff, but=keep, by=staff.login, origin=origin, now=now)


def end_all(
    session: Session, staff: Staff, *, but: str = "", by: str, origin: Origin = HERE, now: datetime
) -> int:
    """End the sessions of an account, all or all `but` one; how many there were."""
    ended = [row for row in accounts.live_sessions(session, staff.id) if row.handle != but]
    for row in ended:
        row.ended_at = now
    if ended:
        note(session, kind="session_ended", staff_id=staff.id, by=by, origin=origin, now=now)
    return len(ended)
