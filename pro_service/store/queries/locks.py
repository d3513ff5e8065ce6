"""What is read of locks: where each stands, what was done with it, and what came in under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pro_service.core.evidence import Release, ReleaseOutcome, Unlocking, unlocking
from pro_service.store.models import DataLock, HeldDeposit, Inbound, LockRelease, Patient, Site
from pro_service.store.records.locks import CAUSE


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """One request to lift a lock, and what became of it."""

    id: int
    reason: str
    hours: int | None
    requested_by: str
    requested_at: datetime
    outcome: str | None
    decided_by: str | None
    decided_at: datetime | None
    until: datetime | None
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, kw_only=True)
class LockFacts:
    """A lock, how it stands now, and every request to lift it, the newest first. `site_code` "" is the whole study."""

    id: int
    name: str
    site_code: str
    reason: str
    locked_at: datetime
    locked_by: str
    stands: Unlocking
    releases: tuple[ReleaseFacts, ...]

    @property
    def holds(self) -> bool:
        return self.stands is not Unlocking.LIFTED


@dataclass(frozen=True, kw_only=True)
class HeldFacts:
    """Something a patient sent under a lock. `kind` is text, answers or completion; what it says stays encrypted."""

    patient_code: str
    kind: str
    received_at: datetime


def locks(session: Session, *, study_id: int, now: datetime) -> tuple[LockFacts, ...]:
    """Of a study, in the order of locking."""
    rows = session.scalars(select(DataLock).where(DataLock.study_id == study_id).order_by(DataLock.id)).all()
    asked = session.scalars(
        select(LockRelease)
        .where(LockRelease.lock_id.in_([row.id for row in rows]))
        .order_by(LockRelease.id.desc())
    ).all()
    return tuple(_lock(row, [one for one in asked if one.lock_id == row.id], now=now) for row in rows)


def names_over(
    session: Session, *, study_id: int, site_codes: Sequence[str], now: datetime
) -> tuple[str, ...]:
    """The locks that hold over any of these sites."""
    found = locks(session, study_id=study_id, now=now)
    return tuple(one.name for one in found if one.holds and one.site_code in ("", *site_codes))


def held(session: Session, *, site_ids: Sequence[int], limit: int) -> tuple[HeldFacts, ...]:
    """What came in from patients of these sites under a lock, the newest first."""
    texts = (
        select(Patient.code, Inbound.received_at)
        .join(Patient, Patient.id == Inbound.patient_id)
        .where(Patient.site_id.in_(site_ids), Inbound.outcome == CAUSE)
        .order_by(Inbound.id.desc())
        .limit(limit)
    )
    pages = (
        select(Patient.code, HeldDeposit.received_at, HeldDeposit.kind)
        .join(Patient, Patient.id == HeldDeposit.patient_id)
        .where(Patient.site_id.in_(site_ids))
        .order_by(HeldDeposit.id.desc())
        .limit(limit)
    )
    found = [
        *(HeldFacts(patient_code=row[0], kind="text", received_at=row[1]) for row in session.execute(texts)),
        *(HeldFacts(patient_code=row[0], kind=row[2], received_at=row[1]) for row in session.execute(pages)),
    ]
    return tuple(sorted(found, key=lambda one: one.received_at, reverse=True)[:limit])


def site_codes(session: Session, site_ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(session.scalars(select(Site.code).where(Site.id.in_(site_ids)).order_by(Site.code)))


def _lock(row: DataLock, asked: Sequence[LockRelease], *, now: datetime) -> LockFacts:
    current = next((one for one in asked if one.ended_at is None), None)
    return LockFacts(
        id=row.id,
        name=row.name,
        site_code=row.site_code,
        reason=row.reason,
        locked_at=row.locked_at,
        locked_by=row.locked_by,
        stands=unlocking(None if current is None else as_release(current), now=now),
        releases=tuple(_release(one) for one in asked),
    )


def as_release(row: LockRelease) -> Release:
    return Release(
        requested_by=row.requested_by,
        confirmed=row.outcome == ReleaseOutcome.CONFIRMED,
        until=row.until,
    )


def _release(row: LockRelease) -> ReleaseFacts:
    return ReleaseFacts(
        id=row.id,
        reason=row.reason,
        hours=row.hours,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        outcome=row.outcome,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        until=row.until,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
