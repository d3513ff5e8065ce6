"""What is read of the history of log-ins and accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pro_service.store.models import ApiKey, LoginEvent, RecoveryCode, ServiceAccount, Staff


@dataclass(frozen=True, kw_only=True)
class LoginFacts:
    """One line; `login` is "" for a try under a name that nobody has."""

    at: datetime
    login: str
    kind: str
    by: str
    source: str
    device: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """A program's key, without its secret."""

    account: str
    public_id: str
    scopes: tuple[str, ...]
    expires_at: datetime
    last_used_on: str
    revoked: bool


def history(
    session: Session, *, limit: int, staff_id: int | None = None, study_id: int | None = None
) -> tuple[LoginFacts, ...]:
    """The newest lines of one account, or of a study's accounts together with tries under names that nobody has."""
    statement = select(LoginEvent, Staff.login).outerjoin(Staff, Staff.id == LoginEvent.staff_id)
    if staff_id is not None:
        statement = statement.where(LoginEvent.staff_id == staff_id)
    if study_id is not None:
        statement = statement.where(or_(Staff.study_id == study_id, LoginEvent.staff_id.is_(None)))
    found = session.execute(statement.order_by(LoginEvent.id.desc()).limit(limit))
    return tuple(
        LoginFacts(
            at=row.at,
            login=login or "",
            kind=row.kind,
            by=row.by,
            source=row.source,
            device=row.device,
            reason=row.reason,
        )
        for row, login in found
    )


def recovery_codes_left(session: Session, staff_id: int) -> int:
    """How many of the codes for bad days can still be used."""
    left = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None), RecoveryCode.void_at.is_(None)
    )
    return session.scalar(left) or 0


def keys(session: Session) -> Sequence[KeyFacts]:
    """Every key there is or was, by account."""
    found = session.execute(
        select(ApiKey, ServiceAccount.name)
        .join(ServiceAccount, ServiceAccount.id == ApiKey.service_account_id)
        .order_by(ServiceAccount.name, ApiKey.id)
    )
    return [
        KeyFacts(
            account=name,
            public_id=row.public_id,
            scopes=tuple(row.scopes),
            expires_at=row.expires_at,
            last_used_on="" if row.last_used_on is None else row.last_used_on.isoformat(),
            revoked=row.revoked_at is not None,
        )
        for row, name in found
    ]
