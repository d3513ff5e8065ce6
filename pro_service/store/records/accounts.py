"""Rows by which staff and programs prove who they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pro_service.store.db import insert_once
from pro_service.store.models import (
    ApiKey,
    LoginThrottle,
    RecoveryCode,
    ServiceAccount,
    Staff,
    StaffIdentity,
    StaffInvitation,
    StaffSession,
    StaffSource,
)


def add(session: Session, *rows: object) -> None:
    session.add_all(rows)


def throttle(session: Session, key_hash: str, *, now: datetime) -> LoginThrottle:
    """The counter of a key, locked; made on first use."""
    values = {"key_hash": key_hash, "failures": 0, "last_at": now}
    insert_once(session, LoginThrottle, values, returning="key_hash")
    found = select(LoginThrottle).where(LoginThrottle.key_hash == key_hash)
    return session.scalars(found.with_for_update()).one()


def old_throttles(session: Session, *, before: datetime) -> bool:
    """Is there a counter nobody has added to since `before`?"""
    found = select(LoginThrottle.key_hash).where(LoginThrottle.last_at < before).limit(1)
    return session.scalar(found) is not None


def forget_throttles(session: Session, *, before: datetime) -> int:
    """Delete those counters; how many there were."""
    gone = delete(LoginThrottle).where(LoginThrottle.last_at < before).returning(LoginThrottle.key_hash)
    return len(session.scalars(gone).all())


def knows_source(session: Session, *, staff_id: int, source_hash: str) -> bool:
    return session.get(StaffSource, (staff_id, source_hash)) is not None


def keep_source(session: Session, *, staff_id: int, source_hash: str, now: datetime) -> None:
    values = {"staff_id": staff_id, "source_hash": source_hash, "last_at": now}
    if insert_once(session, StaffSource, values, returning="staff_id") is None:
        session.get_one(StaffSource, (staff_id, source_hash)).last_at = now


def staff(session: Session, staff_id: int) -> Staff:
    """The account, locked."""
    return session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()


def live_sessions(session: Session, staff_id: int) -> Sequence[StaffSession]:
    """Sessions that were not ended, newest first; some may have idled out."""
    found = select(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    return session.scalars(found.order_by(StaffSession.started_at.desc())).all()


def recovery_codes(session: Session, staff_id: int) -> Sequence[RecoveryCode]:
    """Those that can still be used."""
    found = select(RecoveryCode).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None), RecoveryCode.void_at.is_(None)
    )
    return session.scalars(found.with_for_update()).all()


def invitation(session: Session, token_hash: str) -> tuple[StaffInvitation, Staff] | None:
    """The invitation with the account it is for, both locked."""
    found = session.execute(
        select(StaffInvitation, Staff)
        .join(Staff, Staff.id == StaffInvitation.staff_id)
        .where(StaffInvitation.token_hash == token_hash)
        .with_for_update()
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def void_invitations(session: Session, staff_id: int, *, now: datetime) -> None:
    """Nobody gets in by an earlier link once there is a later one."""
    session.execute(
        update(StaffInvitation)
        .where(
            StaffInvitation.staff_id == staff_id,
            StaffInvitation.used_at.is_(None),
            StaffInvitation.void_at.is_(None),
        )
        .values(void_at=now)
    )


def staff_of_identity(session: Session, *, issuer: str, subject: str) -> Staff | None:
    """The account a provider's subject is linked to, locked."""
    return session.scalar(
        select(Staff)
        .join(StaffIdentity, StaffIdentity.staff_id == Staff.id)
        .where(StaffIdentity.issuer == issuer, StaffIdentity.subject == subject)
        .with_for_update(of=Staff)
    )


def has_identity(session: Session, staff_id: int) -> bool:
    return session.scalar(select(StaffIdentity.id).where(StaffIdentity.staff_id == staff_id)) is not None


def service_account(session: Session, name: str) -> ServiceAccount | None:
    return session.scalar(select(ServiceAccount).where(ServiceAccount.name == name))


def api_key(session: Session, public_id: str) -> tuple[ApiKey, ServiceAccount] | None:
    found = session.execute(
        select(ApiKey, ServiceAccount)
        .join(ServiceAccount, ServiceAccount.id == ApiKey.service_account_id)
        .where(ApiKey.public_id == public_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1])
