"""Rows of locks of the data: taking one, lifting it, and what came in meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, text, update
from sqlalchemy.orm import Session

from pro_service.core.evidence import ReleaseOutcome
from pro_service.core.lifecycle import MessageState
from pro_service.store.db import insert_once
from pro_service.store.locking.coverage import covered
from pro_service.store.models import DataLock, HeldDeposit, LockRelease, Message, Patient, Site

CAUSE = "data_locked"
_LIFTED = (
    select(LockRelease.id)
    .where(
        LockRelease.lock_id == DataLock.id,
        LockRelease.outcome == ReleaseOutcome.CONFIRMED,
        LockRelease.ended_at.is_(None),
    )
    .exists()
)


def locked_patients() -> Select[int]:
    """The ids of patients whose data are locked now: for `not_in`, so that the clock passes over them."""
    return (
        select(Patient.id)
        .join(Site, Site.id == Patient.site_id)
        .join(
            DataLock,
            (DataLock.study_id == Patient.study_id) & DataLock.site_code.in_(("", Site.code)),
        )
        .where(~_LIFTED)
    )


def is_locked(session: Session, patient_id: int) -> bool:
    found = locked_patients().where(Patient.id == patient_id).limit(1)
    return session.scalar(found) is not None


def let_writers_finish(session: Session) -> None:
    """Wait until nobody is in the middle of writing, and let nobody begin before this use case ends.

    Else a row written beside the lock would come in after it. SQLite has one writer at a time anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        tables = ", ".join(one.table for one in covered())
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def by_name(session: Session, *, study_id: int, name: str) -> DataLock | None:
    return session.scalar(select(DataLock).where(DataLock.study_id == study_id, DataLock.name == name))


def going_on(session: Session, lock_id: int) -> LockRelease | None:
    """The request to lift a lock, or the lifting, that has not ended; locked."""
    found = select(LockRelease).where(LockRelease.lock_id == lock_id, LockRelease.ended_at.is_(None))
    return session.scalar(found.with_for_update())


def over(session: Session, *, now: datetime) -> Sequence[LockRelease]:
    """Liftings whose time is over and that nobody has ended."""
    return session.scalars(
        select(LockRelease).where(LockRelease.until <= now, LockRelease.ended_at.is_(None)).with_for_update()
    ).all()


def anything_over(session: Session, *, now: datetime) -> bool:
    found = select(LockRelease.id).where(LockRelease.until <= now, LockRelease.ended_at.is_(None))
    return session.scalar(found.limit(1)) is not None


def take_back_texts(session: Session, *, now: datetime) -> None:
    """Nothing that waits goes out any more to a patient whose data are locked."""
    session.execute(
        update(Message)
        .where(Message.patient_id.in_(locked_patients()), Message.state == MessageState.READY)
        .values(state=MessageState.CANCELLED, cause=CAUSE, settled_at=now)
    )


def hold(session: Session, **values: object) -> bool:
    """Keep what a page sent under a lock; False if it was kept before."""
    return insert_once(session, HeldDeposit, values) is not None
